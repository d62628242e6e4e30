//! How workflows did lately, and when they run next by themselves: from counters and the ends of
//! indexes, for as many workflows as one list shows.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use model::{
    execution::Status,
    id::{ExecutionId, WorkflowId, WorkspaceId},
    sharing::Sight,
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    error::damaged,
    sharing,
    sql::{Cell, cells_of},
    statistics::day_number,
    workspaces::time,
};

/// See the module.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Health {
    /// The execution that began last, of those that have ended.
    pub last: Option<(ExecutionId, Status, Timestamp)>,
    /// When a schedule is due; may lie in the past.
    pub next_at: Option<Timestamp>,
    /// How many executions ended since the day that was asked for.
    pub n_ended: u64,
    pub n_failed: u64,
}

/// A folder or tag, and how many workflows have it.
pub type Group = (SmolStr, u64);

impl Store {
    /// The health of these workflows, counted from a day (UTC) on; one without any has none.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn workflow_health(
        &self,
        workspace: WorkspaceId,
        ids: &[WorkflowId],
        since: Date,
    ) -> Result<BTreeMap<WorkflowId, Health>, Error> {
        let mut res: BTreeMap<WorkflowId, Health> = BTreeMap::new();
        if ids.is_empty() {
            return Ok(res);
        }
        let mut cells: Vec<Cell> = cells_of![workspace, day_number(since)];
        cells.extend(ids.iter().map(|it| Cell::from(*it)));
        let places: Vec<String> = (3..cells.len() + 1).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT workflow_id, status, CAST(SUM(n) AS BIGINT) FROM daily WHERE workspace_id = $1 \
             AND day >= $2 AND workflow_id IN ({}) GROUP BY workflow_id, status",
            places.join(", ")
        );
        for (id, status, n) in self.0.db.rows::<(Uuid, String, i64)>(sql, cells).await? {
            let health = res.entry(WorkflowId(id)).or_default();
            health.n_ended += n as u64;
            if known(&status)? == Status::Error {
                health.n_failed += n as u64;
            }
        }
        let mut cells: Vec<Cell> = cells_of![workspace];
        cells.extend(ids.iter().map(|it| Cell::from(*it)));
        let places: Vec<String> = (2..cells.len() + 1).map(|n| format!("${n}")).collect();
        let these = places.join(", ");
        let sql = format!(
            "SELECT e.workflow_id, e.id, e.status, e.ended_at FROM executions e \
             WHERE e.workspace_id = $1 AND e.id IN (SELECT (SELECT l.id FROM executions l \
             WHERE l.workspace_id = $1 AND l.workflow_id = w.id ORDER BY l.id DESC LIMIT 1) \
             FROM workflows w WHERE w.workspace_id = $1 AND w.id IN ({these}))"
        );
        type Last = (Uuid, Uuid, String, i64);
        for (id, execution, status, at) in self.0.db.rows::<Last>(sql, cells.clone()).await? {
            let last = (ExecutionId(execution), known(&status)?, time(at)?);
            res.entry(WorkflowId(id)).or_default().last = Some(last);
        }
        let sql = format!(
            "SELECT workflow_id, next_at FROM schedules WHERE workspace_id = $1 \
             AND workflow_id IN ({these}) AND next_at IS NOT NULL ORDER BY next_at DESC"
        );
        // The soonest comes last, and stays.
        for (id, at) in self.0.db.rows::<(Uuid, i64)>(sql, cells).await? {
            res.entry(WorkflowId(id)).or_default().next_at = Some(time(at)?);
        }
        Ok(res)
    }

    /// The folders and the tags of a workspace's workflows that somebody sees, each by name.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn workflow_groups(
        &self,
        workspace: WorkspaceId,
        sight: Sight,
    ) -> Result<(Vec<Group>, Vec<Group>), Error> {
        let mut cells = cells_of![workspace];
        let seen = sharing::seen(sight, "id", &mut cells);
        let sql = format!(
            "SELECT folder, tags, COUNT(*) FROM workflows WHERE workspace_id = $1{seen} GROUP BY folder, tags"
        );
        let rows = self.0.db.rows::<(Option<String>, String, i64)>(sql, cells);
        let (mut folders, mut tags) = (BTreeMap::<SmolStr, u64>::new(), BTreeMap::new());
        for (folder, these, n) in rows.await? {
            if let Some(folder) = folder.filter(|it| !it.is_empty()) {
                *folders.entry(folder.into()).or_default() += n as u64;
            }
            let these: Vec<SmolStr> = serde_json::from_str(&these).map_err(damaged)?;
            for tag in these {
                *tags.entry(tag).or_default() += n as u64;
            }
        }
        Ok((folders.into_iter().collect(), tags.into_iter().collect()))
    }
}

fn known(status: &str) -> Result<Status, Error> {
    Status::from_text(status).ok_or_else(|| damaged("an execution of an unknown status"))
}
