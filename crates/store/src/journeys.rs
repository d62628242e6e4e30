//! Sign-ins that are on their way through another server: kept under a word that counts once.

use jiff::Timestamp;
use model::{Secret, id::WorkspaceId};
use uuid::Uuid;

use crate::{Error, Store, proofs, seal::Place, sql::cells_of};

/// Which leg of the way a word is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// To the other server and back.
    There,
    /// From the answer of the other server to the tokens.
    In,
    /// An assertion that has come once.
    Seen,
    /// From the question to a device to its answer.
    Passkey,
}

impl Leg {
    pub fn as_str(self) -> &'static str {
        match self {
            Leg::There => "there",
            Leg::In => "in",
            Leg::Seen => "seen",
            Leg::Passkey => "passkey",
        }
    }
}

/// How many journeys that never ended one call removes at most.
const SWEPT_MAX: u32 = 1_000;

fn place(hash: &[u8], leg: Leg) -> Place<'static> {
    let mut row = [0; 16];
    row.copy_from_slice(&hash[..16]);
    Place {
        workspace: WorkspaceId(Uuid::nil()),
        row: Uuid::from_bytes(row),
        kind: match leg {
            Leg::There => "journey there",
            Leg::In => "journey in",
            Leg::Seen => "journey seen",
            Leg::Passkey => "journey passkey",
        },
    }
}

impl Store {
    /// Keeps what a journey is to be continued with. `false`: there is one of this word.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn begin_journey(
        &self,
        leg: Leg,
        word: &str,
        luggage: &Secret,
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        let hash = proofs::hash(word);
        let sealed = self.0.key.seal(&place(&hash, leg), luggage.expose().as_bytes());
        begin_any_workspace(self, leg, hash, sealed, expires_at).await
    }

    /// Takes it. The word counts no more then, whatever comes of it.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it was sealed with another key, [`Error::Database`].
    pub async fn end_journey(
        &self,
        leg: Leg,
        word: &str,
        now: Timestamp,
    ) -> Result<Option<Secret>, Error> {
        let hash = proofs::hash(word);
        let found = end_any_workspace(self, leg, hash.clone(), now).await?;
        let Some(sealed) = found else { return Ok(None) };
        let bytes = self.0.key.open_sealed(&place(&hash, leg), &sealed)?;
        let text = str::from_utf8(&bytes).map_err(|_| crate::error::damaged("a journey"))?;
        Ok(Some(Secret::new(text)))
    }

    /// Forgets some that never ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_journeys(&self, now: Timestamp) -> Result<u64, Error> {
        sweep_any_workspace(self, now).await
    }
}

async fn begin_any_workspace(
    store: &Store,
    leg: Leg,
    hash: Vec<u8>,
    sealed: Vec<u8>,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    let sql = "INSERT INTO journeys (hash, kind, sealed, expires_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (hash) DO NOTHING";
    Ok(store.0.db.run(sql, cells_of![hash, leg.as_str(), sealed, expires_at]).await? > 0)
}

async fn end_any_workspace(
    store: &Store,
    leg: Leg,
    hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    let mut tx = store.0.db.begin().await?;
    let sql =
        "DELETE FROM journeys WHERE hash = $1 AND kind = $2 AND expires_at > $3 RETURNING sealed";
    let rows = tx.rows::<(Vec<u8>,)>(sql, cells_of![hash, leg.as_str(), now]).await?;
    tx.commit().await?;
    Ok(rows.into_iter().next().map(|it| it.0))
}

async fn sweep_any_workspace(store: &Store, now: Timestamp) -> Result<u64, Error> {
    let sql = format!(
        "DELETE FROM journeys WHERE hash IN (SELECT hash FROM journeys \
         WHERE expires_at <= $1 ORDER BY expires_at LIMIT {SWEPT_MAX})"
    );
    store.0.db.run(sql, cells_of![now]).await
}
