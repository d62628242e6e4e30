//! The proleptic Gregorian calendar over the whole range of JavaScript dates.

/// Milliseconds of a day without clock changes.
pub const DAY_MS: f64 = 86_400_000.0;
/// The largest distance from 1970 that a JavaScript date can have, in milliseconds.
pub const TIME_MS_MAX: f64 = 8.64e15;

/// A wall-clock reading, without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub millisecond: i64,
}

impl Civil {
    /// The first millisecond of a day.
    pub fn date(year: i64, month: i64, day: i64) -> Civil {
        Civil { year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 }
    }

    /// Reads a count of milliseconds since the wall clock showed 1970-01-01T00:00.
    pub fn from_ms(local_ms: f64) -> Civil {
        let days = (local_ms / DAY_MS).floor();
        let rest = (local_ms - days * DAY_MS) as i64;
        let (year, month, day) = date_of(days as i64);
        Civil {
            year,
            month,
            day,
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1000 % 60,
            millisecond: rest % 1000,
        }
    }

    /// The count of milliseconds that [`Civil::from_ms`] reads. Fields may overflow: day 32 of
    /// January is the first of February.
    pub fn to_ms(self) -> f64 {
        let months = self.year * 12 + self.month - 1;
        let days = day_number(months.div_euclid(12), months.rem_euclid(12) + 1, 1) + self.day - 1;
        days as f64 * DAY_MS
            + self.hour as f64 * 3_600_000.0
            + self.minute as f64 * 60_000.0
            + self.second as f64 * 1000.0
            + self.millisecond as f64
    }

    /// Days since 1970-01-01.
    pub fn day_number(self) -> i64 {
        day_number(self.year, self.month, self.day)
    }

    /// 1 (Monday) to 7 (Sunday).
    pub fn weekday(self) -> i64 {
        weekday_of(self.day_number())
    }

    /// Day of the year, from 1.
    pub fn ordinal(self) -> i64 {
        self.day_number() - day_number(self.year, 1, 1) + 1
    }

    /// 1 to 4.
    pub fn quarter(self) -> i64 {
        (self.month + 2) / 3
    }

    /// The ISO week: its year and number.
    pub fn week(self) -> (i64, i64) {
        self.week_from(1, 4)
    }

    /// The week under a custom: which weekday starts it, and how many days of January make week 1.
    pub fn week_from(self, first_weekday: i64, days_min: i64) -> (i64, i64) {
        let today = self.day_number();
        let start = |year| first_week_start(year, first_weekday, days_min);
        let year = match self.year {
            year if today < start(year) => year - 1,
            year if today >= start(year + 1) => year + 1,
            year => year,
        };
        (year, (today - start(year)) / 7 + 1)
    }
}

/// Day number of the first day of week 1 of a week year.
pub fn first_week_start(year: i64, first_weekday: i64, days_min: i64) -> i64 {
    let first = day_number(year, 1, 1);
    let into_week = (weekday_of(first) - first_weekday).rem_euclid(7);
    if 7 - into_week >= days_min { first - into_week } else { first - into_week + 7 }
}

/// Weeks of a week year under a custom.
pub fn weeks_in(year: i64, first_weekday: i64, days_min: i64) -> i64 {
    (first_week_start(year + 1, first_weekday, days_min)
        - first_week_start(year, first_weekday, days_min))
        / 7
}

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month, 1 to 12.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub fn days_in_year(year: i64) -> i64 {
    365 + i64::from(is_leap(year))
}

/// 1 (Monday) to 7 (Sunday) of a day number.
pub fn weekday_of(day_number: i64) -> i64 {
    (day_number + 3).rem_euclid(7) + 1
}

/// Days from 1970-01-01 to a date; the month is 1 to 12, the day may overflow.
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last day of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day number: year, month, day.
pub fn date_of(day_number: i64) -> (i64, i64, i64) {
    let shifted = day_number + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
