//! Passes its items on: a place to join branches or to leave a remark.

use async_trait::async_trait;
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Passes items on unchanged".into(),
        docs: "Gives the items that it gets. Use it to join branches, to mark the end of one, or \
               as a place for a remark."
            .into(),
        icon: "arrow-right".into(),
        ..NodeType::new("flow.no_op", "No operation", Category::Flow, NoOp)
    }
}

struct NoOp;

#[async_trait]
impl Run for NoOp {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        Ok(Outcome::one(ctx.input(0)))
    }
}
