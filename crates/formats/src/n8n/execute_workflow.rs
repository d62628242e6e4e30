//! Execute Workflow, and the trigger that it calls.

use model::{Map, Value};
use smol_str::SmolStr;

use super::source::{Source, Target, rows_of};

pub(super) const TYPES: &[&str] = &["executeWorkflow", "executeWorkflowTrigger"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    if source.kind() == "executeWorkflowTrigger" { Ok(trigger(source)) } else { call(source) }
}

fn call(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("workflow.call");
    let (from, name, value) = match source.text("source", "database").as_str() {
        "database" => ("stored", "workflow", source.locator("workflowId")),
        "parameter" => ("document", "document", source.at("workflowJson")),
        "localFile" => ("file", "path", source.at("workflowPath")),
        "url" => ("url", "url", source.at("workflowUrl")),
        other => return Err(format!("its source `{other}` is not known")),
    };
    target.set("source", from);
    target.set(name, value);
    target.set("mode", source.choice("mode", &[("once", "once"), ("each", "each")]));
    target.set("wait", source.or("options.waitForSubWorkflow", true));
    if source.version >= 1.2 {
        inputs(source, &mut target);
    }
    Ok(target)
}

/// Fields that are written into the items, and those that were taken out of the called workflow.
fn inputs(source: &Source, target: &mut Target) {
    let schema = rows_of(source.parameters.at("workflowInputs.schema"));
    let values = source.parameters.at("workflowInputs.value").and_then(Value::as_object);
    let values = values.into_iter().flatten().filter(|(_, value)| !value.is_null());
    let inputs: Vec<Value> = values.map(|(name, it)| input(name, it, &schema)).collect();
    if !inputs.is_empty() {
        target.set("inputs", inputs);
        target.set("convert", source.at("workflowInputs.attemptToConvertTypes"));
    }
    let removed: Vec<SmolStr> = schema
        .iter()
        .filter(|row| row.get("removed").is_some_and(Value::truthy))
        .filter_map(|row| row.get("id").or_else(|| row.get("displayName")))
        .map(Value::to_text)
        .collect();
    if !removed.is_empty() {
        target.set("leaveOut", removed.join(", "));
    }
}

fn input(name: &SmolStr, value: &Value, schema: &[Value]) -> Value {
    let mut res = Map::from_iter([("name", name.clone().into()), ("value", value.clone())]);
    let field = schema.iter().find(|row| row.get("id").is_some_and(|it| it.to_text() == *name));
    if let Some(kind) = field.and_then(|it| it.get("type")).filter(|it| !it.is_null()) {
        res.insert("type", kind.clone());
    }
    res.into()
}

fn trigger(source: &Source) -> Target {
    let mut target = Target::new("trigger.workflow");
    // The first version knew no fields.
    let default = if source.version < 1.1 { "passthrough" } else { "workflowInputs" };
    match source.text("inputSource", default).as_str() {
        "passthrough" => target.set("input", "any"),
        "jsonExample" => {
            target.set("input", "example");
            target.set("example", source.or("jsonExample", EXAMPLE));
        }
        _ => {
            target.set("input", "fields");
            let rows = rows_of(source.parameters.at("workflowInputs.values"));
            target.set("fields", Value::array(rows.iter().map(field)));
        }
    }
    target
}

/// What n8n writes into a new node.
const EXAMPLE: &str = r#"{
  "aField": "a string",
  "aNumber": 123,
  "thisFieldAcceptsAnyType": null,
  "anArray": []
}"#;

fn field(row: &Value) -> Value {
    let name = row.get("name").cloned().unwrap_or_else(|| "".into());
    let kind = row.get("type").filter(|it| !it.is_null()).cloned();
    Map::from_iter([("name", name), ("type", kind.unwrap_or_else(|| "string".into()))]).into()
}
