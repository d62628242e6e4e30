//! Keeps the first or the last items.

use async_trait::async_trait;
use model::form::{Field, Form};
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Run};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Keeps the first or the last items".into(),
        docs: "Keeps at most *Items at most* items, the first or the last of its input, and drops \
               the others.\n\nExample: 3 items at most, the first, keeps `[1, 2, 3]` of \
               `[1, 2, 3, 4]`."
            .into(),
        icon: "scissors".into(),
        form: Form::new([
            Field::integer("itemsMax", "Items at most", 0.0, 1e9)
                .default(1.0)
                .help("How many items are kept at most."),
            Field::choice("keep", "Keep", &[("first", "The first"), ("last", "The last")])
                .help("From which end items are kept."),
        ]),
        ..NodeType::new("data.limit", "Limit", Category::Data, Limit)
    }
}

struct Limit;

#[async_trait]
impl Run for Limit {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let items = ctx.input(0);
        let most = (ctx.number("itemsMax", 0)?.max(0.0) as usize).min(items.len());
        let from = if ctx.text("keep", 0)? == "last" { items.len() - most } else { 0 };
        Ok(Outcome::one(items.slice(from, from + most)?))
    }
}
