//! Keeps the items that meet conditions.

use async_trait::async_trait;
use model::form::Form;
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Port, Run};

use crate::{conditions, flow_if::divide};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Keeps the items that meet conditions".into(),
        docs: format!("{}{}", include_str!("data_filter.md"), conditions::DOCS),
        icon: "filter".into(),
        outputs: vec![Port::main("kept"), Port::main("discarded")],
        form: Form::new([conditions::field("conditions", "Conditions")]),
        ..NodeType::new("data.filter", "Filter", Category::Data, Filter)
    }
}

struct Filter;

#[async_trait]
impl Run for Filter {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let (kept, discarded) = divide(ctx).await?;
        Ok(Outcome::Done(vec![kept, discarded]))
    }
}
