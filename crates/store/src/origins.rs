//! Origins whose pages may call the API for a workspace.

use model::id::WorkspaceId;
use serde_json::json;
use smol_str::SmolStr;

use crate::{Error, Store, audit::Note, sql::cells_of};

/// Most origins that a workspace lists.
pub const ORIGINS_MAX: u32 = 50;

impl Store {
    /// Those of a workspace, in order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn origins(&self, workspace: WorkspaceId) -> Result<Vec<SmolStr>, Error> {
        let sql = format!(
            "SELECT origin FROM origins WHERE workspace_id = $1 ORDER BY origin LIMIT {ORIGINS_MAX}"
        );
        let rows = self.0.db.rows::<(String,)>(sql, cells_of![workspace]).await?;
        Ok(rows.into_iter().map(|it| it.0.into()).collect())
    }

    /// Keeps these and no others.
    ///
    /// # Errors
    /// [`Error::Refused`] when they are too many, [`Error::Database`].
    pub async fn set_origins(
        &self,
        workspace: WorkspaceId,
        origins: &[SmolStr],
    ) -> Result<(), Error> {
        if origins.len() > ORIGINS_MAX as usize {
            let message = format!("a workspace lists at most {ORIGINS_MAX} origins");
            return Err(Error::Refused(message));
        }
        let mut tx = self.0.db.begin().await?;
        tx.run("DELETE FROM origins WHERE workspace_id = $1", cells_of![workspace]).await?;
        for it in origins {
            let sql = "INSERT INTO origins (workspace_id, origin) VALUES ($1, $2) \
                       ON CONFLICT (workspace_id, origin) DO NOTHING";
            tx.run(sql, cells_of![workspace, it.clone()]).await?;
        }
        let became = json!({ "origins": origins });
        tx.note(Note::of(workspace, "origins.update", workspace).became(became));
        tx.commit().await
    }

    /// Whether a workspace lists an origin.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn lists_origin(&self, workspace: WorkspaceId, origin: &str) -> Result<bool, Error> {
        let sql = "SELECT origin FROM origins WHERE workspace_id = $1 AND origin = $2";
        Ok(self.0.db.row::<(String,)>(sql, cells_of![workspace, origin]).await?.is_some())
    }

    /// Whether any workspace does.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn knows_origin(&self, origin: &str) -> Result<bool, Error> {
        listed_any_workspace(self, origin).await
    }
}

async fn listed_any_workspace(store: &Store, origin: &str) -> Result<bool, Error> {
    let sql = "SELECT origin FROM origins WHERE origin = $1 LIMIT 1";
    Ok(store.0.db.row::<(String,)>(sql, cells_of![origin]).await?.is_some())
}
