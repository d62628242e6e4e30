//! When rules are due, and which rules are refused.

use model::Value;
use sdk::{
    Run,
    trigger::{CatchUp, Listen, Period, Rule},
};

use super::Schedule;

fn listens(parameters: &str) -> Result<Vec<Listen>, String> {
    Schedule.listens("node", &Value::from_json(parameters).unwrap())
}

#[track_caller]
fn check(rule: &str, expected: Rule) {
    let found = listens(&format!(r#"{{"rules": [{rule}], "catchUp": "all"}}"#)).unwrap();
    assert_eq!(found, [Listen::Schedule { rule: expected, catch_up: CatchUp::All }], "{rule}");
}

fn nth(cron: &str, every: u32, period: Period) -> Rule {
    Rule::Nth { cron: cron.into(), every, period }
}

#[test]
fn every_unit_has_its_times() {
    let cron = |text: &str| Rule::Cron(text.into());
    check(r#"{"every": "seconds", "amount": 30}"#, cron("*/30 * * * * *"));
    check(r#"{"every": "seconds", "amount": 45}"#, Rule::Every { seconds: 45 });
    check(r#"{"every": "minutes", "amount": 5}"#, cron("*/5 * * * *"));
    check(r#"{"every": "minutes", "amount": 90}"#, Rule::Every { seconds: 5400 });
    check(r#"{"every": "hours", "amount": 2, "minute": 12}"#, cron("12 */2 * * *"));
    check(r#"{"every": "hours", "amount": 24}"#, cron("0 0 * * *"));
    check(r#"{"every": "hours", "amount": 21}"#, nth("0 * * * *", 21, Period::Hour));
    check(r#"{"every": "days", "hour": 9, "minute": 30}"#, cron("30 9 * * *"));
    check(r#"{"every": "days", "amount": 3}"#, nth("0 0 * * *", 3, Period::Day));
    check(r#"{"every": "workdays", "hour": 9}"#, cron("0 9 * * 1-5"));
    check(r#"{"every": "weeks", "weekdays": [1, 7], "hour": 8}"#, cron("0 8 * * 1,0"));
    check(r#"{"every": "weeks", "amount": 2}"#, nth("0 0 * * 0", 2, Period::Week));
    check(r#"{"every": "months", "dayOfMonth": 5}"#, cron("0 0 5 * *"));
    check(r#"{"every": "months", "amount": 12}"#, nth("0 0 1 * *", 12, Period::Month));
    check(r#"{"every": "cron", "cron": " 10 32 10 * * * "}"#, cron("10 32 10 * * *"));
}

#[test]
fn several_rules_count_each_for_itself() {
    let found = listens(r#"{"rules": [{"every": "days", "amount": 7}, {"every": "days"}]}"#);
    assert_eq!(found.unwrap().len(), 2);
}

#[test]
fn a_rule_without_sense_is_refused() {
    for (rule, why) in [
        ("", "the schedule has no rule; add one"),
        (r#"{"every": "cron"}"#, "a rule of the schedule has no cron text"),
        (r#"{"every": "weeks", "weekdays": []}"#, "a weekly rule of the schedule names no day"),
        (r#"{"every": "weeks", "weekdays": ["x"]}"#, "`x` is no day of the week: they are 0 to 6"),
        (
            r#"{"every": "days", "hour": 24}"#,
            "`hour` of a rule must be a whole number from 0 to 23, not `24`",
        ),
        (r#"{"every": "years"}"#, "a rule of the schedule has an unknown unit `years`"),
    ] {
        assert_eq!(listens(&format!(r#"{{"rules": [{rule}]}}"#)).unwrap_err(), why);
    }
    let broken = listens(r#"{"rules": [{"every": "cron", "cron": "0 99 * * *"}]}"#).unwrap_err();
    assert!(broken.contains("`0 99 * * *`"), "{broken}");
}
