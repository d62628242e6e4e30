//! Invitations: who may join a workspace, by a word that was sent to an address.

use jiff::Timestamp;
use model::{
    Secret,
    id::{InvitationId, UserId, WorkspaceId},
    plan::Limit,
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    mails::{self, Letter},
    proofs::{self, hash},
    roles,
    sql::{Tx, cells_of},
    subscriptions,
    users::{self, NewUser, User},
    workspaces::time,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    pub workspace: WorkspaceId,
    pub id: InvitationId,
    pub email: SmolStr,
    /// The address in the form in which it is found.
    pub email_key: SmolStr,
    pub role: SmolStr,
    /// The member who invites; absent when a key did.
    pub invited_by: Option<UserId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// Only the mail to the address brought the word: who has it reads what comes there.
    pub mailed: bool,
}

/// What came of an invitation.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted {
    In(WorkspaceId),
    /// The word does not count, or no longer.
    Gone,
    /// It was sent to another address.
    ForAnother,
}

/// Most invitations of a workspace that are open at once.
pub const INVITATIONS_MAX: u32 = 1_000;

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    email: String,
    email_key: String,
    role: String,
    invited_by: Option<Uuid>,
    created_at: i64,
    expires_at: i64,
    mailed: i64,
}

impl Raw {
    fn invitation(self) -> Result<Invitation, Error> {
        Ok(Invitation {
            workspace: WorkspaceId(self.workspace_id),
            id: InvitationId(self.id),
            email: self.email.into(),
            email_key: self.email_key.into(),
            role: self.role.into(),
            invited_by: self.invited_by.map(UserId),
            created_at: time(self.created_at)?,
            expires_at: time(self.expires_at)?,
            mailed: self.mailed != 0,
        })
    }
}

const SELECT: &str = "SELECT workspace_id, id, email, email_key, role, invited_by, created_at, expires_at, \
     mailed FROM invitations";

impl Store {
    /// Invites an address, in the place of an earlier invitation.
    ///
    /// # Errors
    /// [`Error::Taken`] when it is a member's, [`Error::Refused`] when there is no such role or too
    /// many are invited, [`Error::Database`].
    pub async fn invite(
        &self,
        new: &Invitation,
        word: &Secret,
        letter: Option<&Letter>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        roles::hold(&mut tx, new.workspace, &new.role).await?;
        let sql = "SELECT m.role FROM users u JOIN members m ON m.user_id = u.user_id \
                   WHERE u.email_key = $1 AND m.workspace_id = $2";
        let cells = cells_of![new.email_key.clone(), new.workspace];
        if !tx.rows::<(String,)>(sql, cells).await?.is_empty() {
            return Err(Error::Taken(format!("{} is a member already", new.email)));
        }
        let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND (email_key = $2 OR expires_at <= $3)";
        tx.run(sql, cells_of![new.workspace, new.email_key.clone(), now]).await?;
        let sql = "SELECT COUNT(*) FROM invitations WHERE workspace_id = $1";
        let n = tx.rows::<(i64,)>(sql, cells_of![new.workspace]).await?;
        if n.first().is_some_and(|it| it.0 >= i64::from(INVITATIONS_MAX)) {
            let message = format!("at most {INVITATIONS_MAX} people are invited at once");
            return Err(Error::Refused(message));
        }
        subscriptions::room_for(&mut tx, new.workspace, Limit::Members, now).await?;
        let sql = "INSERT INTO invitations (workspace_id, id, email, email_key, role, hash, invited_by, created_at, \
                   expires_at, mailed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let (email, key, role) = (new.email.clone(), new.email_key.clone(), new.role.clone());
        let (hash, by, ends) = (hash(word.expose()), new.invited_by, new.expires_at);
        let mailed = i64::from(new.mailed);
        let cells = cells_of![new.workspace, new.id, email, key, role, hash, by, now, ends, mailed];
        tx.run(sql, cells).await?;
        let became = json!({ "email": new.email, "role": new.role });
        tx.note(Note::of(new.workspace, "invitation.create", new.id).became(became));
        if let Some(letter) = letter {
            mails::put(&mut tx, &self.0.key, letter, now).await?;
        }
        tx.commit().await
    }

    /// Those of a workspace that can be accepted, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn invitations(
        &self,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, Error> {
        let sql = format!(
            "{SELECT} WHERE workspace_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT {INVITATIONS_MAX}"
        );
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace, now]).await?;
        rows.into_iter().map(Raw::invitation).collect()
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn revoke_invitation(
        &self,
        workspace: WorkspaceId,
        id: InvitationId,
    ) -> Result<bool, Error> {
        let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2";
        let note = Note::of(workspace, "invitation.delete", id);
        Ok(self.0.db.run_noted(sql, cells_of![workspace, id], note).await? > 0)
    }

    /// Lets a person in who has the word that was sent to the person's address. Where only a mail brought it, the
    /// address is known to be the person's from then on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn accept_invitation(
        &self,
        word: &str,
        user: UserId,
        now: Timestamp,
    ) -> Result<Accepted, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(found) = take(&mut tx, word, now).await? else { return Ok(Accepted::Gone) };
        let sql = "SELECT email_key FROM users WHERE user_id = $1";
        let own = tx.rows::<(String,)>(sql, cells_of![user]).await?;
        if own.first().is_none_or(|it| it.0 != found.email_key) {
            return Ok(Accepted::ForAnother);
        }
        let workspace = found.workspace;
        join(&mut tx, &found, user, now).await?;
        tx.commit().await?;
        Ok(Accepted::In(workspace))
    }

    /// Makes a person who has the word that was sent to this address, in the workspace that it is
    /// about.
    ///
    /// # Errors
    /// [`Error::Taken`] when the address is, [`Error::Database`].
    pub async fn register_invited(
        &self,
        new: &NewUser,
        word: &str,
        now: Timestamp,
    ) -> Result<(Accepted, Option<User>), Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(found) = take(&mut tx, word, now).await? else {
            return Ok((Accepted::Gone, None));
        };
        if found.email_key != new.email_key {
            return Ok((Accepted::ForAnother, None));
        }
        users::insert(&mut tx, new, false, now).await?;
        join(&mut tx, &found, new.id, now).await?;
        tx.commit().await?;
        Ok((Accepted::In(found.workspace), self.user(new.id).await?))
    }
}

/// The invitation of a word, which counts no more then. One to a closed workspace does not count.
async fn take(tx: &mut Tx, word: &str, now: Timestamp) -> Result<Option<Invitation>, Error> {
    let sql = format!(
        "{SELECT} WHERE hash = $1 AND expires_at > $2 AND NOT EXISTS (SELECT 1 FROM workspaces w \
         WHERE w.id = invitations.workspace_id AND w.ends_at IS NOT NULL){}",
        tx.for_update()
    );
    let rows = tx.rows::<Raw>(sql, cells_of![hash(word), now]).await?;
    let Some(found) = rows.into_iter().next() else { return Ok(None) };
    let found = found.invitation()?;
    let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2";
    // Of two who bring it at once, one has it.
    let taken = tx.run(sql, cells_of![found.workspace, found.id]).await?;
    Ok((taken > 0).then_some(found))
}

/// The address of the person is the one that was invited.
async fn join(tx: &mut Tx, it: &Invitation, user: UserId, now: Timestamp) -> Result<(), Error> {
    let sql = "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (workspace_id, user_id) DO NOTHING";
    tx.run(sql, cells_of![it.workspace, user, it.role.clone(), now]).await?;
    let became = json!({ "role": it.role, "email": it.email });
    tx.note(Note::of(it.workspace, "member.join", user).became(became));
    if it.mailed && proofs::verify(tx, user, now).await? {
        tx.note_account(user, "email.verify", None).await?;
    }
    Ok(())
}
