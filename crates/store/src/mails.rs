//! Mails that are to be sent: written in the transaction that they are about, and kept until a
//! server has taken them.

use jiff::Timestamp;
use model::{Map, Value, id::WorkspaceId};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    error::damaged,
    ring::Ring,
    seal::Place,
    sql::{Tx, cells_of},
};

/// What is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    pub to: SmolStr,
    pub subject: String,
    pub text: String,
}

/// A mail that is due, and ours to send until it is due again.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub id: Uuid,
    pub letter: Letter,
    /// How often it was tried, with this time.
    pub tries: u32,
}

/// How long mails that were given up are kept to look at.
const GIVEN_UP_DAYS: i64 = 30;

fn place(id: Uuid) -> Place<'static> {
    Place { workspace: WorkspaceId(Uuid::nil()), row: id, kind: "mail" }
}

pub(crate) async fn put(
    tx: &mut Tx,
    key: &Ring,
    letter: &Letter,
    now: Timestamp,
) -> Result<(), Error> {
    put_any_workspace(tx, key, letter, now).await
}

async fn put_any_workspace(
    tx: &mut Tx,
    key: &Ring,
    letter: &Letter,
    now: Timestamp,
) -> Result<(), Error> {
    let id = Uuid::now_v7();
    let text = Value::object([
        ("to", Value::from(letter.to.as_str())),
        ("subject", letter.subject.as_str().into()),
        ("text", letter.text.as_str().into()),
    ]);
    let sealed = key.seal(&place(id), text.to_json().as_bytes());
    let sql =
        "INSERT INTO mails (id, sealed, created_at, due_at, tries) VALUES ($1, $2, $3, $3, 0)";
    tx.run(sql, cells_of![id, sealed, now]).await?;
    Ok(())
}

impl Store {
    /// Takes the mails that are due, so that no other process sends them before `until`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when one was sealed with another key, [`Error::Database`].
    pub async fn take_mails(
        &self,
        limit: u32,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Due>, Error> {
        take_any_workspace(self, limit, until, now).await
    }

    /// A server has taken the mail.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn mail_sent(&self, id: Uuid) -> Result<(), Error> {
        sent_any_workspace(self, id).await
    }

    /// It could not be sent; it is tried again at `due_at`, or given up.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn mail_failed(
        &self,
        id: Uuid,
        error: &str,
        due_at: Option<Timestamp>,
    ) -> Result<(), Error> {
        failed_any_workspace(self, id, error, due_at).await
    }

    /// Forgets mails that were given up long ago.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_mails(&self, now: Timestamp) -> Result<u64, Error> {
        sweep_any_workspace(self, now).await
    }
}

async fn take_any_workspace(
    store: &Store,
    limit: u32,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<Due>, Error> {
    let sql = format!(
        "SELECT id, sealed, due_at, tries FROM mails WHERE due_at IS NOT NULL AND due_at <= $1 \
         ORDER BY due_at LIMIT {limit}"
    );
    let db = &store.0.db;
    let mut res = vec![];
    for (id, sealed, due_at, tries) in
        db.rows::<(Uuid, Vec<u8>, i64, i64)>(sql, cells_of![now]).await?
    {
        let sql = "UPDATE mails SET due_at = $3, tries = tries + 1 WHERE id = $1 AND due_at = $2";
        // Another process was faster.
        if db.run(sql, cells_of![id, due_at, until]).await? == 0 {
            continue;
        }
        let opened = store.0.key.open_sealed(&place(id), &sealed)?;
        let text = std::str::from_utf8(&opened).map_err(damaged)?;
        let tries = u32::try_from(tries).unwrap_or(u32::MAX).saturating_add(1);
        res.push(Due { id, letter: letter(text)?, tries });
    }
    Ok(res)
}

fn letter(text: &str) -> Result<Letter, Error> {
    let value = Value::from_json(text).map_err(damaged)?;
    let map: &Map = value.as_object().ok_or_else(|| damaged("a mail"))?;
    let field = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Letter { to: field("to").into(), subject: field("subject"), text: field("text") })
}

async fn sent_any_workspace(store: &Store, id: Uuid) -> Result<(), Error> {
    store.0.db.run("DELETE FROM mails WHERE id = $1", cells_of![id]).await?;
    Ok(())
}

async fn failed_any_workspace(
    store: &Store,
    id: Uuid,
    error: &str,
    due_at: Option<Timestamp>,
) -> Result<(), Error> {
    let sql = "UPDATE mails SET due_at = $3, error = $2 WHERE id = $1";
    store.0.db.run(sql, cells_of![id, error, due_at]).await?;
    Ok(())
}

async fn sweep_any_workspace(store: &Store, now: Timestamp) -> Result<u64, Error> {
    let before = now - jiff::SignedDuration::from_hours(24 * GIVEN_UP_DAYS);
    let sql = "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE due_at IS NULL \
               AND created_at < $1 LIMIT 1000)";
    store.0.db.run(sql, cells_of![before]).await
}
