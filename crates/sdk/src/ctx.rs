//! What a node sees while it runs.

use std::{future::Future, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::StreamExt;
use jiff::{Timestamp, tz::TimeZone};
use model::{
    Item, Items, Value,
    execution::{Answer, WaitKind},
    item::{Blob, Page},
    workflow::{Node, OnError},
};
use smol_str::SmolStr;

use crate::{Collector, Credential, NodeError, Param, Retry, http, trigger::Response};

/// How many effects of one step may be in flight; also how many one journal commit announces.
pub const EFFECTS_IN_FLIGHT_MAX: usize = 100;

/// One run of one node.
pub struct Ctx<'a> {
    pub host: &'a dyn Host,
    pub node: &'a Node,
    /// One list per input port.
    pub input: &'a [Items],
    /// The parameters, defaults filled in.
    pub params: &'a Param,
    /// Index of this run of the node within the execution.
    pub run: u32,
    /// What the node kept at the end of its last run in this execution.
    pub state: Value,
    /// When the step waited: how each of its waits ended. Several calls make several waits, in the
    /// order of the calls.
    pub resumed: Vec<Answer>,
    /// How often this step was tried before.
    pub tries: u32,
}

/// An effect's name within its step, and what identifies it to the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectKey {
    /// Chosen by the node: `item:3`, `page:2`.
    pub key: SmolStr,
    /// The same on every try of this effect and different from every other: sent as
    /// `Idempotency-Key` where HTTP is spoken.
    pub idempotency: SmolStr,
    /// 0 for the first try.
    pub attempt: u32,
}

/// What the journal knows of an effect that a node wants to start.
pub enum Begin {
    /// It took place already and gave this.
    Done(Value),
    /// It is announced and durable: act now.
    Start(EffectKey),
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitFor {
    pub kind: WaitKind,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// What an event must carry; empty for the step's own resume address.
    pub correlation: SmolStr,
    /// Free for the kind: the method and authentication of a webhook, the fields of a form.
    pub details: Value,
    /// For [`WaitKind::Execution`]: what to run.
    pub calls: Vec<Call>,
}

impl WaitFor {
    pub fn time(until: Timestamp) -> WaitFor {
        WaitFor { until: Some(until), ..WaitFor::kind(WaitKind::Time) }
    }

    pub fn kind(kind: WaitKind) -> WaitFor {
        WaitFor {
            kind,
            until: None,
            correlation: SmolStr::default(),
            details: Value::Null,
            calls: vec![],
        }
    }

    pub fn executions(calls: Vec<Call>) -> WaitFor {
        WaitFor { calls, ..WaitFor::kind(WaitKind::Execution) }
    }
}

/// A workflow to run as a child of this execution.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub workflow: Callee,
    pub items: Items,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Callee {
    /// A workflow of the workspace by id (ours or the id it had where it was imported from) or name.
    Stored(SmolStr),
    /// A workflow document, native or n8n's.
    Inline(Value),
    /// A file under the folder that file nodes may touch.
    File(SmolStr),
}

/// The platform behind a running node. Implemented by the engine; nodes use [`Ctx`].
#[async_trait]
pub trait Host: Send + Sync {
    /// Evaluates an expression of the plan for an item of the first input; `None` is `undefined`.
    fn eval(
        &self,
        number: u32,
        item: usize,
        extra: &[(SmolStr, Value)],
    ) -> Result<Option<Value>, NodeError>;
    /// The same for an expression whose text around its `{{ }}` is JSON: objects and lists are
    /// written into it as JSON, null and `undefined` as words.
    fn eval_json(&self, number: u32, item: usize) -> Result<Option<Value>, NodeError> {
        self.eval(number, item, &[])
    }
    /// Reads a date as expressions do, ISO 8601 or not: milliseconds since 1970 in UTC.
    fn date(&self, text: &str) -> Option<f64> {
        let date = text.parse::<Timestamp>().ok()?;
        Some(date.as_millisecond() as f64)
    }
    /// Runs a script over the step's names: all items at once, or one.
    async fn script(&self, source: &str, item: Option<usize>) -> Result<Option<Value>, NodeError>;
    /// Runs a script of the node type's own, which sees `extra` as names besides the step's.
    async fn script_with(
        &self,
        _source: &'static str,
        _extra: &[(SmolStr, Value)],
    ) -> Result<Option<Value>, NodeError> {
        Err(NodeError::never("scripts of node types do not run here"))
    }
    /// Announces effects. Returns when the announcement and all it depends on are durable.
    async fn begin(&self, keys: &[SmolStr]) -> Result<Vec<Begin>, NodeError>;
    /// Records how an effect ended. Does not wait for the commit.
    fn done(&self, key: &SmolStr, result: &Result<Value, NodeError>);
    /// Starts executions without waiting for them; `key` makes it happen once.
    async fn start(&self, key: &str, calls: Vec<Call>) -> Result<Vec<SmolStr>, NodeError>;
    /// Answers the caller of the webhook that started the execution. Only the first answer counts.
    fn respond(&self, response: Response) -> Result<(), NodeError>;
    /// Whether that caller reads the answer piece by piece, while the execution runs.
    fn streams(&self) -> bool {
        false
    }
    async fn credential(&self, kind: &str) -> Result<Credential, NodeError>;
    fn http(&self) -> &http::Client;
    /// Keeps bytes as an immutable file; small ones stay inline.
    async fn keep(&self, bytes: bytes::Bytes) -> Result<Blob, NodeError>;
    async fn bytes(&self, blob: &Blob) -> Result<Arc<[u8]>, NodeError>;
    /// Asks for memory for a page of about this many bytes; `false`: let it leave memory.
    fn memory(&self, bytes: usize) -> bool;
    fn spill(&self, items: Vec<Item>) -> Result<Page, NodeError>;
    /// The input of an earlier run of the same node: one list per port.
    fn earlier_input(&self, run: u32) -> Option<Vec<Items>>;
    fn now(&self) -> Timestamp;
    fn zone(&self) -> TimeZone;
    /// A number in 0..1 that is the same when the step is run again after a crash.
    fn chance(&self) -> f64;
    /// A line for the person who looks at the step.
    fn log(&self, line: String);
    /// The address under which this step's wait can be ended.
    fn resume_url(&self) -> String;
    /// How the execution was started, in n8n's word: `manual`, `webhook`, `trigger`, …
    fn mode(&self) -> model::execution::Mode;
    /// Name, id of the workflow.
    fn workflow(&self) -> (SmolStr, SmolStr);
    /// Completes when the execution is cancelled.
    async fn cancelled(&self);
    /// A file under the folder that file nodes may touch; refused outside it.
    async fn read_file(&self, path: &str) -> Result<bytes::Bytes, NodeError>;
    async fn write_file(
        &self,
        path: &str,
        bytes: bytes::Bytes,
        append: bool,
    ) -> Result<(), NodeError>;
}

impl<'a> Ctx<'a> {
    /// The items of an input port; empty when nothing is wired there.
    pub fn input(&self, port: usize) -> Items {
        self.input.get(port).cloned().unwrap_or_default()
    }

    /// A parameter; a constant null when it is absent and has no default.
    pub fn param(&self, name: &str) -> Param {
        self.params.get(name)
    }

    /// A parameter's value for an item of the first input; `None` is JavaScript's `undefined`.
    pub fn eval(&self, param: &Param, item: usize) -> Result<Option<Value>, NodeError> {
        self.eval_with(param, item, &[])
    }

    /// The same, with more names such as `$response`.
    pub fn eval_with(
        &self,
        param: &Param,
        item: usize,
        extra: &[(SmolStr, Value)],
    ) -> Result<Option<Value>, NodeError> {
        Ok(Some(match param {
            Param::Const(value) => value.clone(),
            Param::Expr { number, .. } => {
                return self.host.eval(*number, item, extra).map_err(|it| it.at(item));
            }
            Param::Object(fields) => {
                let mut map = model::Map::with_capacity(fields.len());
                for (key, field) in fields.iter() {
                    if let Some(value) = self.eval_with(field, item, extra)? {
                        map.insert(key.clone(), value);
                    }
                }
                map.into()
            }
            Param::Array(entries) => {
                let values: Result<Vec<Value>, NodeError> = entries
                    .iter()
                    .map(|it| Ok(self.eval_with(it, item, extra)?.unwrap_or_default()))
                    .collect();
                values?.into()
            }
        }))
    }

    /// A parameter by name, `undefined` and absent as null.
    pub fn value(&self, name: &str, item: usize) -> Result<Value, NodeError> {
        Ok(self.eval(&self.param(name), item)?.unwrap_or_default())
    }

    /// A parameter as text; empty when it is absent, JSON for objects and arrays.
    pub fn text(&self, name: &str, item: usize) -> Result<SmolStr, NodeError> {
        Ok(text_of(&self.value(name, item)?))
    }

    /// A parameter as a number; text that reads as a number counts.
    pub fn number(&self, name: &str, item: usize) -> Result<f64, NodeError> {
        let value = self.value(name, item)?;
        let number = match &value {
            Value::Number(it) => Some(*it),
            Value::String(it) => it.trim().parse().ok(),
            Value::Bool(it) => Some(f64::from(u8::from(*it))),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        number.ok_or_else(|| {
            NodeError::never(format!("`{name}` must be a number, not `{}`", text_of(&value)))
                .at(item)
        })
    }

    /// A parameter as a switch: `"false"`, `0` and empty are off.
    pub fn bool(&self, name: &str, item: usize) -> Result<bool, NodeError> {
        Ok(match self.value(name, item)? {
            Value::String(it) if it.eq_ignore_ascii_case("false") => false,
            other => other.truthy(),
        })
    }

    /// Whether a failed item should not stop the node.
    pub fn goes_on(&self) -> bool {
        self.node.on_error != OnError::Stop
    }

    /// What a failed item leaves when the node goes on; the engine routes it.
    pub fn failed_item(&self, error: &NodeError, item: usize) -> Item {
        let mut res =
            Item::new(model::Map::from_iter([("error", Value::from(error.message.as_str()))]));
        res.error = Some(error.message.as_str().into());
        res.paired_with(0, item)
    }

    pub fn collect(&self) -> Collector<'a> {
        Collector::new(self.host)
    }

    /// Does one thing outside, once: what it gave is journaled and given again after a crash.
    ///
    /// `key` names it within the step. The announcement is durable before `act` is called.
    pub async fn effect<F, Fut>(&self, key: impl Into<SmolStr>, act: F) -> Result<Value, NodeError>
    where
        F: FnOnce(EffectKey) -> Fut + Send,
        Fut: Future<Output = Result<Value, NodeError>> + Send,
    {
        let key = key.into();
        match self.host.begin(std::slice::from_ref(&key)).await?.pop() {
            Some(Begin::Done(value)) => Ok(value),
            Some(Begin::Start(effect)) => {
                let result = act(effect).await;
                self.host.done(&key, &result);
                result
            }
            None => Err(NodeError::never("the journal gave no answer to an announced effect")),
        }
    }

    /// Several effects at once, at most `at_once` in flight; announced in batches, so that a
    /// hundred cost few commits. Results come in the order of the keys.
    pub async fn effects<F, Fut>(
        &self,
        keys: Vec<SmolStr>,
        at_once: usize,
        act: F,
    ) -> Result<Vec<Result<Value, NodeError>>, NodeError>
    where
        F: Fn(usize, EffectKey) -> Fut + Send + Sync,
        Fut: Future<Output = Result<Value, NodeError>> + Send,
    {
        let at_once = at_once.clamp(1, EFFECTS_IN_FLIGHT_MAX);
        let mut results = Vec::with_capacity(keys.len());
        for (batch, keys) in keys.chunks(EFFECTS_IN_FLIGHT_MAX).enumerate() {
            let begun = self.host.begin(keys).await?;
            let mut acts = Vec::with_capacity(keys.len());
            for (n, (begin, key)) in begun.into_iter().zip(keys).enumerate() {
                let index = batch * EFFECTS_IN_FLIGHT_MAX + n;
                acts.push(begin_or_take(self.host, key.clone(), begin, index, &act));
            }
            let mut running = futures::stream::iter(acts).buffered(at_once);
            while let Some(result) = running.next().await {
                if result.as_ref().is_err_and(NodeError::is_interrupted) {
                    return Err(NodeError::interrupted());
                }
                results.push(result);
            }
        }
        Ok(results)
    }

    /// Sleeps within a step; for pauses of seconds. Longer ones are waits.
    pub async fn pause(&self, pause: Duration) -> Result<(), NodeError> {
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.host.cancelled() => Err(NodeError { retry: Retry::Interrupted, ..NodeError::interrupted() }),
        }
    }
}

/// Acts, unless it took place already.
async fn begin_or_take<F, Fut>(
    host: &dyn Host,
    key: SmolStr,
    begin: Begin,
    index: usize,
    act: &F,
) -> Result<Value, NodeError>
where
    F: Fn(usize, EffectKey) -> Fut + Send + Sync,
    Fut: Future<Output = Result<Value, NodeError>> + Send,
{
    match begin {
        Begin::Done(value) => Ok(value),
        Begin::Start(effect) => {
            let result = act(index, effect).await;
            host.done(&key, &result);
            result
        }
    }
}

/// Text of a value as people expect it in a field: JSON for objects and arrays, empty for null.
pub fn text_of(value: &Value) -> SmolStr {
    match value {
        Value::Null => SmolStr::default(),
        Value::Array(_) | Value::Object(_) => value.to_json().into(),
        other => other.to_text(),
    }
}
