//! The addresses at which published workflows listen.

use std::collections::BTreeMap;

use model::{
    id::{VersionId, WorkflowId, WorkspaceId},
    sharing::Sight,
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store, sharing,
    sql::{Cell, cells_of},
};

/// An address and who listens there.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub version: VersionId,
    /// The id of the trigger node.
    pub node: SmolStr,
    pub methods: Vec<SmolStr>,
    pub path: SmolStr,
}

impl Store {
    /// All addresses of all workspaces, for the table that requests are looked up in. It is true
    /// as long as [`Store::generation`] stays the same.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn webhook_routes(&self) -> Result<Vec<Route>, Error> {
        self.routes_any_workspace("", vec![]).await
    }

    /// The addresses of one workspace whose workflows somebody sees, or of one of those.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn webhook_routes_in(
        &self,
        workspace: WorkspaceId,
        only: Option<WorkflowId>,
        sight: Sight,
    ) -> Result<Vec<Route>, Error> {
        let mut rule = "WHERE workspace_id = $1".to_owned();
        let mut cells = cells_of![workspace];
        if let Some(only) = only {
            cells.push(only.into());
            rule += " AND workflow_id = $2";
        }
        rule += &sharing::seen(sight, "workflow_id", &mut cells);
        self.routes_any_workspace(&rule, cells).await
    }

    /// The addresses of one workflow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn webhook_routes_of(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
    ) -> Result<Vec<Route>, Error> {
        self.webhook_routes_in(workspace, Some(workflow), Sight::All).await
    }

    async fn routes_any_workspace(
        &self,
        rule: &str,
        cells: Vec<Cell>,
    ) -> Result<Vec<Route>, Error> {
        let sql = format!(
            "SELECT workspace_id, workflow_id, version_id, node, path, method FROM webhooks {rule} \
             ORDER BY workspace_id, path, method"
        );
        type Raw = (Uuid, Uuid, Uuid, String, String, String);
        let rows = self.0.db.rows::<Raw>(sql, cells).await?;
        let mut res: BTreeMap<(Uuid, Uuid, Uuid, String, String), Vec<SmolStr>> = BTreeMap::new();
        for (workspace, workflow, version, node, path, method) in rows {
            res.entry((workspace, workflow, version, node, path)).or_default().push(method.into());
        }
        let route = |((workspace, workflow, version, node, path), methods)| Route {
            workspace: WorkspaceId(workspace),
            workflow: WorkflowId(workflow),
            version: VersionId(version),
            node: SmolStr::from(node),
            methods,
            path: SmolStr::from(path),
        };
        Ok(res.into_iter().map(route).collect())
    }
}
