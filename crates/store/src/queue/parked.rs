//! Executions that wait for room in their workspace's plan.

use jiff::Timestamp;
use model::{
    execution::Mode,
    id::{ExecutionId, WorkspaceId},
    plan,
};
use uuid::Uuid;

use crate::{
    Error, Store,
    sql::{Cell, Tx, cells_of},
    subscriptions::held,
    usage::{self, Used},
    workspaces::time,
    writer::room,
};

impl Store {
    /// Readies up to `max` of those whose workspace has room again; the others wait on. Gives how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn release_due(&self, now: Timestamp, max: usize) -> Result<usize, Error> {
        let sql = format!(
            "SELECT workspace_id FROM queue WHERE status = 'waiting' AND wake_at IS NOT NULL \
             AND wake_at <= $1 AND wait_kind = 'plan' ORDER BY wake_at LIMIT {max}"
        );
        let mut due: Vec<Uuid> = self
            .0
            .db
            .rows::<(Uuid,)>(sql, cells_of![now])
            .await?
            .into_iter()
            .map(|it| it.0)
            .collect();
        due.sort_unstable();
        due.dedup();
        let mut n = 0;
        for workspace in due {
            n += self.release_parked(workspace, now, max).await?;
        }
        Ok(n)
    }

    async fn release_parked(
        &self,
        workspace: Uuid,
        now: Timestamp,
        max: usize,
    ) -> Result<usize, Error> {
        let mut tx = self.0.db.begin().await?;
        let room = match held(&mut tx, WorkspaceId(workspace)).await? {
            Some(terms) => room::left(&mut tx, workspace, &terms, now).await?,
            None => None,
        };
        let n = room.map_or(max, |it| it.of(max));
        let found = parked(&mut tx, workspace, n).await?;
        let mut used = Used::default();
        let counted = found.iter().filter(|it| it.1 != Mode::Manual.as_str()).count();
        used.add(workspace, usage::EXECUTIONS, plan::month(now), counted as i64);
        let keys: Vec<Cell> = found.iter().flat_map(|it| cells_of![workspace, it.0]).collect();
        let head = "UPDATE queue SET status = 'queued', wait_kind = NULL, wake_at = NULL \
                    WHERE status = 'waiting' AND (workspace_id, id) IN (SELECT * FROM (VALUES";
        tx.run_many(head, ") AS v)", 2, keys).await?;
        // Whoever found none is asked again when there may be some.
        let until = match room {
            Some(it) if n < max => it.after(counted as u64).until(true),
            Some(_) | None => None,
        };
        if let Some(until) = until {
            let until = time(until)?;
            look_again(&mut tx, WorkspaceId(workspace), now, until).await?;
        }
        used.write(&mut tx);
        tx.commit().await?;
        Ok(found.len())
    }

    /// Whether an execution waits for room in the plan.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_parked(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
    ) -> Result<bool, Error> {
        let sql = "SELECT wait_kind FROM queue WHERE workspace_id = $1 AND id = $2";
        let found =
            self.0.db.row::<(Option<String>,)>(sql, cells_of![workspace, execution]).await?;
        Ok(found.and_then(|it| it.0).as_deref() == Some("plan"))
    }
}

/// As many wait at most in one workspace, whatever its plan says.
const PARKED_MAX: u32 = 1_000_000;

/// Those that would look for room up to a time do so at another.
pub(crate) async fn look_again(
    tx: &mut Tx,
    workspace: WorkspaceId,
    up_to: Timestamp,
    at: Timestamp,
) -> Result<(), Error> {
    let sql = format!(
        "UPDATE queue SET wake_at = $3 WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM queue \
         WHERE workspace_id = $1 AND wait_kind = 'plan' AND wake_at <= $2 LIMIT {PARKED_MAX})"
    );
    tx.run(sql, cells_of![workspace, up_to, at]).await?;
    Ok(())
}

/// All that wait anywhere look for room at once.
pub(crate) async fn all_look_again_any_workspace(tx: &mut Tx, at: Timestamp) -> Result<(), Error> {
    let sql = format!(
        "UPDATE queue SET wake_at = $2 WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM queue \
         WHERE status = 'waiting' AND wake_at IS NOT NULL AND wake_at <= $1 AND wait_kind = 'plan' \
         LIMIT {PARKED_MAX})"
    );
    tx.run(sql, cells_of![Timestamp::MAX, at]).await?;
    Ok(())
}

/// Those that came first.
async fn parked(tx: &mut Tx, workspace: Uuid, n: usize) -> Result<Vec<(Uuid, String)>, Error> {
    let lock = if tx.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "SELECT id, mode FROM queue WHERE workspace_id = $1 AND wait_kind = 'plan' \
         ORDER BY run_at, id LIMIT {n}{lock}"
    );
    tx.rows::<(Uuid, String)>(sql, cells_of![workspace]).await
}
