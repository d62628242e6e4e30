//! The words of a locale's calendar: months, weekdays, eras, halves of the day, zones, digits.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use icu::{
    calendar::{Gregorian, Iso, week::WeekInformation},
    datetime::{
        fieldsets::enums::CompositeFieldSet,
        input::DateTime,
        pattern::{DateTimePattern, FixedCalendarDateTimeNames},
    },
    decimal::{DecimalFormatter, input::Decimal, options::DecimalFormatterOptions},
    locale::Locale,
    time::{ZonedDateTime, zone::UtcOffset},
};
use jiff::civil;
use jiff_icu::ConvertFrom as _;
use smol_str::SmolStr;
use writeable::{TryWriteable as _, Writeable as _};

use super::{locale, patterns::Patterns};
use crate::dates::{Civil, Zone};

/// Zone names that one locale keeps at hand.
const ZONE_NAMES_MAX: usize = 256;

/// Regions whose first week has at least four days of January, by CLDR.
const FOUR_DAY_REGIONS: [&str; 44] = [
    "AD", "AN", "AT", "AX", "BE", "BG", "CH", "CZ", "DE", "DK", "ES", "FI", "FJ", "FO", "FR", "GB",
    "GF", "GG", "GI", "GP", "GR", "HU", "IE", "IM", "IS", "IT", "JE", "LI", "LT", "LU", "MC", "MQ",
    "NL", "NO", "PL", "PT", "RE", "RU", "SE", "SJ", "SK", "SM", "VA", "EE",
];

/// How weeks are counted: the weekday that starts one, and the days of January that make the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeekCustom {
    pub first_weekday: i64,
    pub days_min: i64,
}

/// The words of one locale, loaded as they are asked for.
pub struct Names {
    pub locale: Locale,
    pub patterns: Patterns,
    /// The ten digits, where they are not 0 to 9.
    digits: Option<[char; 10]>,
    lists: Mutex<HashMap<SmolStr, Vec<SmolStr>>>,
    zones: Mutex<HashMap<(SmolStr, SmolStr, i64), SmolStr>>,
}

impl Names {
    pub fn new(tag: &str) -> Names {
        let locale = locale::or_default(tag);
        let id = &locale.id;
        let patterns = Patterns::of(
            id.language.as_str(),
            id.script.as_ref().map(|script| script.as_str()),
            id.region.as_ref().map(|region| region.as_str()),
        );
        let digits = own_digits(&locale);
        Names { locale, patterns, digits, lists: Mutex::default(), zones: Mutex::default() }
    }

    /// Whether the language is English: its names need no look-up.
    pub fn is_english(&self) -> bool {
        self.locale.id.language.as_str() == "en"
    }

    /// A month's name, 1 to 12, by a CLDR field such as `MMMM` (with a day) or `LLLL` (alone).
    pub fn month(&self, field: &str, month: i64) -> SmolStr {
        self.nth(field, 12, month - 1, |n| Civil::date(2025, n + 1, 3))
    }

    /// A weekday's name, 1 (Monday) to 7, by a field such as `EEEE` or `cccc`.
    pub fn weekday(&self, field: &str, weekday: i64) -> SmolStr {
        // 2025-09-01 was a Monday.
        self.nth(field, 7, weekday - 1, |n| Civil::date(2025, 9, n + 1))
    }

    /// The half of the day (`a`), or its part (`B`), at an hour.
    pub fn day_period(&self, field: &str, hour: i64) -> SmolStr {
        let half =
            self.nth(field, 24, hour, |n| Civil { hour: n, minute: 30, ..Civil::date(2025, 9, 1) });
        // India writes them small since CLDR 48.
        let is_indian = self.locale.id.region.is_some_and(|it| it.as_str() == "IN");
        if self.is_english() && is_indian { half.to_lowercase().into() } else { half }
    }

    /// The era's name by a field such as `G`.
    pub fn era(&self, field: &str, year: i64) -> SmolStr {
        self.nth(field, 2, i64::from(year > 0), |n| {
            Civil::date(if n == 1 { 2025 } else { -25 }, 9, 1)
        })
    }

    fn nth(&self, field: &str, count: i64, at: i64, date: impl Fn(i64) -> Civil) -> SmolStr {
        let at = at.clamp(0, count - 1) as usize;
        if let Some(list) = self.lists.lock().unwrap_or_else(PoisonError::into_inner).get(field) {
            return list[at].clone();
        }
        let list: Vec<SmolStr> = (0..count)
            .map(|n| self.write(field, date(n), &crate::dates::zone::UTC, 0.0).unwrap_or_default())
            .collect();
        let found = list[at].clone();
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).insert(field.into(), list);
        found
    }

    /// A zone's name at a moment by a field: `z`, `zzzz`, `O`, `OOOO`, `v`, `vvvv`.
    pub fn zone(&self, field: &str, zone: &Zone, ts_ms: f64) -> SmolStr {
        let offset = zone.offset_minutes(ts_ms);
        if *zone == crate::dates::zone::UTC {
            if field == "z" || field == "v" {
                return SmolStr::new_static("UTC");
            }
            if field == "zzzz" && self.is_english() {
                return SmolStr::new_static("Coordinated Universal Time");
            }
        }
        // Names change with the offset and, rarely, over the years: a year's worth is one name.
        let year = (ts_ms / 3.15e10) as i64;
        let key = (SmolStr::from(field), zone.name(), (offset * 60.0) as i64 * 100_000 + year);
        if let Some(found) = self.zones.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return found.clone();
        }
        let civil = Civil::from_ms(ts_ms + offset * 60_000.0);
        let name = self
            .write(field, civil, zone, offset)
            .unwrap_or_else(|| crate::dates::zone::short_offset(offset));
        let mut zones = self.zones.lock().unwrap_or_else(PoisonError::into_inner);
        if zones.len() >= ZONE_NAMES_MAX {
            zones.clear();
        }
        zones.insert(key, name.clone());
        name
    }

    /// Writes one CLDR field; `None` where ICU has no data for it.
    fn write(&self, field: &str, at: Civil, zone: &Zone, offset_minutes: f64) -> Option<SmolStr> {
        let pattern: DateTimePattern = field.parse().ok()?;
        let mut names: FixedCalendarDateTimeNames<Gregorian, CompositeFieldSet> =
            FixedCalendarDateTimeNames::try_new((&self.locale).into()).ok()?;
        let formatter = names.include_for_pattern(&pattern).ok()?;
        let date = civil::DateTime::new(
            at.year.clamp(-9998, 9998) as i16,
            at.month as i8,
            at.day as i8,
            at.hour as i8,
            at.minute as i8,
            at.second as i8,
            0,
        )
        .ok()?;
        let date = DateTime::<Iso>::convert_from(date);
        let offset = UtcOffset::try_from_seconds((offset_minutes * 60.0) as i32).ok();
        let zone = match zone {
            Zone::Named(_, zone) => icu::time::TimeZone::convert_from(zone),
            Zone::Fixed(_) => icu::time::TimeZone::UNKNOWN,
        };
        let zone = zone.with_offset(offset).at_date_time(date);
        let moment =
            ZonedDateTime { date: date.date.to_calendar(Gregorian), time: date.time, zone };
        formatter.format(&moment).try_write_to_string().ok().map(|text| text.as_ref().into())
    }

    /// What stands between a second and its fraction.
    pub fn decimal_separator(&self) -> SmolStr {
        let half = "0.5".parse::<Decimal>().unwrap_or_default();
        DecimalFormatter::try_new((&self.locale).into(), DecimalFormatterOptions::default())
            .ok()
            .map(|formatter| formatter.format(&half).write_to_string().into_owned())
            .and_then(|text| text.chars().nth(1))
            .map_or(SmolStr::new_static("."), |point| SmolStr::from_iter([point]))
    }

    /// How the locale's region counts weeks.
    pub fn week_custom(&self) -> WeekCustom {
        let region = self.locale.id.region.map(|region| region.to_string());
        let week = WeekInformation::try_new((&self.locale).into());
        let region = region.as_deref().unwrap_or("");
        WeekCustom {
            first_weekday: week.map_or(1, |week| week.first_weekday as i64),
            days_min: if FOUR_DAY_REGIONS.contains(&region) { 4 } else { 1 },
        }
    }

    /// A whole number in the locale's digits, filled with zeros to `width`.
    pub fn number(&self, value: i64, width: usize) -> String {
        let text =
            if value < 0 { format!("-{:0width$}", -value) } else { format!("{value:0width$}") };
        self.localize_digits(&text)
    }

    /// The locale's digits in place of 0 to 9.
    pub fn localize_digits(&self, text: &str) -> String {
        let Some(digits) = self.digits else { return text.to_owned() };
        text.chars()
            .map(|letter| letter.to_digit(10).map_or(letter, |digit| digits[digit as usize]))
            .collect()
    }

    /// 0 to 9 in place of the locale's digits.
    pub fn plain_digits(&self, text: &str) -> String {
        let Some(digits) = self.digits else { return text.to_owned() };
        text.chars()
            .map(|letter| match digits.iter().position(|digit| *digit == letter) {
                Some(at) => char::from(b'0' + at as u8),
                None => letter,
            })
            .collect()
    }
}

fn own_digits(locale: &Locale) -> Option<[char; 10]> {
    let formatter =
        DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default()).ok()?;
    let mut digits = ['0'; 10];
    for (value, digit) in digits.iter_mut().enumerate() {
        let text = formatter.format(&Decimal::from(value as u32)).write_to_string().into_owned();
        *digit = text.chars().next()?;
    }
    (digits[0] != '0').then_some(digits)
}
