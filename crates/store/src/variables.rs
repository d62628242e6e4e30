//! Variables: named texts of a workspace, `$vars` in expressions.

use jiff::Timestamp;
use model::id::{VariableId, WorkspaceId};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    sql::{Cell, Tx, cells_of},
    workflows::next_generation_any_workspace,
    workspaces::time,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub id: VariableId,
    pub name: SmolStr,
    pub value: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Most variables of a workspace that are read.
const VARIABLES_MAX: u32 = 10_000;
/// What one is called, to tell the audit log.
const NAME: &str = "SELECT name FROM variables WHERE workspace_id = $1 AND id = $2";

impl Store {
    /// All of a workspace, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn variables(&self, workspace: WorkspaceId) -> Result<Vec<Variable>, Error> {
        let sql = format!(
            "SELECT id, name, value, created_at, updated_at FROM variables WHERE workspace_id = $1 \
             ORDER BY name LIMIT {VARIABLES_MAX}"
        );
        let rows =
            self.0.db.rows::<(Uuid, String, String, i64, i64)>(sql, cells_of![workspace]).await?;
        let variable =
            |(id, name, value, created_at, updated_at): (Uuid, String, String, i64, i64)| {
                Ok(Variable {
                    id: VariableId(id),
                    name: name.into(),
                    value,
                    created_at: time(created_at)?,
                    updated_at: time(updated_at)?,
                })
            };
        rows.into_iter().map(variable).collect()
    }

    /// # Errors
    /// [`Error::Taken`] when the name is, [`Error::Database`].
    pub async fn add_variable(
        &self,
        workspace: WorkspaceId,
        id: VariableId,
        name: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO variables (workspace_id, id, name, value, created_at, updated_at) \
                   VALUES ($1, $2, $3, $4, $5, $5)";
        let cells = cells_of![workspace, id, name, value, now];
        let note = Note::of(workspace, "variable.create", id).became(json!({ "name": name }));
        self.define(sql, cells, None, note, || taken(name)).await.map(|_| ())
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Taken`] when the name is, [`Error::Database`].
    pub async fn change_variable(
        &self,
        workspace: WorkspaceId,
        id: VariableId,
        name: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let sql = "UPDATE variables SET name = $3, value = $4, updated_at = $5 \
                   WHERE workspace_id = $1 AND id = $2";
        let cells = cells_of![workspace, id, name, value, now];
        let note = Note::of(workspace, "variable.update", id).became(json!({ "name": name }));
        self.define(sql, cells, Some(NAME), note, || taken(name)).await
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_variable(
        &self,
        workspace: WorkspaceId,
        id: VariableId,
    ) -> Result<bool, Error> {
        let sql = "DELETE FROM variables WHERE workspace_id = $1 AND id = $2";
        let note = Note::of(workspace, "variable.delete", id);
        self.define(sql, cells_of![workspace, id], Some(NAME), note, String::new).await
    }

    /// Changes a definition, and tells everybody that keeps definitions in memory. `name` reads what it was called,
    /// by the first two cells.
    pub(crate) async fn define(
        &self,
        sql: &'static str,
        cells: Vec<Cell>,
        name: Option<&'static str>,
        note: Note,
        taken: impl Fn() -> String,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let done = define(&mut tx, sql, cells, name, note, taken).await?;
        self.defined(tx).await?;
        Ok(done)
    }

    /// Commits what changed a definition, and tells everybody that keeps definitions in memory.
    pub(crate) async fn defined(&self, mut tx: Tx) -> Result<(), Error> {
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(())
    }
}

/// The part of [`Store::define`] before the commit, for what changes more besides.
pub(crate) async fn define(
    tx: &mut Tx,
    sql: &'static str,
    cells: Vec<Cell>,
    name: Option<&'static str>,
    mut note: Note,
    taken: impl Fn() -> String,
) -> Result<bool, Error> {
    if let Some(sql) = name {
        let before = tx.rows::<(String,)>(sql, cells[..2].to_vec()).await?;
        note.was = before.into_iter().next().map(|it| json!({ "name": it.0 }));
    }
    let touched = match tx.run(sql, cells).await {
        Err(error) if error.is_duplicate() => return Err(Error::Taken(taken())),
        end => end?,
    };
    if touched > 0 {
        tx.note(note);
    }
    Ok(touched > 0)
}

fn taken(name: &str) -> String {
    format!("there is a variable `{name}` already")
}
