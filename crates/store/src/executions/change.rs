//! What is done with executions that have ended: taken up again, or removed.

use model::{
    codec,
    id::{ExecutionId, WorkspaceId},
    journal::Record,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    prune,
    sql::{Tx, cells_of},
    usage::Used,
};

/// What became of the wish to remove an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    Done,
    /// It has not ended; cancel it first.
    AtWork,
    Absent,
}

#[derive(sqlx::FromRow)]
struct Ended {
    workflow_id: Uuid,
    status: String,
}

impl Store {
    /// Gives an ended execution to the queue again, with one more record. `false`: it is not
    /// there, has not ended, or its journal was not kept.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn reopen(
        &self,
        workspace: WorkspaceId,
        id: ExecutionId,
        record: Record,
    ) -> Result<bool, Error> {
        let records = codec::encode(&[record]).map_err(damaged)?;
        let mut tx = self.0.db.begin().await?;
        let Some(row) = ended(&mut tx, workspace, id).await? else { return Ok(false) };
        let sql = "SELECT MAX(seq) FROM journal WHERE workspace_id = $1 AND execution_id = $2";
        let last = tx.rows::<(Option<i64>,)>(sql, cells_of![workspace, id]).await?;
        let Some(last) = last.first().and_then(|it| it.0) else { return Ok(false) };
        let sql = "INSERT INTO journal (workspace_id, execution_id, seq, records) VALUES ($1, $2, $3, $4)";
        tx.run(sql, cells_of![workspace, id, last + 1, records]).await?;
        let sql = "INSERT INTO queue (workspace_id, id, workflow_id, version_id, status, mode, priority, run_at, \
                   fence, started_at, parent, replay_of, business_key, resumed, cancel) \
                   SELECT workspace_id, id, workflow_id, version_id, 'queued', mode, priority, started_at, \
                   fence, started_at, parent, replay_of, business_key, resumed, 0 FROM executions \
                   WHERE workspace_id = $1 AND id = $2";
        tx.run(sql, cells_of![workspace, id]).await?;
        forget(&mut tx, workspace, id, &row).await?;
        tx.note(Note::of(workspace, "execution.retry", id));
        tx.commit().await?;
        Ok(true)
    }

    /// Removes an ended execution with all that is recorded of it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_execution(
        &self,
        workspace: WorkspaceId,
        id: ExecutionId,
    ) -> Result<Deleted, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(row) = ended(&mut tx, workspace, id).await? else {
            let sql = "SELECT id FROM queue WHERE workspace_id = $1 AND id = $2";
            let at_work = tx.rows::<(Uuid,)>(sql, cells_of![workspace, id]).await?;
            return Ok(if at_work.is_empty() { Deleted::Absent } else { Deleted::AtWork });
        };
        forget(&mut tx, workspace, id, &row).await?;
        let sql = "DELETE FROM journal WHERE workspace_id = $1 AND execution_id = $2";
        tx.run(sql, cells_of![workspace, id]).await?;
        tx.note(Note::of(workspace, "execution.delete", id).was(json!({ "status": row.status })));
        let mut used = Used::default();
        prune::litter(&mut tx, vec![(workspace.0, id.0)], &mut used).await?;
        used.write(&mut tx);
        tx.commit().await?;
        Ok(Deleted::Done)
    }
}

async fn ended(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Option<Ended>, Error> {
    let lock = tx.for_update();
    let sql = format!(
        "SELECT workflow_id, status FROM executions WHERE workspace_id = $1 AND id = $2{lock}"
    );
    Ok(tx.rows::<Ended>(sql, cells_of![workspace, id]).await?.into_iter().next())
}

/// Takes an execution out of the history and its totals.
async fn forget(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ExecutionId,
    row: &Ended,
) -> Result<(), Error> {
    let sql = "DELETE FROM executions WHERE workspace_id = $1 AND id = $2";
    tx.run(sql, cells_of![workspace, id]).await?;
    let sql =
        "UPDATE totals SET n = n - 1 WHERE workspace_id = $1 AND workflow_id = $2 AND status = $3";
    tx.run(sql, cells_of![workspace, row.workflow_id, row.status.clone()]).await?;
    Ok(())
}
