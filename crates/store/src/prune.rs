//! Forgets the oldest history, a little at a time, and finds files that nothing names any more.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::id::{BlobId, WorkspaceId};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    executions::first_id,
    sql::{Cell, Tx, cells_of},
    usage::{self, Used},
};

/// What of the history stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keep {
    /// Only what ended then or later.
    pub since: Option<Timestamp>,
    /// Only so many of the latest.
    pub executions_max: Option<u64>,
}

/// How many executions one call removes at most, so that nobody waits long for it.
pub const PRUNED_MAX: usize = 500;
/// How many files one call names at most.
pub const LITTER_MAX: usize = 500;

#[derive(sqlx::FromRow)]
struct Old {
    id: Uuid,
    workflow_id: Uuid,
    status: String,
}

impl Store {
    /// Removes up to [`PRUNED_MAX`] ended executions of a workspace that need not stay. Gives how
    /// many; there may be more when it is as many as that.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn prune(&self, workspace: WorkspaceId, keep: &Keep) -> Result<usize, Error> {
        let mut tx = self.0.db.begin().await?;
        let mut old = match keep.since {
            Some(since) => ended_before(&mut tx, workspace, since).await?,
            None => vec![],
        };
        if let Some(max) = keep.executions_max
            && old.is_empty()
        {
            old = beyond(&mut tx, workspace, max).await?;
        }
        if old.is_empty() {
            return Ok(0);
        }
        let keys = || old.iter().flat_map(|it| cells_of![workspace, it.id]).collect::<Vec<Cell>>();
        let head = "DELETE FROM executions WHERE (workspace_id, id) IN (SELECT * FROM (VALUES";
        tx.run_many(head, ") AS v)", 2, keys()).await?;
        let head =
            "DELETE FROM journal WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
        tx.run_many(head, ") AS v)", 2, keys()).await?;
        let mut counts: BTreeMap<(Uuid, &str), i64> = BTreeMap::new();
        for it in &old {
            *counts.entry((it.workflow_id, &it.status)).or_default() += 1;
        }
        for ((workflow, status), n) in counts {
            let sql = "UPDATE totals SET n = n - $4 WHERE workspace_id = $1 AND workflow_id = $2 AND status = $3";
            tx.run(sql, cells_of![workspace, workflow, status, n]).await?;
        }
        let mut used = Used::default();
        litter(&mut tx, old.iter().map(|it| (workspace.0, it.id)).collect(), &mut used).await?;
        used.write(&mut tx);
        tx.commit().await?;
        Ok(old.len())
    }

    /// Files of all workspaces that nothing names any more. Remove them, then say so with
    /// [`Store::swept`]; until then they are named again.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn litter(&self) -> Result<Vec<(WorkspaceId, SmolStr)>, Error> {
        let sql = format!(
            "SELECT workspace_id, name FROM litter WHERE NOT EXISTS (SELECT 1 FROM blobs \
             WHERE blobs.workspace_id = litter.workspace_id AND blobs.name = litter.name) LIMIT {LITTER_MAX}"
        );
        let rows = self.0.db.rows::<(Uuid, String)>(sql, vec![]).await?;
        Ok(rows.into_iter().map(|(ws, name)| (WorkspaceId(ws), SmolStr::from(name))).collect())
    }

    /// Of these files, those that nothing names become litter.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn abandon(&self, workspace: WorkspaceId, names: &[BlobId]) -> Result<u64, Error> {
        let mut tx = self.0.db.begin().await?;
        let cells = names.iter().flat_map(|it| cells_of![workspace, it.to_string()]).collect();
        let head =
            "INSERT INTO litter (workspace_id, name) SELECT v.column1, v.column2 FROM (VALUES";
        let tail = ") AS v WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.workspace_id = v.column1 \
                    AND blobs.name = v.column2) ON CONFLICT DO NOTHING";
        let n = tx.run_many(head, tail, 2, cells).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// These files are removed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn swept(&self, files: &[(WorkspaceId, SmolStr)]) -> Result<(), Error> {
        if files.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.db.begin().await?;
        let cells = files.iter().flat_map(|it| cells_of![it.0, it.1.clone()]).collect();
        let head = "DELETE FROM litter WHERE (workspace_id, name) IN (SELECT * FROM (VALUES";
        tx.run_many(head, ") AS v)", 2, cells).await?;
        tx.commit().await
    }
}

async fn ended_before(
    tx: &mut Tx,
    workspace: WorkspaceId,
    since: Timestamp,
) -> Result<Vec<Old>, Error> {
    // What began later cannot have ended earlier, and ids are in the order of beginning: nothing
    // after the bound is looked at.
    let bound = first_id(since.as_millisecond());
    let sql = format!(
        "SELECT id, workflow_id, status FROM executions WHERE workspace_id = $1 AND id < $2 AND ended_at < $3 \
         ORDER BY id LIMIT {PRUNED_MAX}"
    );
    tx.rows::<Old>(sql, cells_of![workspace, bound, since]).await
}

async fn beyond(tx: &mut Tx, workspace: WorkspaceId, max: u64) -> Result<Vec<Old>, Error> {
    let sql = "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM totals WHERE workspace_id = $1";
    let all =
        tx.rows::<(i64,)>(sql, cells_of![workspace]).await?.first().map_or(0, |it| it.0 as u64);
    let too_many = all.saturating_sub(max).min(PRUNED_MAX as u64);
    if too_many == 0 {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT id, workflow_id, status FROM executions WHERE workspace_id = $1 ORDER BY id LIMIT {too_many}"
    );
    tx.rows::<Old>(sql, cells_of![workspace]).await
}

/// The files that these executions named may be litter now, and nothing waits for them any more.
pub(crate) async fn litter(
    tx: &mut Tx,
    executions: Vec<(Uuid, Uuid)>,
    used: &mut Used,
) -> Result<(), Error> {
    let keys = || executions.iter().flat_map(|it| cells_of![it.0, it.1]).collect::<Vec<Cell>>();
    let head = "DELETE FROM waits WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
    tx.run_many(head, ") AS v)", 2, keys()).await?;
    let head = "INSERT INTO litter (workspace_id, name) SELECT DISTINCT workspace_id, name FROM blobs \
                WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
    tx.run_many(head, ") AS v) ON CONFLICT DO NOTHING", 2, keys()).await?;
    let head = "DELETE FROM blobs WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
    let tail = ") AS v) RETURNING workspace_id, bytes";
    for (workspace, bytes) in tx.rows_of_many::<(Uuid, i64)>(head, tail, 2, keys()).await? {
        used.add(workspace, usage::STORAGE, usage::ALWAYS, -bytes);
    }
    Ok(())
}
