//! Which days somebody asks about.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use model::Fault;
use serde::Deserialize;
use utoipa::IntoParams;

/// Days (UTC) from one to another.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// How many days back from the last one, where no first is named; absent is 30.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u32>,
    /// The first day, `2026-01-31`, in the place of `days`.
    #[param(value_type = Option<String>, format = Date)]
    start_date: Option<Date>,
    /// The last day; absent is today.
    #[param(value_type = Option<String>, format = Date)]
    end_date: Option<Date>,
}

impl Days {
    /// The first and the last, with at most so many from one to the other.
    ///
    /// # Errors
    /// A sentence when they are more, or the wrong way round.
    pub(crate) fn range(&self, now: Timestamp, days_max: u32) -> Result<(Date, Date), Fault> {
        let days = self.days.unwrap_or(30);
        if !(1..=days_max).contains(&days) {
            return Err(Fault::invalid(format!("`days` is from 1 to {days_max}")));
        }
        let last = self.end_date.unwrap_or_else(|| now.to_zoned(TimeZone::UTC).date());
        let back = |days: u32| last.saturating_sub(Span::new().days(i64::from(days) - 1));
        let first = self.start_date.unwrap_or_else(|| back(days));
        if first > last || first < back(days_max) {
            let message = format!("`endDate` is 0 to {} days after `startDate`", days_max - 1);
            return Err(Fault::invalid(message));
        }
        Ok((first, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_with_the_last_one_and_are_not_too_many() {
        let now: Timestamp = "2026-03-31T23:59:59Z".parse().unwrap();
        let check = |days: Option<u32>, first: &str, last: &str, expected: Option<(&str, &str)>| {
            let (start_date, end_date) = (first.parse().ok(), last.parse().ok());
            let found = Days { days, start_date, end_date }.range(now, 31).ok();
            let found = found.map(|(first, last)| (first.to_string(), last.to_string()));
            let found = found.as_ref().map(|it| (it.0.as_str(), it.1.as_str()));
            assert_eq!(found, expected, "{days:?} {first} {last}");
        };
        check(None, "", "", Some(("2026-03-02", "2026-03-31")));
        check(Some(1), "", "", Some(("2026-03-31", "2026-03-31")));
        check(Some(31), "", "2026-01-31", Some(("2026-01-01", "2026-01-31")));
        check(Some(32), "", "", None);
        check(Some(0), "", "", None);
        check(None, "2026-01-01", "2026-01-31", Some(("2026-01-01", "2026-01-31")));
        check(None, "2026-01-01", "2026-02-01", None);
        check(None, "2026-01-02", "2026-01-01", None);
    }
}
