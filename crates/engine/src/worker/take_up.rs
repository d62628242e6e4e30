//! From the journal back to an execution that can go on.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};
use model::{
    execution::{Answer, Status},
    id::ExecutionId,
    journal::{Record, StepError},
};
use store::{
    Error,
    batch::{Lost, Next},
    prune::{Keep, PRUNED_MAX},
    queue::{Claimed, past::Past},
};

use super::{Live, RESUMES_MAX};
use crate::{
    engine::Inner,
    run::{self, Child, Closing, Facts, Pen, State, Stop, Turn},
};

/// How many times one sweep forgets as many executions of a workspace as one statement may.
const ROUNDS_MAX: usize = 20;

/// How many bytes of journals are read at once; each execution may have more.
const READ_MAX: u64 = 4 << 20;

/// How many of these, from the first on, are read at once.
pub(super) fn readable(claimed: &[Claimed]) -> usize {
    let mut bytes = 0;
    let fits = claimed.iter().take_while(|it| {
        bytes += it.bytes;
        bytes <= READ_MAX
    });
    fits.count().max(1)
}

/// An execution that was claimed from the queue; `None`: it was ended here and now.
pub(super) async fn claimed(
    inner: &Arc<Inner>,
    it: Claimed,
    past: &Past,
) -> Result<Option<Live>, Error> {
    let pages = inner.pages(it.workspace);
    let records = past.records(&pages)?;
    let plan = inner.plans.of(&inner.store, it.workspace, it.version).await?;
    let pen =
        Pen::held(inner.outside.journal.clone(), it.workspace, it.execution, it.fence, it.seq);
    let Some(plan) = plan else {
        return give_up(inner, &pen, it.parent, "its version of the workflow is gone").await;
    };
    if it.resumed > RESUMES_MAX {
        let why = format!("it was interrupted {} times and does not get any further", it.resumed);
        return give_up(inner, &pen, it.parent, &why).await;
    }
    let mut state = match State::fold(plan.clone(), records) {
        Ok(state) => state,
        Err(why) => return give_up(inner, &pen, it.parent, &why).await,
    };
    let facts = Facts {
        workspace: it.workspace,
        execution: it.execution,
        workflow: it.workflow,
        version: it.version,
        mode: it.mode,
        parent: it.parent,
        business_key: it.business_key.clone(),
        vars: inner.plans.vars(&inner.store, it.workspace).await?,
        plan,
    };
    let now = Timestamp::now();
    if it.resumed > 0 {
        pen.note(Record::TakenUp { at: now, worker: inner.options.worker.clone() });
    }
    let answers = past.answers(&pages)?;
    // Whoever may go on by them is begun with the rest.
    run::take_in(&mut state, &pen, answers, now);
    let held = inner.roll.enter(it.execution);
    let live = Live { facts: Arc::new(facts), state, pen: Arc::new(pen), _held: held };
    if it.cancel_requested {
        return cancelled(inner, live).await;
    }
    inner.load_statics(&live).await?;
    Ok(Some(live))
}

async fn cancelled(inner: &Arc<Inner>, live: Live) -> Result<Option<Live>, Error> {
    let stop = tokio::sync::watch::channel(Stop::Cancel).1;
    let (outside, pen) = (inner.outside.clone(), live.pen);
    match run::Runner::new(outside, live.facts, live.state, pen, stop).run().await {
        Turn::Lost(lost @ Lost::Unavailable(_)) => Err(Error::Damaged(lost.to_string())),
        Turn::Lost(_) | Turn::Ended(_) | Turn::Waiting(_) | Turn::Released => Ok(None),
    }
}

/// Ends an execution that nobody can go on with, and tells whoever called it.
async fn give_up(
    inner: &Inner,
    pen: &Pen,
    parent: Option<ExecutionId>,
    why: &str,
) -> Result<Option<Live>, Error> {
    let at = Timestamp::now();
    let message = format!("the execution cannot go on: {why}");
    let error = Some(StepError { message: message.clone(), ..StepError::default() });
    pen.note(Record::Ended { status: Status::Error, at, error: error.clone() });
    let closing = Closing {
        answers: parent.map(|it| (it, Answer::Failed(message))),
        ..Closing::next(Next::Ended { status: Status::Error, at, error, keep: true })
    };
    let end = pen.flush(closing).await;
    inner.outside.bus.wake();
    match end {
        Err(lost @ Lost::Unavailable(_)) => Err(Error::Damaged(lost.to_string())),
        Ok(()) | Err(_) => Ok(None),
    }
}

/// An execution that has just become durable with its caller's batch.
pub(super) async fn child(inner: &Inner, it: Child) -> Result<Live, Error> {
    let facts = Facts {
        workspace: it.workspace,
        execution: it.new.id,
        workflow: it.new.workflow,
        version: it.new.version,
        mode: it.new.mode,
        parent: it.new.parent,
        business_key: it.new.business_key.clone(),
        vars: inner.plans.vars(&inner.store, it.workspace).await?,
        plan: it.plan.clone(),
    };
    let pen = Pen::held(
        inner.outside.journal.clone(),
        it.workspace,
        it.new.id,
        store::batch::FIRST_FENCE,
        1,
    );
    let held = inner.roll.enter(it.new.id);
    let state = State::new(it.plan, it.started);
    let live = Live { facts: Arc::new(facts), state, pen: Arc::new(pen), _held: held };
    inner.load_statics(&live).await?;
    Ok(live)
}

pub(super) async fn sweep(inner: &Inner) -> Result<(), Error> {
    if let Some(days) = inner.options.keep_days {
        let hours = i64::from(days).saturating_mul(24).hours();
        let since = Timestamp::now().checked_sub(hours).ok();
        for workspace in inner.store.workspaces().await? {
            let keep = Keep { since, executions_max: None };
            for _ in 0..ROUNDS_MAX {
                if inner.store.prune(workspace.id, &keep).await? < PRUNED_MAX {
                    break;
                }
            }
        }
    }
    sweep_audit(inner).await?;
    inner.store.sweep_credits(Timestamp::now()).await?;
    inner.store.sweep_payments(Timestamp::now()).await?;
    inner.store.sweep_recharges(Timestamp::now()).await?;
    inner.store.sweep_key_uses(Timestamp::now()).await?;
    let mut gone = vec![];
    for (workspace, name) in inner.store.litter().await? {
        match inner.outside.files.remove(workspace, &name).await {
            Ok(()) => gone.push((workspace, name)),
            Err(error) => tracing::warn!("the file `{name}` cannot be removed: {error}"),
        }
    }
    inner.store.swept(&gone).await
}

/// Forgets what is too old of each chain. What is no workspace's is no plan's.
async fn sweep_audit(inner: &Inner) -> Result<(), Error> {
    let kept = inner.store.audits_kept_since(inner.options.audit_days, Timestamp::now()).await?;
    for (chain, since) in kept {
        for _ in 0..ROUNDS_MAX {
            if inner.store.prune_audit(chain, since).await? == 0 {
                break;
            }
        }
    }
    Ok(())
}
