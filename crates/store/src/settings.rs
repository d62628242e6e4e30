//! Settings of a workspace: a JSON value by name.

use model::{Value, id::WorkspaceId};

use crate::{Error, Store, audit::Note, error::damaged, sql::cells_of};

impl Store {
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn setting(
        &self,
        workspace: WorkspaceId,
        name: &str,
    ) -> Result<Option<Value>, Error> {
        let sql = "SELECT value FROM settings WHERE workspace_id = $1 AND name = $2";
        let row = self.0.db.row::<(String,)>(sql, cells_of![workspace, name]).await?;
        row.map(|it| Value::from_json(&it.0).map_err(damaged)).transpose()
    }

    /// # Errors
    /// [`Error::Database`].
    pub async fn set_setting(
        &self,
        workspace: WorkspaceId,
        name: &str,
        value: &Value,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO settings (workspace_id, name, value) VALUES ($1, $2, $3) \
                   ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value";
        let became = serde_json::from_str(&value.to_json()).map_err(damaged)?;
        let note = Note::of(workspace, "setting.update", name).became(became);
        self.0.db.run_noted(sql, cells_of![workspace, name, value.to_json()], note).await?;
        Ok(())
    }
}
