//! When a schedule is due next.

use croner::{
    Cron,
    parser::{CronParser, Seconds},
};
use jiff::{SignedDuration, Timestamp, Zoned, civil, tz::TimeZone};
use model::schedule::{Period, Rule};

/// How many times of the cron text are looked at before a rule counts as never due.
const TIMES_MAX: usize = 20_000;

/// Reads a cron text of 5 or 6 fields, seconds first.
///
/// # Errors
/// A sentence that names the text and what is wrong with it.
pub fn cron(text: &str) -> Result<Cron, String> {
    let parser = CronParser::builder().seconds(Seconds::Optional).build();
    parser.parse(text).map_err(|fault| format!("the cron text `{text}` cannot be read: {fault}"))
}

/// The first time after `after` at which a rule is due; `None` when there is none.
///
/// Where clocks are set forward, a time that does not exist is due right after the gap; where they
/// are set back, a time that comes twice is due once.
///
/// # Errors
/// A sentence when the rule makes no sense.
pub fn next(rule: &Rule, zone: &TimeZone, after: Timestamp) -> Result<Option<Timestamp>, String> {
    match rule {
        Rule::Every { seconds: 0 } => Err("a schedule needs at least one second between".into()),
        Rule::Every { seconds } => {
            let seconds = i64::try_from(*seconds).map_err(|_| "the pause is too long")?;
            let due = (after.as_second().div_euclid(seconds) + 1).checked_mul(seconds);
            Ok(due.and_then(|it| Timestamp::from_second(it).ok()))
        }
        Rule::Cron(text) => Ok(next_of(&cron(text)?, &after.to_zoned(zone.clone()))),
        Rule::Nth { every: 0, .. } => Err("a schedule needs a count of at least 1".into()),
        Rule::Nth { cron: text, every, period } => {
            let cron = cron(text)?;
            let mut at = after;
            for _ in 0..TIMES_MAX {
                let Some(due) = next_of(&cron, &at.to_zoned(zone.clone())) else { return Ok(None) };
                let number = number(*period, &due.to_zoned(zone.clone()));
                if number.rem_euclid(i64::from(*every)) == 0 {
                    return Ok(Some(due));
                }
                at = due;
            }
            Ok(None)
        }
    }
}

fn next_of(cron: &Cron, after: &Zoned) -> Option<Timestamp> {
    cron.find_next_occurrence(after, false).ok().map(|it| it.timestamp())
}

/// How many periods lie between 1970 and a time.
fn number(period: Period, at: &Zoned) -> i64 {
    let local = at.datetime();
    let hours = local.duration_since(civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    let days = |it: SignedDuration| it.as_hours().div_euclid(24);
    match period {
        Period::Hour => hours.as_hours(),
        Period::Day => days(hours),
        // 1970 began on a Thursday.
        Period::Week => (days(hours) + 3).div_euclid(7),
        Period::Month => i64::from(local.year()) * 12 + i64::from(local.month()) - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: Rule, zone: &str, after: &str, expected: &[&str]) {
        let zone = TimeZone::get(zone).unwrap();
        let mut at: Timestamp = after.parse().unwrap();
        for expected in expected {
            at = next(&rule, &zone, at).unwrap().unwrap();
            assert_eq!(at.to_string(), *expected, "{rule:?}");
        }
    }

    fn nth(cron: &str, every: u32, period: Period) -> Rule {
        Rule::Nth { cron: cron.into(), every, period }
    }

    #[test]
    fn cron_runs_in_the_zone_of_the_workflow() {
        let nine = || Rule::Cron("0 9 * * 1-5".into());
        let due = ["2025-06-16T07:00:00Z", "2025-06-17T07:00:00Z"];
        check(nine(), "Europe/Berlin", "2025-06-14T00:00:00Z", &due);
        let with_seconds = Rule::Cron("10 32 10 * * *".into());
        check(with_seconds, "UTC", "2025-06-14T10:32:10Z", &["2025-06-15T10:32:10Z"]);
    }

    #[test]
    fn clocks_that_change_neither_skip_nor_repeat_a_daily_time() {
        let daily = || Rule::Cron("30 2 * * *".into());
        let spring = ["2025-03-30T01:00:00Z", "2025-03-31T00:30:00Z"];
        check(daily(), "Europe/Berlin", "2025-03-29T12:00:00Z", &spring);
        let autumn = ["2025-10-26T00:30:00Z", "2025-10-27T01:30:00Z"];
        check(daily(), "Europe/Berlin", "2025-10-25T12:00:00Z", &autumn);
    }

    #[test]
    fn steady_times_are_counted_from_the_epoch() {
        let due = ["2025-06-15T12:35:00Z", "2025-06-15T12:35:10Z"];
        check(Rule::Every { seconds: 10 }, "UTC", "2025-06-15T12:34:56.789Z", &due);
        check(Rule::Every { seconds: 10 }, "UTC", "2025-06-15T12:35:00Z", &due[1..]);
    }

    #[test]
    fn every_so_many_periods_are_that_far_apart() {
        let three = nth("0 8 * * *", 3, Period::Day);
        let due = ["2025-06-17T06:00:00Z", "2025-06-20T06:00:00Z"];
        check(three, "Europe/Berlin", "2025-06-15T00:00:00Z", &due);
        let weeks = nth("0 0 * * 1,3", 2, Period::Week);
        let due = ["2025-06-16T00:00:00Z", "2025-06-18T00:00:00Z", "2025-06-30T00:00:00Z"];
        check(weeks, "UTC", "2025-06-15T00:00:00Z", &due);
        let months = nth("0 0 5 * *", 5, Period::Month);
        let due = ["2025-11-05T00:00:00Z", "2026-04-05T00:00:00Z"];
        check(months, "UTC", "2025-06-15T00:00:00Z", &due);
        let hours = nth("7 * * * *", 21, Period::Hour);
        let due = ["2025-06-15T12:07:00Z", "2025-06-16T09:07:00Z"];
        check(hours, "UTC", "2025-06-15T00:00:00Z", &due);
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let now = Timestamp::UNIX_EPOCH;
        let fault = |rule: Rule| next(&rule, &TimeZone::UTC, now).unwrap_err();
        assert!(fault(Rule::Cron("x".into())).contains("`x`"));
        assert!(fault(Rule::Every { seconds: 0 }).contains("second"));
        let never = Rule::Cron("0 0 31 2 *".into());
        assert_eq!(next(&never, &TimeZone::UTC, now), Ok(None));
    }
}
