//! Date & Time: the first version by Moment, the second by Luxon.

use model::Value;

use super::source::{Source, Target, whole_expression};

pub(super) const TYPES: &[&str] = &["dateTime"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    if source.version < 2.0 { first(source) } else { second(source) }
}

/// Writes into the item, and knows no time zone but UTC unless it is told one.
fn first(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.date_time");
    target.set("includeInput", true);
    target.set("date", source.or("value", ""));
    let output = source.or("dataPropertyName", "data");
    target.set("dotNotation", output.as_str().is_some_and(|it| it.contains('.')));
    target.set("output", output);
    target.set("tokens", "moment");
    target.set("fromFormat", source.at("options.fromFormat"));
    match source.text("action", "format").as_str() {
        "format" => {
            target.set("operation", "format");
            target.set("format", source.or("toFormat", "MM/DD/YYYY"));
            let (from, to) = (source.at("options.fromTimezone"), source.at("options.toTimezone"));
            let zoned = !from.is_null() || !to.is_null();
            target.set("fromZone", zone(from, zoned));
            target.set("timeZone", zone(to, zoned));
        }
        "calculate" => {
            target.set("operation", source.choice("operation", &[("add", "add"), SUBTRACT]));
            target.set("amount", source.or("duration", 0));
            target.set("unit", source.or("timeUnit", "days"));
            target.set("fromZone", "UTC");
            target.set("utc", true);
        }
        other => return Err(format!("its action `{other}` is not known")),
    }
    Ok(target)
}

const SUBTRACT: (&str, &str) = ("subtract", "subtract");

/// A zone that is named; else that of the workflow when the other one is named, else UTC.
fn zone(named: Value, zoned: bool) -> Value {
    match named {
        Value::Null if zoned => Value::Null,
        Value::Null => "UTC".into(),
        named => named,
    }
}

fn second(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.date_time");
    let output = match source.text("operation", "getCurrentDate").as_str() {
        "getCurrentDate" => {
            target.set("operation", "now");
            target.set("includeTime", source.or("includeTime", true));
            target.set("timeZone", source.at("options.timezone"));
            "currentDate"
        }
        "formatDate" => {
            format(source, &mut target);
            "formattedDate"
        }
        moved @ ("addToDate" | "subtractFromDate") => {
            target.set("operation", if moved == "addToDate" { "add" } else { "subtract" });
            date(source, "magnitude", &mut target);
            target.set("amount", source.or("duration", 0));
            target.set("unit", source.or("timeUnit", "days"));
            "newDate"
        }
        "roundDate" => {
            round(source, &mut target);
            "roundedDate"
        }
        "extractDate" => {
            target.set("operation", "extract");
            date(source, "date", &mut target);
            target.set("part", source.or("part", "month"));
            "datePart"
        }
        "getTimeBetweenDates" => {
            target.set("operation", "between");
            date(source, "startDate", &mut target);
            target.set("end", source.or("endDate", ""));
            target.set("units", source.or("units", vec![Value::from("day")]));
            target.set("iso", source.at("options.isoString"));
            "timeDifference"
        }
        other => return Err(format!("its operation `{other}` is not known")),
    };
    target.set("output", source.or("outputFieldName", output));
    target.set("includeInput", source.at("options.includeInputFields"));
    Ok(target)
}

fn format(source: &Source, target: &mut Target) {
    target.set("operation", "format");
    date(source, "date", target);
    let format = source.or("format", "MM/dd/yyyy");
    let custom = format.as_str() == Some("custom");
    target.set("format", if custom { source.or("customFormat", "") } else { format });
    let from_format = source.at("options.fromFormat");
    if !from_format.is_null() {
        // Such a date lies in the zone of the workflow.
        target.parameters.remove("fromZone");
    }
    target.set("fromFormat", from_format);
    // Luxon's own moments keep their zone; text is written in UTC unless the workflow's is wanted.
    let moment = moment(&source.at("date"));
    if moment.is_none() && !source.flag("options.timezone", false) {
        target.set("timeZone", "written");
    }
}

fn round(source: &Source, target: &mut Target) {
    target.set("operation", "round");
    date(source, "date", target);
    if source.text("mode", "roundDown") == "roundUp" {
        target.set("direction", "up");
        target.set("part", source.or("to", "month"));
    } else {
        target.set("direction", "down");
        target.set("part", source.or("toNearest", "month"));
    }
}

fn date(source: &Source, name: &str, target: &mut Target) {
    let date = source.or(name, "");
    if moment(&date) == Some(Moment::Elsewhere) {
        target.set("timeZone", "own");
    }
    target.set("date", date);
    target.set("fromZone", "UTC");
}

/// An expression that gives one of Luxon's moments and not text.
#[derive(PartialEq)]
enum Moment {
    /// In the zone of the workflow.
    Here,
    /// In a zone that the expression chooses.
    Elsewhere,
}

fn moment(date: &Value) -> Option<Moment> {
    let code = whole_expression(date)?;
    let begins = ["$now", "$today", "DateTime."].iter().any(|it| code.starts_with(it));
    let converted = code.contains(".toDateTime(");
    let gives_moment = match code.strip_suffix(')') {
        None => matches!(code, "$now" | "$today"),
        Some(call) => {
            matches!(
                last_called(call)?,
                "plus"
                    | "minus"
                    | "startOf"
                    | "endOf"
                    | "set"
                    | "setZone"
                    | "setLocale"
                    | "toUTC"
                    | "toLocal"
                    | "toDateTime"
                    | "now"
                    | "local"
                    | "utc"
                    | "fromISO"
                    | "fromFormat"
                    | "fromMillis"
                    | "fromSeconds"
                    | "fromJSDate"
                    | "fromSQL"
                    | "beginningOf"
                    | "endOfMonth"
            )
        }
    };
    if !(begins || converted) || !gives_moment {
        return None;
    }
    let elsewhere = [".setZone(", ".toUTC(", "DateTime.utc(", "zone:", "setZone:"];
    let elsewhere = elsewhere.iter().any(|it| code.contains(it));
    Some(if elsewhere { Moment::Elsewhere } else { Moment::Here })
}

/// The name of the method whose call a text is, without its last bracket.
fn last_called(call: &str) -> Option<&str> {
    let mut depth = 0;
    let open = call.char_indices().rev().find(|(_, letter)| {
        match letter {
            ')' => depth += 1,
            '(' if depth == 0 => return true,
            '(' => depth -= 1,
            _ => {}
        }
        false
    });
    call[..open?.0].rsplit('.').next().map(str::trim)
}
