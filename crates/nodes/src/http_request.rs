//! Sends HTTP requests and gives their answers.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use model::{Item, Items, Map, Value, workflow::InDoubt};
use sdk::{
    Category, Collector, Credential, Ctx, NodeError, NodeType, Outcome, Run,
    ctx::{EFFECTS_IN_FLIGHT_MAX, EffectKey},
    node::Effect,
};
use smol_str::format_smolstr;

use answer::{Answer, Kept, Wanted};
use request::Request;

mod answer;
mod body;
mod failure;
mod form;
mod pages;
mod query;
mod request;
#[cfg(test)]
mod tests;

pub(crate) fn plugin() -> NodeType {
    NodeType {
        summary: "Sends an HTTP request for each item".into(),
        docs: form::DOCS.into(),
        icon: "globe".into(),
        effect: Effect::Effectful(InDoubt::Retry),
        form: form::form(),
        credentials: form::CREDENTIALS.iter().map(|it| form::credential(it)).collect(),
        ..NodeType::new("http.request", "HTTP request", Category::Core, HttpRequest)
    }
}

struct HttpRequest;

#[async_trait]
impl Run for HttpRequest {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let ctx: &Ctx<'_> = ctx;
        let run = Sending::new(ctx).await?;
        let (input, mut out) = (ctx.input(0), ctx.collect());
        let (at_once, interval) = run.batching()?;
        let mut start = 0;
        while start < input.len() {
            let end = input.len().min(start + at_once);
            let began = Instant::now();
            run.sent.store(false, Ordering::Relaxed);
            for (index, answers) in run.batch(start, end).await? {
                run.collect(&mut out, &input, index, answers)?;
            }
            start = end;
            // What is only read back from the journal needs no pause.
            if start < input.len() && run.sent.load(Ordering::Relaxed) {
                ctx.pause(interval.saturating_sub(began.elapsed())).await?;
            }
        }
        Ok(Outcome::one(out.finish()?))
    }
}

/// One run of the node.
struct Sending<'a> {
    ctx: &'a Ctx<'a>,
    credentials: Vec<Credential>,
    wanted: Wanted,
    paged: bool,
    /// Whether the batch under way sent anything.
    sent: AtomicBool,
}

type Answers = Result<Vec<Answer>, NodeError>;

impl<'a> Sending<'a> {
    async fn new(ctx: &'a Ctx<'a>) -> Result<Sending<'a>, NodeError> {
        let mut credentials = vec![];
        if ctx.text("authentication", 0)? == "credential" {
            credentials.push(credential(ctx, &ctx.text("credentialType", 0)?).await?);
        }
        if ctx.bool("certificate", 0)? {
            credentials.push(credential(ctx, "httpSslAuth").await?);
        }
        Ok(Sending {
            ctx,
            credentials,
            wanted: Wanted::of(ctx)?,
            paged: !matches!(ctx.text("pagination", 0)?.as_str(), "" | "off"),
            sent: AtomicBool::new(false),
        })
    }

    /// How many items are sent at once, and the least time from one such batch to the next.
    fn batching(&self) -> Result<(usize, Duration), NodeError> {
        let size = self.number("batchSize", 0)?;
        let interval = self.number("batchIntervalMs", 0)?.clamp(0.0, 86_400_000.0);
        let at_once = if size >= 1.0 { size as usize } else { EFFECTS_IN_FLIGHT_MAX };
        let interval = if size >= 1.0 { interval } else { 0.0 };
        Ok((at_once, Duration::from_millis(interval as u64)))
    }

    /// The answers to items `start..end`, in their order.
    async fn batch(&self, start: usize, end: usize) -> Result<Vec<(usize, Answers)>, NodeError> {
        if self.paged {
            return pages::batch(self, start, end).await;
        }
        let keys = (start..end).map(|it| format_smolstr!("item:{it}")).collect();
        let act = |n, effect| self.item(start + n, effect);
        let results = self.ctx.effects(keys, EFFECTS_IN_FLIGHT_MAX, act).await?;
        let mut res = Vec::with_capacity(results.len());
        for (item, result) in (start..end).zip(results) {
            let answer = match result {
                Ok(value) => Answer::read(self.ctx, &value).await.map(|it| vec![it]),
                Err(error) => Err(error),
            };
            res.push((item, answer));
        }
        Ok(res)
    }

    async fn item(&self, index: usize, effect: EffectKey) -> Result<Value, NodeError> {
        let request = Request::read(self.ctx, index).await?;
        Ok(self.send(&request, &effect, &[]).await?.written())
    }

    /// Sends one request. Statuses that are no success fail, but for those in `fine`.
    async fn send(
        &self,
        request: &Request,
        effect: &EffectKey,
        fine: &[u16],
    ) -> Result<Kept, NodeError> {
        let mut call = request.call(effect)?;
        for credential in &self.credentials {
            call.sign(&credential.signs(), credential)?;
        }
        self.sent.store(true, Ordering::Relaxed);
        let reply = self.ctx.host.http().send(call).await?;
        if !reply.is_success() && !self.wanted.never_error && !fine.contains(&reply.status) {
            return Err(failure::of(&reply));
        }
        Answer::keep(self.ctx, &reply, &self.wanted).await
    }

    fn collect(
        &self,
        out: &mut Collector<'_>,
        input: &Items,
        index: usize,
        answers: Answers,
    ) -> Result<(), NodeError> {
        match answers {
            Ok(answers) => {
                let source = input.get(index)?.unwrap_or_default();
                for answer in answers {
                    for item in answer.items(&self.wanted, &source) {
                        out.push(item.paired_with(0, index))?;
                    }
                }
                Ok(())
            }
            Err(error) if error.is_interrupted() => Err(error),
            Err(error) if self.ctx.goes_on() => out.push(self.failed(&error, index)),
            Err(error) => Err(error.at(index)),
        }
    }

    /// What stands in for the answer: more than the message, because workflows branch on it.
    fn failed(&self, error: &NodeError, index: usize) -> Item {
        let mut told = Map::from_iter([("message", Value::from(error.message.as_str()))]);
        if let Some(status) = error.http_status {
            told.insert("status", u32::from(status));
            told.insert("httpCode", status.to_string());
        }
        if let Some(description) = &error.description {
            told.insert("description", description.as_str());
        }
        let item = self.ctx.failed_item(error, index);
        Item { json: Map::from_iter([("error", Value::from(told))]).into(), ..item }
    }

    /// A parameter as a number; 0 when it is empty.
    fn number(&self, name: &str, item: usize) -> Result<f64, NodeError> {
        match self.ctx.value(name, item)? {
            Value::Null => Ok(0.0),
            Value::String(it) if it.trim().is_empty() => Ok(0.0),
            _ => self.ctx.number(name, item),
        }
    }
}

async fn credential(ctx: &Ctx<'_>, kind: &str) -> Result<Credential, NodeError> {
    if kind.trim().is_empty() {
        return Err(NodeError::never(format!(
            "node `{}` has no credential; choose one in its form",
            ctx.node.name
        )));
    }
    let credential = ctx.host.credential(kind.trim()).await?;
    if credential.signs().is_empty() {
        return Err(NodeError::never(format!(
            "credentials of type `{kind}` cannot sign requests here yet; use a header, bearer or \
             query credential instead"
        )));
    }
    Ok(credential)
}
