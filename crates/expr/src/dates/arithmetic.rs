//! Moving a moment along the calendar, and measuring between two.

use super::{
    Zone,
    civil::{Civil, days_in_month},
};

/// The units of a duration, largest first; their numbers are those that JavaScript uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Unit {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
}

/// All units, largest first.
pub const UNITS: [Unit; 9] = [
    Unit::Year,
    Unit::Quarter,
    Unit::Month,
    Unit::Week,
    Unit::Day,
    Unit::Hour,
    Unit::Minute,
    Unit::Second,
    Unit::Millisecond,
];

impl Unit {
    /// The unit of a number of [`UNITS`].
    pub fn from_number(number: usize) -> Option<Unit> {
        UNITS.get(number).copied()
    }

    /// What one of it moves: months, days, milliseconds.
    fn step(self) -> (f64, f64, f64) {
        match self {
            Unit::Year => (12.0, 0.0, 0.0),
            Unit::Quarter => (3.0, 0.0, 0.0),
            Unit::Month => (1.0, 0.0, 0.0),
            Unit::Week => (0.0, 7.0, 0.0),
            Unit::Day => (0.0, 1.0, 0.0),
            Unit::Hour => (0.0, 0.0, 3_600_000.0),
            Unit::Minute => (0.0, 0.0, 60_000.0),
            Unit::Second => (0.0, 0.0, 1000.0),
            Unit::Millisecond => (0.0, 0.0, 1.0),
        }
    }
}

/// Moves a moment by whole months, then whole days by the wall clock, then by elapsed time.
///
/// The day is cut to the length of the month reached: January 31 and a month is February's end.
pub fn plus(zone: &Zone, ts_ms: f64, months: f64, days: f64, ms: f64) -> f64 {
    let mut moved = ts_ms;
    if months != 0.0 || days != 0.0 {
        let offset = zone.offset_minutes(ts_ms);
        let mut civil = Civil::from_ms(ts_ms + offset * 60_000.0);
        let total = civil.year * 12 + civil.month - 1 + months as i64;
        civil.year = total.div_euclid(12);
        civil.month = total.rem_euclid(12) + 1;
        civil.day = civil.day.min(days_in_month(civil.year, civil.month)) + days as i64;
        moved = zone.resolve(civil.to_ms(), offset).0;
    }
    moved + ms
}

/// The first millisecond of the unit that holds a moment. `first_weekday` is 1 (Monday) in ISO.
pub fn start_of(zone: &Zone, ts_ms: f64, unit: Unit, first_weekday: i64) -> f64 {
    let offset = zone.offset_minutes(ts_ms);
    let mut civil = Civil::from_ms(ts_ms + offset * 60_000.0);
    if unit == Unit::Millisecond {
        return ts_ms;
    }
    civil.millisecond = 0;
    if unit <= Unit::Minute {
        civil.second = 0;
    }
    if unit <= Unit::Hour {
        civil.minute = 0;
    }
    if unit <= Unit::Day {
        civil.hour = 0;
    }
    match unit {
        Unit::Year => (civil.month, civil.day) = (1, 1),
        Unit::Quarter => (civil.month, civil.day) = ((civil.quarter() - 1) * 3 + 1, 1),
        Unit::Month => civil.day = 1,
        Unit::Week => civil.day -= (civil.weekday() - first_weekday).rem_euclid(7),
        _ => {}
    }
    zone.resolve(civil.to_ms(), offset).0
}

/// The last millisecond of the unit that holds a moment.
pub fn end_of(zone: &Zone, ts_ms: f64, unit: Unit, first_weekday: i64) -> f64 {
    let (months, days, ms) = unit.step();
    start_of(zone, plus(zone, ts_ms, months, days, ms), unit, first_weekday) - 1.0
}

/// What lies between two moments, `earlier` not after `later`, in the units asked for.
///
/// Large units are counted by the calendar of `earlier`'s zone; what is left goes to the smaller
/// units, and as a fraction to the smallest if that is a day or more. Unasked units stay 0.
pub fn between(
    (from_zone, from_ms): (&Zone, f64),
    (to_zone, to_ms): (&Zone, f64),
    wanted: &[Unit],
) -> [f64; 9] {
    let mut counts = [0.0; 9];
    let mut cursor = from_ms;
    let mut beyond = from_ms;
    let mut lowest = None;
    let to = to_zone.civil(to_ms);
    for unit in &UNITS[..5] {
        if !wanted.contains(unit) {
            continue;
        }
        lowest = Some(*unit);
        let slot = *unit as usize;
        counts[slot] = whole_units(from_zone.civil(cursor), to, *unit);
        beyond = advance(from_zone, from_ms, &counts);
        if beyond > to_ms {
            counts[slot] -= 1.0;
            cursor = advance(from_zone, from_ms, &counts);
            // The end of a short month can need a second step back.
            if cursor > to_ms {
                beyond = cursor;
                counts[slot] -= 1.0;
                cursor = advance(from_zone, from_ms, &counts);
            }
        } else {
            cursor = beyond;
        }
    }
    let rest = to_ms - cursor;
    if UNITS[5..].iter().any(|unit| wanted.contains(unit)) {
        spread(rest, wanted, &mut counts);
    } else if let Some(unit) = lowest {
        if beyond < to_ms || beyond == cursor {
            let (months, days, ms) = unit.step();
            beyond = plus(from_zone, cursor, months, days, ms);
        }
        if beyond != cursor {
            counts[unit as usize] += rest / (beyond - cursor);
        }
    }
    counts
}

fn advance(zone: &Zone, ts_ms: f64, counts: &[f64; 9]) -> f64 {
    let months = counts[0] * 12.0 + counts[1] * 3.0 + counts[2];
    plus(zone, ts_ms, months, counts[3] * 7.0 + counts[4], 0.0)
}

fn whole_units(from: Civil, to: Civil, unit: Unit) -> f64 {
    let days = to.day_number() - from.day_number();
    let count = match unit {
        Unit::Year => to.year - from.year,
        Unit::Quarter => to.quarter() - from.quarter() + (to.year - from.year) * 4,
        Unit::Month => to.month - from.month + (to.year - from.year) * 12,
        Unit::Week => (days - days % 7) / 7,
        _ => days,
    };
    count as f64
}

/// Gives elapsed milliseconds to the clock units asked for; the smallest keeps the fraction.
fn spread(mut rest: f64, wanted: &[Unit], counts: &mut [f64; 9]) {
    let clock: Vec<Unit> =
        UNITS[5..].iter().copied().filter(|unit| wanted.contains(unit)).collect();
    for (position, unit) in clock.iter().enumerate() {
        let (_, _, size) = unit.step();
        let share = if position + 1 == clock.len() { rest / size } else { (rest / size).trunc() };
        counts[*unit as usize] = share;
        rest -= share * size;
    }
}
