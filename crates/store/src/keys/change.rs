//! Keys that are changed, switched off and on, and removed.

use ipnet::IpNet;
use jiff::Timestamp;
use model::{
    Rate,
    id::{ApiKeyId, WorkspaceId},
};
use serde_json::json;

use super::{ApiKey, NewKey, Raw, SELECT, Scope, columns, seen};
use crate::{Error, Store, audit::Note, roles, sql::cells_of};

impl Store {
    /// Says how often a key may ask, and whether that counts even where it is more than what everybody has. `false`: it is
    /// not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_key_rate(
        &self,
        workspace: WorkspaceId,
        id: ApiKeyId,
        rate: Option<Rate>,
        granted: bool,
    ) -> Result<bool, Error> {
        let sql =
            "UPDATE api_keys SET rate = $3, rate_granted = $4 WHERE workspace_id = $1 AND id = $2";
        let note = Note::of(workspace, "key.update", id).became(json!({ "rate": rate }));
        let cells = cells_of![workspace, id, rate.map(|it| it.to_string()), i64::from(granted)];
        Ok(self.0.db.run_noted(sql, cells, note).await? > 0)
    }

    /// Changes a key. `None`: it is not there.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such role, [`Error::Database`].
    pub async fn change_key(
        &self,
        workspace: WorkspaceId,
        id: ApiKeyId,
        next: &NewKey,
        disabled_at: Option<Timestamp>,
    ) -> Result<Option<ApiKey>, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = format!("{SELECT} WHERE k.workspace_id = $1 AND k.id = $2");
        let was = tx.rows::<Raw>(sql.clone(), cells_of![workspace, id]).await?.into_iter().next();
        let Some(was) = was.map(Raw::key).transpose()? else { return Ok(None) };
        if let Scope::Role(name) = &next.scope {
            roles::hold(&mut tx, workspace, name).await?;
        }
        let (role, permissions, account) = columns(&next.scope);
        let networks: Vec<String> = next.networks.iter().map(IpNet::to_string).collect();
        let change = "UPDATE api_keys SET name = $3, role = $4, permissions = $5, account_id = $6, networks = $7, \
                      rate = $8, expires_at = $9, disabled_at = $10 WHERE workspace_id = $1 AND id = $2";
        let cells = cells_of![
            workspace,
            id,
            next.name.clone(),
            role,
            permissions,
            account,
            networks.join(" "),
            next.rate.map(|it| it.to_string()),
            next.expires_at,
            disabled_at
        ];
        tx.run(change, cells).await?;
        let note = Note::of(workspace, "key.update", id);
        let seen = |it: &NewKey, disabled_at: Option<Timestamp>| {
            let mut res = seen(it);
            res["active"] = disabled_at.is_none().into();
            res
        };
        tx.note(note.was(seen(&was.terms(), was.disabled_at)).became(seen(next, disabled_at)));
        let found = tx.rows::<Raw>(sql, cells_of![workspace, id]).await?.into_iter().next();
        tx.commit().await?;
        found.map(Raw::key).transpose()
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delete_key(&self, workspace: WorkspaceId, id: ApiKeyId) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "DELETE FROM api_keys WHERE workspace_id = $1 AND id = $2";
        if tx.run(sql, cells_of![workspace, id]).await? == 0 {
            tx.undo().await?;
            return Ok(false);
        }
        let sql = "DELETE FROM key_uses WHERE workspace_id = $1 AND key_id = $2";
        tx.run(sql, cells_of![workspace, id]).await?;
        tx.note(Note::of(workspace, "key.delete", id));
        tx.commit().await?;
        Ok(true)
    }
}
