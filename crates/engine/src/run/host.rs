//! The platform behind a running node: what [`sdk::Host`] promises, over the journal.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use expr::Scope;
use jiff::{Timestamp, tz::TimeZone};
use model::{
    Item, Items, Value,
    execution::Mode,
    item::{Blob, Page},
    journal::Record,
};
use sdk::{
    Credential, Host, NodeError,
    ctx::{Begin, Call},
    http,
    trigger::Response,
};
use sha2::{Digest, Sha256};
use smol_str::{SmolStr, format_smolstr};
use store::batch::{Accept, Next};

use super::{
    Child, Facts, PagesOf,
    chance::{Chance, Raised},
    outside::Stop,
    pen::Closing,
    state::{EffectState, Waiting},
    step::Job,
    world::StepWorld,
};

/// Smaller files travel with their items.
const INLINE_BYTES_MAX: usize = 16 << 10;

/// A step that takes no longer may keep its thread to itself.
const SHORT: Duration = Duration::from_millis(5);

/// The platform for one try of a step.
pub(super) struct StepHost<'a> {
    pub(super) job: &'a Job,
    pub(super) scope: Arc<Scope>,
    world: Arc<StepWorld>,
    pub(super) effects: Mutex<HashMap<SmolStr, EffectState>>,
    pub(super) question: Mutex<Option<Waiting>>,
    lost: Raised,
    chance: Chance,
    pages: PagesOf,
    begun: Instant,
}

impl<'a> StepHost<'a> {
    pub(super) fn new(job: &'a Job, input: &[Items]) -> StepHost<'a> {
        let pages = job.pages.clone();
        let (scope, world) = super::scope::of_step(job, input, pages.clone());
        StepHost {
            job,
            scope,
            world,
            effects: Mutex::new(job.flight.effects.clone()),
            question: Mutex::default(),
            lost: Raised::default(),
            chance: Chance::new(job.started.seed, job.key),
            pages,
            begun: Instant::now(),
        }
    }

    pub(super) fn take_log(&self) -> Vec<String> {
        self.world.take_log()
    }

    pub(super) fn take_effects(&self) -> HashMap<SmolStr, EffectState> {
        std::mem::take(&mut *self.effects.lock().expect("plain values"))
    }

    /// The question that a person must answer before the step goes on.
    pub(super) fn take_question(&self) -> Option<Waiting> {
        self.question.lock().expect("a plain wait").take()
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.is_raised()
    }

    fn template(&self, number: u32) -> Result<&expr::Template, NodeError> {
        // Once one was cut short, the others need not be begun.
        if self.world.ends.cut_short() {
            return Err(NodeError::interrupted());
        }
        let template = self.job.facts.plan.templates.get(number as usize);
        template.ok_or_else(|| NodeError::never("an expression of another workflow"))
    }

    /// What a node's run gives; nothing ever after an evaluation that was cut short, for whoever
    /// runs the step knows what ended it: a cancel, a time-out, a lease.
    pub(super) async fn unless_cut_short<T>(&self, run: impl Future<Output = T>) -> T {
        let outcome = run.await;
        if self.world.ends.cut_short() {
            std::future::pending::<()>().await;
        }
        outcome
    }

    /// Waits until all that was noted is durable.
    async fn durable(&self) -> Result<(), NodeError> {
        let flushed = self.job.pen.flush(Closing::next(Next::Running)).await;
        flushed.map_err(|_| {
            self.lost.raise();
            NodeError::interrupted()
        })
    }

    /// Work of a step that has taken long already must not keep its thread from others' tasks.
    fn at_length<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.begun.elapsed() < SHORT { work() } else { blocking(work) }
    }

    fn file_path(&self, path: &str) -> Result<std::path::PathBuf, NodeError> {
        let Some(folder) = &self.job.outside.folder else {
            return Err(NodeError::never(
                "no folder for files is open to workflows; start with --files DIR",
            ));
        };
        super::folder::inside(folder, path).map_err(NodeError::never)
    }
}

#[async_trait]
impl Host for StepHost<'_> {
    fn eval(
        &self,
        number: u32,
        item: usize,
        extra: &[(SmolStr, Value)],
    ) -> Result<Option<Value>, NodeError> {
        let template = self.template(number)?;
        let res = if extra.is_empty() {
            self.at_length(|| self.job.outside.sandbox.evaluate(template, &self.scope, item))
        } else {
            let mut scope = Scope::clone(&self.scope);
            scope.extra.extend_from_slice(extra);
            let scope = Arc::new(scope);
            self.at_length(|| self.job.outside.sandbox.evaluate(template, &scope, item))
        };
        res.map_err(|it| NodeError::never(it.message))
    }

    fn eval_json(&self, number: u32, item: usize) -> Result<Option<Value>, NodeError> {
        let template = self.template(number)?;
        let res = self.job.outside.sandbox.evaluate_json(template, &self.scope, item);
        res.map_err(|it| NodeError::never(it.message))
    }

    fn date(&self, text: &str) -> Option<f64> {
        expr::dates::any(text, &self.job.facts.plan.zone, self.job.outside.now())
    }

    async fn script(&self, source: &str, item: Option<usize>) -> Result<Option<Value>, NodeError> {
        let code = self.job.facts.plan.script(source, item.is_some());
        let run = async { blocking(|| self.job.outside.sandbox.run(&code, &self.scope, item)) };
        self.unless_cut_short(run).await.map_err(thrown)
    }

    async fn script_with(
        &self,
        source: &'static str,
        extra: &[(SmolStr, Value)],
    ) -> Result<Option<Value>, NodeError> {
        let code = self.job.facts.plan.script(source, false);
        let mut scope = Scope::clone(&self.scope);
        scope.extra.extend_from_slice(extra);
        let scope = Arc::new(scope);
        let run = async { blocking(|| self.job.outside.sandbox.run(&code, &scope, None)) };
        self.unless_cut_short(run).await.map_err(thrown)
    }

    async fn begin(&self, keys: &[SmolStr]) -> Result<Vec<Begin>, NodeError> {
        let (node, run) = self.job.key;
        // First what is known of all: one in doubt may end the step, and then none of the others
        // must have been announced.
        let mut known = Vec::with_capacity(keys.len());
        for key in keys {
            known.push(self.known(key).await?);
        }
        let mut res = Vec::with_capacity(keys.len());
        for (key, known) in keys.iter().zip(known) {
            match known {
                Ok(value) => res.push(Begin::Done(value)),
                Err(attempt) => {
                    let key = key.clone();
                    let mut effects = self.effects.lock().expect("plain values");
                    effects.insert(key.clone(), EffectState::Started { attempt });
                    res.push(Begin::Start(self.effect_key(&key, attempt)));
                    self.job.pen.note(Record::EffectStarted { node, run, key, attempt });
                }
            }
        }
        if res.iter().any(|it| matches!(it, Begin::Start(_))) {
            self.durable().await?;
        }
        Ok(res)
    }

    fn done(&self, key: &SmolStr, result: &Result<Value, NodeError>) {
        // An act that was cut short leaves its effect in doubt.
        if !result.as_ref().is_err_and(NodeError::is_interrupted) {
            self.end_effect(key, result);
        }
    }

    async fn start(&self, key: &str, calls: Vec<Call>) -> Result<Vec<SmolStr>, NodeError> {
        let key = SmolStr::from(key);
        if let Some(EffectState::Done(ids)) =
            self.effects.lock().expect("plain values").get(&key).cloned()
        {
            let ids = ids.as_array().unwrap_or_default().iter();
            return Ok(ids.map(Value::to_text).collect());
        }
        let children = self.children(&calls, None).await?;
        let ids: Vec<SmolStr> =
            children.iter().map(|it| format_smolstr!("{}", it.new.id)).collect();
        let (node, run) = self.job.key;
        let result = Value::array(ids.iter().cloned().map(Value::from));
        let records = vec![
            Record::EffectStarted { node, run, key: key.clone(), attempt: 0 },
            Record::EffectDone { node, run, key: key.clone(), result: result.clone() },
        ];
        self.effects.lock().expect("plain values").insert(key, EffectState::Done(result));
        self.job.pen.note_calls(records, children.iter().map(accept).collect());
        self.durable().await?;
        (self.job.outside.children)(children);
        Ok(ids)
    }

    fn respond(&self, response: Response) -> Result<(), NodeError> {
        // One that nobody waits for any more is not an error of the workflow.
        self.job.replies.give(response);
        Ok(())
    }

    fn streams(&self) -> bool {
        self.job.outside.callers.streams(self.job.facts.execution)
    }

    async fn credential(&self, kind: &str) -> Result<Credential, NodeError> {
        let (outside, facts) = (&self.job.outside, &self.job.facts);
        let of = (facts.workspace, facts.version);
        outside.shelf.credential(of, &self.job.node().node, kind).await
    }

    fn http(&self) -> &http::Client {
        &self.job.outside.http
    }

    async fn keep(&self, bytes: Bytes) -> Result<Blob, NodeError> {
        if bytes.len() <= INLINE_BYTES_MAX {
            return Ok(Blob::Inline(Arc::from(bytes.as_ref())));
        }
        let n_bytes = bytes.len() as u64;
        let id = self.job.outside.files.put(self.job.facts.workspace, bytes).await;
        let id = id.map_err(|it| NodeError::later(format!("a file cannot be stored: {it}")))?;
        Ok(Blob::Stored { id, bytes: n_bytes })
    }

    async fn bytes(&self, blob: &Blob) -> Result<Arc<[u8]>, NodeError> {
        Ok(blocking(|| self.pages.bytes(blob))?)
    }

    fn memory(&self, bytes: usize) -> bool {
        let max = self.job.outside.memory_bytes_max;
        self.job.memory.fetch_add(bytes, Ordering::Relaxed) + bytes <= max
    }

    fn spill(&self, items: Vec<Item>) -> Result<Page, NodeError> {
        let put = || futures::executor::block_on(self.pages.put(items));
        Ok(blocking(put)?)
    }

    fn earlier_input(&self, run: u32) -> Option<Vec<Items>> {
        let step = self.job.seen.step(self.job.key.0, Some(run))?;
        Some(self.job.seen.inputs(&step.sources))
    }

    fn now(&self) -> Timestamp {
        self.job.outside.now()
    }

    fn zone(&self) -> TimeZone {
        self.job.facts.plan.zone.clone()
    }

    fn chance(&self) -> f64 {
        self.chance.next()
    }

    fn log(&self, line: String) {
        expr::World::log(&*self.world, line);
    }

    fn resume_url(&self) -> String {
        self.job.names.resume().url.to_string()
    }

    fn mode(&self) -> Mode {
        self.job.facts.mode
    }

    fn workflow(&self) -> (SmolStr, SmolStr) {
        let facts = &self.job.facts;
        (facts.plan.document.name.clone(), format_smolstr!("{}", facts.workflow))
    }

    async fn cancelled(&self) {
        let mut stop = self.job.stop.clone();
        if stop.wait_for(|it| *it != Stop::Go).await.is_err() {
            std::future::pending().await
        }
    }

    async fn read_file(&self, path: &str) -> Result<Bytes, NodeError> {
        let path = self.file_path(path)?;
        let read = tokio::fs::read(&path).await;
        read.map(Bytes::from)
            .map_err(|it| NodeError::never(format!("`{}` cannot be read: {it}", path.display())))
    }

    async fn write_file(&self, path: &str, bytes: Bytes, append: bool) -> Result<(), NodeError> {
        use tokio::io::AsyncWriteExt as _;
        let path = self.file_path(path)?;
        let cannot = |it| NodeError::never(format!("`{}` cannot be written: {it}", path.display()));
        let mut options = tokio::fs::OpenOptions::new();
        options.create(true).append(append).write(true).truncate(!append);
        let mut file = options.open(&path).await.map_err(cannot)?;
        file.write_all(&bytes).await.map_err(cannot)?;
        file.sync_all().await.map_err(cannot)
    }
}

/// What proves that somebody may end a wait of this execution.
pub(crate) fn resume_token(facts: &Facts, seed: u64) -> SmolStr {
    let digest = Sha256::digest(format!("resume {} {seed}", facts.execution).as_bytes());
    let hex: String = digest.iter().take(16).map(|it| format!("{it:02x}")).collect();
    hex.into()
}

pub(super) fn accept(child: &Child) -> Accept {
    Accept { execution: child.new.clone(), started: child.started.clone(), held: true }
}

/// Work that keeps its thread busy; others' tasks move to another thread meanwhile.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|it| it.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// The error of a script, with its place and what would help.
fn thrown(error: expr::Error) -> NodeError {
    let advice = error.advice().map(str::to_owned);
    let place = error.line.map(|line| format!("line {line} of the code"));
    let more: Vec<String> = place.into_iter().chain(advice).collect();
    let res = NodeError::never(error.message);
    if more.is_empty() { res } else { res.described(more.join("; ")) }
}
