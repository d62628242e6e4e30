//! Static data: what a workflow and its nodes keep from one execution to the next.

use model::{
    Value,
    id::{WorkflowId, WorkspaceId},
};
use smol_str::SmolStr;

use crate::{Error, Store, error::damaged, sql::cells_of};

impl Store {
    /// The workflow's own (`None`) and that of its nodes.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn static_data(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
    ) -> Result<Vec<(Option<SmolStr>, Value)>, Error> {
        let sql = "SELECT node, value FROM static_data WHERE workspace_id = $1 AND workflow_id = $2 \
                   ORDER BY node";
        let rows = self.0.db.rows::<(String, String)>(sql, cells_of![workspace, workflow]).await?;
        let read = |(node, value): (String, String)| {
            let node = (!node.is_empty()).then(|| SmolStr::from(node));
            Ok((node, Value::from_json(&value).map_err(damaged)?))
        };
        rows.into_iter().map(read).collect()
    }
}
