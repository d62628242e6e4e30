//! What the wires of a placeholder say about its ports.

use model::{
    Map, Value,
    workflow::{Connection, Node, OnError},
};
use smol_str::SmolStr;

/// Writes the kinds of the ports that wires use into the parameters of every placeholder.
pub(super) fn note(nodes: &mut [Node], connections: &[Connection]) {
    for node in nodes.iter_mut().filter(|it| it.node_type == "placeholder") {
        let into = connections.iter().filter(|it| it.to == node.name);
        let mut inputs = Count::default();
        into.for_each(|it| inputs.add(kind(it), it.input));
        let out = connections.iter().filter(|it| it.from == node.name);
        let mut outputs = Count::default();
        out.for_each(|it| outputs.add(kind(it), it.output));
        // The error output comes last and belongs to the node's options, not to its type.
        let extra = usize::from(node.on_error == OnError::ErrorOutput);
        let supplier = outputs.main == 0 && !outputs.kinds.is_empty();
        let main = if supplier { 0 } else { outputs.main.saturating_sub(extra).max(1) };
        let mut parameters: Map = node.parameters.as_object().cloned().unwrap_or_default();
        parameters.insert("inputs", list(inputs.main, inputs.kinds));
        parameters.insert("outputs", list(main, outputs.kinds));
        node.parameters = parameters.into();
    }
}

#[derive(Default)]
struct Count {
    main: usize,
    kinds: Vec<SmolStr>,
}

impl Count {
    fn add(&mut self, kind: &str, index: usize) {
        if kind == "main" {
            self.main = self.main.max(index + 1);
        } else if !self.kinds.iter().any(|it| it == kind) {
            self.kinds.push(kind.into());
        }
    }
}

fn kind(connection: &Connection) -> &str {
    if connection.is_main() { "main" } else { &connection.kind }
}

fn list(main: usize, kinds: Vec<SmolStr>) -> Value {
    let mains = (0..main).map(|_| Value::from("main"));
    Value::array(mains.chain(kinds.into_iter().map(Value::from)))
}
