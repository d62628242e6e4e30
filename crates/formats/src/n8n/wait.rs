//! Wait: for a while, until a date, a call or a form.

use model::{Map, Value};

use super::{
    source::{Source, Target, rows_of},
    webhook,
};

pub(super) const TYPES: &[&str] = &["wait"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("flow.wait");
    let kinds = [
        ("timeInterval", "interval"),
        ("specificTime", "time"),
        ("webhook", "webhook"),
        ("form", "form"),
    ];
    let until = source.choice("resume", &kinds);
    // The first version waited an hour unless told otherwise.
    let (amount, unit) = if source.version < 1.1 { (1, "hours") } else { (5, "seconds") };
    let by_expression = until.as_str().is_some_and(|it| it.starts_with('='));
    let is = |kind: &str| by_expression || until.as_str() == Some(kind);
    if is("interval") {
        target.set("amount", source.or("amount", amount));
        target.set("unit", source.or("unit", unit));
    }
    if is("time") {
        target.set("at", source.at("dateTime"));
    }
    if is("webhook") {
        call(source, &mut target)?;
    }
    if is("form") {
        form(source, &mut target);
    }
    if is("webhook") || is("form") {
        target.set("suffix", source.at("options.webhookSuffix"));
        limit(source, &mut target);
    }
    target.set("until", until);
    Ok(target)
}

fn call(source: &Source, target: &mut Target) -> Result<(), String> {
    target.set("methods", vec![source.or("httpMethod", "GET")]);
    webhook::authentication(source, "incomingAuthentication", target)?;
    webhook::answer(source, target)?;
    webhook::options(source, target);
    Ok(())
}

fn form(source: &Source, target: &mut Target) {
    target.set("title", source.at("formTitle"));
    target.set("description", source.at("formDescription"));
    target.set("button", source.at("options.buttonLabel"));
    let rows = rows_of(source.parameters.at("formFields.values"));
    target.set("fields", Value::array(rows.iter().map(field)));
}

fn field(row: &Value) -> Value {
    let or = |key: &str, default: Value| row.get(key).cloned().unwrap_or(default);
    let mut res = Map::from_iter([
        ("label", or("fieldLabel", "".into())),
        ("type", or("fieldType", "text".into())),
        ("required", or("requiredField", false.into())),
    ]);
    let choices = rows_of(row.at("fieldOptions.values"));
    if !choices.is_empty() {
        let texts = choices.iter().filter_map(|it| it.get("option").cloned());
        res.insert("options", Value::array(texts));
    }
    for (from, to) in [("placeholder", "placeholder"), ("multiselect", "several")] {
        if let Some(value) = row.get(from) {
            res.insert(to, value.clone());
        }
    }
    res.into()
}

fn limit(source: &Source, target: &mut Target) {
    if !source.flag("limitWaitTime", false) {
        return;
    }
    if source.text("limitType", "afterTimeInterval") == "atSpecifiedTime" {
        target.set("limit", "time");
        target.set("limitAt", source.at("maxDateAndTime"));
    } else {
        target.set("limit", "interval");
        target.set("limitAmount", source.or("resumeAmount", 1));
        target.set("limitUnit", source.or("resumeUnit", "hours"));
    }
}
