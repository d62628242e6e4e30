//! Starts an execution by hand.

use async_trait::async_trait;
use model::{Item, Items};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Starts the workflow by hand".into(),
        docs: "Starts an execution when somebody presses *Run* in the editor, or calls \
               `tailorbird run` or the API. Gives the items that were passed in, or one empty item."
            .into(),
        icon: "hand".into(),
        trigger: true,
        inputs: vec![],
        ..NodeType::new("trigger.manual", "Manual trigger", Category::Core, Manual)
    }
}

struct Manual;

#[async_trait]
impl Run for Manual {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let given = ctx.input(0);
        Ok(Outcome::one(if given.is_empty() { Items::one(Item::default()) } else { given }))
    }
}
