//! What executions wait for, and the answers.

use jiff::Timestamp;
use model::{
    Value,
    codec::{self, Pages},
    execution::{Answer, Wait, WaitKind},
    id::{ExecutionId, WaitId, WorkspaceId},
    journal::Record,
};
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    sql::{Tx, cells_of},
    workspaces::time,
    writer::encode_answer,
};

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It was taken.
    First,
    /// Another answer came before.
    Already,
    /// Nothing waits for it, or not any more.
    Absent,
}

/// How many open waits one look gives at most.
const OPEN_MAX: usize = 1_000;

/// An execution that failed keeps its waits, in case it is retried.
const AT_WORK: &str = "EXISTS (SELECT 1 FROM queue WHERE queue.workspace_id = waits.workspace_id \
                       AND queue.id = waits.execution_id)";

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    execution_id: Uuid,
    kind: String,
    node: i64,
    run: i64,
    correlation: String,
    deadline: Option<i64>,
    token: String,
    details: String,
}

impl Raw {
    fn wait(self) -> Result<Wait, Error> {
        Ok(Wait {
            id: WaitId(self.id),
            workspace_id: WorkspaceId(self.workspace_id),
            execution_id: ExecutionId(self.execution_id),
            kind: WaitKind::from_text(&self.kind)
                .ok_or_else(|| damaged("a wait of an unknown kind"))?,
            node: self.node as u32,
            run: self.run as u32,
            correlation: self.correlation.into(),
            deadline: self.deadline.map(time).transpose()?,
            token: self.token.into(),
            details: Value::from_json(&self.details).map_err(damaged)?,
        })
    }
}

impl Store {
    /// The unanswered waits of an execution of any workspace that has not ended: whoever asks holds
    /// a token that the wait is compared with.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_waits(&self, execution: ExecutionId) -> Result<Vec<Wait>, Error> {
        let sql = format!(
            "SELECT workspace_id, id, execution_id, kind, node, run, correlation, deadline, token, details \
             FROM waits WHERE execution_id = $1 AND answered_at IS NULL AND {AT_WORK} ORDER BY id LIMIT {OPEN_MAX}"
        );
        let rows = self.0.db.rows::<Raw>(sql, cells_of![execution]).await?;
        rows.into_iter().map(Raw::wait).collect()
    }

    /// The unanswered waits for something of this name, such as an event.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn find_waits(
        &self,
        workspace: WorkspaceId,
        correlation: &str,
    ) -> Result<Vec<Wait>, Error> {
        if correlation.is_empty() {
            return Ok(vec![]);
        }
        let sql = format!(
            "SELECT workspace_id, id, execution_id, kind, node, run, correlation, deadline, token, details \
             FROM waits WHERE workspace_id = $1 AND correlation = $2 AND answered_at IS NULL \
             AND correlation <> '' AND {AT_WORK} ORDER BY id LIMIT {OPEN_MAX}"
        );
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace, correlation]).await?;
        rows.into_iter().map(Raw::wait).collect()
    }

    /// Answers of waits that the execution has not taken in yet.
    ///
    /// # Errors
    /// [`Error::Damaged`] when one cannot be read, [`Error::Database`].
    pub async fn answers(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
        pages: &(dyn Pages + Sync),
    ) -> Result<Vec<(WaitId, Answer)>, Error> {
        let sql = "SELECT id, answer FROM waits WHERE workspace_id = $1 AND execution_id = $2 \
                   AND answered_at IS NOT NULL AND answer IS NOT NULL ORDER BY answered_at, id";
        let rows = self.0.db.rows::<(Uuid, Vec<u8>)>(sql, cells_of![workspace, execution]).await?;
        let read = |(id, bytes): (Uuid, Vec<u8>)| Ok((WaitId(id), read_answer(&bytes, pages)?));
        rows.into_iter().map(read).collect()
    }

    /// Ends a wait with what came, and readies its execution. The first answer counts.
    ///
    /// # Errors
    /// [`Error::Damaged`] when items of the answer cannot be loaded, [`Error::Database`].
    pub async fn answer_wait(
        &self,
        workspace: WorkspaceId,
        wait: WaitId,
        answer: Answer,
    ) -> Result<Answered, Error> {
        let answer = encode_answer(answer).map_err(damaged)?;
        let mut tx = self.0.db.begin().await?;
        let sql = "SELECT execution_id FROM waits WHERE workspace_id = $1 AND id = $2";
        let found = tx.rows::<(Uuid,)>(sql, cells_of![workspace, wait]).await?;
        let Some((execution,)) = found.into_iter().next() else {
            tx.undo().await?;
            return Ok(Answered::Absent);
        };
        // The execution first, as everybody does: it may just be going to sleep on this wait.
        if !lock(&mut tx, workspace, execution).await? {
            tx.undo().await?;
            return Ok(Answered::Absent);
        }
        let sql = "SELECT answered_at FROM waits WHERE workspace_id = $1 AND id = $2";
        let found = tx.rows::<(Option<i64>,)>(sql, cells_of![workspace, wait]).await?;
        let before = match found.first() {
            None => Some(Answered::Absent),
            Some((Some(_),)) => Some(Answered::Already),
            Some((None,)) => None,
        };
        if let Some(before) = before {
            tx.undo().await?;
            return Ok(before);
        }
        let sql =
            "UPDATE waits SET answered_at = $3, answer = $4 WHERE workspace_id = $1 AND id = $2";
        tx.run(sql, cells_of![workspace, wait, Timestamp::now(), answer]).await?;
        wake(&mut tx, workspace, execution).await?;
        tx.note_asked(Note::of(workspace, "execution.answer", execution));
        tx.commit().await?;
        Ok(Answered::First)
    }
}

/// What [`encode_answer`] wrote.
pub(crate) fn read_answer(bytes: &[u8], pages: &(dyn Pages + Sync)) -> Result<Answer, Error> {
    match codec::decode(bytes, pages).map_err(damaged)?.into_iter().next() {
        Some(Record::Resumed { answer, .. }) => Ok(answer),
        _ => Err(damaged("a wait's answer is none")),
    }
}

/// Locks an execution that has not ended; `false`: there is none.
async fn lock(tx: &mut Tx, workspace: WorkspaceId, execution: Uuid) -> Result<bool, Error> {
    let lock = tx.for_update();
    let sql = format!("SELECT id FROM queue WHERE workspace_id = $1 AND id = $2{lock}");
    let found = tx.rows::<(Uuid,)>(sql, cells_of![workspace, execution]).await?;
    Ok(!found.is_empty())
}

/// Gives a sleeper to the queue.
pub(crate) async fn wake(
    tx: &mut Tx,
    workspace: WorkspaceId,
    execution: Uuid,
) -> Result<(), Error> {
    let sql = "UPDATE queue SET status = 'queued', wait_kind = NULL, wake_at = NULL \
               WHERE workspace_id = $1 AND id = $2 AND status = 'waiting'";
    tx.run(sql, cells_of![workspace, execution]).await?;
    Ok(())
}
