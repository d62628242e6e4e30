//! Passkeys: keys of a device that people sign in with. Only the public half is kept.

use jiff::Timestamp;
use model::id::{PasskeyId, UserId};
use serde_json::json;
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    identities::{self, Linked, Unlinked},
    sql::{Tx, cells_of},
    workspaces::time,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Passkey {
    pub user: UserId,
    pub id: PasskeyId,
    /// As the device numbers it.
    pub credential: Vec<u8>,
    /// DER, as certificates have it.
    pub public_key: Vec<u8>,
    /// How often the device says that it has signed; some do not count and say 0.
    pub n_signed: u32,
    /// As its owner calls it.
    pub name: SmolStr,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// Most passkeys that one person has.
pub const PASSKEYS_MAX: u32 = 50;

#[derive(sqlx::FromRow)]
struct Raw {
    user_id: Uuid,
    id: Uuid,
    credential: Vec<u8>,
    public_key: Vec<u8>,
    n_signed: i64,
    name: String,
    created_at: i64,
    used_at: Option<i64>,
}

impl Raw {
    fn passkey(self) -> Result<Passkey, Error> {
        Ok(Passkey {
            user: UserId(self.user_id),
            id: PasskeyId(self.id),
            credential: self.credential,
            public_key: self.public_key,
            n_signed: u32::try_from(self.n_signed).unwrap_or(u32::MAX),
            name: self.name.into(),
            created_at: time(self.created_at)?,
            used_at: self.used_at.map(time).transpose()?,
        })
    }
}

const SELECT: &str = "SELECT user_id, id, credential, public_key, n_signed, name, created_at, used_at \
                      FROM passkeys";

impl Store {
    /// Those of a person, the first before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>, Error> {
        let sql = format!("{SELECT} WHERE user_id = $1 ORDER BY id LIMIT {PASSKEYS_MAX}");
        let rows = self.0.db.rows::<Raw>(sql, cells_of![user]).await?;
        rows.into_iter().map(Raw::passkey).collect()
    }

    /// The one that a device numbers so, whose ever it is.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn passkey(&self, credential: &[u8]) -> Result<Option<Passkey>, Error> {
        let sql = format!("{SELECT} WHERE credential = $1");
        let row = self.0.db.row::<Raw>(sql, cells_of![credential.to_vec()]).await?;
        row.map(Raw::passkey).transpose()
    }

    /// Gives a person one more.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_passkey(&self, new: &Passkey) -> Result<Linked, Error> {
        let mut tx = self.0.db.begin().await?;
        identities::hold(&mut tx, new.user).await?;
        if n_of(&mut tx, new.user).await? >= i64::from(PASSKEYS_MAX) {
            return Ok(Linked::Full);
        }
        let sql = "INSERT INTO passkeys (user_id, id, credential, public_key, n_signed, name, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential) DO NOTHING";
        let (credential, key) = (new.credential.clone(), new.public_key.clone());
        let (n, name) = (i64::from(new.n_signed), new.name.clone());
        let cells = cells_of![new.user, new.id, credential, key, n, name, new.created_at];
        if tx.run(sql, cells).await? == 0 {
            return Ok(Linked::Taken);
        }
        let became = json!({ "name": new.name.as_str() });
        tx.note_account(new.user, "passkey.add", Some(became)).await?;
        tx.commit().await?;
        Ok(Linked::Done)
    }

    /// Notes that it has signed. `false`: it is gone, or says that it has signed no more often than before,
    /// so that there may be a copy.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn use_passkey(
        &self,
        user: UserId,
        id: PasskeyId,
        n_signed: u32,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let sql = "UPDATE passkeys SET n_signed = $3, used_at = $4 WHERE user_id = $1 AND id = $2 \
                   AND (n_signed < $3 OR (n_signed = 0 AND $3 = 0))";
        let n = self.0.db.run(sql, cells_of![user, id, i64::from(n_signed), now]).await?;
        Ok(n > 0)
    }

    /// `false`: it is not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rename_passkey(
        &self,
        user: UserId,
        id: PasskeyId,
        name: &str,
    ) -> Result<bool, Error> {
        let sql = "UPDATE passkeys SET name = $3 WHERE user_id = $1 AND id = $2";
        let cells = cells_of![user, id, name];
        Ok(self.0.db.run_noted_of(user, "passkey.rename", sql, cells).await? > 0)
    }

    /// Takes one from a person who has another way in.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn remove_passkey(&self, user: UserId, id: PasskeyId) -> Result<Unlinked, Error> {
        let mut tx = self.0.db.begin().await?;
        let has_password = identities::hold(&mut tx, user).await?;
        let sql = "DELETE FROM passkeys WHERE user_id = $1 AND id = $2";
        if tx.run(sql, cells_of![user, id]).await? == 0 {
            return Ok(Unlinked::Absent);
        }
        if !has_password && !identities::has_way(&mut tx, user).await? {
            tx.undo().await?;
            return Ok(Unlinked::Last);
        }
        let became = json!({ "passkey": id.to_string() });
        tx.note_account(user, "passkey.remove", Some(became)).await?;
        tx.commit().await?;
        Ok(Unlinked::Done)
    }

    /// Takes all from a person. `false`: there was none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn remove_passkeys(&self, user: UserId) -> Result<bool, Error> {
        let sql = "DELETE FROM passkeys WHERE user_id = $1";
        Ok(self.0.db.run_noted_of(user, "passkey.remove_all", sql, cells_of![user]).await? > 0)
    }
}

pub(crate) async fn n_of(tx: &mut Tx, user: UserId) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM passkeys WHERE user_id = $1";
    let rows = tx.rows::<(i64,)>(sql, cells_of![user]).await?;
    Ok(rows.first().map_or(0, |it| it.0))
}
