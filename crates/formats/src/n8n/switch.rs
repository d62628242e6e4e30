//! `switch`: one value against rules up to version 2, a list of conditions per rule since 3.

use model::{Map, Value, json};

use super::{
    conditions,
    source::{Source, Target},
};

pub(super) const TYPES: &[&str] = &["switch"];

/// Version 1 had as many outputs, whatever its rules.
const OUTPUTS_OF_VERSION_1: f64 = 4.0;

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("flow.switch");
    if source.text("mode", "rules") == "expression" {
        target.set("mode", "expression");
        let outputs = match source.version {
            it if it < 2.0 => OUTPUTS_OF_VERSION_1.into(),
            it if it < 3.0 => source.or("outputsAmount", 4.0),
            _ => source.or("numberOutputs", 4.0),
        };
        target.set("outputs", outputs);
        target.set("output", source.or("output", if source.version < 3.0 { "0" } else { "" }));
    } else if source.version < 3.0 {
        old(source, &mut target);
    } else {
        new(source, &mut target);
    }
    Ok(target)
}

/// One value, compared with that of each rule.
fn old(source: &Source, target: &mut Target) {
    let kind = source.text("dataType", "number");
    let value = source.or("value1", conditions::default_side(&kind));
    let fixed = source.version < 2.0;
    let rules = source.rows("rules.rules");
    let rules = rules.iter().map(|rule| {
        let right = rule.get("value2").cloned().unwrap_or(conditions::default_side(&kind));
        let row = conditions::old_row(&kind, value.clone(), rule.get("operation"), right);
        let met = conditions::conditions(false, false, false, vec![row]);
        let mut res = Map::from_iter([("conditions", met)]);
        if fixed {
            res.insert("output", rule.get("output").cloned().unwrap_or(0.0.into()));
        } else if let Some(name) = rule.get("outputKey").filter(|it| it.truthy()) {
            res.insert("name", name.clone());
        }
        res.into()
    });
    target.set("rules", rules.collect::<Vec<Value>>());
    if fixed {
        target.set("outputs", OUTPUTS_OF_VERSION_1);
    }
    match source.or("fallbackOutput", -1.0) {
        Value::Number(it) if it < 0.0 => {}
        output => {
            target.set("fallback", "output");
            target.set("fallbackOutput", output);
        }
    }
}

/// Each rule has conditions of its own.
fn new(source: &Source, target: &mut Target) {
    // A rule that was never touched compares nothing with nothing, and so it fits everything.
    let untouched =
        || vec![json!({"conditions": {"conditions": [{"leftValue": "", "rightValue": ""}]}})];
    let rules = if source.has("rules") { source.rows("rules.values") } else { untouched() };
    let rules = rules.iter().map(|rule| {
        let met = conditions::modern(&rule.get("conditions").cloned().unwrap_or_default());
        let mut res = Map::from_iter([("conditions", met)]);
        let renamed = rule.get("renameOutput").is_some_and(Value::truthy);
        if let Some(name) = rule.get("outputKey").filter(|it| renamed && it.truthy()) {
            res.insert("name", name.clone());
        }
        res.into()
    });
    target.set("rules", rules.collect::<Vec<Value>>());
    match source.or("options.fallbackOutput", "none") {
        Value::String(it) if it == "none" => {}
        Value::String(it) if it == "extra" => {
            target.set("fallback", "extra");
            target.set("fallbackName", source.at("options.renameFallbackOutput"));
        }
        output => {
            target.set("fallback", "output");
            target.set("fallbackOutput", output);
        }
    }
    if source.has("options.allMatchingOutputs") {
        target.set("allMatching", source.at("options.allMatchingOutputs"));
    }
}
