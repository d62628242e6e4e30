//! Whether a chain is as it was written, and what is removed from its beginning in time.

use jiff::Timestamp;
use model::id::WorkspaceId;
use sqlx::FromRow;

use super::chain::{self, Fields, HEAD, Head};
use crate::{Error, Store, sql::cells_of};

/// How many entries are read at once.
const ENTRIES_MAX: i64 = 1_000;
/// How many entries one step removes.
const REMOVED_MAX: i64 = 500;
/// While entries are removed that are just being read, it is begun anew this often.
const TRIES_MAX: u32 = 5;

/// What became of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries are as they were written.
    pub entries: u64,
    /// Number of the first entry that is kept, and of the last.
    pub first: u64,
    pub last: u64,
    /// What is wrong, and with which entry; absent when all is as it was written.
    pub broken: Option<(u64, String)>,
}

#[derive(FromRow)]
struct Row {
    seq: i64,
    hash: Vec<u8>,
    #[sqlx(flatten)]
    fields: Fields,
}

impl Store {
    /// Reads the chain of a workspace from its beginning and looks whether anything was changed, removed, put in
    /// or cut off.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn verify_audit(&self, workspace: WorkspaceId) -> Result<Verdict, Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            let head = self.0.db.row::<Head>(HEAD, cells_of![workspace]).await?;
            let verdict = self.walk(workspace, head.as_ref()).await?;
            let now = self.0.db.row::<Head>(HEAD, cells_of![workspace]).await?;
            let began = |it: &Option<Head>| it.as_ref().map(|it| it.first_seq);
            if verdict.broken.is_none() || tries >= TRIES_MAX || began(&head) == began(&now) {
                return self.beyond(workspace, verdict, now.as_ref()).await;
            }
        }
    }

    async fn walk(&self, workspace: WorkspaceId, head: Option<&Head>) -> Result<Verdict, Error> {
        let key = self.0.db.audit_key()?;
        let Some(head) = head else {
            return Ok(Verdict { entries: 0, first: 1, last: 0, broken: None });
        };
        let (first, last) = (head.first_seq as u64, head.last_seq as u64);
        let broken = |entries: u64, at: i64, why: &str| Verdict {
            entries,
            first,
            last,
            broken: Some((at as u64, why.to_owned())),
        };
        if !head.is_genuine(&key, workspace) {
            let why =
                "the seal of the chain is not the server's: its beginning or its end was moved";
            return Ok(broken(0, head.last_seq, why));
        }
        let (mut next, mut before) = (head.first_seq, head.anchor.clone());
        while next <= head.last_seq {
            let until = (next + ENTRIES_MAX - 1).min(head.last_seq);
            let sql = "SELECT seq, done_at, action, thing, thing_id, who, who_id, session_id, address, agent, request, \
                       was, became, hash FROM audit WHERE workspace_id = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq";
            let rows = self.0.db.rows::<Row>(sql, cells_of![workspace, next, until]).await?;
            let done = |next: i64| (next - head.first_seq) as u64;
            for row in rows {
                if row.seq != next {
                    return Ok(broken(done(next), next, "it is missing"));
                }
                if row.fields.hash(&key, workspace, row.seq, &before) != row.hash {
                    let why = "it is not as it was written, or not where it was written";
                    return Ok(broken(done(next), next, why));
                }
                before = row.hash;
                next += 1;
            }
            if next <= until {
                return Ok(broken(done(next), next, "it is missing"));
            }
        }
        match before == head.hash {
            true => Ok(Verdict { entries: last + 1 - first, first, last, broken: None }),
            false => {
                Ok(broken(last + 1 - first, head.last_seq, "it is not the last that was written"))
            }
        }
    }

    /// Entries that the head does not know of were not written by us.
    async fn beyond(
        &self,
        workspace: WorkspaceId,
        mut verdict: Verdict,
        head: Option<&Head>,
    ) -> Result<Verdict, Error> {
        let (first, last) = head.map_or((1, 0), |it| (it.first_seq, it.last_seq));
        // Later entries first are not read: what came since has moved the head as well.
        let sql = "SELECT a.seq FROM audit a WHERE a.workspace_id = $1 AND a.seq > $2 AND NOT EXISTS \
                   (SELECT 1 FROM audit_heads h WHERE h.workspace_id = $1 AND h.last_seq >= a.seq) \
                   ORDER BY a.seq LIMIT 1";
        let after = self.0.db.row::<(i64,)>(sql, cells_of![workspace, last]).await?;
        let sql = "SELECT seq FROM audit WHERE workspace_id = $1 AND seq < $2 ORDER BY seq LIMIT 1";
        let ahead = self.0.db.row::<(i64,)>(sql, cells_of![workspace, first]).await?;
        if verdict.broken.is_none()
            && let Some((seq,)) = after.or(ahead)
        {
            verdict.broken = Some((seq as u64, "the chain does not reach to it".to_owned()));
        }
        Ok(verdict)
    }

    /// Removes some entries from the beginning of a chain that were written before a time. The chain stays
    /// provable: its head keeps the hash of the last that is gone. Gives how many; call it until it is none.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn prune_audit(
        &self,
        workspace: WorkspaceId,
        before: Timestamp,
    ) -> Result<u64, Error> {
        let sql = "SELECT done_at FROM audit WHERE workspace_id = $1 ORDER BY seq LIMIT 1";
        let first = self.0.db.row::<(i64,)>(sql, cells_of![workspace]).await?;
        if first.is_none_or(|it| it.0 >= before.as_microsecond()) {
            return Ok(0);
        }
        let mut tx = self.0.db.begin().await?;
        let key = tx.audit_key()?;
        let mut head = chain::hold(&mut tx, &key, workspace).await?;
        let sql = "SELECT seq, done_at, hash FROM audit WHERE workspace_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3";
        let cells = cells_of![workspace, head.first_seq, REMOVED_MAX];
        let rows = tx.rows::<(i64, i64, Vec<u8>)>(sql, cells).await?;
        let old = rows.into_iter().take_while(|it| it.1 < before.as_microsecond()).last();
        // A chain that somebody tampered with stays as it is, for who looks into it.
        let Some((seq, _, hash)) = old.filter(|_| head.is_genuine(&key, workspace)) else {
            tx.undo().await?;
            return Ok(0);
        };
        let sql = "DELETE FROM audit WHERE workspace_id = $1 AND seq BETWEEN $2 AND $3";
        let n = tx.run(sql, cells_of![workspace, head.first_seq, seq]).await?;
        head.first_seq = seq + 1;
        head.anchor = hash;
        chain::keep(&mut tx, &key, workspace, head).await?;
        tx.commit().await?;
        Ok(n)
    }
}
