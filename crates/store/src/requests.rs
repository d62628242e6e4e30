//! The latest requests that came to webhooks, for people who look why nothing happened.

use jiff::Timestamp;
use model::{
    Value,
    id::{ExecutionId, RequestId, WorkflowId, WorkspaceId},
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    error::damaged,
    sql::{Cell, cells_of},
    workspaces::time,
};

/// How many requests of one workflow are kept.
pub const KEPT_MAX: u32 = 100;
/// Largest description of one request; a larger one is dropped from its row.
pub const REQUEST_BYTES_MAX: usize = 64 << 10;

#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    pub id: RequestId,
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    /// The id of the trigger node.
    pub node: SmolStr,
    pub at: Timestamp,
    pub method: SmolStr,
    pub path: String,
    /// The HTTP status of the answer.
    pub status: u16,
    pub execution: Option<ExecutionId>,
    pub duration_us: u64,
    /// Headers, query, body, as far as they may be shown.
    pub request: Value,
}

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    workflow_id: Uuid,
    node: String,
    at: i64,
    method: String,
    path: String,
    status: i64,
    execution_id: Option<Uuid>,
    duration_us: i64,
    request: String,
}

impl Store {
    /// Writes requests down, and drops all but the latest of each workflow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn log_requests(&self, requests: &[Logged]) -> Result<(), Error> {
        let mut cells: Vec<Cell> = vec![];
        let mut workflows = vec![];
        for it in requests {
            let request = it.request.to_json();
            let request =
                if request.len() > REQUEST_BYTES_MAX { "null".to_owned() } else { request };
            cells.extend(cells_of![
                it.workspace,
                it.id,
                it.workflow,
                it.node.clone(),
                it.at,
                it.method.clone(),
                it.path.clone(),
                i64::from(it.status),
                it.execution,
                it.duration_us as i64,
                request
            ]);
            workflows.push((it.workspace, it.workflow));
        }
        workflows.sort();
        workflows.dedup();
        let mut tx = self.0.db.begin().await?;
        let head = "INSERT INTO webhook_requests (workspace_id, id, workflow_id, node, at, method, path, \
                    status, execution_id, duration_us, request) VALUES";
        tx.run_many(head, "", 11, cells).await?;
        for (workspace, workflow) in workflows {
            let sql = format!(
                "DELETE FROM webhook_requests WHERE workspace_id = $1 AND workflow_id = $2 AND id < \
                 (SELECT id FROM webhook_requests WHERE workspace_id = $1 AND workflow_id = $2 \
                 ORDER BY id DESC LIMIT 1 OFFSET {})",
                KEPT_MAX - 1
            );
            tx.run(sql, cells_of![workspace, workflow]).await?;
        }
        tx.commit().await
    }

    /// The latest requests to a workflow, the latest first.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn requests(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
    ) -> Result<Vec<Logged>, Error> {
        let sql = format!(
            "SELECT workspace_id, id, workflow_id, node, at, method, path, status, execution_id, \
             duration_us, request FROM webhook_requests WHERE workspace_id = $1 AND workflow_id = $2 \
             ORDER BY id DESC LIMIT {KEPT_MAX}"
        );
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace, workflow]).await?;
        let logged = |it: Raw| {
            Ok(Logged {
                id: RequestId(it.id),
                workspace: WorkspaceId(it.workspace_id),
                workflow: WorkflowId(it.workflow_id),
                node: it.node.into(),
                at: time(it.at)?,
                method: it.method.into(),
                path: it.path,
                status: it.status as u16,
                execution: it.execution_id.map(ExecutionId),
                duration_us: it.duration_us as u64,
                request: Value::from_json(&it.request).map_err(damaged)?,
            })
        };
        rows.into_iter().map(logged).collect()
    }
}
