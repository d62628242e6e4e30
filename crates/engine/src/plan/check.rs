//! What is wrong with a workflow before it runs: every fault at once, each with its place.

use std::collections::HashSet;

use expr::Template;
use model::{
    Value,
    workflow::{NAME_CHARS_MAX, NODES_MAX, PRIORITY_MAX, RETRY_TRIES_MAX, Workflow},
};
use sdk::{Catalog, NodeType};

/// A place such as `nodes.Send.url`, and a sentence.
pub type Fault = (String, String);

/// Every fault that forbids to publish the workflow.
pub fn faults(document: &Workflow, catalog: &Catalog<NodeType>) -> Vec<Fault> {
    let mut res = vec![];
    if document.name.trim().is_empty() || document.name.chars().count() > NAME_CHARS_MAX {
        res.push(("name".into(), format!("a name of 1 to {NAME_CHARS_MAX} characters is needed")));
    }
    if document.nodes.len() > NODES_MAX {
        res.push(("nodes".into(), format!("a workflow has at most {NODES_MAX} nodes")));
    }
    if let Some(zone) = &document.settings.time_zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        let message = format!("there is no time zone `{zone}`; name one such as Europe/Lisbon");
        res.push(("settings.timeZone".into(), message));
    }
    if !(-PRIORITY_MAX..=PRIORITY_MAX).contains(&document.settings.priority) {
        let message = format!("a priority lies between -{PRIORITY_MAX} and {PRIORITY_MAX}");
        res.push(("settings.priority".into(), message));
    }
    let mut names = HashSet::new();
    for node in &document.nodes {
        let place = format!("nodes.{}", node.name);
        if node.name.is_empty() {
            res.push((place.clone(), "each node needs a name".into()));
        }
        if !names.insert(&node.name) {
            res.push((place.clone(), format!("two nodes are called `{}`", node.name)));
        }
        node_faults(node, &place, catalog, &mut res);
    }
    for (n, it) in document.connections.iter().enumerate() {
        for end in [&it.from, &it.to] {
            if !names.contains(end) {
                let message = format!("there is no node `{end}`");
                res.push((format!("connections[{n}]"), message));
            }
        }
    }
    res
}

fn node_faults(
    node: &model::workflow::Node,
    place: &str,
    catalog: &Catalog<NodeType>,
    res: &mut Vec<Fault>,
) {
    let Some(node_type) = catalog.get(&node.node_type) else {
        res.push((
            format!("{place}.type"),
            format!("there is no node type `{}`; `tailorbird node list` names all", node.node_type),
        ));
        return;
    };
    if node.disabled {
        return;
    }
    if node_type.name == "placeholder" {
        let kind = node.parameters.get("type").map(Value::to_text).unwrap_or_default();
        res.push((
            place.to_owned(),
            format!("`{kind}` is not supported yet; replace the node or disable it"),
        ));
    }
    if node.retry.as_ref().is_some_and(|it| it.tries == 0 || it.tries > RETRY_TRIES_MAX) {
        res.push((format!("{place}.retry"), format!("1 to {RETRY_TRIES_MAX} tries are possible")));
    }
    for (path, message) in node_type.form.faults(&node.parameters) {
        res.push((format!("{place}.{path}"), message));
    }
    expressions(&node.parameters, place, res);
    if node_type.trigger
        && let Err(message) =
            node_type.run.listens(&node.id, &node_type.form.fill(&node.parameters))
    {
        res.push((place.to_owned(), message));
    }
}

/// Expressions whose text is no JavaScript.
fn expressions(value: &Value, place: &str, res: &mut Vec<Fault>) {
    match value {
        Value::String(text) => {
            if let Some(text) = text.strip_prefix('=')
                && let Some(fault) = Template::parse(text).fault()
            {
                res.push((place.to_owned(), fault.message.clone()));
            }
        }
        Value::Array(entries) => {
            for (n, it) in entries.iter().enumerate() {
                expressions(it, &format!("{place}[{n}]"), res);
            }
        }
        Value::Object(fields) => {
            for (name, it) in fields.iter() {
                expressions(it, &format!("{place}.{name}"), res);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
