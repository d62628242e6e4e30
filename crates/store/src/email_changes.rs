//! Another address of a person: it counts once its owner has shown that it is read.

use jiff::{SignedDuration, Timestamp};
use model::{Secret, id::UserId};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    mails::{self, Letter},
    proofs::hash,
    sql::cells_of,
};

/// An address that a person wants to have.
pub struct NewEmail {
    pub email: SmolStr,
    /// In the form in which it is found.
    pub key: SmolStr,
    /// What comes by mail to it.
    pub word: Secret,
    pub expires_at: Timestamp,
}

/// What a word is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub user: UserId,
    pub email: SmolStr,
    /// The address that the person has until then.
    pub before: SmolStr,
    pub name: SmolStr,
}

impl Store {
    /// Keeps the wish in the place of an earlier one and sends the letter, unless one went out less than
    /// `pause` ago: then nothing happens. Where somebody has the address it gets the other letter, in which no
    /// word stands, and all else is as it is for others: nobody learns that somebody has it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn ask_email(
        &self,
        user: UserId,
        new: &NewEmail,
        letter: &Letter,
        if_taken: &Letter,
        pause: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "SELECT user_id FROM users WHERE email_key = $1";
        let is_free = tx.rows::<(Uuid,)>(sql, cells_of![new.key.clone()]).await?.is_empty();
        let letter = if is_free { letter } else { if_taken };
        let since = now - pause;
        let sql = "INSERT INTO email_changes (user_id, email, email_key, hash, created_at, expires_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id) DO UPDATE SET \
                   email = excluded.email, email_key = excluded.email_key, hash = excluded.hash, \
                   created_at = excluded.created_at, expires_at = excluded.expires_at \
                   WHERE email_changes.created_at <= $7";
        let (email, key) = (new.email.clone(), new.key.clone());
        let hash = hash(new.word.expose());
        let cells = cells_of![user, email, key, hash, now, new.expires_at, since];
        if tx.run(sql, cells).await? == 0 {
            return Ok(false);
        }
        mails::put(&mut tx, &self.0.key, letter, now).await?;
        let became = json!({ "email": new.email });
        tx.note_account(user, "email.ask", Some(became)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Who wants which address by this word, as long as it counts.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wanted_email(&self, word: &str, now: Timestamp) -> Result<Option<Wanted>, Error> {
        let sql = "SELECT c.user_id, c.email, u.email, u.name FROM email_changes c \
                   JOIN users u ON u.user_id = c.user_id WHERE c.hash = $1 AND c.expires_at > $2";
        type Raw = (Uuid, String, String, String);
        let row = self.0.db.row::<Raw>(sql, cells_of![hash(word), now]).await?;
        Ok(row.map(|(user, email, before, name)| Wanted {
            user: UserId(user),
            email: email.into(),
            before: before.into(),
            name: name.into(),
        }))
    }

    /// Takes the word: the address is the person's, who has shown to read it. Words that were sent to the
    /// one before count no more, and it gets the letter. `None`: the word does not count.
    ///
    /// # Errors
    /// [`Error::Taken`] when somebody was faster, [`Error::Database`].
    pub async fn change_email(
        &self,
        word: &str,
        notice: &Letter,
        now: Timestamp,
    ) -> Result<Option<UserId>, Error> {
        let mut tx = self.0.db.begin().await?;
        let sql = "DELETE FROM email_changes WHERE hash = $1 AND expires_at > $2 \
                   RETURNING user_id, email, email_key";
        let rows = tx.rows::<(Uuid, String, String)>(sql, cells_of![hash(word), now]).await?;
        let Some((user, email, key)) = rows.into_iter().next() else { return Ok(None) };
        let user = UserId(user);
        let sql = "UPDATE users SET email = $2, email_key = $3, verified_at = $4, updated_at = $4 \
                   WHERE user_id = $1";
        match tx.run(sql, cells_of![user, email.clone(), key, now]).await {
            Err(error) if error.is_duplicate() => return Err(taken(&email)),
            end => end?,
        };
        tx.run("DELETE FROM proofs WHERE user_id = $1", cells_of![user]).await?;
        mails::put(&mut tx, &self.0.key, notice, now).await?;
        let note = json!({ "email": email });
        tx.note_account(user, "email.change", Some(note)).await?;
        tx.commit().await?;
        Ok(Some(user))
    }

    /// The address that a person wants to have and has not confirmed yet.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wished_email(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<SmolStr>, Error> {
        let sql = "SELECT email FROM email_changes WHERE user_id = $1 AND expires_at > $2";
        let row = self.0.db.row::<(String,)>(sql, cells_of![user, now]).await?;
        Ok(row.map(|it| it.0.into()))
    }
}

fn taken(email: &str) -> Error {
    Error::Taken(format!("there is an account with the address {email}"))
}
