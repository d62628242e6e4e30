//! Chains of entries: each hash is keyed and takes in the one before, and the head is sealed.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use model::id::WorkspaceId;
use sha2::Sha256;
use sqlx::FromRow;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Error,
    error::damaged,
    sql::{Tx, cells_of},
};

/// The key of the hashes.
pub(crate) type Key = Arc<Zeroizing<[u8; 32]>>;

/// What a chain begins with.
const NOTHING: [u8; 32] = [0; 32];

/// What of an entry its hash is about.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Fields {
    pub(super) done_at: i64,
    pub(super) action: String,
    pub(super) thing: String,
    pub(super) thing_id: Option<String>,
    pub(super) who: String,
    pub(super) who_id: Option<Uuid>,
    pub(super) session_id: Option<Uuid>,
    pub(super) address: Option<String>,
    pub(super) agent: String,
    pub(super) request: String,
    pub(super) was: Option<String>,
    pub(super) became: Option<String>,
}

/// Where a chain begins and ends.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(super) struct Head {
    pub(super) first_seq: i64,
    pub(super) anchor: Vec<u8>,
    pub(super) last_seq: i64,
    pub(super) hash: Vec<u8>,
    pub(super) seal: Vec<u8>,
}

pub(super) const HEAD: &str =
    "SELECT first_seq, anchor, last_seq, hash, seal FROM audit_heads WHERE workspace_id = $1";

impl Fields {
    pub(super) fn hash(
        &self,
        key: &Key,
        workspace: WorkspaceId,
        seq: i64,
        before: &[u8],
    ) -> Vec<u8> {
        let mut mac = mac(key, "entry");
        put(&mut mac, Some(before));
        put(&mut mac, Some(workspace.0.as_bytes()));
        put(&mut mac, Some(&seq.to_be_bytes()));
        put(&mut mac, Some(&self.done_at.to_be_bytes()));
        for it in [&self.action, &self.thing, &self.who, &self.agent, &self.request] {
            put(&mut mac, Some(it.as_bytes()));
        }
        for it in [&self.thing_id, &self.address, &self.was, &self.became] {
            put(&mut mac, it.as_ref().map(String::as_bytes));
        }
        for it in [&self.who_id, &self.session_id] {
            put(&mut mac, it.as_ref().map(|it| it.as_bytes().as_slice()));
        }
        mac.finalize().into_bytes().to_vec()
    }
}

impl Head {
    pub(super) fn sealed(mut self, key: &Key, workspace: WorkspaceId) -> Head {
        self.seal = self.seal_of(key, workspace).finalize().into_bytes().to_vec();
        self
    }

    pub(super) fn is_genuine(&self, key: &Key, workspace: WorkspaceId) -> bool {
        self.seal_of(key, workspace).verify_slice(&self.seal).is_ok()
    }

    fn seal_of(&self, key: &Key, workspace: WorkspaceId) -> Hmac<Sha256> {
        let mut mac = mac(key, "head");
        put(&mut mac, Some(workspace.0.as_bytes()));
        put(&mut mac, Some(&self.first_seq.to_be_bytes()));
        put(&mut mac, Some(&self.anchor));
        put(&mut mac, Some(&self.last_seq.to_be_bytes()));
        put(&mut mac, Some(&self.hash));
        mac
    }
}

fn mac(key: &Key, purpose: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("a key of any length does");
    mac.update(purpose.as_bytes());
    mac
}

/// With its length, so that no two lists of fields are the same bytes.
fn put(mac: &mut Hmac<Sha256>, bytes: Option<&[u8]>) {
    match bytes {
        None => mac.update(&[0]),
        Some(bytes) => {
            mac.update(&[1]);
            mac.update(&(bytes.len() as u64).to_be_bytes());
            mac.update(bytes);
        }
    }
}

/// The head, which nobody else moves until the transaction ends; made when the chain is new.
pub(super) async fn hold(tx: &mut Tx, key: &Key, workspace: WorkspaceId) -> Result<Head, Error> {
    let (anchor, hash) = (NOTHING.to_vec(), NOTHING.to_vec());
    let new = Head { first_seq: 1, anchor, last_seq: 0, hash, seal: vec![] }.sealed(key, workspace);
    let sql = "INSERT INTO audit_heads (workspace_id, first_seq, anchor, last_seq, hash, seal) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id) DO NOTHING";
    tx.run(sql, cells_of![workspace, new.first_seq, new.anchor, new.last_seq, new.hash, new.seal])
        .await?;
    let sql = format!("{HEAD}{}", tx.for_update());
    let head = tx.rows::<Head>(sql, cells_of![workspace]).await?.into_iter().next();
    head.ok_or_else(|| damaged("the head of the audit log is gone"))
}

pub(super) async fn keep(
    tx: &mut Tx,
    key: &Key,
    workspace: WorkspaceId,
    head: Head,
) -> Result<(), Error> {
    let Head { first_seq, anchor, last_seq, hash, seal } = head.sealed(key, workspace);
    let sql = "UPDATE audit_heads SET first_seq = $2, anchor = $3, last_seq = $4, hash = $5, seal = $6 \
               WHERE workspace_id = $1";
    tx.run(sql, cells_of![workspace, first_seq, anchor, last_seq, hash, seal]).await?;
    Ok(())
}

/// Writes entries to the end of a chain. A head that somebody else has written stays as it is with what follows,
/// so that it shows.
pub(super) async fn append(
    tx: &mut Tx,
    workspace: WorkspaceId,
    entries: Vec<Fields>,
) -> Result<(), Error> {
    let key = tx.audit_key()?;
    let mut head = hold(tx, &key, workspace).await?;
    let sql = "SELECT MAX(seq) FROM audit WHERE workspace_id = $1";
    let last = tx.rows::<(Option<i64>,)>(sql, cells_of![workspace]).await?;
    let last = last.first().and_then(|it| it.0).unwrap_or(head.first_seq - 1);
    let genuine = head.is_genuine(&key, workspace) && last == head.last_seq;
    // Where somebody tampered with the end, life goes on behind whatever is there.
    head.last_seq = head.last_seq.max(last);
    for it in entries {
        let seq = head.last_seq + 1;
        let hash = it.hash(&key, workspace, seq, &head.hash);
        let sql = "INSERT INTO audit (workspace_id, seq, done_at, action, thing, thing_id, who, who_id, session_id, \
                   address, agent, request, was, became, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
        let cells = cells_of![
            workspace,
            seq,
            it.done_at,
            it.action,
            it.thing,
            it.thing_id,
            it.who,
            it.who_id,
            it.session_id,
            it.address,
            it.agent,
            it.request,
            it.was,
            it.became,
            hash.clone()
        ];
        tx.run(sql, cells).await?;
        head.last_seq = seq;
        head.hash = hash;
    }
    if !genuine {
        let Head { last_seq, hash, .. } = head;
        let sql = "UPDATE audit_heads SET last_seq = $2, hash = $3 WHERE workspace_id = $1";
        tx.run(sql, cells_of![workspace, last_seq, hash]).await?;
        return Ok(());
    }
    keep(tx, &key, workspace, head).await
}
