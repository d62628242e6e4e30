//! A date written as loose fields (year, week, hour, ...), checked and turned into a moment.

use smol_str::{SmolStr, format_smolstr};

use super::{
    Civil, Zone,
    civil::{days_in_month, days_in_year, first_week_start, weeks_in},
};

/// The fields that a date may be written with; a field not written is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    pub year: Option<f64>,
    pub month: Option<f64>,
    pub day: Option<f64>,
    pub hour: Option<f64>,
    pub minute: Option<f64>,
    pub second: Option<f64>,
    pub millisecond: Option<f64>,
    pub week_year: Option<f64>,
    pub week: Option<f64>,
    pub weekday: Option<f64>,
    pub ordinal: Option<f64>,
}

/// Why a date is invalid: a short reason and a sentence, as Luxon words them.
#[derive(Debug, Clone, PartialEq)]
pub struct Invalid {
    pub reason: SmolStr,
    pub explanation: Option<SmolStr>,
    /// Luxon throws for a contradiction between fields, and gives an invalid date otherwise.
    pub conflict: bool,
}

impl Invalid {
    pub fn new(reason: &'static str, explanation: SmolStr) -> Invalid {
        let explanation = Some(explanation);
        Invalid { reason: SmolStr::new_static(reason), explanation, conflict: false }
    }

    /// Text that is not in the format expected: `ISO 8601`, `SQL`, a format string.
    pub fn unparsable(text: &str, format: &str) -> Invalid {
        let sentence = format_smolstr!("the input \"{text}\" can't be parsed as {format}");
        Invalid::new("unparsable", sentence)
    }

    pub fn unit(name: &str, value: f64) -> Invalid {
        let sentence =
            format_smolstr!("you specified {value} (of type number) as a {name}, which is invalid");
        Invalid::new("unit out of range", sentence)
    }

    fn conflict(sentence: &'static str) -> Invalid {
        Invalid { reason: SmolStr::new_static(sentence), explanation: None, conflict: true }
    }
}

impl Fields {
    /// The fields of a wall clock, with none of the week's.
    pub fn of(civil: Civil) -> Fields {
        Fields {
            year: Some(civil.year as f64),
            month: Some(civil.month as f64),
            day: Some(civil.day as f64),
            hour: Some(civil.hour as f64),
            minute: Some(civil.minute as f64),
            second: Some(civil.second as f64),
            millisecond: Some(civil.millisecond as f64),
            ..Fields::default()
        }
    }

    /// The moment meant, in `zone`. Units larger than the largest written come from `now_ms`,
    /// smaller ones are the least. `guess_minutes` settles an hour that the clock shows twice.
    pub fn moment(&self, zone: &Zone, now_ms: f64, guess_minutes: f64) -> Result<f64, Invalid> {
        let month_or_day = self.month.is_some() || self.day.is_some();
        let gregorian = self.year.is_some() || month_or_day;
        let week = self.week_year.is_some() || self.week.is_some();
        if (gregorian || self.ordinal.is_some()) && week {
            return Err(Invalid::conflict(
                "Can't mix weekYear/weekNumber units with year/month/day or ordinals",
            ));
        }
        if month_or_day && self.ordinal.is_some() {
            return Err(Invalid::conflict("Can't mix ordinal dates with month/day"));
        }
        let now = Civil::from_ms(now_ms + guess_minutes * 60_000.0);
        let date_ms = if week || (self.weekday.is_some() && !gregorian) {
            self.week_date(now)?
        } else if self.ordinal.is_some() {
            self.ordinal_date(now)?
        } else {
            self.gregorian_date(now)?
        };
        let local_ms = date_ms + self.time_ms(now)?;
        let (ts_ms, _) = zone.resolve(local_ms, guess_minutes);
        self.check_weekday(date_ms, gregorian)?;
        if ts_ms.abs() > super::civil::TIME_MS_MAX {
            return Err(Invalid::new("Timestamp out of range", SmolStr::default()));
        }
        Ok(ts_ms)
    }

    fn check_weekday(&self, date_ms: f64, gregorian: bool) -> Result<(), Invalid> {
        let Some(weekday) = self.weekday.filter(|_| gregorian) else { return Ok(()) };
        let civil = Civil::from_ms(date_ms);
        if civil.weekday() as f64 == weekday {
            return Ok(());
        }
        Err(Invalid::new(
            "mismatched weekday",
            format_smolstr!(
                "you can't specify both a weekday of {weekday} and a date of {:04}-{:02}-{:02}",
                civil.year,
                civil.month,
                civil.day
            ),
        ))
    }

    fn gregorian_date(&self, now: Civil) -> Result<f64, Invalid> {
        let mut filler = Filler::default();
        let year = filler.next(self.year, now.year, now.year);
        let month = filler.next(self.month, 1, now.month);
        let day = filler.next(self.day, 1, now.day);
        let year = whole("year", year, i64::MIN, i64::MAX)?;
        let month = whole("month", month, 1, 12)?;
        let day = whole("day", day, 1, days_in_month(year, month))?;
        Ok(Civil::date(year, month, day).to_ms())
    }

    fn ordinal_date(&self, now: Civil) -> Result<f64, Invalid> {
        let year = whole("year", self.year.unwrap_or(now.year as f64), i64::MIN, i64::MAX)?;
        let ordinal = whole("ordinal", self.ordinal.unwrap_or(1.0), 1, days_in_year(year))?;
        Ok(Civil::date(year, 1, ordinal).to_ms())
    }

    fn week_date(&self, now: Civil) -> Result<f64, Invalid> {
        let (this_year, this_week) = now.week();
        let mut filler = Filler::default();
        let year = filler.next(self.week_year, this_year, this_year);
        let week = filler.next(self.week, 1, this_week);
        let weekday = filler.next(self.weekday, 1, now.weekday());
        let year = whole("weekYear", year, i64::MIN, i64::MAX)?;
        let week = whole("week", week, 1, weeks_in(year, 1, 4))?;
        let weekday = whole("weekday", weekday, 1, 7)?;
        let day = first_week_start(year, 1, 4) + (week - 1) * 7 + weekday - 1;
        Ok(day as f64 * super::civil::DAY_MS)
    }

    fn time_ms(&self, now: Civil) -> Result<f64, Invalid> {
        let dated = [
            self.year,
            self.month,
            self.day,
            self.week_year,
            self.week,
            self.weekday,
            self.ordinal,
        ];
        let mut filler = Filler { found: dated.iter().any(Option::is_some) };
        let hour = filler.next(self.hour, 0, now.hour);
        let minute = filler.next(self.minute, 0, now.minute);
        let second = filler.next(self.second, 0, now.second);
        let millisecond = filler.next(self.millisecond, 0, now.millisecond);
        let midnight = hour == 24.0 && minute == 0.0 && second == 0.0 && millisecond == 0.0;
        let hour = if midnight { 24 } else { whole("hour", hour, 0, 23)? };
        let minute = whole("minute", minute, 0, 59)?;
        let second = whole("second", second, 0, 59)?;
        let millisecond = whole("millisecond", millisecond, 0, 999)?;
        Ok(((hour * 60 + minute) * 60 + second) as f64 * 1000.0 + millisecond as f64)
    }
}

/// Fills fields from large to small: from now until one is written, with the least after it.
#[derive(Default)]
struct Filler {
    found: bool,
}

impl Filler {
    fn next(&mut self, written: Option<f64>, least: i64, now: i64) -> f64 {
        match written {
            Some(value) => {
                self.found = true;
                value
            }
            None if self.found => least as f64,
            None => now as f64,
        }
    }
}

fn whole(name: &str, value: f64, min: i64, max: i64) -> Result<i64, Invalid> {
    let fits = value.fract() == 0.0 && value >= min as f64 && value <= max as f64;
    let sane = value.abs() < 1e9;
    if fits && sane { Ok(value as i64) } else { Err(Invalid::unit(name, value)) }
}
