//! The node types of crash tests: the real ones, each run of them noted where a kill cannot take
//! it back, and three more: a short durable wait, a step that decides its next effect at run time, and
//! one that can ask the world whether its effect took place.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use model::{
    Item, Items, Map, Value,
    form::{Field, Form},
    workflow::InDoubt,
};
use sdk::{
    Catalog, Category, Ctx, Effect, NodeError, NodeType, Outcome, Run,
    ctx::{EffectKey, WaitFor},
    http,
    node::Ports,
    trigger::{Listen, ReceiveCtx, Received, Refusal, Request, Response},
};
use smol_str::format_smolstr;

/// A run of a node, as it is noted before the node does anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub at: Timestamp,
    pub execution: String,
    pub node: String,
    pub run: u32,
}

/// All node types. With `marks`, each run is written to that file before it begins.
///
/// # Errors
/// When the file cannot be opened.
pub fn catalog(marks: Option<&Path>) -> std::io::Result<Catalog<NodeType>> {
    let mut all: Vec<NodeType> = nodes::all().iter().map(|it| NodeType::clone(it)).collect();
    all.extend([nap(), agent(), known()]);
    if let Some(path) = marks {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        let file = Arc::new(Mutex::new(file));
        for it in &mut all {
            it.run = Arc::new(Spied { inner: it.run.clone(), file: file.clone() });
        }
    }
    Ok(Catalog::new(all))
}

/// Reads what [`catalog`] wrote. A line that a kill cut short is left out.
///
/// # Errors
/// When the file cannot be read.
pub fn marks(path: &Path) -> std::io::Result<Vec<Mark>> {
    let read = |line: &str| {
        let mut parts = line.split('\t');
        Some(Mark {
            at: Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?,
            execution: parts.next()?.to_owned(),
            node: parts.next()?.to_owned(),
            run: parts.next()?.strip_suffix('.')?.parse().ok()?,
        })
    };
    Ok(std::fs::read_to_string(path)?.lines().filter_map(read).collect())
}

/// Notes each run of a node type.
struct Spied {
    inner: Arc<dyn Run>,
    file: Arc<Mutex<File>>,
}

#[async_trait]
impl Run for Spied {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let url = ctx.host.resume_url();
        let execution = url.split('?').next().and_then(|it| it.rsplit('/').next());
        let line = format!(
            "{}\t{}\t{}\t{}.\n",
            Timestamp::now().as_microsecond(),
            execution.unwrap_or_default(),
            ctx.node.name,
            ctx.run
        );
        // One write that the system has taken outlives this process.
        self.file
            .lock()
            .expect("a plain file")
            .write_all(line.as_bytes())
            .map_err(|it| NodeError::never(format!("the run cannot be noted: {it}")))?;
        self.inner.run(ctx).await
    }

    fn ports(&self, parameters: &Value) -> Option<Ports> {
        self.inner.ports(parameters)
    }

    fn inputs_needed(&self, parameters: &Value) -> usize {
        self.inner.inputs_needed(parameters)
    }

    fn migrate(&self, from: u32, parameters: Value) -> Value {
        self.inner.migrate(from, parameters)
    }

    fn listens(&self, node_id: &str, parameters: &Value) -> Result<Vec<Listen>, String> {
        self.inner.listens(node_id, parameters)
    }

    fn receive(&self, request: &Request, ctx: &ReceiveCtx<'_>) -> Result<Received, Refusal> {
        self.inner.receive(request, ctx)
    }

    fn answer(&self, parameters: &Value, last: &[Items]) -> Response {
        self.inner.answer(parameters, last)
    }

    fn allows_origin(&self, parameters: &Value, origin: &str) -> bool {
        self.inner.allows_origin(parameters, origin)
    }

    async fn look_up(
        &self,
        ctx: &mut Ctx<'_>,
        key: &EffectKey,
    ) -> Result<Option<Value>, NodeError> {
        self.inner.look_up(ctx, key).await
    }
}

fn nap() -> NodeType {
    NodeType {
        form: Form::new([Field::number("ms", "Milliseconds").default(10)]),
        ..NodeType::new("test.nap", "Nap", Category::Flow, Nap)
    }
}

/// A durable wait, however short.
struct Nap;

#[async_trait]
impl Run for Nap {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        if !ctx.resumed.is_empty() {
            return Ok(Outcome::one(ctx.input(0)));
        }
        let pause = SignedDuration::from_millis(ctx.number("ms", 0)? as i64);
        let until = ctx.host.now().checked_add(pause);
        Ok(Outcome::Wait(WaitFor::time(until.unwrap_or(Timestamp::MAX))))
    }
}

fn agent() -> NodeType {
    NodeType {
        effect: Effect::Effectful(InDoubt::Retry),
        form: Form::new([Field::text("url", "Address")]),
        ..NodeType::new("test.agent", "Agent", Category::Action, Agent)
    }
}

/// How many turns an agent takes at most.
const TURNS_MAX: usize = 4;

/// Asks, and decides by the answer what to do next, as an agent does with its tools.
struct Agent;

#[async_trait]
impl Run for Agent {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let mut out = ctx.collect();
        let ctx: &Ctx<'_> = ctx;
        for (index, item) in ctx.input(0).iter().enumerate() {
            let item = item?;
            let url = ctx.text("url", index)?;
            let (mut json, mut sum) = (item.value(), 0.0);
            for turn in 0..TURNS_MAX {
                let name = format!("{}.{turn}", ctx.node.name);
                let key = format_smolstr!("turn:{index}:{turn}");
                json = ctx.effect(key, |key| ask(ctx, &url, &json, &name, key)).await?;
                let value = json.get("value").and_then(Value::as_f64).unwrap_or_default();
                let tools = value as usize % 4;
                if tools == 0 {
                    break;
                }
                let keys = (0..tools).map(|it| format_smolstr!("tool:{index}:{turn}:{it}"));
                let (json, name, url) = (&json, &name, &url);
                let act = |n: usize, key| async move {
                    ask(ctx, url, json, &format!("{name}.{n}"), key).await
                };
                for result in ctx.effects(keys.collect(), 2, act).await? {
                    let value = result?.get("value").and_then(Value::as_f64);
                    sum += value.unwrap_or_default();
                }
            }
            let mut map = json.as_object().cloned().unwrap_or_default();
            map.insert("sum", sum);
            out.push(Item::new(map).paired_with(0, index))?;
        }
        Ok(Outcome::one(out.finish()?))
    }
}

fn known() -> NodeType {
    NodeType {
        effect: Effect::Effectful(InDoubt::Ask),
        form: Form::new([Field::text("url", "Address")]),
        ..NodeType::new("test.known", "Known", Category::Action, Known)
    }
}

/// An effect for each item, at a service that knows the keys of what it has done.
struct Known;

#[async_trait]
impl Run for Known {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let mut out = ctx.collect();
        let ctx: &Ctx<'_> = ctx;
        for (index, item) in ctx.input(0).iter().enumerate() {
            let (url, json) = (ctx.text("url", index)?, item?.value());
            let act = |key| ask(ctx, &url, &json, &ctx.node.name, key);
            let done = ctx.effect(format_smolstr!("known:{index}"), act).await?;
            out.push(Item::from_value(done).paired_with(0, index))?;
        }
        Ok(Outcome::one(out.finish()?))
    }

    async fn look_up(
        &self,
        ctx: &mut Ctx<'_>,
        key: &EffectKey,
    ) -> Result<Option<Value>, NodeError> {
        let url = format!("{}/{}", ctx.text("url", 0)?, key.idempotency);
        let reply = ctx.host.http().send(http::Call::new("GET", &url)?).await?;
        match reply.status {
            200 => Ok(Some(read(&reply.body)?)),
            404 => Ok(None),
            other => Err(NodeError::later(format!("status {other}"))),
        }
    }
}

fn read(body: &[u8]) -> Result<Value, NodeError> {
    Value::from_json_bytes(body).map_err(|it| NodeError::never(it.to_string()))
}

async fn ask(
    ctx: &Ctx<'_>,
    url: &str,
    item: &Value,
    node: &str,
    key: EffectKey,
) -> Result<Value, NodeError> {
    let mut call = http::Call::new("POST", url)?;
    call.header("content-type", "application/json");
    call.header("idempotency-key", key.idempotency.clone());
    let body = Map::from_iter([("item", item.clone()), ("node", Value::from(node))]);
    call.body = Value::from(body).to_json().into();
    let reply = ctx.host.http().send(call).await?;
    if !reply.is_success() {
        return Err(NodeError::later(format!("status {}", reply.status)));
    }
    read(&reply.body)
}
