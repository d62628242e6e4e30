//! Starts when an execution of a workflow fails that names this one as its error workflow.

use async_trait::async_trait;
use model::{Item, Items, Value, json};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run, trigger::Listen};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Starts when another workflow fails".into(),
        docs: "Name this workflow as *error workflow* in the settings of others: it starts for \
               each of their executions that ends with an error, as it is published; a draft \
               starts for none. A workflow with this trigger and no other error workflow watches \
               over itself once it is published.\n\nGives one item:\n\n```json\n{\n  \"execution\": \
               {\"id\": \"…\", \"url\": \"…\", \"error\": {\"message\": \"…\", \"stack\": \"\"}, \
               \"lastNodeExecuted\": \"Send\", \"mode\": \"trigger\"},\n  \"workflow\": {\"id\": \
               \"…\", \"name\": \"…\"}\n}\n```\n\nRun by hand, it gives an example."
            .into(),
        icon: "siren".into(),
        trigger: true,
        inputs: vec![],
        ..NodeType::new("trigger.error", "Error trigger", Category::Core, ErrorTrigger)
    }
}

struct ErrorTrigger;

#[async_trait]
impl Run for ErrorTrigger {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let given = ctx.input(0);
        Ok(Outcome::one(if given.is_empty() { Items::one(example()) } else { given }))
    }

    fn listens(&self, _: &str, _: &Value) -> Result<Vec<Listen>, String> {
        Ok(vec![Listen::Error])
    }
}

/// What is given when nothing has failed.
fn example() -> Item {
    Item::from_value(json!({
        "execution": {
            "id": "231",
            "url": "https://example.com/execution/231",
            "retryOf": "34",
            "error": { "message": "Example Error Message", "stack": "Stacktrace" },
            "lastNodeExecuted": "Node With Error",
            "mode": "manual"
        },
        "workflow": { "id": "1", "name": "Example Workflow" }
    }))
}
