//! Our own format: JSON of [`Workflow`], with a published schema.

use model::{
    Value,
    workflow::{FORMAT, NODES_MAX, Workflow},
};

use crate::{FormatError, Imported, Report};

/// The JSON Schema of the native format, as published in `docs/workflow.schema.json`.
pub fn schema() -> &'static str {
    include_str!("../../../docs/workflow.schema.json")
}

/// A workflow as a native document: JSON for people, with a line per field.
pub fn write(workflow: &Workflow) -> String {
    let mut workflow = workflow.clone();
    workflow.format = FORMAT;
    serde_json::to_string_pretty(&workflow).expect("a workflow is always JSON")
}

pub(crate) fn read(document: &Value) -> Result<Imported, FormatError> {
    let format = document.get("format").and_then(Value::as_f64).unwrap_or(0.0);
    if format > f64::from(FORMAT) {
        return Err(FormatError::Newer(format as u64));
    }
    let nodes = document.get("nodes").and_then(Value::as_array).map_or(0, <[Value]>::len);
    if nodes > NODES_MAX {
        return Err(FormatError::TooMany { things: "nodes", count: nodes, max: NODES_MAX });
    }
    let workflow: Workflow = serde_json::from_value(document.into())
        .map_err(|fault| FormatError::Native(fault.to_string()))?;
    let report = Report { nodes, converted: nodes, ..Report::default() };
    Ok(Imported { workflow, report, external_id: None, active: false })
}
