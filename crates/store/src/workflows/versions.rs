//! Versions of workflows: snapshots that do not change, published or only run.

use jiff::Timestamp;
use model::{
    id::{VersionId, WorkflowId, WorkspaceId},
    workflow,
};
use uuid::Uuid;

use super::{hash, read, written};
use crate::{Error, Store, sql::cells_of, workspaces::time};

/// An immutable snapshot of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub id: VersionId,
    pub workflow: WorkflowId,
    /// From 1; absent for one that was never published.
    pub number: Option<u32>,
    pub document: workflow::Workflow,
    pub note: String,
    pub created_at: Timestamp,
    /// When it was last looked through which credentials it names, by who published or saved it.
    pub checked_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: Uuid,
    workflow_id: Uuid,
    number: Option<i64>,
    document: String,
    note: String,
    created_at: i64,
    checked_at: i64,
}

impl Store {
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn version(
        &self,
        workspace: WorkspaceId,
        id: VersionId,
    ) -> Result<Option<Version>, Error> {
        let sql = "SELECT id, workflow_id, number, document, note, created_at, checked_at FROM versions \
                   WHERE workspace_id = $1 AND id = $2";
        let row = self.0.db.row::<Raw>(sql, cells_of![workspace, id]).await?;
        let Some(it) = row else { return Ok(None) };
        Ok(Some(Version {
            id: VersionId(it.id),
            workflow: WorkflowId(it.workflow_id),
            number: it.number.map(|it| it as u32),
            document: read(&it.document)?,
            note: it.note,
            created_at: time(it.created_at)?,
            checked_at: time(it.checked_at)?,
        }))
    }

    /// When it was last looked through which credentials a version names, without reading it. `None`: it is not
    /// there.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn version_checked_at(
        &self,
        workspace: WorkspaceId,
        id: VersionId,
    ) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT checked_at FROM versions WHERE workspace_id = $1 AND id = $2";
        let row = self.0.db.row::<(i64,)>(sql, cells_of![workspace, id]).await?;
        row.map(|it| time(it.0)).transpose()
    }

    /// A version of a document that is not published, so that an execution of it can be taken up
    /// after a crash. The same document that was looked through at the same time gives the same version.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn snapshot(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        document: &workflow::Workflow,
        checked_at: Timestamp,
    ) -> Result<VersionId, Error> {
        let text = written(document)?;
        let hash = hash(&text);
        let sql = "SELECT id FROM versions WHERE workspace_id = $1 AND workflow_id = $2 AND hash = $3 \
                   AND number IS NULL AND checked_at = $4 ORDER BY id LIMIT 1";
        let cells = cells_of![workspace, workflow, hash.clone(), checked_at];
        if let Some((id,)) = self.0.db.row::<(Uuid,)>(sql, cells).await? {
            return Ok(VersionId(id));
        }
        let id = Uuid::now_v7();
        let sql = "INSERT INTO versions (workspace_id, id, workflow_id, hash, document, note, created_at, checked_at) \
                   VALUES ($1, $2, $3, $4, $5, '', $6, $7)";
        let cells = cells_of![workspace, id, workflow, hash, text, Timestamp::now(), checked_at];
        self.0.db.run(sql, cells).await?;
        Ok(VersionId(id))
    }
}
