//! Stands in for a node of another product that has no node type here yet.

use async_trait::async_trait;
use model::{
    Value,
    form::{Field, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Port, Run, node::Ports};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "An imported node that is not supported yet".into(),
        docs: "Keeps the type and all parameters of a node that was imported from another product \
               and that has no node type here yet. The workflow can be drawn, saved and checked; \
               an execution that reaches this node fails and names the type. Replace it by other \
               nodes (an HTTP request often does), pin its data, or disable it: a disabled node \
               passes its items on."
            .into(),
        icon: "puzzle".into(),
        form: Form::new([
            Field::text("type", "Type")
                .fixed()
                .help("What the node is called where it comes from."),
            Field::number("typeVersion", "Version of the type")
                .fixed()
                .help("The version of its parameters where it comes from."),
            Field::json("parameters", "Parameters")
                .fixed()
                .help("Its parameters as they were imported, kept for the day it is supported."),
            Field::json("inputs", "Inputs")
                .fixed()
                .help("The kinds of its input ports, such as [\"main\"]."),
            Field::json("outputs", "Outputs")
                .fixed()
                .help("The kinds of its output ports, such as [\"main\", \"main\"]."),
        ]),
        ..NodeType::new("placeholder", "Unsupported node", Category::Core, Placeholder)
    }
}

struct Placeholder;

#[async_trait]
impl Run for Placeholder {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let kind = ctx.text("type", 0)?;
        Err(NodeError::never(format!(
            "node `{}` is a placeholder for `{kind}`, which is not supported yet; replace it, pin \
             its data or disable it",
            ctx.node.name
        )))
    }

    fn ports(&self, parameters: &Value) -> Option<Ports> {
        Some(Ports {
            inputs: ports(parameters.get("inputs"), "in")?,
            outputs: ports(parameters.get("outputs"), "out")?,
        })
    }
}

fn ports(kinds: Option<&Value>, name: &str) -> Option<Vec<Port>> {
    let kinds = kinds?.as_array()?;
    let several = kinds.iter().filter(|it| it.as_str() == Some("main")).count() > 1;
    Some(
        kinds
            .iter()
            .enumerate()
            .map(|(number, kind)| match kind.to_text() {
                main if main == "main" && several => Port::main(&format!("{name}{}", number + 1)),
                main if main == "main" => Port::main(name),
                kind => Port { name: kind.clone(), kind },
            })
            .collect(),
    )
}
