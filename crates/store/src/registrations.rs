//! Accounts that are to be made once somebody says by mail that the address is his.

use jiff::{SignedDuration, Timestamp};
use model::{Secret, id::UserId};
use uuid::Uuid;

use crate::{
    Error, Store,
    mails::{self, Letter},
    proofs::{self, hash},
    sql::{Tx, cells_of},
    users::NewUser,
};

/// Most mails of this kind to one address within [`WITHIN`].
pub const ASKED_MAX: usize = 3;
const WITHIN: SignedDuration = SignedDuration::from_hours(1);

#[derive(sqlx::FromRow)]
struct Raw {
    email: String,
    email_key: String,
    name: String,
    password: String,
    workspace_name: String,
}

impl Store {
    /// Sends the word that makes an account, unless the address has got several just now. `false`: nothing was
    /// sent.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn ask_registration(
        &self,
        new: &NewUser,
        word: &Secret,
        letter: &Letter,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        if !put_any_workspace(&mut tx, new, word, expires_at, now).await? {
            return Ok(false);
        }
        mails::put(&mut tx, &self.0.key, letter, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes such a word and makes the account, with a workspace of its own. It counts once; `None`: it does not,
    /// or the address has an account meanwhile.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn confirm_registration(
        &self,
        word: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(it) = take_any_workspace(&mut tx, word, now).await? else { return Ok(None) };
        let new = NewUser {
            id: UserId(Uuid::now_v7()),
            email: it.email.into(),
            email_key: it.email_key.into(),
            name: it.name.into(),
            password: Secret::new(it.password),
            workspace_name: Some(it.workspace_name.into()),
        };
        match self.settle(&mut tx, &new, None, now).await {
            Err(Error::Taken(_)) => return Ok(None),
            end => drop(end?),
        }
        proofs::verify(&mut tx, new.id, now).await?;
        tx.commit().await?;
        Ok(Some(new.id))
    }
}

async fn put_any_workspace(
    tx: &mut Tx,
    new: &NewUser,
    word: &Secret,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    tx.run("DELETE FROM registrations WHERE expires_at <= $1", cells_of![now]).await?;
    let sql =
        "SELECT created_at FROM registrations WHERE email_key = $1 AND created_at > $2 LIMIT 10";
    let since = now - WITHIN;
    let asked = tx.rows::<(i64,)>(sql, cells_of![new.email_key.clone(), since]).await?;
    if asked.len() >= ASKED_MAX {
        return Ok(false);
    }
    let sql = "INSERT INTO registrations (hash, email, email_key, name, password, workspace_name, created_at, \
               expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (email, key, name) = (new.email.clone(), new.email_key.clone(), new.name.clone());
    let (password, workspace) = (new.password.expose(), new.own_workspace_name());
    let cells =
        cells_of![hash(word.expose()), email, key, name, password, workspace, now, expires_at];
    tx.run(sql, cells).await?;
    Ok(true)
}

/// All that the address has asked for are done with then.
async fn take_any_workspace(tx: &mut Tx, word: &str, now: Timestamp) -> Result<Option<Raw>, Error> {
    let sql = "DELETE FROM registrations WHERE hash = $1 AND expires_at > $2 \
               RETURNING email, email_key, name, password, workspace_name";
    let found = tx.rows::<Raw>(sql, cells_of![hash(word), now]).await?.into_iter().next();
    if let Some(it) = &found {
        let sql = "DELETE FROM registrations WHERE email_key = $1";
        tx.run(sql, cells_of![it.email_key.as_str()]).await?;
    }
    Ok(found)
}
