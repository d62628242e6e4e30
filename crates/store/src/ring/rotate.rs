//! A new data key takes the place of the one that seals.

use std::time::Duration;

use jiff::Timestamp;

use super::{FIRST, Row, place, read_any_workspace, reseal};
use crate::{
    Error, Store,
    audit::{Note, PLATFORM},
    error::damaged,
    seal,
    sql::{Pool, cells_of},
    workflows::next_generation_any_workspace,
    workspaces::time,
};

/// How long every process is given to get to know a new data key: each looks whether definitions have
/// changed every second.
const SETTLE: Duration = Duration::from_secs(4);

/// A data key, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct DataKey {
    /// From 1.
    pub number: u32,
    pub created_at: Timestamp,
    /// Since when it seals, or sealed until the next one did; absent while it waits for that.
    pub active_at: Option<Timestamp>,
    /// How many secrets are sealed with it.
    pub n_secrets: u64,
}

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The number of the key that seals now.
    pub number: u32,
    /// How many secrets were sealed anew.
    pub n_secrets: u64,
}

impl Store {
    /// All data keys, the first first.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn data_keys(&self) -> Result<Vec<DataKey>, Error> {
        let counts = reseal::count(self).await?;
        let key = |it: Row| {
            let number = u32::try_from(it.number).map_err(damaged)?;
            Ok(DataKey {
                number,
                created_at: time(it.created_at)?,
                active_at: it.active_at.map(time).transpose()?,
                n_secrets: counts.get(&number).copied().unwrap_or_default(),
            })
        };
        read_any_workspace(&self.0.db).await?.into_iter().map(key).collect()
    }

    /// A new data key seals from now on, and seals anew what is there. Every process gets to know it
    /// before it seals. After a rotation that was cut off, the key that waits is taken.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a secret cannot be opened, [`Error::Database`].
    pub async fn rotate_data_key(&self, now: Timestamp) -> Result<Rotated, Error> {
        let number = self.prepare_data_key(now).await?;
        if matches!(self.0.db.pool, Pool::Postgres(_)) {
            tokio::time::sleep(SETTLE).await;
        }
        self.activate_data_key(number, now).await?;
        Ok(Rotated { number, n_secrets: self.reseal().await? })
    }

    /// Makes a data key that opens and does not seal yet. One that waits already is taken. Gives its
    /// number.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn prepare_data_key(&self, now: Timestamp) -> Result<u32, Error> {
        let number = prepare_any_workspace(self, now).await?;
        self.refresh_generation().await?;
        Ok(number)
    }

    /// Lets it seal from now on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn activate_data_key(&self, number: u32, now: Timestamp) -> Result<(), Error> {
        activate_any_workspace(self, number, now).await?;
        self.refresh_generation().await?;
        Ok(())
    }

    /// Seals anew what another key than the one that seals has sealed. Whoever changes a secret
    /// meanwhile is not disturbed. Gives how many there were.
    ///
    /// # Errors
    /// [`Error::Damaged`] when one cannot be opened, [`Error::Database`].
    pub(crate) async fn reseal(&self) -> Result<u64, Error> {
        reseal::all(self).await
    }
}

async fn prepare_any_workspace(store: &Store, now: Timestamp) -> Result<u32, Error> {
    let mut tx = store.0.db.begin().await?;
    let lock = tx.for_update();
    let sql = format!("SELECT number, active_at FROM data_keys ORDER BY number DESC LIMIT 1{lock}");
    let rows = tx.rows::<(i64, Option<i64>)>(sql, vec![]).await?;
    let last = rows.first().map_or(Ok(FIRST), |it| u32::try_from(it.0).map_err(damaged))?;
    if rows.first().is_some_and(|it| it.1.is_none()) {
        tx.undo().await?;
        return Ok(last);
    }
    if last >= super::KEYS_MAX {
        return Err(Error::Refused("there are too many data keys".to_owned()));
    }
    let number = last + 1;
    let key = zeroize::Zeroizing::new(seal::random::<{ seal::KEY_BYTES }>());
    let wrapped = store.0.key.master.seal(&place(number), &*key);
    let sql = "INSERT INTO data_keys (number, wrapped, created_at) VALUES ($1, $2, $3)";
    tx.run(sql, cells_of![number, wrapped, now]).await?;
    next_generation_any_workspace(&mut tx).await?;
    tx.commit().await?;
    Ok(number)
}

async fn activate_any_workspace(store: &Store, number: u32, now: Timestamp) -> Result<(), Error> {
    let mut tx = store.0.db.begin().await?;
    let sql = "UPDATE data_keys SET active_at = $2 WHERE number = $1 AND active_at IS NULL";
    if tx.run(sql, cells_of![number, now]).await? > 0 {
        tx.note(Note::of(PLATFORM, "data_key.rotate", number));
    }
    next_generation_any_workspace(&mut tx).await?;
    tx.commit().await
}
