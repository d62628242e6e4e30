//! People: their address, their name and the hash of their password.

use jiff::Timestamp;
use model::{
    Secret, Value,
    id::{UserId, WorkspaceId},
};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    mails::{self, Letter},
    proofs::{self, NewProof},
    sql::{Tx, cells_of},
    subscriptions, two_factor,
    workspaces::{self, time},
};

#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub id: UserId,
    pub email: SmolStr,
    pub name: SmolStr,
    /// When a mail to the address is known to have been read.
    pub verified_at: Option<Timestamp>,
    /// Looks after the whole server.
    pub platform_admin: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A person who is to be known from now on.
pub struct NewUser {
    pub id: UserId,
    pub email: SmolStr,
    /// The address in the form in which it is found.
    pub email_key: SmolStr,
    pub name: SmolStr,
    /// The hash of the password.
    pub password: Secret,
    /// What the person's own workspace is to be called; absent is made of the name.
    pub workspace_name: Option<SmolStr>,
}

impl NewUser {
    /// What a workspace of the person's own is called.
    pub(crate) fn own_workspace_name(&self) -> SmolStr {
        let of_name = || SmolStr::from(format!("{}'s workspace", self.name));
        self.workspace_name.clone().unwrap_or_else(of_name)
    }
}

/// Who may become the first person of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// This one: it is the operator.
    Welcome,
    /// Not this one.
    Refused,
}

/// What came of a registration.
#[derive(Clone, Debug, PartialEq)]
pub enum Registered {
    In {
        user: User,
        workspace: WorkspaceId,
    },
    /// There is nobody yet, and the first one must be the operator.
    OperatorFirst,
    /// There are people, and new ones are not taken.
    Closed,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Raw {
    user_id: Uuid,
    email: String,
    name: String,
    verified_at: Option<i64>,
    platform_admin: i64,
    created_at: i64,
    updated_at: i64,
}

#[derive(sqlx::FromRow)]
struct WithPassword {
    #[sqlx(flatten)]
    raw: Raw,
    password: String,
}

impl Raw {
    pub(crate) fn user(self) -> Result<User, Error> {
        Ok(User {
            id: UserId(self.user_id),
            email: self.email.into(),
            name: self.name.into(),
            verified_at: self.verified_at.map(time).transpose()?,
            platform_admin: self.platform_admin != 0,
            created_at: time(self.created_at)?,
            updated_at: time(self.updated_at)?,
        })
    }
}

const SELECT: &str =
    "SELECT user_id, email, name, verified_at, platform_admin, created_at, updated_at FROM users";

impl Store {
    /// Makes a person. The first one of all becomes owner of the default workspace and looks after
    /// the server; each other one gets a workspace of its own, when `open` says so.
    ///
    /// # Errors
    /// [`Error::Taken`] when the address is, [`Error::Database`].
    pub async fn register(
        &self,
        new: &NewUser,
        first: First,
        open: bool,
        letter: Option<(&NewProof, &Letter)>,
        now: Timestamp,
    ) -> Result<Registered, Error> {
        let default = self.default_workspace(now).await?;
        let mut tx = self.0.db.begin().await?;
        let is_first = nobody_any_workspace(&mut tx).await?;
        if is_first && first == First::Refused {
            return Ok(Registered::OperatorFirst);
        }
        if !is_first && !open {
            return Ok(Registered::Closed);
        }
        let workspace = self.settle(&mut tx, new, is_first.then_some(default), now).await?;
        if let Some((proof, letter)) = letter {
            proofs::put(&mut tx, new.id, proof, now).await?;
            mails::put(&mut tx, &self.0.key, letter, now).await?;
        }
        tx.commit().await?;
        let user = User {
            id: new.id,
            email: new.email.clone(),
            name: new.name.clone(),
            verified_at: None,
            platform_admin: is_first,
            created_at: now,
            updated_at: now,
        };
        Ok(Registered::In { user, workspace })
    }

    /// Makes a person, who looks after the server and has this workspace, by the name that the person gave it, or else
    /// gets one.
    pub(crate) async fn settle(
        &self,
        tx: &mut Tx,
        new: &NewUser,
        default: Option<WorkspaceId>,
        now: Timestamp,
    ) -> Result<WorkspaceId, Error> {
        let workspace = match default {
            Some(it) => {
                // It is there already, and stays as it is called when nobody says otherwise.
                if let Some(name) = &new.workspace_name {
                    workspaces::rename(tx, it, name).await?;
                }
                it
            }
            None => {
                let id = WorkspaceId(Uuid::now_v7());
                let sql = "INSERT INTO workspaces (id, name, created_at, weight) VALUES ($1, $2, $3, 1) -- workspace_id";
                tx.run(sql, cells_of![id, new.own_workspace_name(), now]).await?;
                subscriptions::begin(tx, self.terms(), id, now).await?;
                id
            }
        };
        insert(tx, new, default.is_some(), now).await?;
        let sql =
            "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
        tx.run(sql, cells_of![workspace, new.id, "owner", now]).await?;
        let became = json!({ "email": new.email, "role": "owner" });
        tx.note(Note::of(workspace, "account.create", new.id).became(became));
        Ok(workspace)
    }

    /// Whether there is nobody yet.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_nobody(&self) -> Result<bool, Error> {
        let sql = "SELECT user_id FROM users LIMIT 1";
        Ok(self.0.db.row::<(Uuid,)>(sql, vec![]).await?.is_none())
    }

    /// # Errors
    /// [`Error::Database`].
    pub async fn user(&self, id: UserId) -> Result<Option<User>, Error> {
        let sql = format!("{SELECT} WHERE user_id = $1");
        self.0.db.row::<Raw>(sql, cells_of![id]).await?.map(Raw::user).transpose()
    }

    /// Who has this address, and the hash of the password.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn user_by_email(&self, key: &str) -> Result<Option<(User, Secret)>, Error> {
        // One question for those who exist and those who do not, so that both take as long.
        let sql = "SELECT user_id, email, name, verified_at, platform_admin, created_at, updated_at, password \
                   FROM users WHERE email_key = $1";
        let row = self.0.db.row::<WithPassword>(sql, cells_of![key]).await?;
        row.map(|it| Ok((it.raw.user()?, Secret::new(it.password)))).transpose()
    }

    /// The hash of a person's password.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn password(&self, id: UserId) -> Result<Option<Secret>, Error> {
        let sql = "SELECT password FROM users WHERE user_id = $1";
        let row = self.0.db.row::<(String,)>(sql, cells_of![id]).await?;
        Ok(row.map(|it| Secret::new(it.0)))
    }

    /// Changes the password, unless it is no longer the one that was looked at. Ends all sessions
    /// but one, and words that were sent to set another lose their worth.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn change_password(
        &self,
        id: UserId,
        old: &Secret,
        new: &Secret,
        keep: model::id::SessionId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql =
            "UPDATE users SET password = $3, updated_at = $4 WHERE user_id = $1 AND password = $2";
        if tx.run(sql, cells_of![id, old.expose(), new.expose(), now]).await? == 0 {
            return Ok(false);
        }
        let sql = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
        tx.run(sql, cells_of![id, keep]).await?;
        let sql = "DELETE FROM proofs WHERE user_id = $1 AND kind = $2";
        tx.run(sql, cells_of![id, proofs::Kind::Reset.as_str()]).await?;
        two_factor::forget_challenges(&mut tx, id).await?;
        tx.note_account(id, "password.change", None).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The same password under a stronger hash.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rehash(&self, id: UserId, old: &Secret, new: &Secret) -> Result<(), Error> {
        let sql = "UPDATE users SET password = $3 WHERE user_id = $1 AND password = $2";
        self.0.db.run(sql, cells_of![id, old.expose(), new.expose()]).await?;
        Ok(())
    }

    /// What a person has set, as JSON: about oneself, and how things are to look.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn settings_of(&self, id: UserId) -> Result<Option<(Value, Value)>, Error> {
        let sql = "SELECT profile, preferences FROM users WHERE user_id = $1";
        let row = self.0.db.row::<(String, String)>(sql, cells_of![id]).await?;
        let read = |text: String| Value::from_json(&text).map_err(damaged);
        row.map(|it| Ok((read(it.0)?, read(it.1)?))).transpose()
    }

    /// # Errors
    /// [`Error::Database`].
    pub async fn set_profile(
        &self,
        id: UserId,
        name: &str,
        profile: &Value,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sql = "UPDATE users SET name = $2, profile = $3, updated_at = $4 WHERE user_id = $1";
        let cells = cells_of![id, name, profile.to_json(), now];
        self.0.db.run_noted_of(id, "account.update", sql, cells).await?;
        Ok(())
    }

    /// # Errors
    /// [`Error::Database`].
    pub async fn set_preferences(&self, id: UserId, preferences: &Value) -> Result<(), Error> {
        let sql = "UPDATE users SET preferences = $2 WHERE user_id = $1";
        self.0.db.run(sql, cells_of![id, preferences.to_json()]).await?;
        Ok(())
    }

    /// `false`: there is nobody of this id.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rename_user(&self, id: UserId, name: &str, now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE users SET name = $2, updated_at = $3 WHERE user_id = $1";
        let cells = cells_of![id, name, now];
        Ok(self.0.db.run_noted_of(id, "account.update", sql, cells).await? > 0)
    }
}

/// Whether there is no person at all; nobody else registers until the transaction ends.
pub(crate) async fn nobody_any_workspace(tx: &mut Tx) -> Result<bool, Error> {
    tx.run("UPDATE state SET one = one", vec![]).await?;
    Ok(tx.rows::<(Uuid,)>("SELECT user_id FROM users LIMIT 1", vec![]).await?.is_empty())
}

pub(crate) async fn insert(
    tx: &mut Tx,
    new: &NewUser,
    is_first: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO users (user_id, email, email_key, name, password, platform_admin, created_at, \
               updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    let (email, key, name) = (new.email.clone(), new.email_key.clone(), new.name.clone());
    let admin = i64::from(is_first);
    match tx.run(sql, cells_of![new.id, email, key, name, new.password.expose(), admin, now]).await
    {
        Err(error) if error.is_duplicate() => Err(Error::Taken(format!(
            "there is an account with the address {}; sign in, or ask for a new password",
            new.email
        ))),
        end => end.map(|_| ()),
    }
}
