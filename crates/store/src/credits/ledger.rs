//! The ledger: every deed that changed an account, the latest first.

use jiff::Timestamp;
use model::id::WorkspaceId;
use smol_str::SmolStr;

use super::COLUMNS;
use crate::{
    Error, Store,
    error::damaged,
    sql::{Cell, cells_of},
    workspaces::time,
};

/// Counting goes no further.
const COUNTED_MAX: u64 = 10_000;

/// From where credits came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Whoever looks after the server gave them.
    Gift,
    /// A person bought them.
    Purchase,
    /// They were bought by itself.
    Recharge,
}

impl Source {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Source::Gift => "gift",
            Source::Purchase => "purchase",
            Source::Recharge => "recharge",
        }
    }
}

/// What a deed was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Put aside, and nobody has said the end.
    Reserved,
    Spent,
    Released,
    Came(Source),
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: SmolStr,
    pub deed: Deed,
    /// What was paid with them; empty where they came.
    pub label: SmolStr,
    /// So many were put aside, or came.
    pub credits: u64,
    pub spent: u64,
    pub at: Timestamp,
}

/// Which part of it.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub offset: u32,
    pub limit: u32,
}

/// A page, and how many lines there are.
pub struct Lines {
    pub entries: Vec<Entry>,
    pub total: u64,
    pub total_is_at_least: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    created_at: i64,
    #[sqlx(flatten)]
    raw: super::Raw,
}

impl Row {
    fn entry(self) -> Result<Entry, Error> {
        let Row { created_at, raw } = self;
        let deed = match (raw.state.as_str(), raw.label.as_str()) {
            ("reserved", _) => Deed::Reserved,
            ("settled", _) => Deed::Spent,
            ("released", _) => Deed::Released,
            ("given", "purchase") => Deed::Came(Source::Purchase),
            ("given", "recharge") => Deed::Came(Source::Recharge),
            // Before the source was written down, the key told it.
            ("given", "") if raw.key.starts_with("stripe ") => Deed::Came(Source::Purchase),
            ("given", _) => Deed::Came(Source::Gift),
            _ => return Err(damaged("an entry of the ledger")),
        };
        let came = matches!(deed, Deed::Came(_));
        Ok(Entry {
            credits: raw.reserved().split.sum(),
            spent: raw.spent.max(0) as u64,
            at: time(created_at)?,
            label: if came { SmolStr::default() } else { raw.label.into() },
            key: raw.key.into(),
            deed,
        })
    }
}

impl Store {
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn credit_ledger(&self, workspace: WorkspaceId, part: Part) -> Result<Lines, Error> {
        let mut cells = cells_of![workspace];
        let mut rule = String::new();
        for (sign, at) in [(">=", part.from), ("<", part.until)] {
            if let Some(at) = at {
                cells.push(Cell::from(at));
                rule.push_str(&format!(" AND created_at {sign} ${}", cells.len()));
            }
        }
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT key FROM credit_entries WHERE workspace_id = $1{rule} LIMIT {}) AS it",
            COUNTED_MAX + 1
        );
        let n = self.0.db.row::<(i64,)>(sql, cells.clone()).await?.map_or(0, |it| it.0 as u64);
        let sql = format!(
            "SELECT {COLUMNS}, created_at FROM credit_entries WHERE workspace_id = $1{rule} \
             ORDER BY created_at DESC, key LIMIT {} OFFSET {}",
            part.limit, part.offset
        );
        let rows = self.0.db.rows::<Row>(sql, cells).await?;
        Ok(Lines {
            entries: rows.into_iter().map(Row::entry).collect::<Result<_, _>>()?,
            total: n.min(COUNTED_MAX),
            total_is_at_least: n > COUNTED_MAX,
        })
    }
}
