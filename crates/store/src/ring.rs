//! Data keys: what seals secrets. Each is random, and lies in the database sealed by the master key, so
//! that the master key changes without a secret being sealed anew, and secrets are sealed anew without
//! the master key being changed. A workspace's secrets are sealed with a key of its own, made of the
//! data key and its id.

pub(crate) mod reseal;
mod rotate;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::{Arc, RwLock},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use model::id::WorkspaceId;
use uuid::Uuid;
use zeroize::Zeroizing;

pub use self::rotate::{DataKey, Rotated};
use crate::{
    Error, MasterKey,
    error::damaged,
    proof,
    seal::{self, Cipher, FIRST_FORM, KEY_BYTES, Place},
    sql::{Db, cells_of},
};

/// The form of what is sealed with a workspace's key: this byte, the data key's number in four bytes, the
/// highest first, nonce, ciphertext with its tag. Before, the first data key itself sealed
/// ([`seal::FIRST_FORM`]).
const FORM: u8 = 2;
/// The number of the first data key. Where secrets were sealed by the master key, before there were
/// data keys, it *is* that master key.
pub(crate) const FIRST: u32 = 1;

type Key = Zeroizing<[u8; KEY_BYTES]>;

/// The data keys that this process knows.
pub(crate) struct Ring {
    master: MasterKey,
    keys: RwLock<Arc<Keys>>,
}

struct Keys {
    /// The state of definitions that they were read at.
    generation: u64,
    /// The number of the one that seals.
    active: u32,
    all: BTreeMap<u32, Key>,
}

impl Ring {
    /// Reads the keys of a database; one that has none yet gets its first.
    pub(crate) async fn open(db: &Db, master: MasterKey, now: Timestamp) -> Result<Ring, Error> {
        let mut rows = read_any_workspace(db).await?;
        if rows.is_empty() {
            found_any_workspace(db, &master, now).await?;
            rows = read_any_workspace(db).await?;
        }
        let keys = unwrap(&master, &rows, 0)?;
        wrap_anew(db, &master, &rows).await?;
        Ok(Ring { master, keys: RwLock::new(Arc::new(keys)) })
    }

    /// Reads them again when definitions have changed since.
    pub(crate) async fn refresh(&self, db: &Db, generation: u64) -> Result<(), Error> {
        if self.keys().generation == generation {
            return Ok(());
        }
        let rows = read_any_workspace(db).await?;
        let mut keys = Keys { generation, active: FIRST, all: self.keys().all.clone() };
        for row in &rows {
            let number = u32::try_from(row.number).map_err(damaged)?;
            if let Entry::Vacant(free) = keys.all.entry(number) {
                match unwrap_one(&self.master, row) {
                    Ok(key) => drop(free.insert(key)),
                    // It goes on with those that it has: the master key was changed under it.
                    Err(why) => {
                        tracing::error!("data key {number} cannot be used until a restart: {why}");
                        continue;
                    }
                }
            }
            if row.active_at.is_some() {
                keys.active = number;
            }
        }
        *self.keys.write().expect("plain keys") = Arc::new(keys);
        Ok(())
    }

    /// Seals bytes to a row: moved to another row, workspace or kind they cannot be opened.
    pub(crate) fn seal(&self, place: &Place, bytes: &[u8]) -> Vec<u8> {
        let keys = self.keys();
        let mut res = head(keys.active).to_vec();
        res.extend(workspace_key(&keys.all[&keys.active], place.workspace).seal(place, bytes));
        res
    }

    pub(crate) fn open_sealed(
        &self,
        place: &Place,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let keys = self.keys();
        if let Some(rest) = sealed.strip_prefix(&FIRST_FORM) {
            let first = keys.all.get(&FIRST).ok_or_else(|| unknown(FIRST))?;
            return Cipher::new(first).open(place, rest);
        }
        let (number, rest) = sealed
            .split_first()
            .filter(|it| *it.0 == FORM)
            .and_then(|it| it.1.split_first_chunk::<4>())
            .ok_or_else(|| damaged("a secret is of no known form"))?;
        let number = u32::from_be_bytes(*number);
        let key = keys.all.get(&number).ok_or_else(|| unknown(number))?;
        workspace_key(key, place.workspace).open(place, rest)
    }

    /// A key for one purpose and no other, which tells nothing of those that seal. It stays the same
    /// for as long as the database lives.
    pub(crate) fn derive(&self, purpose: &str) -> Key {
        seal::derive(&self.keys().all[&FIRST], &[purpose.as_bytes()])
    }

    /// Whether bytes were sealed with the key that seals now.
    fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.starts_with(&head(self.keys().active))
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().expect("plain keys").clone()
    }
}

fn head(number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_be_bytes();
    [FORM, a, b, c, d]
}

/// The number of the data key that sealed some bytes.
fn number_of(sealed: &[u8]) -> u32 {
    match sealed {
        [FORM, a, b, c, d, ..] => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => FIRST,
    }
}

fn workspace_key(key: &Key, workspace: WorkspaceId) -> Cipher {
    Cipher::new(&seal::derive(key, &[b"workspace", workspace.0.as_bytes()]))
}

fn unknown(number: u32) -> Error {
    damaged(format!("a secret was sealed with data key {number}, which is not there"))
}

fn place(number: u32) -> Place<'static> {
    Place {
        workspace: WorkspaceId(Uuid::nil()),
        row: Uuid::from_u128(u128::from(number)),
        kind: "data key",
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    wrapped: Vec<u8>,
    created_at: i64,
    active_at: Option<i64>,
}

/// How many data keys a database has at most.
const KEYS_MAX: u32 = 10_000;

async fn read_any_workspace(db: &Db) -> Result<Vec<Row>, Error> {
    let sql = format!(
        "SELECT number, wrapped, created_at, active_at FROM data_keys ORDER BY number LIMIT {KEYS_MAX}"
    );
    db.rows::<Row>(sql, vec![]).await
}

/// Makes the first data key. A database with secrets that the master key itself has sealed keeps that
/// as its first.
async fn found_any_workspace(db: &Db, master: &MasterKey, now: Timestamp) -> Result<(), Error> {
    let first = match proof_any_workspace(db).await? {
        None => Zeroizing::new(seal::random::<KEY_BYTES>()),
        Some((place, sealed)) => {
            let fits = |key: Key| {
                let sealed = sealed.strip_prefix(&FIRST_FORM)?;
                Cipher::new(&key).open(&place, sealed).ok().map(|_| key)
            };
            master.all().find_map(fits).ok_or(Error::WrongKey)?
        }
    };
    let sql = "INSERT INTO data_keys (number, wrapped, created_at, active_at) VALUES ($1, $2, $3, $3) \
               ON CONFLICT (number) DO NOTHING";
    let wrapped = master.seal(&place(FIRST), &*first);
    // Another process may have been faster: then its key counts.
    db.run(sql, cells_of![FIRST, wrapped, now]).await?;
    Ok(())
}

/// What was sealed at the first start of a database that is older than data keys.
async fn proof_any_workspace(db: &Db) -> Result<Option<(Place<'static>, Vec<u8>)>, Error> {
    let sql = "SELECT workspace_id, value FROM settings WHERE name = $1";
    let row = db.row::<(Uuid, String)>(sql, vec![proof::NAME.into()]).await?;
    let Some((workspace, value)) = row else { return Ok(None) };
    let sealed = STANDARD.decode(value.trim_matches('"'));
    let sealed = sealed.map_err(|_| damaged("the proof of the key"))?;
    Ok(Some((proof::place(WorkspaceId(workspace)), sealed)))
}

/// Whether a master key opens what a database has; `None` when it has nothing yet.
pub(crate) async fn fits_any_workspace(db: &Db, master: &MasterKey) -> Result<Option<bool>, Error> {
    let rows = read_any_workspace(db).await?;
    if rows.is_empty() {
        let Some((place, sealed)) = proof_any_workspace(db).await? else { return Ok(None) };
        let opens = |it: &[u8]| master.all().any(|key| Cipher::new(&key).open(&place, it).is_ok());
        return Ok(Some(sealed.strip_prefix(&FIRST_FORM).is_some_and(opens)));
    }
    Ok(Some(unwrap(master, &rows, 0).is_ok()))
}

fn unwrap(master: &MasterKey, rows: &[Row], generation: u64) -> Result<Keys, Error> {
    let mut keys = Keys { generation, active: FIRST, all: BTreeMap::new() };
    for row in rows {
        let number = u32::try_from(row.number).map_err(damaged)?;
        keys.all.insert(number, unwrap_one(master, row)?);
        if row.active_at.is_some() {
            keys.active = number;
        }
    }
    match keys.all.contains_key(&FIRST) {
        true => Ok(keys),
        false => Err(damaged("the first data key is missing")),
    }
}

fn unwrap_one(master: &MasterKey, row: &Row) -> Result<Key, Error> {
    let number = u32::try_from(row.number).map_err(damaged)?;
    let bytes = master.open(&place(number), &row.wrapped).map_err(|_| Error::WrongKey)?;
    let key: [u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(damaged)?;
    Ok(Zeroizing::new(key))
}

/// Seals those with the master key that were sealed with the one before it.
async fn wrap_anew(db: &Db, master: &MasterKey, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let number = u32::try_from(row.number).map_err(damaged)?;
        let Some(bytes) = master.open_with_previous(&place(number), &row.wrapped) else { continue };
        let wrapped = master.seal(&place(number), &bytes);
        rewrap_any_workspace(db, number, wrapped, row.wrapped.clone()).await?;
        tracing::info!(data_key = number, "the new master key seals a data key");
    }
    Ok(())
}

async fn rewrap_any_workspace(
    db: &Db,
    number: u32,
    wrapped: Vec<u8>,
    before: Vec<u8>,
) -> Result<u64, Error> {
    let sql = "UPDATE data_keys SET wrapped = $2 WHERE number = $1 AND wrapped = $3";
    db.run(sql, cells_of![number, wrapped, before]).await
}
