//! Workers' signs of life, and what becomes of executions whose worker gives none.

use std::time::Duration;

use jiff::Timestamp;
use model::id::{ExecutionId, WorkspaceId};
use uuid::Uuid;

use crate::{
    Error, Store,
    sql::{Tx, cells_of},
};

/// How long a worker that has just begun may take to its first sign of life.
const FIRST_LEASE: Duration = Duration::from_secs(60);

/// How many executions one look at what a worker holds gives.
const HELD_MAX: usize = 1_000;

impl Store {
    /// Begins to work under a name: whatever an earlier process of the name or a dead worker held
    /// goes back to the queue. Executions that begin here are held under this name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn take_over(&self, worker: &str) -> Result<u64, Error> {
        self.0.writer.set_worker(worker);
        let now = Timestamp::now();
        let mut tx = self.0.db.begin().await?;
        sign_any_workspace(&mut tx, worker, now, FIRST_LEASE).await?;
        let own = give_back_any_workspace(&mut tx, worker).await?;
        let others = expire_any_workspace(&mut tx, now).await?;
        tx.commit().await?;
        Ok(own + others)
    }

    /// Gives a sign of life, good for `lease`; executions of workers that gave none go back to
    /// the queue. Gives those that this worker lost so.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn heartbeat(
        &self,
        worker: &str,
        lease: Duration,
    ) -> Result<Vec<ExecutionId>, Error> {
        self.heartbeat_any_workspace(worker, lease).await
    }

    async fn heartbeat_any_workspace(
        &self,
        worker: &str,
        lease: Duration,
    ) -> Result<Vec<ExecutionId>, Error> {
        let now = Timestamp::now();
        let mut tx = self.0.db.begin().await?;
        sign_any_workspace(&mut tx, worker, now, lease).await?;
        expire_any_workspace(&mut tx, now).await?;
        let sql = "SELECT id FROM queue WHERE lost_by = $1";
        let lost = tx.rows::<(Uuid,)>(sql, cells_of![worker]).await?;
        if !lost.is_empty() {
            tx.run("UPDATE queue SET lost_by = NULL WHERE lost_by = $1", cells_of![worker]).await?;
        }
        tx.commit().await?;
        Ok(lost.into_iter().map(|it| ExecutionId(it.0)).collect())
    }

    /// Executions that a worker holds, and under which token; not more than a thousand.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn held(&self, worker: &str) -> Result<Vec<(WorkspaceId, ExecutionId, i64)>, Error> {
        self.held_any_workspace(worker).await
    }

    async fn held_any_workspace(
        &self,
        worker: &str,
    ) -> Result<Vec<(WorkspaceId, ExecutionId, i64)>, Error> {
        let sql = format!(
            "SELECT workspace_id, id, fence FROM queue WHERE worker = $1 AND status = 'running' \
             ORDER BY workspace_id, id LIMIT {HELD_MAX}"
        );
        let rows = self.0.db.rows::<(Uuid, Uuid, i64)>(sql, cells_of![worker]).await?;
        Ok(rows.into_iter().map(|it| (WorkspaceId(it.0), ExecutionId(it.1), it.2)).collect())
    }

    /// Executions that a worker holds and somebody wants cancelled, such as by another process.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn cancels(&self, worker: &str) -> Result<Vec<ExecutionId>, Error> {
        self.cancels_any_workspace(worker).await
    }

    async fn cancels_any_workspace(&self, worker: &str) -> Result<Vec<ExecutionId>, Error> {
        let sql = "SELECT id FROM queue WHERE worker = $1 AND cancel <> 0";
        let rows = self.0.db.rows::<(Uuid,)>(sql, cells_of![worker]).await?;
        Ok(rows.into_iter().map(|it| ExecutionId(it.0)).collect())
    }

    /// Gives one execution back that its worker let go of; under a newer token it is somebody else's.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn give_back(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
        fence: i64,
    ) -> Result<bool, Error> {
        let sql = "UPDATE queue SET status = 'queued', worker = NULL, resumed = resumed + 1 \
                   WHERE workspace_id = $1 AND id = $2 AND fence = $3 AND status = 'running'";
        Ok(self.0.db.run(sql, cells_of![workspace, execution, fence]).await? > 0)
    }

    /// Gives back whatever a worker still holds, at its shutdown.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn release(&self, worker: &str) -> Result<u64, Error> {
        self.release_any_workspace(worker).await
    }

    async fn release_any_workspace(&self, worker: &str) -> Result<u64, Error> {
        let mut tx = self.0.db.begin().await?;
        let given = give_back_any_workspace(&mut tx, worker).await?;
        tx.run("DELETE FROM workers WHERE name = $1", cells_of![worker]).await?;
        tx.commit().await?;
        Ok(given)
    }
}

pub(super) async fn sign_any_workspace(
    tx: &mut Tx,
    worker: &str,
    now: Timestamp,
    lease: Duration,
) -> Result<(), Error> {
    let sql = "INSERT INTO workers (name, lease_until) VALUES ($1, $2) \
               ON CONFLICT (name) DO UPDATE SET lease_until = excluded.lease_until";
    let until =
        now.as_microsecond().saturating_add(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX));
    tx.run(sql, cells_of![worker, until]).await?;
    Ok(())
}

async fn give_back_any_workspace(tx: &mut Tx, worker: &str) -> Result<u64, Error> {
    let sql = "UPDATE queue SET status = 'queued', worker = NULL, resumed = resumed + 1 \
               WHERE worker = $1 AND status = 'running'";
    tx.run(sql, cells_of![worker]).await
}

/// Takes from the dead what they hold.
async fn expire_any_workspace(tx: &mut Tx, now: Timestamp) -> Result<u64, Error> {
    let sql = "UPDATE queue SET status = 'queued', lost_by = worker, worker = NULL, resumed = resumed + 1 \
               WHERE worker IS NOT NULL AND status = 'running' \
               AND worker NOT IN (SELECT name FROM workers WHERE lease_until >= $1)";
    tx.run(sql, cells_of![now]).await
}
