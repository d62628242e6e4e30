//! Schedules of published workflows.

use jiff::Timestamp;
use model::{
    id::{ScheduleId, VersionId, WorkflowId, WorkspaceId},
    schedule::{CatchUp, Rule},
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, error::damaged, sql::cells_of, workspaces::time};

#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    pub id: ScheduleId,
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub version: VersionId,
    /// The id of the trigger node.
    pub node: SmolStr,
    pub rule: Rule,
    pub catch_up: CatchUp,
    /// IANA name.
    pub zone: SmolStr,
    /// When it is due; may lie in the past.
    pub next_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    workflow_id: Uuid,
    version_id: Uuid,
    node: String,
    rule: String,
    zone: String,
    catch_up: String,
    next_at: i64,
}

impl Raw {
    fn schedule(self) -> Result<Schedule, Error> {
        Ok(Schedule {
            id: ScheduleId(self.id),
            workspace: WorkspaceId(self.workspace_id),
            workflow: WorkflowId(self.workflow_id),
            version: VersionId(self.version_id),
            node: self.node.into(),
            rule: serde_json::from_str(&self.rule).map_err(damaged)?,
            catch_up: serde_json::from_str(&self.catch_up).map_err(damaged)?,
            zone: self.zone.into(),
            next_at: time(self.next_at)?,
        })
    }
}

impl Store {
    /// Up to `max` schedules of all workspaces that are due, the longest overdue first. One that
    /// cannot be read is left out, so that it does not stand in the way of the others.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn due_schedules(&self, now: Timestamp, max: usize) -> Result<Vec<Schedule>, Error> {
        let sql = "SELECT workspace_id, id, workflow_id, version_id, node, rule, zone, catch_up, next_at \
                   FROM schedules WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at LIMIT $2";
        let rows = self.0.db.rows::<Raw>(sql, cells_of![now, max as i64]).await?;
        let read = |it: Raw| {
            let id = ScheduleId(it.id);
            let schedule = it.schedule();
            schedule.inspect_err(|why| tracing::error!("schedule {id} cannot be read: {why}")).ok()
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// The schedules of a workflow that will be due again.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn schedules(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
    ) -> Result<Vec<Schedule>, Error> {
        let sql = "SELECT workspace_id, id, workflow_id, version_id, node, rule, zone, catch_up, next_at \
                   FROM schedules WHERE workspace_id = $1 AND workflow_id = $2 AND next_at IS NOT NULL \
                   ORDER BY next_at, id";
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace, workflow]).await?;
        rows.into_iter().map(Raw::schedule).collect()
    }

    /// The latest time for which a schedule fired, as far back as firings are kept. It may lie past
    /// `next_at`, when whoever fired stopped before that was written down.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn last_firing(&self, schedule: &Schedule) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT due_at FROM firings WHERE workspace_id = $1 AND schedule_id = $2 \
                   ORDER BY due_at DESC LIMIT 1";
        let key = cells_of![schedule.workspace, schedule.id];
        let row = self.0.db.row::<(i64,)>(sql, key).await?;
        row.map(|it| Timestamp::from_microsecond(it.0).map_err(damaged)).transpose()
    }

    /// Writes down when a schedule is due next, unless it was moved on or published anew since it
    /// was read; `None`: never again. What it fired earlier than a day ago is forgotten.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_next_firing(
        &self,
        schedule: &Schedule,
        next_at: Option<Timestamp>,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "UPDATE schedules SET next_at = $4 WHERE workspace_id = $1 AND id = $2 AND next_at = $3";
        let key = cells_of![schedule.workspace, schedule.id, schedule.next_at, next_at];
        tx.run(sql, key).await?;
        let sql =
            "DELETE FROM firings WHERE workspace_id = $1 AND schedule_id = $2 AND due_at < $3";
        let day_before = schedule.next_at.as_microsecond() - FIRINGS_KEPT_US;
        tx.run(sql, cells_of![schedule.workspace, schedule.id, day_before]).await?;
        tx.commit().await
    }
}

/// No process is that far behind the times that are due.
const FIRINGS_KEPT_US: i64 = 86_400_000_000;
