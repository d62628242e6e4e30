//! Accounts elsewhere that people sign in with.

use jiff::Timestamp;
use model::{
    id::{IdentityId, UserId, WorkspaceId},
    plan::Limit,
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    mails::{self, Letter},
    passkeys,
    proofs::{self, NewProof},
    roles,
    sql::{Tx, cells_of},
    subscriptions,
    users::{self, NewUser},
    workspaces::time,
};

/// An account elsewhere, and whose it is here.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    pub id: IdentityId,
    pub user: UserId,
    /// Who vouches for the subject.
    pub issuer: SmolStr,
    /// As the issuer numbers its people.
    pub subject: SmolStr,
    /// As the issuer names the person.
    pub label: SmolStr,
    pub linked_at: Timestamp,
    pub used_at: Timestamp,
}

/// An account elsewhere that is to be somebody's here.
pub struct NewIdentity {
    pub id: IdentityId,
    pub issuer: SmolStr,
    pub subject: SmolStr,
    pub label: SmolStr,
}

/// Where a person who comes from elsewhere is to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Home {
    /// In a workspace of the person's own, for who may found one.
    Own,
    Member {
        workspace: WorkspaceId,
        role: SmolStr,
    },
    /// There is none: nobody new is taken.
    Nowhere,
}

/// What came of a person who was to be known by an account elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub enum Welcomed {
    In,
    /// There is nobody yet, and the first one must be the operator.
    OperatorFirst,
    /// New people are not taken.
    Closed,
}

/// What came of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    Done,
    /// It is another person's.
    Taken,
    /// The person has as many as anybody may.
    Full,
}

/// What came of giving one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlinked {
    Done,
    Absent,
    /// The person could not come in any more.
    Last,
}

/// Most accounts elsewhere that one person has.
pub const IDENTITIES_MAX: u32 = 50;

#[derive(sqlx::FromRow)]
struct Raw {
    id: Uuid,
    user_id: Uuid,
    issuer: String,
    subject: String,
    label: String,
    linked_at: i64,
    used_at: i64,
}

impl Raw {
    fn identity(self) -> Result<Identity, Error> {
        Ok(Identity {
            id: IdentityId(self.id),
            user: UserId(self.user_id),
            issuer: self.issuer.into(),
            subject: self.subject.into(),
            label: self.label.into(),
            linked_at: time(self.linked_at)?,
            used_at: time(self.used_at)?,
        })
    }
}

const SELECT: &str =
    "SELECT id, user_id, issuer, subject, label, linked_at, used_at FROM identities";

impl Store {
    /// Whose an account elsewhere is; it is used now.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn use_identity(
        &self,
        issuer: &str,
        subject: &str,
        label: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "UPDATE identities SET used_at = $4, label = $3 WHERE issuer = $1 AND subject = $2 \
                   RETURNING user_id";
        let rows = tx.rows::<(Uuid,)>(sql, cells_of![issuer, subject, label, now]).await?;
        tx.commit().await?;
        Ok(rows.first().map(|it| UserId(it.0)))
    }

    /// Those of a person, the first before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn identities(&self, user: UserId) -> Result<Vec<Identity>, Error> {
        let sql = format!("{SELECT} WHERE user_id = $1 ORDER BY id LIMIT {IDENTITIES_MAX}");
        let rows = self.0.db.rows::<Raw>(sql, cells_of![user]).await?;
        rows.into_iter().map(Raw::identity).collect()
    }

    /// Gives a person one more way in. One that the person has already stays as it is.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn link_identity(
        &self,
        user: UserId,
        new: &NewIdentity,
        now: Timestamp,
    ) -> Result<Linked, Error> {
        let mut tx = self.0.db.begin().await?;
        hold(&mut tx, user).await?;
        let sql = "SELECT COUNT(*) FROM identities WHERE user_id = $1";
        let n = tx.rows::<(i64,)>(sql, cells_of![user]).await?;
        if n.first().is_some_and(|it| it.0 >= i64::from(IDENTITIES_MAX)) {
            return Ok(Linked::Full);
        }
        if put(&mut tx, user, new, now).await? != user {
            return Ok(Linked::Taken);
        }
        tx.note_account(user, "identity.link", Some(json!({ "issuer": new.issuer }))).await?;
        tx.commit().await?;
        Ok(Linked::Done)
    }

    /// Takes a way in from a person who has another one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unlink_identity(&self, user: UserId, id: IdentityId) -> Result<Unlinked, Error> {
        let mut tx = self.0.db.begin().await?;
        // Of two that are given up at once, the second finds the first gone.
        let has_password = hold(&mut tx, user).await?;
        let sql = "DELETE FROM identities WHERE user_id = $1 AND id = $2";
        if tx.run(sql, cells_of![user, id]).await? == 0 {
            return Ok(Unlinked::Absent);
        }
        if !has_password && !has_way(&mut tx, user).await? {
            tx.undo().await?;
            return Ok(Unlinked::Last);
        }
        tx.note_account(user, "identity.unlink", Some(json!({ "identity": id.to_string() })))
            .await?;
        tx.commit().await?;
        Ok(Unlinked::Done)
    }

    /// Makes a person who comes by an account elsewhere. Such a one is never the first of a server.
    /// Whoever is `verified` is known to have the address; others are asked by the letter.
    ///
    /// # Errors
    /// [`Error::Taken`] when the address or the account elsewhere is, [`Error::Refused`] when there is no
    /// such role, [`Error::Database`].
    pub async fn welcome(
        &self,
        new: &NewUser,
        identity: &NewIdentity,
        verified: bool,
        home: &Home,
        letter: Option<(&NewProof, &Letter)>,
        now: Timestamp,
    ) -> Result<Welcomed, Error> {
        let mut tx = self.0.db.begin().await?;
        if users::nobody_any_workspace(&mut tx).await? {
            return Ok(Welcomed::OperatorFirst);
        }
        let (workspace, role) = match home {
            Home::Nowhere => return Ok(Welcomed::Closed),
            Home::Own => {
                let id = WorkspaceId(Uuid::now_v7());
                let sql = "INSERT INTO workspaces (id, name, created_at, weight) VALUES ($1, $2, $3, 1) -- workspace_id";
                tx.run(sql, cells_of![id, new.own_workspace_name(), now]).await?;
                subscriptions::begin(&mut tx, self.terms(), id, now).await?;
                (id, SmolStr::new_static("owner"))
            }
            Home::Member { workspace, role } => {
                let sql =
                    "SELECT id FROM workspaces WHERE id = $1 AND ends_at IS NULL -- workspace_id";
                if tx.rows::<(Uuid,)>(sql, cells_of![*workspace]).await?.is_empty() {
                    return Err(Error::Refused("the workspace is closed".to_owned()));
                }
                roles::hold(&mut tx, *workspace, role).await?;
                subscriptions::room_for(&mut tx, *workspace, Limit::Members, now).await?;
                (*workspace, role.clone())
            }
        };
        users::insert(&mut tx, new, false, now).await?;
        if verified {
            let sql = "UPDATE users SET verified_at = $2 WHERE user_id = $1";
            tx.run(sql, cells_of![new.id, now]).await?;
        }
        let sql =
            "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
        tx.run(sql, cells_of![workspace, new.id, role.clone(), now]).await?;
        let became = json!({ "email": new.email, "role": role, "issuer": identity.issuer });
        tx.note(Note::of(workspace, "account.create", new.id).became(became));
        if put(&mut tx, new.id, identity, now).await? != new.id {
            return Err(Error::Taken("this account elsewhere is another person's".to_owned()));
        }
        if let Some((proof, letter)) = letter {
            proofs::put(&mut tx, new.id, proof, now).await?;
            mails::put(&mut tx, &self.0.key, letter, now).await?;
        }
        tx.commit().await?;
        Ok(Welcomed::In)
    }

    /// Makes a person a member with a role, unless the workspace is closed. Who is one already gets the
    /// role when it `moves` members, and is not the owner. `false`: nothing has changed.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such role, [`Error::Database`].
    pub async fn join_workspace(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: &str,
        now: Timestamp,
        moves: bool,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        roles::hold(&mut tx, workspace, role).await?;
        let sql = "SELECT role FROM members WHERE workspace_id = $1 AND user_id = $2";
        if tx.rows::<(String,)>(sql, cells_of![workspace, user]).await?.is_empty() {
            subscriptions::room_for(&mut tx, workspace, Limit::Members, now).await?;
        }
        let sql = "INSERT INTO members (workspace_id, user_id, role, joined_at) \
                   SELECT id, $2, $3, $4 FROM workspaces WHERE id = $1 AND ends_at IS NULL \
                   ON CONFLICT (workspace_id, user_id) DO NOTHING -- workspace_id";
        let mut n = tx.run(sql, cells_of![workspace, user, role, now]).await?;
        if n == 0 && moves {
            let sql = "UPDATE members SET role = $3 WHERE workspace_id = $1 AND user_id = $2 \
                       AND role <> 'owner' AND role <> $3";
            n = tx.run(sql, cells_of![workspace, user, role]).await?;
        }
        if n > 0 {
            let became = json!({ "role": role });
            tx.note(Note::of(workspace, "member.join", user).became(became));
        }
        tx.commit().await?;
        Ok(n > 0)
    }
}

/// Holds a person, so that another link waits until the transaction ends; tells whether there is a
/// password.
pub(crate) async fn hold(tx: &mut Tx, user: UserId) -> Result<bool, Error> {
    let sql =
        "UPDATE users SET updated_at = updated_at WHERE user_id = $1 RETURNING password <> ''";
    let rows = tx.rows::<(bool,)>(sql, cells_of![user]).await?;
    Ok(rows.first().is_some_and(|it| it.0))
}

/// Whether the person comes in without a password.
pub(crate) async fn has_way(tx: &mut Tx, user: UserId) -> Result<bool, Error> {
    let sql = "SELECT id FROM identities WHERE user_id = $1 LIMIT 1";
    let is_linked = !tx.rows::<(Uuid,)>(sql, cells_of![user]).await?.is_empty();
    Ok(is_linked || passkeys::n_of(tx, user).await? > 0)
}

/// Whose it is afterwards.
async fn put(
    tx: &mut Tx,
    user: UserId,
    new: &NewIdentity,
    now: Timestamp,
) -> Result<UserId, Error> {
    let sql = "INSERT INTO identities (issuer, subject, user_id, id, label, linked_at, used_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (issuer, subject) DO NOTHING";
    let (issuer, subject, label) = (new.issuer.clone(), new.subject.clone(), new.label.clone());
    tx.run(sql, cells_of![issuer, subject, user, new.id, label, now]).await?;
    let sql = "SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2";
    let rows = tx.rows::<(Uuid,)>(sql, cells_of![new.issuer.clone(), new.subject.clone()]).await?;
    Ok(rows.first().map_or(user, |it| UserId(it.0)))
}

/// A person who takes an address back that never was known to be his loses the ways in that somebody
/// else may have made meanwhile.
pub(crate) async fn forget(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    tx.run("DELETE FROM identities WHERE user_id = $1", cells_of![user]).await?;
    tx.run("DELETE FROM passkeys WHERE user_id = $1", cells_of![user]).await?;
    Ok(())
}
