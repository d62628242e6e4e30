//! What is wrong with a workflow before it runs: every fault at once, each with its place.

use std::collections::HashSet;

use expr::Template;
use model::{
    Value,
    flaw::{Flaw, Kind},
    workflow::{NAME_CHARS_MAX, NODES_MAX, Node, PRIORITY_MAX, RETRY_TRIES_MAX, Workflow},
};
use sdk::{Catalog, NodeType};

/// Every fault that forbids to publish the workflow.
pub fn faults(document: &Workflow, catalog: &Catalog<NodeType>) -> Vec<Flaw> {
    let mut res = vec![];
    let count = document.name.chars().count();
    if document.name.trim().is_empty() || count > NAME_CHARS_MAX {
        let message = format!("a name of 1 to {NAME_CHARS_MAX} characters is needed");
        let flaw = Flaw::new("name", Kind::Name, document.name.as_str(), message);
        res.push(flaw.allowing(format!("1 … {NAME_CHARS_MAX}")));
    }
    if document.nodes.len() > NODES_MAX {
        let message = format!("a workflow has at most {NODES_MAX} nodes");
        let flaw = Flaw::new("nodes", Kind::TooManyNodes, "", message);
        res.push(flaw.allowing(NODES_MAX.to_string()));
    }
    if let Some(zone) = &document.settings.time_zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        let message = format!("there is no time zone `{zone}`; name one such as Europe/Lisbon");
        res.push(Flaw::new("settings.timeZone", Kind::TimeZone, zone.as_str(), message));
    }
    if !(-PRIORITY_MAX..=PRIORITY_MAX).contains(&document.settings.priority) {
        let message = format!("a priority lies between -{PRIORITY_MAX} and {PRIORITY_MAX}");
        let flaw = Flaw::new("settings.priority", Kind::Priority, "", message);
        res.push(flaw.allowing(format!("-{PRIORITY_MAX} … {PRIORITY_MAX}")));
    }
    let mut names = HashSet::new();
    for node in &document.nodes {
        let place = format!("nodes.{}", node.name);
        if node.name.is_empty() {
            res.push(Flaw::new(&place, Kind::Name, "", "each node needs a name"));
        }
        if !names.insert(&node.name) {
            let message = format!("two nodes are called `{}`", node.name);
            res.push(Flaw::new(&place, Kind::NameTaken, node.name.as_str(), message));
        }
        node_faults(node, &place, catalog, &mut res);
    }
    for (n, it) in document.connections.iter().enumerate() {
        for end in [&it.from, &it.to] {
            if !names.contains(end) {
                let message = format!("there is no node `{end}`");
                let place = format!("connections[{n}]");
                res.push(Flaw::new(place, Kind::NodeAbsent, end.as_str(), message));
            }
        }
    }
    res
}

fn node_faults(node: &Node, place: &str, catalog: &Catalog<NodeType>, res: &mut Vec<Flaw>) {
    let Some(node_type) = catalog.get(&node.node_type) else {
        let kind = node.node_type.as_str();
        let message = format!("there is no node type `{kind}`; `tailorbird node list` names all");
        res.push(Flaw::new(format!("{place}.type"), Kind::NodeTypeUnknown, kind, message));
        return;
    };
    if node.disabled {
        return;
    }
    if node.retry.as_ref().is_some_and(|it| it.tries == 0 || it.tries > RETRY_TRIES_MAX) {
        let message = format!("1 to {RETRY_TRIES_MAX} tries are possible");
        let flaw = Flaw::new(format!("{place}.retry"), Kind::Tries, "", message);
        res.push(flaw.allowing(format!("1 … {RETRY_TRIES_MAX}")));
    }
    let faults = node_type.form.faults(&node.parameters);
    res.extend(faults.into_iter().map(|it| it.below(place)));
    expressions(&node.parameters, place, res);
    if node_type.trigger
        && let Err(message) =
            node_type.run.listens(&node.id, &node_type.form.fill(&node.parameters))
    {
        res.push(Flaw::new(place, Kind::Trigger, "", message));
    }
}

/// Expressions whose text is no JavaScript.
fn expressions(value: &Value, place: &str, res: &mut Vec<Flaw>) {
    match value {
        Value::String(text) => {
            if let Some(text) = text.strip_prefix('=')
                && let Some(fault) = Template::parse(text).fault()
            {
                let message = fault.message.as_str();
                res.push(Flaw::new(place, Kind::Expression, message, message));
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
