//! Roles that a workspace has made for itself: names for sets of permissions.

use jiff::Timestamp;
use model::{id::WorkspaceId, permission::Permissions};
use serde_json::json;
use smol_str::SmolStr;

use crate::{
    Error, Store,
    audit::Note,
    sharing,
    sql::{Tx, cells_of},
    workspaces::time,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    pub name: SmolStr,
    pub may: Permissions,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Most roles that a workspace makes for itself.
pub const ROLES_MAX: u32 = 200;

/// A permission that a later program knows and this one does not is not given.
pub(crate) fn permissions(text: &str) -> Permissions {
    text.split_whitespace().filter_map(|it| it.parse().ok()).collect()
}

/// Holds a role, so that it stays until somebody has it. Built-in ones always do.
pub(crate) async fn hold(tx: &mut Tx, workspace: WorkspaceId, name: &str) -> Result<(), Error> {
    if model::permission::Role::named(name).is_some() {
        return Ok(());
    }
    let sql = "UPDATE roles SET updated_at = updated_at WHERE workspace_id = $1 AND name = $2";
    match tx.run(sql, cells_of![workspace, name]).await? {
        0 => Err(Error::Refused(format!("there is no role `{name}`"))),
        _ => Ok(()),
    }
}

impl Store {
    /// All of a workspace, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn roles(&self, workspace: WorkspaceId) -> Result<Vec<Role>, Error> {
        let sql = format!(
            "SELECT name, permissions, created_at, updated_at FROM roles WHERE workspace_id = $1 \
             ORDER BY name LIMIT {ROLES_MAX}"
        );
        let rows = self.0.db.rows::<(String, String, i64, i64)>(sql, cells_of![workspace]).await?;
        let role = |(name, may, created_at, updated_at): (String, String, i64, i64)| {
            Ok(Role {
                name: name.into(),
                may: permissions(&may),
                created_at: time(created_at)?,
                updated_at: time(updated_at)?,
            })
        };
        rows.into_iter().map(role).collect()
    }

    /// # Errors
    /// [`Error::Taken`] when the name is, [`Error::Refused`] past [`ROLES_MAX`], [`Error::Database`].
    pub async fn add_role(
        &self,
        workspace: WorkspaceId,
        name: &str,
        may: Permissions,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "SELECT COUNT(*) FROM roles WHERE workspace_id = $1";
        let n = tx.rows::<(i64,)>(sql, cells_of![workspace]).await?;
        if n.first().is_some_and(|it| it.0 >= i64::from(ROLES_MAX)) {
            return Err(Error::Refused(format!("a workspace makes at most {ROLES_MAX} roles")));
        }
        let sql = "INSERT INTO roles (workspace_id, name, permissions, created_at, updated_at) \
                   VALUES ($1, $2, $3, $4, $4)";
        match tx.run(sql, cells_of![workspace, name, may.to_string(), now]).await {
            Err(error) if error.is_duplicate() => {
                return Err(Error::Taken(format!("there is a role `{name}` already")));
            }
            end => end?,
        };
        let became = json!({ "permissions": may.to_string() });
        tx.note(Note::of(workspace, "role.create", name).became(became));
        tx.commit().await
    }

    /// Gives a role other permissions; who has it may do that from now on. `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn change_role(
        &self,
        workspace: WorkspaceId,
        name: &str,
        may: Permissions,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let sql = "UPDATE roles SET permissions = $3, updated_at = $4 \
                   WHERE workspace_id = $1 AND name = $2";
        let cells = cells_of![workspace, name, may.to_string(), now];
        let became = json!({ "permissions": may.to_string() });
        let mut note = Note::of(workspace, "role.update", name).became(became);
        let mut tx = self.0.db.begin().await?;
        let before = "SELECT permissions FROM roles WHERE workspace_id = $1 AND name = $2";
        let before = tx.rows::<(String,)>(before, cells_of![workspace, name]).await?;
        note.was = before.into_iter().next().map(|it| json!({ "permissions": it.0 }));
        let n = tx.run(sql, cells).await?;
        if n > 0 {
            tx.note(note);
        }
        tx.commit().await?;
        Ok(n > 0)
    }

    /// Removes a role that nobody has. `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Taken`] when keys have it, [`Error::Database`].
    pub async fn delete_role(&self, workspace: WorkspaceId, name: &str) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        // Holds the row, so that nobody is given the role meanwhile.
        let sql = "UPDATE roles SET updated_at = updated_at WHERE workspace_id = $1 AND name = $2";
        if tx.run(sql, cells_of![workspace, name]).await? == 0 {
            return Ok(false);
        }
        let sql = "SELECT name FROM api_keys WHERE workspace_id = $1 AND role = $2 LIMIT 1";
        let used = tx.rows::<(String,)>(sql, cells_of![workspace, name]).await?;
        if let Some((key,)) = used.first() {
            return Err(Error::Taken(format!(
                "the key `{key}` has the role `{name}`; remove it first"
            )));
        }
        let sql = "SELECT name FROM service_accounts WHERE workspace_id = $1 AND role = $2 LIMIT 1";
        let used = tx.rows::<(String,)>(sql, cells_of![workspace, name]).await?;
        if let Some((account,)) = used.first() {
            return Err(Error::Taken(format!(
                "the service account `{account}` has the role `{name}`; give it another one first"
            )));
        }
        for sql in [
            "SELECT role FROM members WHERE workspace_id = $1 AND role = $2 LIMIT 1",
            "SELECT role FROM invitations WHERE workspace_id = $1 AND role = $2 LIMIT 1",
        ] {
            if !tx.rows::<(String,)>(sql, cells_of![workspace, name]).await?.is_empty() {
                return Err(Error::Taken(format!(
                    "people have the role `{name}`, or are invited to it; give them another one first"
                )));
            }
        }
        let sql = "DELETE FROM roles WHERE workspace_id = $1 AND name = $2";
        tx.run(sql, cells_of![workspace, name]).await?;
        sharing::forget_role(&mut tx, workspace, name).await?;
        tx.note(Note::of(workspace, "role.delete", name));
        tx.commit().await?;
        Ok(true)
    }

    /// What a role of a workspace may do: a built-in one, or one of its own.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn role(
        &self,
        workspace: WorkspaceId,
        name: &str,
    ) -> Result<Option<Permissions>, Error> {
        if let Some(role) = model::permission::Role::named(name) {
            return Ok(Some(role.permissions()));
        }
        let sql = "SELECT permissions FROM roles WHERE workspace_id = $1 AND name = $2";
        let row = self.0.db.row::<(String,)>(sql, cells_of![workspace, name]).await?;
        Ok(row.map(|it| permissions(&it.0)))
    }
}
