//! Words that are sent by mail: who brings one has read the mail.

use jiff::{SignedDuration, Timestamp};
use model::{Secret, id::UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Error, Store, identities,
    mails::{self, Letter},
    sql::{Tx, cells_of},
    two_factor,
};

/// What the word is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The address is the person's.
    Verify,
    /// Another password may be set.
    Reset,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Verify => "verify",
            Kind::Reset => "reset",
        }
    }
}

/// A word that is to count from now on, in the place of an earlier one of its kind.
pub struct NewProof {
    pub kind: Kind,
    pub word: Secret,
    pub expires_at: Timestamp,
}

pub(crate) fn hash(word: &str) -> Vec<u8> {
    Sha256::digest(word.as_bytes()).to_vec()
}

/// Somebody has read a mail to the address of a person. `false`: that was known.
pub(crate) async fn verify(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE users SET verified_at = $2 WHERE user_id = $1 AND verified_at IS NULL";
    Ok(tx.run(sql, cells_of![user, now]).await? > 0)
}

pub(crate) async fn put(
    tx: &mut Tx,
    user: UserId,
    new: &NewProof,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO proofs (user_id, kind, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (user_id, kind) DO UPDATE SET hash = excluded.hash, \
               created_at = excluded.created_at, expires_at = excluded.expires_at";
    let hash = hash(new.word.expose());
    tx.run(sql, cells_of![user, new.kind.as_str(), hash, now, new.expires_at]).await?;
    Ok(())
}

impl Store {
    /// Sends a person a word, unless one of its kind went out less than `pause` ago: then nothing
    /// happens.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn send_proof(
        &self,
        user: UserId,
        proof: &NewProof,
        letter: &Letter,
        pause: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        // Of two that ask at once, the second finds the first's.
        let sql = "UPDATE users SET updated_at = updated_at WHERE user_id = $1";
        tx.run(sql, cells_of![user]).await?;
        let sql = "SELECT created_at FROM proofs WHERE user_id = $1 AND kind = $2";
        let last = tx.rows::<(i64,)>(sql, cells_of![user, proof.kind.as_str()]).await?;
        let since = (now - pause).as_microsecond();
        if last.first().is_some_and(|it| it.0 > since) {
            return Ok(false);
        }
        put(&mut tx, user, proof, now).await?;
        mails::put(&mut tx, &self.0.key, letter, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Makes a word count without sending it, such as for an operator who hands it over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_proof(
        &self,
        user: UserId,
        proof: &NewProof,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        put(&mut tx, user, proof, now).await?;
        tx.commit().await
    }

    /// Whose word this is, as long as it counts. It still counts afterwards.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn proves(
        &self,
        kind: Kind,
        word: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>, Error> {
        let sql = "SELECT user_id FROM proofs WHERE hash = $1 AND kind = $2 AND expires_at > $3";
        let row = self.0.db.row::<(Uuid,)>(sql, cells_of![hash(word), kind.as_str(), now]).await?;
        Ok(row.map(|it| UserId(it.0)))
    }

    /// Takes the word that says that an address is the person's. It counts once.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn verify_email(&self, word: &str, now: Timestamp) -> Result<Option<UserId>, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(user) = take(&mut tx, Kind::Verify, word, now).await? else { return Ok(None) };
        verify(&mut tx, user, now).await?;
        tx.note_account(user, "email.verify", None).await?;
        tx.commit().await?;
        Ok(Some(user))
    }

    /// Takes the word that allows another password, sets it, and ends all sessions. Who has it has
    /// read the mail, so the address is the person's.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn reset_password(
        &self,
        word: &str,
        password: &Secret,
        now: Timestamp,
    ) -> Result<Option<UserId>, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(user) = take(&mut tx, Kind::Reset, word, now).await? else { return Ok(None) };
        if verify(&mut tx, user, now).await? {
            // Until now the account may have been made by somebody who does not read these mails.
            identities::forget(&mut tx, user).await?;
        }
        let sql = "UPDATE users SET password = $2, updated_at = $3 WHERE user_id = $1";
        tx.run(sql, cells_of![user, password.expose(), now]).await?;
        tx.run("DELETE FROM sessions WHERE user_id = $1", cells_of![user]).await?;
        two_factor::forget_challenges(&mut tx, user).await?;
        tx.note_account(user, "password.reset", None).await?;
        tx.commit().await?;
        Ok(Some(user))
    }
}

async fn take(
    tx: &mut Tx,
    kind: Kind,
    word: &str,
    now: Timestamp,
) -> Result<Option<UserId>, Error> {
    let sql =
        "DELETE FROM proofs WHERE hash = $1 AND kind = $2 AND expires_at > $3 RETURNING user_id";
    let rows = tx.rows::<(Uuid,)>(sql, cells_of![hash(word), kind.as_str(), now]).await?;
    Ok(rows.first().map(|it| UserId(it.0)))
}
