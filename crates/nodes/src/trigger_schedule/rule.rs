//! A rule as it is written in the form, made into one that can be due.

use model::Value;
use sdk::trigger::{Period, Rule};

use super::cron;

pub(super) fn read(written: &Value) -> Result<Rule, String> {
    let every = written.get("every").and_then(Value::as_str).unwrap_or("days");
    if every == "cron" {
        let text = written.get("cron").map(Value::to_text).unwrap_or_default();
        let text = text.trim();
        if text.is_empty() {
            return Err("a rule of the schedule has no cron text".into());
        }
        cron(text)?;
        return Ok(Rule::Cron(text.into()));
    }
    let amount = number(written, "amount", 1, 1, 100_000)?;
    let minute = number(written, "minute", 0, 0, 59)?;
    let hour = number(written, "hour", 0, 0, 23)?;
    let nth = |cron: String, period: Period| match amount {
        1 => Rule::Cron(cron.into()),
        every => Rule::Nth { cron: cron.into(), every, period },
    };
    Ok(match every {
        "seconds" => steps(amount, 60, 1, |step| format!("{step} * * * * *")),
        "minutes" => steps(amount, 60, 60, |step| format!("{step} * * * *")),
        "hours" if amount <= 24 && 24 % amount == 0 => {
            let step = if amount == 24 { "0".to_owned() } else { format!("*/{amount}") };
            Rule::Cron(format!("{minute} {step} * * *").into())
        }
        "hours" => nth(format!("{minute} * * * *"), Period::Hour),
        "days" => nth(format!("{minute} {hour} * * *"), Period::Day),
        "workdays" => Rule::Cron(format!("{minute} {hour} * * 1-5").into()),
        "weeks" => nth(format!("{minute} {hour} * * {}", weekdays(written)?), Period::Week),
        "months" => {
            let day = number(written, "dayOfMonth", 1, 1, 31)?;
            nth(format!("{minute} {hour} {day} * *"), Period::Month)
        }
        other => return Err(format!("a rule of the schedule has an unknown unit `{other}`")),
    })
}

/// A pause that divides the next larger unit is cron's; any other is counted steadily.
fn steps(amount: u32, whole: u32, seconds: u64, cron: impl Fn(String) -> String) -> Rule {
    if amount < whole && whole.is_multiple_of(amount) {
        return Rule::Cron(cron(format!("*/{amount}")).into());
    }
    Rule::Every { seconds: u64::from(amount) * seconds }
}

fn weekdays(written: &Value) -> Result<String, String> {
    let days = match written.get("weekdays") {
        None | Some(Value::Null) => vec![Value::from(0)],
        Some(Value::Array(days)) => days.to_vec(),
        Some(one) => vec![one.clone()],
    };
    let mut numbers = vec![];
    for day in days {
        match day.to_text().parse::<u32>() {
            Ok(number @ 0..=7) => numbers.push((number % 7).to_string()),
            _ => return Err(format!("`{}` is no day of the week: they are 0 to 6", day.to_text())),
        }
    }
    if numbers.is_empty() {
        return Err("a weekly rule of the schedule names no day".into());
    }
    Ok(numbers.join(","))
}

fn number(written: &Value, name: &str, default: u32, min: u32, max: u32) -> Result<u32, String> {
    let value = match written.get(name) {
        None | Some(Value::Null) => return Ok(default),
        Some(it) => it,
    };
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    match number {
        Some(it) if it.fract() == 0.0 && (f64::from(min)..=f64::from(max)).contains(&it) => {
            Ok(it as u32)
        }
        _ => Err(format!(
            "`{name}` of a rule must be a whole number from {min} to {max}, not `{}`",
            value.to_text()
        )),
    }
}
