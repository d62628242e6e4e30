//! Parameters as n8n spells them, for workflows whose expressions look at parameters.

use model::{
    Value,
    workflow::{Imported, Node, fingerprint},
};

use super::{defaults, node::source};

/// What such an expression cannot do without: `$('Node').params`, `$input.params`, `$node["Node"].parameter`,
/// `$parameter`, `$rawParameter`, `this.getNodeParameter`.
const MARKS: &[&str] =
    &[".params", ".parameter", "$parameter", "$rawParameter", "getNodeParameter"];

/// Keeps beside each node the parameters that it was made of, with what the file leaves out. `written` are the nodes of
/// the file; those that became none of ours are notes.
pub(super) fn keep(nodes: &mut [Node], written: &[Value]) {
    if !written.iter().any(|it| it.get("parameters").is_some_and(looks_at_parameters)) {
        return;
    }
    let originals =
        written.iter().filter(|it| it.as_object().is_some() && !super::envelope::is_sticky(it));
    for (node, original) in nodes.iter_mut().zip(originals) {
        if original.get("parameters").is_none_or(|it| it.as_object().is_none()) {
            continue;
        }
        let parameters = defaults::fill(&source(original, 0));
        if parameters != node.parameters {
            let fingerprint = fingerprint(&node.parameters);
            node.imported = Some(Imported { parameters, fingerprint });
        }
    }
}

fn looks_at_parameters(value: &Value) -> bool {
    match value {
        Value::String(text) => MARKS.iter().any(|it| text.contains(it)),
        Value::Array(entries) => entries.iter().any(looks_at_parameters),
        Value::Object(fields) => fields.iter().any(|it| looks_at_parameters(&it.1)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
