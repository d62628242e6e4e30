//! Executions as people look for them: those at work and those that have ended, in one list.

mod change;
mod list;

pub use change::Deleted;
pub(crate) use list::first_id;
pub use list::{Filter, List, Sort, Total};
use model::{
    execution::{Execution, Mode, Status, WaitKind},
    id::{ExecutionId, VersionId, WorkflowId, WorkspaceId},
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, error::damaged, sql::cells_of, workspaces::time};

/// The columns of a row at work, and of one that has ended, alike.
const AT_WORK: &str = "id, workflow_id, version_id, status, mode, business_key, started_at, \
    CAST(NULL AS BIGINT) AS ended_at, CAST(NULL AS TEXT) AS error_node, \
    CAST(NULL AS TEXT) AS error_message, wait_kind, parent, replay_of, resumed";
const ENDED: &str = "id, workflow_id, version_id, status, mode, business_key, started_at, \
    ended_at, error_node, error_message, CAST(NULL AS TEXT) AS wait_kind, parent, replay_of, resumed";

#[derive(sqlx::FromRow)]
struct Raw {
    id: Uuid,
    workflow_id: Uuid,
    version_id: Uuid,
    status: String,
    mode: String,
    business_key: Option<String>,
    started_at: i64,
    ended_at: Option<i64>,
    error_node: Option<String>,
    error_message: Option<String>,
    wait_kind: Option<String>,
    parent: Option<Uuid>,
    replay_of: Option<Uuid>,
    resumed: i64,
}

impl Raw {
    fn execution(self) -> Result<Execution, Error> {
        Ok(Execution {
            id: ExecutionId(self.id),
            workflow_id: WorkflowId(self.workflow_id),
            version_id: VersionId(self.version_id),
            status: Status::from_text(&self.status)
                .ok_or_else(|| damaged("an execution of an unknown status"))?,
            mode: Mode::from_text(&self.mode)
                .ok_or_else(|| damaged("an execution of an unknown mode"))?,
            business_key: self.business_key.map(SmolStr::from),
            started_at: time(self.started_at)?,
            ended_at: self.ended_at.map(time).transpose()?,
            error_node: self.error_node.map(SmolStr::from),
            error_message: self.error_message,
            waiting_for: self.wait_kind.as_deref().and_then(WaitKind::from_text),
            parent: self.parent.map(ExecutionId),
            replay_of: self.replay_of.map(ExecutionId),
            resumed: self.resumed as u32,
        })
    }
}

impl Store {
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn execution(
        &self,
        workspace: WorkspaceId,
        id: ExecutionId,
    ) -> Result<Option<Execution>, Error> {
        // In this order: one that ends in between is found the second time.
        for (columns, table) in [(AT_WORK, "queue"), (ENDED, "executions")] {
            let sql = format!("SELECT {columns} FROM {table} WHERE workspace_id = $1 AND id = $2");
            if let Some(row) = self.0.db.row::<Raw>(sql, cells_of![workspace, id]).await? {
                return row.execution().map(Some);
            }
        }
        Ok(None)
    }
}
