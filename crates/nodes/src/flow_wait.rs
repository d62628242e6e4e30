//! Holds the execution: for a while, until a date, or until somebody calls its address.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use model::{
    Item, Items, Map, Value,
    execution::{Answer, WaitKind},
};
use sdk::{
    Category, Ctx, NodeError, NodeType, Outcome, Run,
    ctx::WaitFor,
    trigger::{ReceiveCtx, Received, Refusal, Request, Response},
};

use crate::{moments, trigger_webhook};

mod form;

const DOCS: &str = "\
Holds the execution. It survives restarts, and costs nothing while it waits.

**For a while** or **until a date**: the items go on unchanged.

**Until a call**: the execution goes on when its resume address is called, which is \
`{{ $execution.resumeUrl }}` in any node before. It gives the request as one item, like a webhook. A \
suffix tells several wait nodes apart: append it to the address.

**Until a form is filled in**: the same, with the fields of a form.

A wait for a call or a form may have a limit; when that passes, the items go on unchanged.";

/// Shorter pauses are slept through; longer ones free the worker.
const SLEEP_MAX: SignedDuration = SignedDuration::from_secs(2);

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Waits for a while, a date or a call".into(),
        docs: DOCS.into(),
        icon: "hourglass".into(),
        form: form::form(),
        credentials: trigger_webhook::callers()
            .map(|it| it.when("until", ["webhook", "form"]))
            .into(),
        ..NodeType::new("flow.wait", "Wait", Category::Flow, FlowWait)
    }
}

struct FlowWait;

#[async_trait]
impl Run for FlowWait {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        if let Some(answer) = ctx.resumed.pop() {
            return ended(ctx, answer);
        }
        let wait = match ctx.text("until", 0)?.as_str() {
            "time" => WaitFor::time(moments::timestamp(ctx, ctx.value("at", 0)?).await?),
            "webhook" => WaitFor {
                until: limit(ctx).await?,
                details: details(ctx, form::WEBHOOK)?,
                ..WaitFor::kind(WaitKind::Webhook)
            },
            "form" => WaitFor {
                until: limit(ctx).await?,
                details: details(ctx, form::FORM)?,
                ..WaitFor::kind(WaitKind::Form)
            },
            _ => WaitFor::time(after(ctx, "amount", "unit")?),
        };
        if let (WaitKind::Time, Some(until)) = (wait.kind, wait.until) {
            let left = until.duration_since(ctx.host.now());
            if left <= SLEEP_MAX {
                ctx.pause(left.try_into().unwrap_or_default()).await?;
                return Ok(Outcome::one(ctx.input(0)));
            }
        }
        Ok(Outcome::Wait(wait))
    }

    fn receive(&self, request: &Request, ctx: &ReceiveCtx<'_>) -> Result<Received, Refusal> {
        // A form is sent by POST.
        let methods = ctx.parameters.get("methods").and_then(Value::as_array);
        let fits = methods.map_or(request.method == "POST", |it| {
            it.iter().any(|it| it.to_text().eq_ignore_ascii_case(&request.method))
        });
        if !fits {
            return Err(Refusal::not_here());
        }
        let (mut item, answer) = trigger_webhook::received(request, ctx)?;
        if methods.is_none() {
            item.json = sent(&item.json, request, ctx).into();
        }
        Ok(Received { items: vec![Items::one(item)], answer })
    }

    fn answer(&self, parameters: &Value, last: &[Items]) -> Response {
        trigger_webhook::last_node(parameters, last)
    }
}

/// The fields of a form, and when it was sent.
fn sent(json: &Map, request: &Request, ctx: &ReceiveCtx<'_>) -> Map {
    let body = json.get("body").and_then(Value::as_object);
    let mut res = body.cloned().unwrap_or_default();
    res.insert("submittedAt", ctx.now.to_string());
    res.insert("formMode", if request.test { "test" } else { "production" });
    res
}

fn ended(ctx: &Ctx<'_>, answer: Answer) -> Result<Outcome, NodeError> {
    Ok(match answer {
        Answer::Timeout => Outcome::one(ctx.input(0)),
        Answer::Items(lists) => Outcome::Done(lists),
        Answer::Came(value) => Outcome::one(Items::one(Item::from_value(value))),
        Answer::Failed(why) => return Err(NodeError::never(why)),
    })
}

/// The time that lies an amount of a unit from now.
fn after(ctx: &Ctx<'_>, amount: &str, unit: &str) -> Result<Timestamp, NodeError> {
    let written = ctx.number(amount, 0)?;
    if !(written.is_finite() && written >= 0.0) {
        return Err(NodeError::never(format!(
            "the time to wait must be 0 or more, not `{written}`"
        )));
    }
    let unit = ctx.text(unit, 0)?;
    let seconds = match unit.as_str() {
        "seconds" => 1.0,
        "minutes" => 60.0,
        "hours" => 3_600.0,
        "days" => 86_400.0,
        other => {
            return Err(NodeError::never(format!(
                "the unit of the wait must be seconds, minutes, hours or days, not `{other}`"
            )));
        }
    };
    let pause = SignedDuration::try_from_secs_f64(written * seconds).ok();
    let until = pause.and_then(|it| ctx.host.now().checked_add(it).ok());
    until.ok_or_else(|| NodeError::never("the wait would last longer than time itself"))
}

/// When a wait for a call ends by itself.
async fn limit(ctx: &Ctx<'_>) -> Result<Option<Timestamp>, NodeError> {
    Ok(match ctx.text("limit", 0)?.as_str() {
        "interval" => Some(after(ctx, "limitAmount", "limitUnit")?),
        "time" => Some(moments::timestamp(ctx, ctx.value("limitAt", 0)?).await?),
        _ => None,
    })
}

/// Parameters that whoever takes the call needs, evaluated now.
fn details(ctx: &Ctx<'_>, names: &[&str]) -> Result<Value, NodeError> {
    let mut res = Map::new();
    for name in names {
        let value = ctx.value(name, 0)?;
        if !value.is_null() {
            res.insert(*name, value);
        }
    }
    Ok(res.into())
}

#[cfg(test)]
mod tests;
