//! Sends each item one of two ways.

use async_trait::async_trait;
use model::form::Form;
use sdk::{Category, Ctx, NodeError, NodeType, Outcome, Port, Run};

use crate::conditions::{self, Conditions};

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Sends items one way or the other".into(),
        docs: format!("{}{}", include_str!("flow_if.md"), conditions::DOCS),
        icon: "split".into(),
        outputs: vec![Port::main("true"), Port::main("false")],
        form: Form::new([conditions::field("conditions", "Conditions")]),
        ..NodeType::new("flow.if", "If", Category::Flow, If)
    }
}

struct If;

#[async_trait]
impl Run for If {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let (met, others) = divide(ctx).await?;
        Ok(Outcome::Done(vec![met, others]))
    }
}

/// The items that meet the conditions, and the others. An item whose conditions fail is among the
/// others when the node goes on.
pub(crate) async fn divide(ctx: &Ctx<'_>) -> Result<(model::Items, model::Items), NodeError> {
    let conditions = Conditions::new(ctx, &ctx.param("conditions"))?;
    let (mut met, mut others) = (ctx.collect(), ctx.collect());
    for (index, item) in ctx.input(0).iter().enumerate() {
        let item = item?.paired_with(0, index);
        let is_met = match conditions.met(ctx, index).await {
            Err(error) if ctx.goes_on() && !error.is_interrupted() => false,
            result => result.map_err(|it| it.at(index))?,
        };
        if is_met { met.push(item)? } else { others.push(item)? }
    }
    Ok((met.finish()?, others.finish()?))
}
