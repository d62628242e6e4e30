//! Wires: n8n names the source node, the kind and the output's number; some files name ids.

use std::collections::HashMap;

use model::{
    Map, Value,
    workflow::{Connection, Node},
};
use smol_str::SmolStr;

use super::node::text;

/// Ports are numbered from 0; a higher number than this is a broken file.
const PORTS_MAX: usize = 1_000;

/// All wires whose ends exist, in the order of the file. What is wrong is told in `notes`.
pub(super) fn connections(
    written: Option<&Value>,
    nodes: &[Node],
    others: &[SmolStr],
    notes: &mut Vec<String>,
) -> Vec<Connection> {
    let mut names: HashMap<&str, &SmolStr> = HashMap::new();
    for node in nodes.iter().rev() {
        names.insert(&node.id, &node.name);
    }
    for node in nodes.iter().rev() {
        names.insert(&node.name, &node.name);
    }
    let mut wires = Wires { names, others, notes, res: vec![] };
    for (from, kinds) in written.and_then(Value::as_object).into_iter().flatten() {
        wires.of_node(from, kinds);
    }
    wires.res
}

struct Wires<'a> {
    /// Names and ids to names.
    names: HashMap<&'a str, &'a SmolStr>,
    /// Sticky notes: wires to them mean nothing.
    others: &'a [SmolStr],
    notes: &'a mut Vec<String>,
    res: Vec<Connection>,
}

impl Wires<'_> {
    fn of_node(&mut self, from: &SmolStr, kinds: &Value) {
        for (kind, outputs) in kinds.as_object().into_iter().flatten() {
            for (output, bucket) in
                outputs.as_array().into_iter().flatten().enumerate().take(PORTS_MAX)
            {
                // A bucket may be null, a list, or (in hand-made files) a single wire.
                let wires = match bucket {
                    Value::Array(it) => it.to_vec(),
                    Value::Object(_) => vec![bucket.clone()],
                    _ => vec![],
                };
                for wire in wires {
                    self.wire(from, kind, output, &wire);
                }
            }
        }
    }

    fn wire(&mut self, from: &SmolStr, kind: &SmolStr, output: usize, wire: &Value) {
        let to = text(wire, "node");
        if self.others.contains(from) || self.others.contains(&to) {
            return;
        }
        let (Some(from_name), Some(to_name)) =
            (self.names.get(from.as_str()), self.names.get(to.as_str()))
        else {
            let missing = if self.names.contains_key(from.as_str()) { &to } else { from };
            self.notes.push(format!(
                "the connection from `{from}` to `{to}` was left out: there is no node `{missing}`"
            ));
            return;
        };
        let kind = match kind.as_str() {
            "main" => SmolStr::default(),
            other => other.into(),
        };
        let input = wire.get("index").and_then(Value::as_f64).unwrap_or(0.0).max(0.0) as usize;
        let connection = Connection {
            from: (*from_name).clone(),
            output,
            to: (*to_name).clone(),
            input: input.min(PORTS_MAX),
            kind,
            extra: Map::new(),
        };
        if !self.res.contains(&connection) {
            self.res.push(connection);
        }
    }
}
