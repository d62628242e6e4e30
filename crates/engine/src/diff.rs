//! How two documents of a workflow differ, in the words of the document.

use std::collections::BTreeMap;

use model::{Value, workflow::Workflow};
use smol_str::SmolStr;

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub kind: Kind,
    /// Such as `nodes.Send.parameters.url`.
    pub path: String,
    /// The node's name, where one changed: the new one, unless it is gone.
    pub node: Option<SmolStr>,
    /// Null when it was added.
    pub before: Value,
    /// Null when it was removed.
    pub after: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Added,
    Removed,
    Changed,
}

/// Most changes that are told apart.
pub const CHANGES_MAX: usize = 10_000;

/// What must be done to the first document to get the second. Nodes are known by their ids, so that
/// one that got another name is changed, not replaced.
pub fn changes(before: &Workflow, after: &Workflow) -> Vec<Change> {
    let mut res = vec![];
    nodes(before, after, &mut res);
    connections(before, after, &mut res);
    let rest = |it: &Workflow| {
        let bare = Workflow { nodes: vec![], connections: vec![], ..it.clone() };
        value_of(&bare)
    };
    values("", None, &rest(before), &rest(after), &mut res);
    res.truncate(CHANGES_MAX);
    res
}

fn value_of(it: &impl serde::Serialize) -> Value {
    serde_json::to_value(it).map(Value::from).unwrap_or_default()
}

fn nodes(before: &Workflow, after: &Workflow, res: &mut Vec<Change>) {
    let old: BTreeMap<&SmolStr, _> = before.nodes.iter().map(|it| (&it.id, it)).collect();
    let new: BTreeMap<&SmolStr, _> = after.nodes.iter().map(|it| (&it.id, it)).collect();
    for it in before.nodes.iter().filter(|it| !new.contains_key(&it.id)) {
        let path = format!("nodes.{}", it.name);
        res.push(change(Kind::Removed, path, Some(&it.name), &value_of(it), &Value::Null));
    }
    for it in &after.nodes {
        let path = format!("nodes.{}", it.name);
        match old.get(&it.id) {
            None => {
                res.push(change(Kind::Added, path, Some(&it.name), &Value::Null, &value_of(it)));
            }
            Some(old) => values(&path, Some(&it.name), &value_of(old), &value_of(it), res),
        }
    }
}

fn connections(before: &Workflow, after: &Workflow, res: &mut Vec<Change>) {
    let path = |it: &model::workflow::Connection| {
        format!("connections.{}[{}] → {}[{}]", it.from, it.output, it.to, it.input)
    };
    for it in before.connections.iter().filter(|it| !after.connections.contains(it)) {
        res.push(change(Kind::Removed, path(it), None, &value_of(it), &Value::Null));
    }
    for it in after.connections.iter().filter(|it| !before.connections.contains(it)) {
        res.push(change(Kind::Added, path(it), None, &Value::Null, &value_of(it)));
    }
}

/// Objects are compared field by field, anything else as a whole.
fn values(
    path: &str,
    node: Option<&SmolStr>,
    before: &Value,
    after: &Value,
    res: &mut Vec<Change>,
) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            res.push(change(Kind::Changed, path.to_owned(), node, before, after));
        }
        return;
    };
    let dot = if path.is_empty() { "" } else { "." };
    for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
        let path = format!("{path}{dot}{key}");
        res.push(change(Kind::Removed, path, node, value, &Value::Null));
    }
    for (key, value) in new.iter() {
        let path = format!("{path}{dot}{key}");
        match old.get(key) {
            None => res.push(change(Kind::Added, path, node, &Value::Null, value)),
            Some(old) => values(&path, node, old, value, res),
        }
    }
}

fn change(
    kind: Kind,
    path: String,
    node: Option<&SmolStr>,
    before: &Value,
    after: &Value,
) -> Change {
    Change { kind, path, node: node.cloned(), before: before.clone(), after: after.clone() }
}

#[cfg(test)]
mod tests {
    use model::{
        json,
        workflow::{Connection, Node},
    };

    use super::*;

    fn node(id: &str, name: &str, parameters: Value) -> Node {
        Node { id: id.into(), name: name.into(), parameters, ..Node::default() }
    }

    fn wire(from: &str, to: &str) -> Connection {
        Connection { from: from.into(), to: to.into(), ..Connection::default() }
    }

    #[test]
    fn every_difference_has_its_path() {
        let before = Workflow {
            name: "Orders".into(),
            nodes: vec![
                node("1", "Start", Value::Null),
                node("2", "Send", json!({"url": "a", "retry": true})),
                node("3", "Old", Value::Null),
            ],
            connections: vec![wire("Start", "Send"), wire("Send", "Old")],
            ..Workflow::default()
        };
        let after = Workflow {
            name: "Orders 2".into(),
            nodes: vec![
                node("1", "Start", Value::Null),
                node("2", "Post", json!({"url": "b", "body": "x"})),
                node("4", "New", Value::Null),
            ],
            connections: vec![wire("Start", "Send"), wire("Post", "New")],
            ..Workflow::default()
        };
        let told: Vec<String> = changes(&before, &after)
            .iter()
            .map(|it| format!("{:?} {}", it.kind, it.path))
            .collect();
        assert_eq!(
            told,
            [
                "Removed nodes.Old",
                "Changed nodes.Post.name",
                "Removed nodes.Post.parameters.retry",
                "Added nodes.Post.parameters.body",
                "Changed nodes.Post.parameters.url",
                "Added nodes.New",
                "Removed connections.Send[0] → Old[0]",
                "Added connections.Post[0] → New[0]",
                "Changed name",
            ]
        );
        assert_eq!(changes(&before, &before), []);
    }
}
