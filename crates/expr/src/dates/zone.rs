//! Time zones as Luxon names them, and the moment that a wall clock means.

use std::sync::{Mutex, PoisonError};

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use smol_str::{SmolStr, format_smolstr};

/// Zones that one context may name. Real ones number about 600, written ones a few more.
pub const ZONES_MAX: usize = 4096;
/// The widest fixed offset that a zone may have, in minutes.
const OFFSET_MINUTES_MAX: f64 = 24.0 * 60.0;

/// A zone by name or by a fixed distance from UTC.
#[derive(Debug, Clone, PartialEq)]
pub enum Zone {
    /// A zone of the IANA database, under the name by which it was asked for.
    Named(SmolStr, TimeZone),
    /// Minutes east of UTC.
    Fixed(f64),
}

/// UTC itself.
pub const UTC: Zone = Zone::Fixed(0.0);

impl Zone {
    /// The workflow's zone. A zone without a name (of the system, of a POSIX rule) becomes UTC.
    pub fn of(zone: &TimeZone) -> Zone {
        match zone.iana_name() {
            Some("UTC") | None => match zone.to_fixed_offset() {
                Ok(offset) => Zone::Fixed(f64::from(offset.seconds()) / 60.0),
                Err(_) => UTC,
            },
            Some(name) => Zone::Named(name.into(), zone.clone()),
        }
    }

    /// Reads what users write: `Europe/Berlin`, `utc`, `UTC+3`, `UTC-03:30`.
    pub fn parse(spec: &str) -> Option<Zone> {
        let lower = spec.to_ascii_lowercase();
        if lower == "utc" || lower == "gmt" {
            return Some(UTC);
        }
        if let Some(rest) = lower.strip_prefix("utc") {
            return fixed_offset(rest).map(Zone::Fixed);
        }
        if spec.starts_with(['+', '-']) || !spec.bytes().all(is_name_byte) {
            return None;
        }
        TimeZone::get(spec).ok().map(|zone| Zone::Named(spec.into(), zone))
    }

    /// A fixed zone of so many minutes east; `None` when no clock is that far off.
    pub fn fixed(minutes: f64) -> Option<Zone> {
        (minutes.is_finite() && minutes.abs() < OFFSET_MINUTES_MAX).then_some(Zone::Fixed(minutes))
    }

    /// The name as Luxon gives it: the IANA name, `UTC`, `UTC+5:30`.
    pub fn name(&self) -> SmolStr {
        match self {
            Zone::Named(name, _) => name.clone(),
            Zone::Fixed(0.0) => SmolStr::new_static("UTC"),
            Zone::Fixed(minutes) => format_smolstr!("UTC{}", narrow_offset(*minutes)),
        }
    }

    /// Minutes east of UTC at a moment.
    pub fn offset_minutes(&self, ts_ms: f64) -> f64 {
        match self {
            Zone::Fixed(minutes) => *minutes,
            Zone::Named(_, zone) => f64::from(zone.to_offset(timestamp(ts_ms)).seconds()) / 60.0,
        }
    }

    /// Whether daylight saving time is in force, by Luxon's rule: the offset is greater than that
    /// of January or of May of the same year.
    pub fn is_dst(&self, ts_ms: f64, year: i64) -> bool {
        let Zone::Named(..) = self else { return false };
        let at = |month| {
            let noon = super::Civil::date(year, month, 1).to_ms();
            self.offset_minutes(noon)
        };
        let here = self.offset_minutes(ts_ms);
        here > at(1) || here > at(5)
    }

    /// The moment at which the wall clock shows `local_ms`, and the offset then.
    ///
    /// `guess_minutes` decides where the clock shows that time twice: the offset that is guessed
    /// wins. A time that a clock change skips moves forward by the gap.
    pub fn resolve(&self, local_ms: f64, guess_minutes: f64) -> (f64, f64) {
        let first = local_ms - guess_minutes * 60_000.0;
        let there = self.offset_minutes(first);
        if there == guess_minutes {
            return (first, there);
        }
        let second = first - (there - guess_minutes) * 60_000.0;
        let again = self.offset_minutes(second);
        if again == there {
            return (second, there);
        }
        // Neither offset agrees with itself: the wall clock never shows this time.
        (local_ms - there.min(again) * 60_000.0, there.max(again))
    }

    /// The wall clock at a moment.
    pub fn civil(&self, ts_ms: f64) -> super::Civil {
        super::Civil::from_ms(ts_ms + self.offset_minutes(ts_ms) * 60_000.0)
    }

    /// The zone in jiff's terms, for formatting.
    pub fn to_jiff(&self) -> TimeZone {
        match self {
            Zone::Named(_, zone) => zone.clone(),
            Zone::Fixed(0.0) => TimeZone::UTC,
            Zone::Fixed(minutes) => {
                Offset::from_seconds((minutes * 60.0) as i32).map_or(TimeZone::UTC, TimeZone::fixed)
            }
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'+' | b'-')
}

/// Beyond jiff's years the rules of its first and last year hold.
fn timestamp(ts_ms: f64) -> Timestamp {
    Timestamp::from_millisecond(ts_ms.floor() as i64).unwrap_or(if ts_ms < 0.0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// `+3`, `-03:30`, or nothing.
fn fixed_offset(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let (sign, digits) = match text.as_bytes()[0] {
        b'+' => (1.0, &text[1..]),
        b'-' => (-1.0, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
    let plain = |part: &str, sizes: std::ops::RangeInclusive<usize>| {
        (sizes.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<f64>().ok())
            .flatten()
    };
    Some(sign * (plain(hours, 1..=2)? * 60.0 + plain(minutes, 2..=2)?))
}

/// `+5`, `+5:30`.
pub fn narrow_offset(minutes: f64) -> SmolStr {
    let (sign, hours, rest) = split_offset(minutes);
    if rest == 0 {
        format_smolstr!("{sign}{hours}")
    } else {
        format_smolstr!("{sign}{hours}:{rest:02}")
    }
}

/// `+05:30`.
pub fn short_offset(minutes: f64) -> SmolStr {
    let (sign, hours, rest) = split_offset(minutes);
    format_smolstr!("{sign}{hours:02}:{rest:02}")
}

/// `+0530`.
pub fn techie_offset(minutes: f64) -> SmolStr {
    let (sign, hours, rest) = split_offset(minutes);
    format_smolstr!("{sign}{hours:02}{rest:02}")
}

fn split_offset(minutes: f64) -> (char, i64, i64) {
    let whole = minutes.abs().trunc() as i64;
    (if minutes < 0.0 { '-' } else { '+' }, whole / 60, whole % 60)
}

/// The zones that one context has named, by number: JavaScript holds the number.
#[derive(Default)]
pub struct Zones {
    known: Mutex<Vec<Zone>>,
}

impl Zones {
    /// The number of a zone; `None` when the table is full.
    pub fn number(&self, zone: Zone) -> Option<usize> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.iter().position(|there| same(there, &zone)) {
            return Some(found);
        }
        (known.len() < ZONES_MAX).then(|| {
            known.push(zone);
            known.len() - 1
        })
    }

    /// The zone of a number; UTC for a number that was never given out.
    pub fn get(&self, number: usize) -> Zone {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(number)
            .cloned()
            .unwrap_or(UTC)
    }
}

/// Equal by name: comparing two zones' whole histories would be slow and say no more.
fn same(left: &Zone, right: &Zone) -> bool {
    match (left, right) {
        (Zone::Named(a, _), Zone::Named(b, _)) => a == b,
        (Zone::Fixed(a), Zone::Fixed(b)) => a == b,
        _ => false,
    }
}
