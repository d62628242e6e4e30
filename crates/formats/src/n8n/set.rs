//! `set`, called *Edit Fields* since version 3: four shapes of one thing.

use model::{Map, Value};

use super::{
    conditions::truth,
    source::{Source, Target, rows_of},
};

pub(super) const TYPES: &[&str] = &["set"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.set");
    if source.version < 3.0 {
        old(source, &mut target);
    } else {
        new(source, &mut target);
    }
    if source.has("options.dotNotation") {
        target.set("dotNotation", source.at("options.dotNotation"));
    }
    Ok(target)
}

/// Versions 1 and 2: values by type, as they come.
fn old(source: &Source, target: &mut Target) {
    let only = source.flag("keepOnlySet", false);
    target.set("include", if only { "none" } else { "all" });
    target.set("files", !only);
    target.set("missing", "omit");
    let mut fields = vec![];
    let mut add = |group: &str, kind: &str, default: Value, convert: fn(Value) -> Value| {
        for entry in rows_of(source.parameters.at("values").and_then(|it| it.get(group))) {
            let value = entry.get("value").cloned().unwrap_or(default.clone());
            fields.push(row(
                Some(entry.get("name").unwrap_or(&"propertyName".into())),
                kind,
                convert(value),
            ));
        }
    };
    add("boolean", "any", false.into(), truth);
    add("number", "any", 0.0.into(), |it| it);
    add("string", "any", "".into(), |it| it);
    target.set("fields", fields);
}

/// Version 3 and on.
fn new(source: &Source, target: &mut Target) {
    let include = if source.version >= 3.3 {
        match source.flag("includeOtherFields", false) {
            true => source.text("include", "all"),
            false => "none".into(),
        }
    } else {
        source.text("include", "all")
    };
    let files = if source.version >= 3.4 {
        include != "none" && !source.flag("options.stripBinary", false)
    } else {
        source.flag("options.includeBinary", false)
    };
    for names in ["includeFields", "excludeFields"] {
        target.set(names, source.at(names));
    }
    target.set("include", include);
    target.set("files", files);
    if source.version < 3.1 {
        target.set("missing", "text");
    } else if source.version < 3.2 {
        target.set("missing", "fail");
    }
    if source.has("options.ignoreConversionErrors") {
        target.set("ignoreConversionErrors", source.at("options.ignoreConversionErrors"));
    }
    if source.flag("duplicateItem", false) {
        target.set("copies", source.or("duplicateCount", 0.0));
    }
    if source.text("mode", "manual") == "raw" {
        target.set("mode", "json");
        let default = "{\n  \"my_field_1\": \"value\",\n  \"my_field_2\": 1\n}\n";
        target.set("json", source.or("jsonOutput", default));
    } else {
        target.set("fields", assignments(source));
    }
}

fn assignments(source: &Source) -> Vec<Value> {
    if source.version >= 3.3 {
        let written = source.rows("assignments.assignments");
        return written
            .iter()
            .map(|it| {
                let kind = it.get("type").and_then(Value::as_str).unwrap_or("any");
                row(it.get("name"), kind, it.get("value").cloned().unwrap_or_default())
            })
            .collect();
    }
    let written = source.rows("fields.values");
    written
        .iter()
        .map(|it| {
            let key = it.get("type").and_then(Value::as_str).unwrap_or("stringValue");
            let default = match key {
                "booleanValue" => "true".into(),
                "arrayValue" => "[]".into(),
                "objectValue" => "={}".into(),
                _ => Value::from(""),
            };
            let kind = key.strip_suffix("Value").unwrap_or(key);
            row(it.get("name"), kind, it.get(key).cloned().unwrap_or(default))
        })
        .collect()
}

fn row(name: Option<&Value>, kind: &str, value: Value) -> Value {
    let name = name.cloned().unwrap_or("".into());
    Map::from_iter([("name", name), ("type", kind.into()), ("value", value)]).into()
}
