//! Workspaces: whose everything is.

use jiff::Timestamp;
use model::id::WorkspaceId;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{Error, Store, error::damaged, sql::cells_of};

#[derive(Clone, Debug, PartialEq)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: SmolStr,
    pub created_at: Timestamp,
    /// Its share of the workers when several workspaces have executions that are ready.
    pub weight: u32,
}

/// The largest weight of a workspace.
pub const WEIGHT_MAX: u32 = 1_000;

pub(crate) fn time(us: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(us)
        .map_err(|_| damaged("a recorded time lies outside of all years"))
}

impl Store {
    /// Makes a workspace; one that exists already stays as it is.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_workspace(
        &self,
        id: WorkspaceId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO workspaces (id, name, created_at, weight) VALUES ($1, $2, $3, 1) ON CONFLICT (id) DO NOTHING -- workspace_id";
        self.0.db.run(sql, cells_of![id, name, now]).await?;
        Ok(())
    }

    /// The oldest workspace, made when there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn default_workspace(&self, now: Timestamp) -> Result<WorkspaceId, Error> {
        if let Some(first) = self.workspaces().await?.into_iter().next() {
            return Ok(first.id);
        }
        let id = WorkspaceId(Uuid::now_v7());
        self.add_workspace(id, "Default", now).await?;
        Ok(id)
    }

    /// All workspaces, the oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        self.workspaces_any_workspace().await
    }

    async fn workspaces_any_workspace(&self) -> Result<Vec<Workspace>, Error> {
        let sql = "SELECT id, name, created_at, weight FROM workspaces ORDER BY created_at, id";
        let rows = self.0.db.rows::<(Uuid, String, i64, i64)>(sql, vec![]).await?;
        let workspace = |(id, name, created_at, weight): (Uuid, String, i64, i64)| {
            Ok(Workspace {
                id: WorkspaceId(id),
                name: name.into(),
                created_at: time(created_at)?,
                weight: weight.clamp(1, i64::from(WEIGHT_MAX)) as u32,
            })
        };
        rows.into_iter().map(workspace).collect()
    }

    /// Changes a workspace's share of the workers: 1 to [`WEIGHT_MAX`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_weight(&self, id: WorkspaceId, weight: u32) -> Result<(), Error> {
        let sql = "UPDATE workspaces SET weight = $2 WHERE id = $1 -- workspace_id";
        self.0.db.run(sql, cells_of![id, weight.clamp(1, WEIGHT_MAX)]).await?;
        Ok(())
    }
}
