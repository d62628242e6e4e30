//! How executions begin: what they start with, and when they become durable.

use std::{sync::Arc, time::Duration};

use expr::{Alone, Template};
use jiff::Timestamp;
use model::{
    Items, Value,
    execution::Mode,
    id::{ExecutionId, ScheduleId, VersionId, WorkflowId, WorkspaceId},
    journal::{Started, Step},
};
use smol_str::SmolStr;
use store::{
    Error,
    batch::{FIRST_FENCE, Lost, NewExecution, Next},
};
use uuid::Uuid;

use crate::{
    engine::Inner,
    plan::Plan,
    run::{Closing, Facts, Pen, State},
    standing::{self, Hold},
    worker::{self, Live},
};

/// How long an execution may run before it is durable where its caller waits for that: what is over
/// by then is written once, whole.
const BEGINS_WITHIN: Duration = Duration::from_millis(25);
/// Longest business key, in characters.
const BUSINESS_KEY_CHARS_MAX: usize = 200;

/// A number that nobody can guess: the seed of an execution's chance and of its resume token.
pub(crate) fn seed() -> u64 {
    let drawn = Uuid::new_v4().as_u128();
    (drawn >> 64) as u64 ^ drawn as u64
}

/// An execution that is to begin.
pub(crate) struct Begin {
    pub(crate) workspace: WorkspaceId,
    pub(crate) workflow: WorkflowId,
    pub(crate) version: VersionId,
    pub(crate) plan: Arc<Plan>,
    pub(crate) mode: Mode,
    /// The trigger, or the node to start at.
    pub(crate) node: u32,
    /// What the trigger gives, one list per output port.
    pub(crate) items: Vec<Items>,
    pub(crate) firing: Option<(ScheduleId, Timestamp)>,
    pub(crate) replay_of: Option<ExecutionId>,
    pub(crate) until: Option<u32>,
    pub(crate) given: Vec<Step>,
}

impl Begin {
    pub(crate) fn new(
        workspace: WorkspaceId,
        workflow: WorkflowId,
        version: VersionId,
        plan: Arc<Plan>,
        mode: Mode,
        node: u32,
    ) -> Begin {
        Begin {
            workspace,
            workflow,
            version,
            plan,
            mode,
            node,
            items: vec![],
            firing: None,
            replay_of: None,
            until: None,
            given: vec![],
        }
    }
}

impl Inner {
    /// Makes an execution ready to run; nothing is durable yet.
    pub(crate) async fn begin(&self, it: Begin) -> Result<Live, Error> {
        let at = self.outside.now();
        let vars = self.plans.vars(&self.store, it.workspace).await?;
        let business_key = self.business_key(&it, at);
        let new = NewExecution {
            id: ExecutionId(Uuid::now_v7()),
            workflow: it.workflow,
            version: it.version,
            mode: it.mode,
            started_at: at,
            run_at: None,
            priority: it.plan.document.settings.priority,
            parent: None,
            replay_of: it.replay_of,
            business_key: business_key.clone(),
            firing: it.firing,
        };
        let facts = Facts {
            workspace: it.workspace,
            execution: new.id,
            workflow: it.workflow,
            version: it.version,
            mode: it.mode,
            parent: None,
            business_key,
            vars,
            plan: it.plan.clone(),
        };
        let started = Started {
            at,
            mode: it.mode,
            node: it.node,
            items: it.items,
            parent: None,
            replay_of: it.replay_of,
            until: it.until,
            given: it.given,
            seed: seed(),
            depth: 0,
        };
        let pen = Arc::new(Pen::new(self.outside.journal.clone(), it.workspace, new));
        pen.note(model::journal::Record::Started(started.clone()));
        let held = self.roll.enter(facts.execution);
        let state = State::new(it.plan, started);
        let live = Live { facts: Arc::new(facts), state, pen, _held: held };
        self.load_statics(&live).await?;
        Ok(live)
    }

    pub(crate) async fn load_statics(&self, live: &Live) -> Result<(), Error> {
        if live.facts.plan.uses_static_data && !live.facts.mode.is_test() {
            let statics = self.store.static_data(live.facts.workspace, live.facts.workflow).await?;
            live.state.seen.set_statics(statics);
        }
        Ok(())
    }

    /// Makes the execution durable, and runs it when its turn comes. A caller that goes away
    /// meanwhile changes nothing: what is durable runs.
    pub(crate) async fn accept(self: &Arc<Self>, live: Live) -> Result<ExecutionId, Lost> {
        let (id, workspace) = (live.facts.execution, live.facts.workspace);
        let hold = self.hold(workspace).await;
        let hold = hold.map_err(|it| Lost::Unavailable(it.to_string()))?;
        let runs_here = hold == Hold::Nothing && self.lanes.has_room(workspace);
        // A firing that has taken place elsewhere must not run at all.
        if runs_here && live.facts.mode != Mode::Schedule {
            let pen = live.pen.clone();
            worker::run(self, live);
            pen.begins(BEGINS_WITHIN).await?;
            return Ok(id);
        }
        let inner = self.clone();
        let accepted = async move {
            if runs_here {
                let flushed = live.pen.flush(Closing::next(Next::Running)).await;
                inner.note_lost(&live.facts, FIRST_FENCE, &flushed);
                flushed?;
                worker::run(&inner, live);
            } else {
                inner.outside.callers.hand_on(id);
                live.pen.flush(Closing::next(Next::Ready)).await?;
                if hold != Hold::Nothing {
                    inner.outside.bus.wake();
                }
            }
            Ok(id)
        };
        let accepted = tokio::spawn(accepted).await;
        accepted.unwrap_or_else(|broken| Err(Lost::Unavailable(broken.to_string())))
    }

    /// What the plan of a workspace has to say about an execution that begins there.
    pub(crate) async fn hold(&self, workspace: WorkspaceId) -> Result<Hold, Error> {
        let standing = self.standings.of(&self.store, workspace).await?;
        Ok(standing::hold(&standing, Timestamp::now()))
    }

    /// What names the execution: an expression on the first item that the trigger gives.
    fn business_key(&self, it: &Begin, now: Timestamp) -> Option<SmolStr> {
        let written = it.plan.document.settings.business_key.as_ref()?;
        let text = written.strip_prefix('=')?;
        let first = it.items.first().and_then(|it| it.get(0).ok().flatten());
        let mut scope = Alone::scope(vec![first.unwrap_or_default()], it.plan.zone.clone());
        scope.workspace = smol_str::format_smolstr!("{}", it.workspace);
        scope.now = Some(now);
        let value = self.outside.sandbox.evaluate(&Template::parse(text), &Arc::new(scope), 0);
        let value = value.ok().flatten().filter(|it| !matches!(it, Value::Null))?;
        let key: String = sdk::ctx::text_of(&value).chars().take(BUSINESS_KEY_CHARS_MAX).collect();
        (!key.is_empty()).then(|| key.into())
    }
}
