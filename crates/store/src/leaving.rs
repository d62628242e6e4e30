//! People who go: an account ends after a while, and with it all that is the person's.

use jiff::Timestamp;
use model::id::{UserId, WorkspaceId};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store, sharing,
    sql::{Tx, cells_of},
    two_factor,
};

/// Every table whose rows are a person's, and the person last. A test holds it against the schema.
pub(crate) const TABLES: &[&str] = &[
    "sessions",
    "proofs",
    "two_factor",
    "recovery_codes",
    "challenges",
    "passkeys",
    "email_changes",
    "identities",
    "members",
    "users",
];

/// How many people one call removes at most.
const ENDED_MAX: u32 = 50;
/// Most workspaces that are named to an owner who wants to go.
const OWNED_MAX: u32 = 20;

/// What came of the wish to go.
#[derive(Clone, Debug, PartialEq)]
pub enum Leaving {
    Done,
    /// These workspaces would have no owner.
    Owns(Vec<(WorkspaceId, SmolStr)>),
    /// Nobody else looks after the server.
    LastAdmin,
}

impl Store {
    /// Ends all sessions of a person, whose account ends at `ends_at`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn end_account(&self, user: UserId, ends_at: Timestamp) -> Result<Leaving, Error> {
        let mut tx = self.0.db.begin().await?;
        // Nobody hands the person a workspace meanwhile.
        is_leaving(&mut tx, user).await?;
        let sql = format!(
            "SELECT w.id, w.name FROM members m JOIN workspaces w ON w.id = m.workspace_id \
             WHERE m.user_id = $1 AND m.role = 'owner' AND w.ends_at IS NULL \
             ORDER BY w.id LIMIT {OWNED_MAX}"
        );
        let owned = tx.rows::<(Uuid, String)>(sql, cells_of![user]).await?;
        if !owned.is_empty() {
            let owned = owned.into_iter().map(|(id, name)| (WorkspaceId(id), name.into()));
            return Ok(Leaving::Owns(owned.collect()));
        }
        if is_last_admin_any_workspace(&mut tx, user).await? {
            return Ok(Leaving::LastAdmin);
        }
        let sql = "UPDATE users SET ends_at = $2 WHERE user_id = $1 AND ends_at IS NULL";
        if tx.run(sql, cells_of![user, ends_at]).await? > 0 {
            let became = json!({ "endsAt": ends_at.to_string() });
            tx.note_account(user, "account.end", Some(became)).await?;
        }
        tx.run("DELETE FROM sessions WHERE user_id = $1", cells_of![user]).await?;
        tx.run("DELETE FROM proofs WHERE user_id = $1", cells_of![user]).await?;
        tx.run("DELETE FROM email_changes WHERE user_id = $1", cells_of![user]).await?;
        two_factor::forget_challenges(&mut tx, user).await?;
        tx.commit().await?;
        Ok(Leaving::Done)
    }

    /// Keeps an account that was to end. `false`: it was not.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn keep_account(&self, user: UserId) -> Result<bool, Error> {
        let sql = "UPDATE users SET ends_at = NULL WHERE user_id = $1 AND ends_at IS NOT NULL";
        let n = self.0.db.run_noted_of(user, "account.keep", sql, cells_of![user]).await?;
        Ok(n > 0)
    }

    /// Removes some people whose time has come. Gives how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn purge_people(&self, now: Timestamp) -> Result<u64, Error> {
        let sql = format!(
            "SELECT user_id FROM users WHERE ends_at IS NOT NULL AND ends_at <= $1 \
             ORDER BY ends_at LIMIT {ENDED_MAX}"
        );
        let ended = self.0.db.rows::<(Uuid,)>(sql, cells_of![now]).await?;
        let mut n = 0;
        for (user,) in ended {
            n += u64::from(self.remove_person(UserId(user), now).await?);
        }
        Ok(n)
    }

    async fn remove_person(&self, user: UserId, now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        // Whoever signs in at this moment keeps the account, or comes too late.
        let sql = "UPDATE users SET updated_at = updated_at WHERE user_id = $1 AND ends_at <= $2";
        if tx.run(sql, cells_of![user, now]).await? == 0 {
            return Ok(false);
        }
        tx.note_account(user, "account.remove", None).await?;
        let sql = "SELECT workspace_id FROM members WHERE user_id = $1";
        for (workspace,) in tx.rows::<(Uuid,)>(sql, cells_of![user]).await? {
            sharing::forget_whom(&mut tx, WorkspaceId(workspace), user.0).await?;
        }
        for table in TABLES {
            tx.run(format!("DELETE FROM {table} WHERE user_id = $1"), cells_of![user]).await?;
        }
        tx.commit().await?;
        tracing::info!(%user, "an account was removed");
        Ok(true)
    }
}

/// Whether the account of a person is about to end; it stays so until the transaction ends.
pub(crate) async fn is_leaving(tx: &mut Tx, user: UserId) -> Result<bool, Error> {
    let sql = format!("SELECT ends_at FROM users WHERE user_id = $1{}", tx.for_update());
    let found = tx.rows::<(Option<i64>,)>(sql, cells_of![user]).await?;
    Ok(found.first().is_some_and(|it| it.0.is_some()))
}

/// Nobody else becomes less until the transaction ends.
async fn is_last_admin_any_workspace(tx: &mut Tx, user: UserId) -> Result<bool, Error> {
    tx.run("UPDATE state SET one = one", vec![]).await?;
    let sql = "SELECT platform_admin FROM users WHERE user_id = $1";
    let own = tx.rows::<(i64,)>(sql, cells_of![user]).await?;
    if own.first().is_none_or(|it| it.0 == 0) {
        return Ok(false);
    }
    let sql = "SELECT user_id FROM users WHERE platform_admin = 1 AND user_id <> $1 \
               AND ends_at IS NULL LIMIT 1";
    Ok(tx.rows::<(Uuid,)>(sql, cells_of![user]).await?.is_empty())
}
