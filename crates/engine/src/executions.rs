//! What people do with executions: start, look at, cancel, retry and replay them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use model::{
    Code, Fault, Items,
    execution::{Execution, Mode, Status, Wait},
    id::{ExecutionId, WorkflowId, WorkspaceId},
    journal::{Record, Started, Step},
};
use smol_str::SmolStr;
use store::executions::{Deleted, Filter};
use tokio::sync::mpsc;

use crate::{
    Actor, Engine, Reply,
    failure::fault,
    plan::{Plan, PlanNode},
    run::{State, Stop},
    start::Begin,
    webhooks::lost_fault,
};

/// What to run by hand.
#[derive(Clone, Debug, Default)]
pub struct Execute {
    /// Name of the node to start at; absent is the first trigger.
    pub start: Option<SmolStr>,
    /// What that node gives or gets: one list per port.
    pub items: Vec<Items>,
    /// Name of the node to stop after: a run of one node and what it needs.
    pub until: Option<SmolStr>,
    /// Recorded steps of this execution are taken over instead of running them again.
    pub data_from: Option<ExecutionId>,
    /// Name of the node to run anew with all that follows it, whatever is recorded of them.
    pub from: Option<SmolStr>,
    /// The published version instead of the draft; then it is no test: pinned data does not count.
    pub published: bool,
}

/// An execution with all that is recorded of it.
pub struct Recorded {
    pub workspace: WorkspaceId,
    pub execution: Execution,
    pub plan: Arc<Plan>,
    /// Absent when nothing was kept.
    pub started: Option<Arc<Started>>,
    /// Finished steps, in their order.
    pub steps: Vec<Arc<Step>>,
    /// Steps that have begun: node and run.
    pub in_flight: Vec<(u32, u32)>,
    /// What it waits for.
    pub waits: Vec<Wait>,
    /// When it was taken up again after a crash or a hand-over.
    pub resumes: Vec<Resume>,
}

/// An execution was taken up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resume {
    pub at: Timestamp,
    /// How many steps were finished by then, and so were not repeated: the first of the list.
    pub n_kept: usize,
}

/// How many children a cancel reaches at once.
const CHILDREN_MAX: u32 = 500;

impl Engine {
    /// Runs a workflow by hand. What it gives tells how it goes on; its last word is
    /// [`Reply::Ended`].
    ///
    /// # Errors
    /// [`Code::WorkflowNotFound`], [`Code::WorkflowNotPublished`], [`Code::NodeNotFound`],
    /// [`Code::ExecutionNotFound`].
    pub async fn execute(
        &self,
        actor: &Actor,
        id: WorkflowId,
        wish: Execute,
    ) -> Result<(ExecutionId, mpsc::Receiver<Reply>), Fault> {
        let inner = &self.0;
        let stored = self.workflow(actor, id).await?;
        let (version, plan, mode) = if wish.published {
            let version = stored.published.ok_or_else(|| {
                let message = format!("workflow `{}` is not published", stored.draft.name);
                Fault::new(Code::WorkflowNotPublished, message)
            })?;
            let plan = inner.plans.of(&inner.store, actor.workspace, version).await;
            (version, plan.map_err(fault)?.ok_or_else(gone)?, Mode::Api)
        } else {
            self.may_run_draft(actor, &stored).await?;
            let (version, plan) =
                crate::shelf::snapshot(inner, actor.workspace, stored).await.map_err(fault)?;
            (version, plan, Mode::Manual)
        };
        let until = wish.until.map(|it| index(&plan, &it)).transpose()?;
        let mut node = match &wish.start {
            Some(name) => Some(index(&plan, name)?),
            None => plan.start(),
        };
        let (mut items, mut given) = (wish.items, vec![]);
        if let Some(from) = wish.data_from {
            let recorded = self.recorded(actor, from).await?;
            let mut not: HashSet<u32> = until.into_iter().collect();
            if let Some(name) = &wish.from {
                let node = index(&plan, name)?;
                not.insert(node);
                not.extend(plan.descendants(node));
            }
            let places = places(&recorded.plan, &plan);
            given = same_steps(&recorded, &places, &not);
            if let Some(started) = &recorded.started
                && wish.start.is_none()
            {
                node = places[started.node as usize].or(node);
                if items.is_empty() {
                    items = started.items.clone();
                }
            }
        }
        let node = node.ok_or_else(|| {
            Fault::new(Code::NodeNotFound, "the workflow has no node to start at; add a trigger")
        })?;
        let begin = Begin {
            items,
            until,
            given,
            ..Begin::new(actor.workspace, id, version, plan, mode, node)
        };
        self.begin_and_watch(begin).await
    }

    pub(crate) async fn begin_and_watch(
        &self,
        begin: Begin,
    ) -> Result<(ExecutionId, mpsc::Receiver<Reply>), Fault> {
        let inner = &self.0;
        inner.may_accept(begin.workspace).await?;
        let live = inner.begin(begin).await.map_err(fault)?;
        let id = live.facts.execution;
        let replies = inner.outside.callers.add(id, false);
        if let Err(lost) = inner.accept(live).await {
            inner.outside.callers.remove(id);
            return Err(lost_fault(&lost));
        }
        Ok((id, replies))
    }

    /// # Errors
    /// [`Code::ExecutionNotFound`].
    pub async fn execution(&self, actor: &Actor, id: ExecutionId) -> Result<Execution, Fault> {
        let found = self.store().execution(actor.workspace, id).await.map_err(fault)?;
        match found {
            Some(it) if self.sees(actor, it.workflow_id.0).await? => Ok(it),
            _ => Err(Fault::new(Code::ExecutionNotFound, format!("there is no execution {id}"))),
        }
    }

    /// An execution with its steps.
    ///
    /// # Errors
    /// [`Code::ExecutionNotFound`].
    pub async fn recorded(&self, actor: &Actor, id: ExecutionId) -> Result<Recorded, Fault> {
        let inner = &self.0;
        let execution = self.execution(actor, id).await?;
        let plan = inner.plans.of(&inner.store, actor.workspace, execution.version_id).await;
        let plan = plan.map_err(fault)?.ok_or_else(gone)?;
        let pages = inner.pages(actor.workspace);
        let records = inner.store.records(actor.workspace, id, &pages).await.map_err(fault)?;
        let mut res = Recorded {
            workspace: actor.workspace,
            execution,
            plan: plan.clone(),
            started: None,
            steps: vec![],
            in_flight: vec![],
            waits: vec![],
            resumes: resumes(&records),
        };
        if records.is_empty() {
            return Ok(res);
        }
        let state = State::fold(plan, records).map_err(|why| {
            tracing::error!(execution = %id, "a journal cannot be folded: {why}");
            Fault::internal("the journal of this execution does not fit its workflow")
        })?;
        let step = |key: &(u32, u32)| state.seen.step(key.0, Some(key.1));
        res.steps = state.order.iter().filter_map(step).collect();
        res.started = Some(state.started.clone());
        res.in_flight = state.in_flight.keys().copied().collect();
        if !res.execution.status.is_ended() {
            res.waits = inner.store.open_waits(id).await.map_err(fault)?;
            res.waits.retain(|it| it.workspace_id == actor.workspace);
        }
        Ok(res)
    }

    /// Asks an execution, and those that it called, to stop. What is done stays done.
    ///
    /// # Errors
    /// [`Code::ExecutionNotFound`], [`Code::ExecutionState`] when it has ended.
    pub async fn cancel(&self, actor: &Actor, id: ExecutionId) -> Result<(), Fault> {
        let execution = self.execution(actor, id).await?;
        if execution.status.is_ended() {
            return Err(ended(id, execution.status));
        }
        let mut left = vec![id];
        let mut asked: HashSet<ExecutionId> = left.iter().copied().collect();
        while let Some(id) = left.pop() {
            self.store().request_cancel(actor.workspace, id).await.map_err(fault)?;
            if let Some(stop) = self.0.running.lock().expect("a plain table").get(&id) {
                stop.send_replace(Stop::Cancel);
            }
            let statuses = vec![Status::Queued, Status::Running, Status::Waiting];
            let filter = Filter {
                parent: Some(id),
                statuses,
                limit: CHILDREN_MAX,
                ..Filter::of(model::sharing::Sight::All)
            };
            let children = self.store().executions(actor.workspace, &filter).await;
            let children = children.map_err(fault)?.executions.into_iter().map(|it| it.id);
            left.extend(children.filter(|it| asked.insert(*it)));
        }
        self.bus().wake();
        Ok(())
    }

    /// Runs the step that failed again, and goes on from there. Effects in doubt keep their keys.
    ///
    /// # Errors
    /// [`Code::ExecutionNotFound`], [`Code::ExecutionState`] when it has not failed.
    pub async fn retry(&self, actor: &Actor, id: ExecutionId) -> Result<(), Fault> {
        let execution = self.execution(actor, id).await?;
        if !matches!(execution.status, Status::Error | Status::Cancelled) {
            return Err(Fault::new(
                Code::ExecutionState,
                format!(
                    "execution {id} is {}, and only one that failed can be retried; replay it instead",
                    execution.status.as_str()
                ),
            ));
        }
        let record = Record::Retried { at: Timestamp::now() };
        if !self.store().reopen(actor.workspace, id, record).await.map_err(fault)? {
            return Err(Fault::new(
                Code::ExecutionState,
                format!("nothing was kept of execution {id}; start it anew"),
            ));
        }
        self.bus().wake();
        Ok(())
    }

    /// Removes an ended execution with all that is recorded of it.
    ///
    /// # Errors
    /// [`Code::ExecutionNotFound`], [`Code::ExecutionState`] when it has not ended.
    pub async fn delete_execution(&self, actor: &Actor, id: ExecutionId) -> Result<(), Fault> {
        match self.store().delete_execution(actor.workspace, id).await.map_err(fault)? {
            Deleted::Done => Ok(()),
            Deleted::AtWork => Err(Fault::new(
                Code::ExecutionState,
                format!("execution {id} has not ended; cancel it first"),
            )),
            Deleted::Absent => {
                Err(Fault::new(Code::ExecutionNotFound, format!("there is no execution {id}")))
            }
        }
    }

    /// Forgets the caller that waits for an execution in this process.
    pub fn forget_caller(&self, id: ExecutionId) {
        self.0.outside.callers.remove(id);
    }
}

fn resumes(records: &[Record]) -> Vec<Resume> {
    let mut finished: Vec<(u32, u32)> = vec![];
    let mut res = vec![];
    for record in records {
        match record {
            Record::Step(step) => {
                // One that failed and was tried again stands where it ended at last.
                finished.retain(|it| *it != (step.node, step.run));
                finished.push((step.node, step.run));
            }
            Record::TakenUp { at, .. } => res.push(Resume { at: *at, n_kept: finished.len() }),
            Record::Started(_)
            | Record::EffectStarted { .. }
            | Record::EffectDone { .. }
            | Record::EffectFailed { .. }
            | Record::Waiting { .. }
            | Record::Resumed { .. }
            | Record::TryFailed { .. }
            | Record::Retried { .. }
            | Record::Ended { .. } => {}
        }
    }
    res
}

/// Recorded steps, but for these nodes, in the numbers of a plan that may differ: see [`places`].
pub(crate) fn same_steps(
    recorded: &Recorded,
    places: &[Option<u32>],
    not: &HashSet<u32>,
) -> Vec<Step> {
    let place = |old: u32| places[old as usize];
    let same = |step: &Arc<Step>| {
        let node = place(step.node)?;
        if not.contains(&node) || step.error.is_some() {
            return None;
        }
        let source = |it: &Option<model::journal::Source>| match it {
            None => Some(None),
            Some(it) => Some(Some(model::journal::Source { node: place(it.node)?, ..*it })),
        };
        let sources: Option<Vec<_>> = step.sources.iter().map(source).collect();
        Some(Step { node, sources: sources?.into(), ..Step::clone(step) })
    };
    recorded.steps.iter().filter_map(same).collect()
}

/// Where each node of one plan is in another: a node that got another name is still the same, and one that was
/// made anew under the name of one that is gone stands in its place.
pub(crate) fn places(old: &Plan, new: &Plan) -> Vec<Option<u32>> {
    let ids = |plan: &Plan| -> HashMap<SmolStr, u32> {
        let ids = plan.nodes.iter().zip(0..).map(|(it, n)| (it.node.id.clone(), n));
        ids.filter(|(id, _)| !id.is_empty()).collect()
    };
    let (known, now) = (ids(old), ids(new));
    let is_new = |at: &u32| !known.contains_key(&new.node(*at).node.id);
    let place = |it: &PlanNode| {
        let same = now.get(&it.node.id).copied();
        same.or_else(|| new.index(&it.node.name).filter(is_new))
    };
    old.nodes.iter().map(place).collect()
}

pub(crate) fn index(plan: &Plan, name: &str) -> Result<u32, Fault> {
    plan.index(name)
        .ok_or_else(|| Fault::new(Code::NodeNotFound, format!("the workflow has no node `{name}`")))
}

pub(crate) fn gone() -> Fault {
    Fault::new(Code::VersionNotFound, "the version of the workflow is gone")
}

fn ended(id: ExecutionId, status: Status) -> Fault {
    Fault::new(Code::ExecutionState, format!("execution {id} has ended: {}", status.as_str()))
}
