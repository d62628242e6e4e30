//! One node: its options, credentials and parameters.

use std::collections::{BTreeMap, HashSet};

use model::{
    Map, Value,
    workflow::{CredentialRef, Node, OnError, Retry},
};
use smol_str::{SmolStr, format_smolstr};

use super::{Source, Target, convert};
use crate::report::{Approximated, Report, Unsupported, Wanted};

/// Keys of a node that have a place of their own.
const KNOWN: &[&str] = &[
    "id",
    "name",
    "type",
    "typeVersion",
    "position",
    "parameters",
    "credentials",
    "disabled",
    "notes",
    "notesInFlow",
    "webhookId",
    "retryOnFail",
    "maxTries",
    "waitBetweenTries",
    "alwaysOutputData",
    "executeOnce",
    "onError",
    "continueOnFail",
];

/// The mapped node; its connections are not looked at here.
pub(super) fn node(
    value: &Value,
    number: usize,
    ids: &mut HashSet<SmolStr>,
    report: &mut Report,
) -> Node {
    let source = source(value, number);
    let (target, placeholder) = match convert(&source) {
        Ok(target) => (target, None),
        Err(why) => (placeholder(&source), Some(why)),
    };
    report.nodes += 1;
    let (node, node_type) = (source.name.clone(), source.node_type.clone());
    match placeholder {
        Some(why) => report.unsupported.push(Unsupported { node, node_type, why }),
        None if target.approximations.is_empty() => report.converted += 1,
        None => {
            let why = target.approximations.join("; ");
            report.approximated.push(Approximated { node, node_type, why });
        }
    }
    let credentials = credentials(&source, &target, report);
    Node {
        id: id(value, number, ids),
        name: source.name.clone(),
        node_type: target.node_type.into(),
        version: 1,
        position: position(value),
        parameters: target.parameters.into(),
        credentials,
        disabled: is(value, "disabled"),
        notes: text(value, "notes").to_string(),
        notes_in_flow: is(value, "notesInFlow"),
        on_error: on_error(value),
        retry: retry(value),
        always_output_data: is(value, "alwaysOutputData"),
        execute_once: is(value, "executeOnce"),
        timeout_ms: None,
        in_doubt: None,
        webhook_id: Some(text(value, "webhookId")).filter(|it| !it.is_empty()),
        imported: None,
        extra: extra(value),
    }
}

pub(super) fn source(value: &Value, number: usize) -> Source {
    let name = text(value, "name");
    let version = match value.get("typeVersion") {
        Some(Value::Number(it)) => *it,
        Some(Value::String(it)) => it.trim().parse().unwrap_or(1.0),
        _ => 1.0,
    };
    let parameters = match value.get("parameters") {
        Some(it @ Value::Object(_)) => it.clone(),
        _ => Map::new().into(),
    };
    Source {
        name: if name.is_empty() { format_smolstr!("Node {}", number + 1) } else { name },
        node_type: text(value, "type"),
        version,
        parameters,
        whole: value.clone(),
    }
}

/// Keeps everything that a later version needs to map the node after all.
fn placeholder(source: &Source) -> Target {
    let mut target = Target::new("placeholder");
    target.set("type", source.node_type.clone());
    target.set("typeVersion", source.version);
    target.set("parameters", source.parameters.clone());
    target
}

fn credentials(
    source: &Source,
    target: &Target,
    report: &mut Report,
) -> BTreeMap<SmolStr, CredentialRef> {
    let mut res = BTreeMap::new();
    let written = source.whole.get("credentials").and_then(Value::as_object);
    for (kind, value) in written.into_iter().flatten() {
        if target.credentials.as_ref().is_some_and(|it| !it.contains(kind)) {
            continue;
        }
        // Very old exports hold the name alone.
        let (id, name) = match value {
            Value::String(name) => (None, name.clone()),
            other => (Some(text(other, "id")).filter(|it| !it.is_empty()), text(other, "name")),
        };
        report.needs_credential.push(Wanted {
            node: source.name.clone(),
            node_type: source.node_type.clone(),
            credential: kind.clone(),
            name: name.clone(),
            id: id.clone(),
        });
        res.insert(kind.clone(), CredentialRef { id, name });
    }
    res
}

/// The node's id, or one of our own making when it has none or one that is taken.
fn id(value: &Value, number: usize, ids: &mut HashSet<SmolStr>) -> SmolStr {
    let written = text(value, "id");
    let mut id = if written.is_empty() { format_smolstr!("node-{}", number + 1) } else { written };
    while !ids.insert(id.clone()) {
        id = format_smolstr!("{id}-{}", number + 1);
    }
    id
}

fn on_error(value: &Value) -> OnError {
    match text(value, "onError").as_str() {
        "continueRegularOutput" => OnError::Continue,
        "continueErrorOutput" => OnError::ErrorOutput,
        "" if is(value, "continueOnFail") => OnError::Continue,
        _ => OnError::Stop,
    }
}

/// n8n clamps: 2 to 5 tries, pauses of at most 5 seconds.
fn retry(value: &Value) -> Option<Retry> {
    is(value, "retryOnFail").then(|| {
        let number = |key: &str| value.get(key).and_then(Value::as_f64);
        Retry {
            tries: number("maxTries").filter(|it| *it != 0.0).unwrap_or(3.0).clamp(2.0, 5.0) as u32,
            wait_ms: number("waitBetweenTries")
                .filter(|it| *it != 0.0)
                .unwrap_or(1_000.0)
                .clamp(0.0, 5_000.0) as u64,
            ..Retry::default()
        }
    })
}

fn extra(value: &Value) -> Map {
    let mut res = value.as_object().cloned().unwrap_or_default();
    res.retain(|key, _| !KNOWN.contains(&key));
    if res.is_empty() { res } else { Map::from_iter([("n8n", Value::from(res))]) }
}

pub(super) fn position(value: &Value) -> [f64; 2] {
    let at = |index: usize| {
        let number = value.get("position")?.as_array()?.get(index)?;
        number.as_f64().or_else(|| number.as_str()?.trim().parse().ok()).filter(|it| it.is_finite())
    };
    [at(0).unwrap_or(0.0), at(1).unwrap_or(0.0)]
}

/// A field as text; empty when it is absent, null or no scalar.
pub(super) fn text(value: &Value, key: &str) -> SmolStr {
    match value.get(key) {
        Some(it @ (Value::String(_) | Value::Number(_))) => it.to_text(),
        _ => SmolStr::default(),
    }
}

pub(super) fn is(value: &Value, key: &str) -> bool {
    matches!(value.get(key), Some(Value::Bool(true)))
}
