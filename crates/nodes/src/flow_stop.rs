//! Ends the execution with an error of one's own.

use async_trait::async_trait;
use model::{
    Value,
    form::{Field, Form},
};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run, ctx::text_of};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Ends the execution with an error".into(),
        docs: "Fails with a message or an object of your own: the execution ends as *error*, and \
               its error workflow starts with the message. The message is taken from the first \
               item; `={{ $json.reason }}` works.\n\nOf an object, `message` becomes the message, \
               and the whole object its description."
            .into(),
        icon: "octagon-alert".into(),
        outputs: vec![],
        form: Form::new([
            Field::choice("kind", "Error as", &[("message", "A message"), ("object", "An object")])
                .help("A sentence, or an object with fields of your own."),
            Field::long_text("message", "Message")
                .when("kind", &["message"])
                .placeholder("the customer is unknown")
                .help("What went wrong, for the person who reads it."),
            Field::json("object", "Object")
                .when("kind", &["object"])
                .help("Fields of the error, such as `{\"message\": \"…\", \"code\": 7}`."),
        ]),
        ..NodeType::new("flow.stop", "Stop and error", Category::Flow, Stop)
    }
}

struct Stop;

#[async_trait]
impl Run for Stop {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        if ctx.text("kind", 0)? != "object" {
            let message = ctx.text("message", 0)?;
            return Err(NodeError::never(if message.is_empty() {
                "the workflow was stopped".into()
            } else {
                message
            }));
        }
        let object = match ctx.value("object", 0)? {
            Value::String(text) => Value::from_json(&text).map_err(|fault| {
                NodeError::never(format!("the error object is not JSON: {fault}"))
            })?,
            other => other,
        };
        let told = ["message", "error", "description"].iter().find_map(|key| object.get(key));
        let message = told.map_or_else(|| text_of(&object), text_of);
        Err(NodeError::never(message).described(object.to_json()))
    }
}
