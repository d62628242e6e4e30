//! Service accounts: they are no person's, have a role, and act by keys.

use jiff::Timestamp;
use model::id::{ServiceAccountId, WorkspaceId};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    roles, sharing,
    sql::{Tx, cells_of},
    workspaces::time,
};

/// Most service accounts of a workspace.
pub const ACCOUNTS_MAX: u32 = 200;

#[derive(Clone, Debug, PartialEq)]
pub struct ServiceAccount {
    pub id: ServiceAccountId,
    pub name: SmolStr,
    pub role: SmolStr,
    pub created_at: Timestamp,
    /// Since when its keys open nothing.
    pub disabled_at: Option<Timestamp>,
    pub n_keys: u32,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: Uuid,
    name: String,
    role: String,
    created_at: i64,
    disabled_at: Option<i64>,
    n_keys: i64,
}

/// Before `WHERE`.
const SELECT: &str = "SELECT s.id, s.name, s.role, s.created_at, s.disabled_at, \
    (SELECT COUNT(*) FROM api_keys k WHERE k.workspace_id = s.workspace_id AND k.account_id = s.id) AS n_keys \
    FROM service_accounts s";

impl Raw {
    fn account(self) -> Result<ServiceAccount, Error> {
        Ok(ServiceAccount {
            id: ServiceAccountId(self.id),
            name: self.name.into(),
            role: self.role.into(),
            created_at: time(self.created_at)?,
            disabled_at: self.disabled_at.map(time).transpose()?,
            n_keys: u32::try_from(self.n_keys).unwrap_or(u32::MAX),
        })
    }
}

impl Store {
    /// All of a workspace, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn service_accounts(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Vec<ServiceAccount>, Error> {
        let sql =
            format!("{SELECT} WHERE s.workspace_id = $1 ORDER BY s.name LIMIT {ACCOUNTS_MAX}");
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace]).await?;
        rows.into_iter().map(Raw::account).collect()
    }

    /// # Errors
    /// [`Error::Database`].
    pub async fn service_account(
        &self,
        workspace: WorkspaceId,
        id: ServiceAccountId,
    ) -> Result<Option<ServiceAccount>, Error> {
        let sql = format!("{SELECT} WHERE s.workspace_id = $1 AND s.id = $2");
        let row = self.0.db.row::<Raw>(sql, cells_of![workspace, id]).await?;
        row.map(Raw::account).transpose()
    }

    /// # Errors
    /// [`Error::Taken`] when there is one of this name, [`Error::Refused`] when there is no such role or
    /// there are too many, [`Error::Database`].
    pub async fn add_service_account(
        &self,
        workspace: WorkspaceId,
        name: &str,
        role: &str,
        now: Timestamp,
    ) -> Result<ServiceAccountId, Error> {
        let mut tx = self.0.db.begin().await?;
        roles::hold(&mut tx, workspace, role).await?;
        let sql = "SELECT COUNT(*) FROM service_accounts WHERE workspace_id = $1";
        let n = tx.rows::<(i64,)>(sql, cells_of![workspace]).await?;
        if n.first().is_some_and(|it| it.0 >= i64::from(ACCOUNTS_MAX)) {
            let message = format!("a workspace has at most {ACCOUNTS_MAX} service accounts");
            return Err(Error::Refused(message));
        }
        let id = ServiceAccountId(Uuid::now_v7());
        let sql = "INSERT INTO service_accounts (workspace_id, id, name, role, created_at) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, name) DO NOTHING";
        if tx.run(sql, cells_of![workspace, id, name, role, now]).await? == 0 {
            return Err(taken(name));
        }
        let became = json!({ "name": name, "role": role });
        tx.note(Note::of(workspace, "service_account.create", id).became(became));
        tx.commit().await?;
        Ok(id)
    }

    /// Gives it another name and role, and lets its keys open or not. `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Taken`] when there is one of this name, [`Error::Refused`] when there is no such role,
    /// [`Error::Database`].
    pub async fn set_service_account(
        &self,
        workspace: WorkspaceId,
        new: &ServiceAccount,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        roles::hold(&mut tx, workspace, &new.role).await?;
        let sql = format!("{SELECT} WHERE s.workspace_id = $1 AND s.id = $2");
        let before = tx.rows::<Raw>(sql, cells_of![workspace, new.id]).await?;
        let Some(before) = before.into_iter().next() else { return Ok(false) };
        let before = before.account()?;
        let sql =
            "SELECT id FROM service_accounts WHERE workspace_id = $1 AND name = $2 AND id <> $3";
        let cells = cells_of![workspace, new.name.clone(), new.id];
        if !tx.rows::<(Uuid,)>(sql, cells).await?.is_empty() {
            return Err(taken(&new.name));
        }
        let sql = "UPDATE service_accounts SET name = $3, role = $4, disabled_at = $5 \
                   WHERE workspace_id = $1 AND id = $2";
        let cells =
            cells_of![workspace, new.id, new.name.clone(), new.role.clone(), new.disabled_at];
        tx.run(sql, cells).await?;
        let side = |it: &ServiceAccount| json!({ "name": it.name, "role": it.role, "disabled": it.disabled_at.is_some() });
        let note = Note::of(workspace, "service_account.update", new.id);
        tx.note(note.was(side(&before)).became(side(new)));
        tx.commit().await?;
        Ok(true)
    }

    /// Removes it and its keys. `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_service_account(
        &self,
        workspace: WorkspaceId,
        id: ServiceAccountId,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "DELETE FROM service_accounts WHERE workspace_id = $1 AND id = $2 RETURNING name";
        let gone = tx.rows::<(String,)>(sql, cells_of![workspace, id]).await?;
        let Some((name,)) = gone.into_iter().next() else { return Ok(false) };
        let sql = "DELETE FROM api_keys WHERE workspace_id = $1 AND account_id = $2";
        tx.run(sql, cells_of![workspace, id]).await?;
        sharing::forget_whom(&mut tx, workspace, id.0).await?;
        let note = Note::of(workspace, "service_account.delete", id);
        tx.note(note.was(json!({ "name": name })));
        tx.commit().await?;
        Ok(true)
    }
}

fn taken(name: &str) -> Error {
    Error::Taken(format!("there is a service account `{name}` already"))
}

/// It stays until the transaction ends.
pub(crate) async fn hold(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ServiceAccountId,
) -> Result<(), Error> {
    let sql = "UPDATE service_accounts SET name = name WHERE workspace_id = $1 AND id = $2";
    match tx.run(sql, cells_of![workspace, id]).await? {
        0 => Err(Error::Refused(format!("there is no service account {id}"))),
        _ => Ok(()),
    }
}
