//! Sign-ins that failed: how long the next one of the same account and address has to wait.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::{Error, Store, sql::cells_of};

/// How many forgotten rows one call removes at most.
const SWEPT_MAX: u32 = 1_000;

fn hash(account: &str, address: &str) -> Vec<u8> {
    Sha256::digest(format!("{address}\n{account}").as_bytes()).to_vec()
}

/// What is held against an account from an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// Failures; the next try is let through.
    Failures,
    /// So many that the next try has to wait until then.
    Until(Timestamp),
}

impl Store {
    /// What is held against an account from an address.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn attempts(
        &self,
        account: &str,
        address: &str,
        now: Timestamp,
    ) -> Result<Held, Error> {
        held_any_workspace(self, hash(account, address), now).await
    }

    /// A sign-in failed. `pause` says how long to wait after so many failures.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn attempt_failed(
        &self,
        account: &str,
        address: &str,
        pause: fn(u32) -> SignedDuration,
        now: Timestamp,
    ) -> Result<(), Error> {
        failed_any_workspace(self, hash(account, address), pause, now).await
    }

    /// The sign-in that was tried is good: nothing is held against the account from this address.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn attempt_succeeded(&self, account: &str, address: &str) -> Result<(), Error> {
        succeeded_any_workspace(self, hash(account, address)).await
    }

    /// Forgets some failures that nothing follows from any more.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_attempts(&self, before: Timestamp) -> Result<u64, Error> {
        sweep_any_workspace(self, before).await
    }
}

async fn held_any_workspace(store: &Store, hash: Vec<u8>, now: Timestamp) -> Result<Held, Error> {
    let sql = "SELECT next_at FROM attempts WHERE hash = $1";
    let Some((next_at,)) = store.0.db.row::<(i64,)>(sql, cells_of![hash]).await? else {
        return Ok(Held::Nothing);
    };
    let next_at = crate::workspaces::time(next_at)?;
    Ok(if next_at > now { Held::Until(next_at) } else { Held::Failures })
}

async fn failed_any_workspace(
    store: &Store,
    hash: Vec<u8>,
    pause: fn(u32) -> SignedDuration,
    now: Timestamp,
) -> Result<(), Error> {
    let mut tx = store.0.db.begin().await?;
    let sql =
        "INSERT INTO attempts (hash, failures, next_at) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING";
    tx.run(sql, cells_of![hash.clone(), now]).await?;
    let sql = format!("SELECT failures FROM attempts WHERE hash = $1{}", tx.for_update());
    let rows = tx.rows::<(i64,)>(sql, cells_of![hash.clone()]).await?;
    let failures = rows.first().map_or(0, |it| it.0);
    let failures = u32::try_from(failures).unwrap_or(u32::MAX).saturating_add(1);
    let sql = "UPDATE attempts SET failures = $2, next_at = $3 WHERE hash = $1";
    tx.run(sql, cells_of![hash, failures, now + pause(failures)]).await?;
    tx.commit().await
}

async fn succeeded_any_workspace(store: &Store, hash: Vec<u8>) -> Result<(), Error> {
    store.0.db.run("DELETE FROM attempts WHERE hash = $1", cells_of![hash]).await?;
    Ok(())
}

async fn sweep_any_workspace(store: &Store, before: Timestamp) -> Result<u64, Error> {
    let sql = format!(
        "DELETE FROM attempts WHERE hash IN (SELECT hash FROM attempts WHERE next_at < $1 \
         ORDER BY next_at LIMIT {SWEPT_MAX})"
    );
    store.0.db.run(sql, cells_of![before]).await
}
