//! Unfinished executions: who holds them, who takes them next, when they wake.

pub(crate) mod parked;
pub mod past;
mod workers;

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use model::{
    execution::Mode,
    id::{ExecutionId, VersionId, WorkflowId, WorkspaceId},
    plan::Limit,
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    sql::{Cell, Tx, cells_of},
    subscriptions, waits,
    workspaces::time,
    writer::encode_answer,
};

/// An execution that this worker holds now.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    pub workspace: WorkspaceId,
    pub execution: ExecutionId,
    pub workflow: WorkflowId,
    pub version: VersionId,
    pub mode: Mode,
    pub started_at: Timestamp,
    pub parent: Option<ExecutionId>,
    pub replay_of: Option<ExecutionId>,
    pub business_key: Option<SmolStr>,
    /// Under which it is held.
    pub fence: i64,
    /// The number of its next batch.
    pub seq: u32,
    /// How often it was taken over from a worker that did not finish it.
    pub resumed: u32,
    pub cancel_requested: bool,
    /// How long its journal is.
    pub bytes: u64,
}

/// The workspace that was served last, and whether the last claim left something to the limit of a plan.
#[derive(Default)]
pub(crate) struct Turn {
    last: Mutex<Uuid>,
    held_back: AtomicBool,
}

/// A workspace with ready executions.
struct Share {
    workspace: Uuid,
    /// How many it may get.
    n: usize,
    /// Its plan may say how many run at once.
    has_terms: bool,
    /// How many more may run; absent is as many as there are.
    room: Option<usize>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    workflow_id: Uuid,
    version_id: Uuid,
    mode: String,
    started_at: i64,
    parent: Option<Uuid>,
    replay_of: Option<Uuid>,
    business_key: Option<String>,
    fence: i64,
    resumed: i64,
    cancel: i64,
}

impl Raw {
    fn claimed(self, journals: &HashMap<Uuid, (i64, i64)>) -> Result<Claimed, Error> {
        let journal = journals.get(&self.id);
        Ok(Claimed {
            workspace: WorkspaceId(self.workspace_id),
            execution: ExecutionId(self.id),
            workflow: WorkflowId(self.workflow_id),
            version: VersionId(self.version_id),
            mode: Mode::from_text(&self.mode)
                .ok_or_else(|| damaged("an execution of an unknown mode"))?,
            started_at: time(self.started_at)?,
            parent: self.parent.map(ExecutionId),
            replay_of: self.replay_of.map(ExecutionId),
            business_key: self.business_key.map(SmolStr::from),
            fence: self.fence + 1,
            seq: journal.map_or(0, |it| it.0 as u32 + 1),
            resumed: self.resumed as u32,
            cancel_requested: self.cancel != 0,
            bytes: journal.map_or(0, |it| it.1 as u64),
        })
    }
}

impl Store {
    /// Takes up to `max` executions that are ready: by turns between workspaces according to their
    /// weight, in each by priority and then age. They are this worker's until its lease ends. Of the
    /// workspaces in `but` none is taken.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn claim(
        &self,
        worker: &str,
        max: usize,
        lease: Duration,
        but: &[WorkspaceId],
    ) -> Result<Vec<Claimed>, Error> {
        self.claim_any_workspace(worker, max, lease, but).await
    }

    async fn claim_any_workspace(
        &self,
        worker: &str,
        max: usize,
        lease: Duration,
        but: &[WorkspaceId],
    ) -> Result<Vec<Claimed>, Error> {
        let mut shares = self.shares_any_workspace(max, but).await?;
        if shares.is_empty() || max == 0 {
            return Ok(vec![]);
        }
        let now = Timestamp::now();
        let mut tx = self.0.db.begin().await?;
        rooms_any_workspace(&mut tx, &mut shares, now).await?;
        let mut found: Vec<Raw> = vec![];
        // Once around by share; once more for what the shares of others left.
        for around in 0..2 {
            for share in &mut shares {
                let left = max - found.len();
                let wanted = if around == 0 { left.min(share.n) } else { left };
                if wanted == 0 || share.n == 0 {
                    continue;
                }
                let got = next(&mut tx, share, now, wanted).await?;
                if got.len() < wanted {
                    share.n = 0;
                }
                hold(&mut tx, worker, &got).await?;
                found.extend(got);
            }
        }
        let held_back = shares.iter().any(|it| it.room == Some(0));
        self.0.turn.held_back.store(held_back, Ordering::Relaxed);
        if found.is_empty() {
            tx.undo().await?;
            return Ok(vec![]);
        }
        workers::sign_any_workspace(&mut tx, worker, now, lease).await?;
        let keys = found.iter().flat_map(|it| cells_of![it.workspace_id, it.id]).collect();
        let head = "SELECT execution_id, MAX(seq), CAST(SUM(LENGTH(records)) AS BIGINT) FROM journal \
                    WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
        let tail = ") AS v) GROUP BY execution_id";
        let journals = tx.rows_of_many::<(Uuid, i64, i64)>(head, tail, 2, keys).await?;
        tx.commit().await?;
        let journals = journals.into_iter().map(|it| (it.0, (it.1, it.2))).collect();
        found.into_iter().map(|it| it.claimed(&journals)).collect()
    }

    /// Whether the last claim left something that waits because as many run as the plan allows: whoever ends
    /// makes room.
    pub fn held_back(&self) -> bool {
        self.0.turn.held_back.load(Ordering::Relaxed)
    }

    /// Workspaces with ready executions, the next in turn first, and how many each may get.
    async fn shares_any_workspace(
        &self,
        max: usize,
        but: &[WorkspaceId],
    ) -> Result<Vec<Share>, Error> {
        // Jumps from one workspace to the next in the index instead of reading all that is ready.
        let sql = "WITH RECURSIVE each(id) AS (\
                   SELECT (SELECT workspace_id FROM queue WHERE status = 'queued' ORDER BY workspace_id LIMIT 1) \
                   UNION ALL SELECT (SELECT workspace_id FROM queue WHERE status = 'queued' \
                   AND workspace_id > each.id ORDER BY workspace_id LIMIT 1) FROM each WHERE each.id IS NOT NULL) \
                   SELECT each.id, workspaces.weight, subscriptions.workspace_id FROM each \
                   LEFT JOIN workspaces ON workspaces.id = each.id \
                   LEFT JOIN subscriptions ON subscriptions.workspace_id = each.id WHERE each.id IS NOT NULL";
        let mut all = self.0.db.rows::<(Uuid, Option<i64>, Option<Uuid>)>(sql, vec![]).await?;
        all.retain(|it| !but.contains(&WorkspaceId(it.0)));
        let mut last = self.0.turn.last.lock().expect("a plain id");
        let next = all.iter().position(|it| it.0 > *last).unwrap_or(0);
        all.rotate_left(next);
        all.truncate(max);
        if let Some(first) = all.first() {
            // Whoever begins today is the last tomorrow.
            *last = if all.len() < max { first.0 } else { all[all.len() - 1].0 };
        }
        let weight = |it: &Option<i64>| it.unwrap_or(1).max(1) as usize;
        let sum = all.iter().map(|it| weight(&it.1)).sum::<usize>().max(1);
        let share = |it: &(Uuid, Option<i64>, Option<Uuid>)| Share {
            workspace: it.0,
            n: (max * weight(&it.1) / sum).max(1),
            has_terms: it.2.is_some(),
            room: None,
        };
        Ok(all.iter().map(share).collect())
    }

    /// Readies up to `max` sleepers whose time has come; their waits past the deadline are
    /// answered. Gives how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wake_due(&self, now: Timestamp, max: usize) -> Result<usize, Error> {
        let sql = format!(
            "SELECT workspace_id, id FROM queue WHERE status = 'waiting' AND wake_at IS NOT NULL \
             AND wake_at <= $1 AND wait_kind <> 'plan' ORDER BY wake_at LIMIT {max}"
        );
        let mut tx = self.0.db.begin().await?;
        let lock = if tx.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
        let due = tx.rows::<(Uuid, Uuid)>(format!("{sql}{lock}"), cells_of![now]).await?;
        let timeout = encode_answer(model::execution::Answer::Timeout).map_err(damaged)?;
        let keys = || due.iter().flat_map(|it| cells_of![it.0, it.1]).collect::<Vec<Cell>>();
        let head = "SELECT workspace_id, id, deadline FROM waits WHERE answered_at IS NULL \
                    AND deadline IS NOT NULL AND (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
        let open = tx.rows_of_many::<(Uuid, Uuid, i64)>(head, ") AS v)", 2, keys()).await?;
        let late = open.into_iter().filter(|it| it.2 <= now.as_microsecond());
        let cells = late.flat_map(|it| cells_of![it.0, it.1, now, timeout.clone()]).collect();
        let (head, tail) = (
            "UPDATE waits SET answered_at = v.column3, answer = v.column4 FROM (VALUES",
            ") AS v WHERE waits.workspace_id = v.column1 AND waits.id = v.column2",
        );
        tx.run_many(head, tail, 4, cells).await?;
        let head = "UPDATE queue SET status = 'queued', wait_kind = NULL, wake_at = NULL \
                    WHERE status = 'waiting' AND (workspace_id, id) IN (SELECT * FROM (VALUES";
        tx.run_many(head, ") AS v)", 2, keys()).await?;
        tx.commit().await?;
        Ok(due.len())
    }

    /// How many executions of all workspaces are ready and held by nobody; counted up to `max`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn backlog(&self, max: u64) -> Result<u64, Error> {
        self.backlog_any_workspace(max).await
    }

    async fn backlog_any_workspace(&self, max: u64) -> Result<u64, Error> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM queue WHERE status = 'queued' LIMIT {max}) AS ready"
        );
        let row = self.0.db.row::<(i64,)>(sql, vec![]).await?;
        Ok(row.map_or(0, |it| it.0 as u64))
    }

    /// When the next sleeper wakes by itself.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn next_wake_at(&self) -> Result<Option<Timestamp>, Error> {
        self.next_wake_at_any_workspace().await
    }

    async fn next_wake_at_any_workspace(&self) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT MIN(wake_at) FROM queue WHERE status = 'waiting' AND wake_at IS NOT NULL";
        let row = self.0.db.row::<(Option<i64>,)>(sql, vec![]).await?;
        row.and_then(|it| it.0).map(time).transpose()
    }

    /// Asks that an execution be cancelled: a sleeper is readied, so that whoever takes it sees
    /// the wish. `false`: it is not there, or has ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn request_cancel(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "UPDATE queue SET cancel = 1 WHERE workspace_id = $1 AND id = $2";
        let found = tx.run(sql, cells_of![workspace, execution]).await?;
        waits::wake(&mut tx, workspace, execution.0).await?;
        // One that was to run later is looked at now.
        let sql = "UPDATE queue SET run_at = started_at WHERE workspace_id = $1 AND id = $2 AND status = 'queued'";
        tx.run(sql, cells_of![workspace, execution]).await?;
        if found > 0 {
            tx.note_asked(Note::of(workspace, "execution.cancel", execution));
        }
        tx.commit().await?;
        Ok(found > 0)
    }
}

/// Holds the terms of those workspaces that have some, and counts how many more of them may run. What another
/// execution has called runs beside it: it would wait for itself.
async fn rooms_any_workspace(
    tx: &mut Tx,
    shares: &mut [Share],
    now: Timestamp,
) -> Result<(), Error> {
    let with_terms = shares.iter().filter(|it| it.has_terms).map(|it| it.workspace);
    for it in subscriptions::held_any_workspace(tx, with_terms).await? {
        let limits = it.subscription()?.limits_at(now);
        let Some(max) = limits.of(Limit::ConcurrentRuns) else { continue };
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM queue WHERE workspace_id = $1 AND status = 'running' \
             AND parent IS NULL LIMIT {max}) AS it"
        );
        let n = tx.rows::<(i64,)>(sql, cells_of![it.workspace_id]).await?;
        let n = n.first().map_or(0, |it| it.0 as u64);
        let room = usize::try_from(max.saturating_sub(n)).unwrap_or(usize::MAX);
        for share in shares.iter_mut().filter(|share| share.workspace == it.workspace_id) {
            share.room = Some(room);
        }
    }
    Ok(())
}

/// The next of a workspace, as far as its plan lets them run.
async fn next(
    tx: &mut Tx,
    share: &mut Share,
    now: Timestamp,
    max: usize,
) -> Result<Vec<Raw>, Error> {
    let Some(room) = share.room else { return ready(tx, share.workspace, now, max, "").await };
    let mut res = ready(tx, share.workspace, now, max, " AND parent IS NOT NULL").await?;
    let wanted = room.min(max - res.len());
    let own = ready(tx, share.workspace, now, wanted, " AND parent IS NULL").await?;
    share.room = Some(room - own.len());
    res.extend(own);
    Ok(res)
}

async fn ready(
    tx: &mut Tx,
    workspace: Uuid,
    now: Timestamp,
    max: usize,
    also: &str,
) -> Result<Vec<Raw>, Error> {
    let lock = if tx.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "SELECT workspace_id, id, workflow_id, version_id, mode, started_at, parent, replay_of, \
         business_key, fence, resumed, cancel FROM queue WHERE workspace_id = $1 AND status = 'queued' \
         AND run_at <= $2{also} ORDER BY priority DESC, run_at, id LIMIT $3{lock}"
    );
    tx.rows::<Raw>(sql, cells_of![workspace, now, max as i64]).await
}

async fn hold(tx: &mut Tx, worker: &str, found: &[Raw]) -> Result<(), Error> {
    let cells = found.iter().flat_map(|it| cells_of![it.workspace_id, it.id, worker]).collect();
    let (head, tail) = (
        "UPDATE queue SET status = 'running', fence = fence + 1, worker = v.column3, lost_by = NULL \
                FROM (VALUES",
        ") AS v WHERE queue.workspace_id = v.column1 AND queue.id = v.column2",
    );
    tx.run_many(head, tail, 3, cells).await?;
    Ok(())
}
