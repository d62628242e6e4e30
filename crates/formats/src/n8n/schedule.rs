//! Schedule Trigger, and the older Cron and Interval.

use model::{Map, Value};

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["scheduleTrigger", "cron", "interval"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("trigger.schedule");
    let rules = match source.kind() {
        "scheduleTrigger" => scheduled(source, &mut target)?,
        "cron" => times(source)?,
        _ => vec![interval(source)],
    };
    target.set("rules", rules);
    Ok(target)
}

fn scheduled(source: &Source, target: &mut Target) -> Result<Vec<Value>, String> {
    if !source.has("rule") {
        return Ok(vec![rule([("every", "days".into())])]);
    }
    source.rows("rule.interval").iter().map(|row| interval_of(row, target)).collect()
}

fn interval_of(row: &Value, target: &mut Target) -> Result<Value, String> {
    let every = row.get("field").and_then(Value::as_str).unwrap_or("days");
    let mut res = Map::new();
    let mut take = |name: &str, from: &str, default: f64| {
        let value = match row.get(from).map(plain) {
            None | Some(Value::Null) => default.into(),
            Some(Value::String(text)) if text.starts_with('=') => {
                target.approximate(format!(
                    "`{name}` of its schedule is an expression; it is {default} here"
                ));
                default.into()
            }
            Some(it) => it,
        };
        res.insert(name, value);
    };
    match every {
        "cronExpression" => {
            let text = row.get("expression").map(Value::to_text).unwrap_or_default();
            return Ok(rule([("every", "cron".into()), ("cron", text.trim().into())]));
        }
        "seconds" => take("amount", "secondsInterval", 30.0),
        "minutes" => take("amount", "minutesInterval", 5.0),
        "hours" => {
            take("amount", "hoursInterval", 1.0);
            take("minute", "triggerAtMinute", 0.0);
        }
        "days" | "weeks" | "months" => {
            take("amount", &format!("{every}Interval"), 1.0);
            take("hour", "triggerAtHour", 0.0);
            take("minute", "triggerAtMinute", 0.0);
            if every == "months" {
                take("dayOfMonth", "triggerAtDayOfMonth", 1.0);
            }
        }
        other => return Err(format!("its schedule counts in `{other}`, which is not known")),
    }
    if every == "weeks" {
        let sunday = || Value::from(vec![Value::from(0)]);
        res.insert("weekdays", row.get("triggerAtDay").cloned().unwrap_or_else(sunday));
    }
    res.insert("every", every);
    Ok(res.into())
}

/// A value without its `{{ }}`, when that holds a plain number.
fn plain(value: &Value) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    let inner = text.strip_prefix('=').unwrap_or(text).trim();
    let inner = inner.strip_prefix("{{").and_then(|it| it.strip_suffix("}}")).unwrap_or(inner);
    inner.trim().parse::<f64>().map_or_else(|_| value.clone(), Value::from)
}

/// Cron's list of times.
fn times(source: &Source) -> Result<Vec<Value>, String> {
    source.rows("triggerTimes.item").iter().map(time).collect()
}

fn time(row: &Value) -> Result<Value, String> {
    let or = |name: &str, default: f64| match row.get(name).map(plain) {
        None | Some(Value::Null) => Value::from(default),
        Some(it) => it,
    };
    let at = || [("hour", or("hour", 14.0)), ("minute", or("minute", 0.0))];
    let with = |every: &str, more: Vec<(&str, Value)>| {
        rule(more.into_iter().chain([("every", every.into())]))
    };
    Ok(match row.get("mode").and_then(Value::as_str).unwrap_or("everyDay") {
        "everyMinute" => with("minutes", vec![("amount", 1.into())]),
        "everyHour" => with("hours", vec![("minute", or("minute", 0.0))]),
        "everyDay" => with("days", at().into()),
        "everyWeek" => {
            let mut more = Vec::from(at());
            more.push(("weekdays", vec![or("weekday", 1.0)].into()));
            with("weeks", more)
        }
        "everyMonth" => {
            let mut more = Vec::from(at());
            more.push(("dayOfMonth", or("dayOfMonth", 1.0)));
            with("months", more)
        }
        "everyX" => {
            let unit = row.get("unit").and_then(Value::as_str).unwrap_or("hours");
            with(unit, vec![("amount", or("value", 2.0))])
        }
        "custom" => {
            let text = row.get("cronExpression").map(Value::to_text);
            let text = text.unwrap_or_else(|| "* * * * * *".into());
            with("cron", vec![("cron", text.trim().into())])
        }
        other => return Err(format!("its time `{other}` is not known")),
    })
}

fn interval(source: &Source) -> Value {
    let unit = source.text("unit", "seconds");
    rule([("every", unit.into()), ("amount", plain(&source.or("interval", 1)))])
}

fn rule<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::object(fields)
}
