//! Runs one node once: input, tries, time-outs, what happens on errors, what is recorded.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::AtomicUsize},
    time::{Duration, Instant},
};

use futures::FutureExt as _;
use model::{
    Items, Value,
    execution::{Answer, Wait, WaitKind},
    id::{ExecutionId, WaitId},
    journal::{Record, Source, Started, Step, StepError},
    workflow::OnError,
};
use sdk::{Ctx, NodeError, Outcome, ctx::WaitFor};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    Child, Facts, Outside, PagesOf, Pen, Seen,
    host::StepHost,
    outputs,
    outside::Stop,
    pages,
    replies::Replies,
    scope::Names,
    state::{InFlight, Key, Waiting},
    tries::Again,
};
use crate::plan::PlanNode;

/// Lists that take more memory than this leave the journal for files; written down they are a
/// tenth of it.
const JOURNAL_BYTES_MAX: usize = 32 << 20;

/// One step to run.
pub(crate) struct Job {
    pub(super) outside: Arc<Outside>,
    pub(super) facts: Arc<Facts>,
    pub(super) pen: Arc<Pen>,
    pub(super) seen: Arc<Seen>,
    pub(super) started: Arc<Started>,
    pub(super) key: Key,
    pub(super) flight: InFlight,
    pub(super) names: Arc<Names>,
    pub(super) replies: Arc<Replies>,
    pub(super) stop: watch::Receiver<Stop>,
    pub(super) pages: PagesOf,
    /// Bytes of items that this execution keeps in memory.
    pub(super) memory: Arc<AtomicUsize>,
    /// When the execution's time is over.
    pub(super) deadline: Option<Instant>,
}

/// How a step ended, for now.
pub(crate) enum StepEnd {
    Finished(Step),
    /// The execution ends with it.
    Failed(Step),
    /// Its waits are noted; these executions begin with them. With what it did so far.
    Waits(InFlight, Vec<Waiting>, Vec<Child>),
    /// Cancelled, released, or its journal was lost.
    Interrupted,
}

/// A try's end.
enum Try {
    Done(Vec<Items>),
    Wait(Vec<Waiting>, Vec<Child>),
    Failed(NodeError),
    Interrupted,
}

impl Try {
    /// A step that was cut short has not failed: its execution is let go, and taken up again.
    fn failed(error: NodeError) -> Try {
        if error.is_interrupted() { Try::Interrupted } else { Try::Failed(error) }
    }
}

impl Job {
    pub(super) fn node(&self) -> &PlanNode {
        self.facts.plan.node(self.key.0)
    }

    /// A node that panics fails its step, and nothing else.
    pub(crate) async fn run_safely(self) -> StepEnd {
        let begun = Begun { at: self.outside.now(), clock: Instant::now() };
        let name = self.node().node.name.clone();
        let blank = Step {
            error: Some(StepError {
                message: format!("node `{name}` broke; the log of the server says how"),
                node: name,
                ..StepError::default()
            }),
            ..self.step(&begun, Value::Null, vec![])
        };
        match AssertUnwindSafe(self.run()).catch_unwind().await {
            Ok(end) => end,
            Err(_) => StepEnd::Failed(blank),
        }
    }

    async fn run(mut self) -> StepEnd {
        let begun = Begun { at: self.outside.now(), clock: Instant::now() };
        let whole = self.input();
        let input = match self.worked_on(&whole) {
            Ok(input) => input,
            Err(why) => {
                return self.failed(&begun, NodeError::later(why), Value::Null, vec![]);
            }
        };
        if let Some(outputs) = self.without_running(&input) {
            return self.finished(&begun, &input, outputs, None, Value::Null, vec![]).await;
        }
        let mut state = self.seen.node_state(self.key.0);
        loop {
            let host = StepHost::new(&self, &whole);
            let end = self.try_once(&host, &input, &mut state).await;
            let log = host.take_log();
            let effects = host.take_effects();
            drop(host);
            self.flight.effects = effects;
            match end {
                Try::Done(lists) => {
                    if self.pauses_after_soft_error(&lists) {
                        self.flight.tries += 1;
                        if self.pause().await { continue } else { return StepEnd::Interrupted }
                    }
                    return self.finished(&begun, &input, lists, None, state, log).await;
                }
                Try::Wait(waits, children) => {
                    return StepEnd::Waits(self.flight, waits, children);
                }
                Try::Interrupted => return StepEnd::Interrupted,
                Try::Failed(error) => match self.again(&error).await {
                    Again::Now => {}
                    Again::Later(waiting) => {
                        return StepEnd::Waits(self.flight, vec![waiting], vec![]);
                    }
                    Again::Stopped => return StepEnd::Interrupted,
                    Again::No if self.node().node.on_error == OnError::Stop => {
                        return self.failed(&begun, error, state, log);
                    }
                    Again::No => {
                        let lists = vec![input.first().cloned().unwrap_or_default()];
                        let error = Some(self.step_error(&error));
                        return self.finished(&begun, &input, lists, error, state, log).await;
                    }
                },
            }
        }
    }

    /// When a try that begins now is out of time.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        let own = self.node().node.timeout_ms;
        let own = own.and_then(|it| Instant::now().checked_add(Duration::from_millis(it)));
        own.into_iter().chain(self.deadline).min()
    }

    /// What each input port holds, with the lineage of this step's input.
    fn input(&self) -> Vec<Items> {
        if self.is_start() {
            return self.started.items.clone();
        }
        let list = |(port, list): (usize, &Option<Items>)| match list {
            Some(list) => pages::as_input(&self.pages, list, port),
            None => Items::default(),
        };
        self.flight.task.inputs.iter().enumerate().map(list).collect()
    }

    /// What the node works on: one item of each list when it runs once. Its expressions still see
    /// all, pinned items pair with all, and a disabled node passes all on.
    fn worked_on(&self, whole: &[Items]) -> Result<Vec<Items>, String> {
        let node = &self.node().node;
        if node.execute_once && !node.disabled && !self.is_pinned() {
            whole.iter().map(|it| it.slice(0, 1)).collect()
        } else {
            Ok(whole.to_vec())
        }
    }

    /// The trigger that started the execution: what came with it is its input.
    fn is_start(&self) -> bool {
        self.node().node_type.trigger && self.key.0 == self.started.node
    }

    fn is_pinned(&self) -> bool {
        let node = self.node();
        let counts = self.outside.pins && self.facts.mode.is_test() && !node.node.disabled;
        counts && node.pinned.is_some()
    }

    /// What stands in for a run: pinned items, a disabled node's input.
    fn without_running(&self, input: &[Items]) -> Option<Vec<Items>> {
        let node = self.node();
        if node.node.disabled {
            return Some(vec![input.first().cloned().unwrap_or_default()]);
        }
        if self.is_pinned() {
            return Some(vec![node.pinned.clone().unwrap_or_default()]);
        }
        None
    }

    async fn try_once(&self, host: &StepHost<'_>, input: &[Items], state: &mut Value) -> Try {
        let node = self.node();
        let mut ctx = Ctx {
            host,
            node: &node.node,
            input,
            params: &node.params,
            run: self.key.1,
            state: state.clone(),
            resumed: resumed(&self.flight.waits),
            tries: self.flight.tries,
        };
        let run = host.unless_cut_short(node.node_type.run.run(&mut ctx));
        let outcome = match node.node.timeout_ms {
            None => run.await,
            Some(ms) => match tokio::time::timeout(Duration::from_millis(ms), run).await {
                Ok(outcome) => outcome,
                Err(_) => Err(NodeError::later(format!(
                    "node `{}` took longer than its {ms} ms",
                    node.node.name
                ))),
            },
        };
        *state = std::mem::take(&mut ctx.state);
        if let Some(waiting) = host.take_question() {
            return Try::Wait(vec![waiting], vec![]);
        }
        if host.is_lost() || *self.stop.borrow() != Stop::Go {
            return Try::Interrupted;
        }
        match outcome {
            Ok(Outcome::Done(lists)) => Try::Done(lists),
            Ok(Outcome::Wait(wait)) => match self.begin_wait(host, wait).await {
                Ok((waits, children)) => Try::Wait(waits, children),
                Err(error) => Try::failed(error),
            },
            Err(error) => Try::failed(error),
        }
    }

    /// Notes what the step waits for: one wait, or one for each execution that it calls.
    async fn begin_wait(
        &self,
        host: &StepHost<'_>,
        wait: WaitFor,
    ) -> Result<(Vec<Waiting>, Vec<Child>), NodeError> {
        if wait.kind != WaitKind::Execution {
            return Ok((vec![self.note_wait(wait)], vec![]));
        }
        if wait.calls.is_empty() {
            return Err(NodeError::never("the step waits for executions, and calls none"));
        }
        let children = host.children(&wait.calls, Some(self.facts.execution)).await?;
        let (mut waits, mut rows) = (vec![], vec![]);
        for child in &children {
            let correlation = child.new.id.to_string().into();
            let one = WaitFor { correlation, calls: vec![], ..wait.clone() };
            let (waiting, record, row) = self.wait(one, Some(child.new.id));
            waits.push(waiting);
            rows.push((record, row, Some(super::host::accept(child))));
        }
        self.pen.note_waits(rows);
        Ok((waits, children))
    }

    pub(super) fn note_wait(&self, wait: WaitFor) -> Waiting {
        let (waiting, record, row) = self.wait(wait, None);
        self.pen.note_waits(vec![(record, row, None)]);
        waiting
    }

    fn wait(&self, wait: WaitFor, child: Option<ExecutionId>) -> (Waiting, Record, Wait) {
        let waiting = Waiting {
            id: WaitId(Uuid::now_v7()),
            kind: wait.kind,
            until: wait.until,
            answer: None,
            child,
        };
        let (node, run) = self.key;
        let record = Record::Waiting {
            node,
            run,
            wait: waiting.id,
            kind: waiting.kind,
            until: waiting.until,
        };
        let row = Wait {
            id: waiting.id,
            workspace_id: self.facts.workspace,
            execution_id: self.facts.execution,
            kind: wait.kind,
            node,
            run,
            correlation: wait.correlation,
            deadline: wait.until,
            token: self.names.token().clone(),
            details: wait.details,
        };
        (waiting, record, row)
    }

    async fn finished(
        &self,
        begun: &Begun,
        input: &[Items],
        lists: Vec<Items>,
        error: Option<StepError>,
        state: Value,
        log: Vec<String>,
    ) -> StepEnd {
        let lists = match outputs::recorded(self.node(), input, lists) {
            Ok(lists) => lists,
            Err(why) => {
                return self.failed(begun, NodeError::later(why), state, log);
            }
        };
        let lists = match self.out_of_journal(lists).await {
            Ok(lists) => lists,
            Err(why) => {
                return self.failed(begun, NodeError::later(why), state, log);
            }
        };
        StepEnd::Finished(Step { outputs: lists, error, ..self.step(begun, state, log) })
    }

    fn failed(&self, begun: &Begun, error: NodeError, state: Value, log: Vec<String>) -> StepEnd {
        let error = Some(self.step_error(&error));
        StepEnd::Failed(Step { error, ..self.step(begun, state, log) })
    }

    fn step(&self, begun: &Begun, state: Value, log: Vec<String>) -> Step {
        let sources: Arc<[Option<Source>]> = self.flight.task.sources.clone().into();
        Step {
            node: self.key.0,
            run: self.key.1,
            started_at: begun.at,
            duration_us: begun.clock.elapsed().as_micros() as u64,
            sources,
            outputs: vec![],
            error: None,
            state,
            tries: self.flight.tries + 1,
            log,
        }
    }

    fn step_error(&self, error: &NodeError) -> StepError {
        StepError {
            node: self.node().node.name.clone(),
            message: error.message.clone(),
            description: error.description.clone(),
            item: error.item.map(|it| it as u32),
            http_status: error.http_status,
        }
    }

    /// Large pages become files before the journal names them.
    async fn out_of_journal(&self, lists: Vec<Items>) -> Result<Vec<Items>, String> {
        let size = |list: &Items| -> usize { list.pages().iter().map(pages::memory).sum() };
        if lists.iter().map(size).sum::<usize>() <= JOURNAL_BYTES_MAX {
            return Ok(lists);
        }
        let mut res = Vec::with_capacity(lists.len());
        for list in lists {
            res.push(self.pages.put_large(&list).await?);
        }
        Ok(res)
    }
}

struct Begun {
    at: jiff::Timestamp,
    clock: Instant,
}

/// The answer that a step waited for, once all of it is there.
fn resumed(waits: &[Waiting]) -> Vec<Answer> {
    let own = |it: &&Waiting| !matches!(it.kind, WaitKind::Retry | WaitKind::InDoubt);
    waits.iter().filter(own).filter_map(|it| it.answer.clone()).collect()
}
