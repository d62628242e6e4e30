//! Reads the audit log.

use jiff::Timestamp;
use model::id::WorkspaceId;
use sqlx::FromRow;
use uuid::Uuid;

use super::chain::Fields;
use crate::{
    Error, Store,
    sql::{Cell, cells_of},
    workspaces::time,
};

/// Counting goes no further.
const COUNTED_MAX: u64 = 10_000;

/// Which entries, the latest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Account, service account or key.
    pub who: Option<Uuid>,
    /// `workflow.publish`, or all of `workflow`.
    pub action: Option<String>,
    /// The id of what was changed.
    pub thing: Option<String>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Part of anything that is written there, in any case.
    pub search: Option<String>,
    /// Only entries before this one.
    pub before: Option<i64>,
    pub offset: u32,
    pub limit: u32,
}

/// An entry as it was written.
#[derive(Clone, Debug)]
pub struct Entry {
    pub seq: i64,
    pub at: Timestamp,
    pub action: String,
    pub thing: String,
    pub thing_id: Option<String>,
    pub who: String,
    pub who_id: Option<Uuid>,
    /// The address, or the name of the key or the service account, if it is there still.
    pub who_name: Option<String>,
    pub session_id: Option<Uuid>,
    pub address: Option<String>,
    pub agent: String,
    pub request: String,
    /// JSON.
    pub was: Option<String>,
    pub became: Option<String>,
    pub hash: Vec<u8>,
}

/// A page, and how many there are of them all.
pub struct Found {
    pub entries: Vec<Entry>,
    pub total: u64,
    pub total_is_at_least: bool,
}

#[derive(FromRow)]
struct Row {
    seq: i64,
    hash: Vec<u8>,
    email: Option<String>,
    key_name: Option<String>,
    service_name: Option<String>,
    #[sqlx(flatten)]
    fields: Fields,
}

const FROM: &str = "FROM audit a LEFT JOIN users u ON u.user_id = a.who_id \
                    LEFT JOIN api_keys k ON k.workspace_id = a.workspace_id AND k.id = a.who_id \
                    LEFT JOIN service_accounts s ON s.workspace_id = a.workspace_id AND s.id = a.who_id";

impl Filter {
    /// Conditions and what they are about.
    fn sql(&self, workspace: WorkspaceId) -> (String, Vec<Cell>) {
        let mut cells = cells_of![workspace];
        let mut sql = "WHERE a.workspace_id = $1".to_owned();
        let mut and = |condition: &str, cell: Cell| {
            cells.push(cell);
            let place = format!("${}", cells.len());
            sql.push_str(" AND ");
            sql.push_str(&condition.replace("{}", &place));
        };
        if let Some(it) = self.who {
            and("a.who_id = {}", it.into());
        }
        if let Some(it) = &self.action {
            let column = if it.contains('.') { "a.action = {}" } else { "a.thing = {}" };
            and(column, it.as_str().into());
        }
        if let Some(it) = &self.thing {
            and("a.thing_id = {}", it.as_str().into());
        }
        if let Some(it) = self.from {
            and("a.done_at >= {}", it.into());
        }
        if let Some(it) = self.until {
            and("a.done_at < {}", it.into());
        }
        if let Some(it) = self.before {
            and("a.seq < {}", it.into());
        }
        if let Some(it) = &self.search {
            let text =
                it.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let all = "LOWER(a.action || ' ' || COALESCE(a.thing_id, '') || ' ' || COALESCE(a.address, '') || ' ' || \
                       COALESCE(u.email, '') || ' ' || COALESCE(k.name, '') || ' ' || COALESCE(s.name, '') || ' ' || a.agent || ' ' || a.request \
                       || ' ' || COALESCE(a.was, '') || ' ' || COALESCE(a.became, '')) LIKE {} ESCAPE '\\'";
            and(all, format!("%{text}%").into());
        }
        (sql, cells)
    }
}

impl Store {
    /// Entries of a workspace's chain, or of [`super::PLATFORM`], the latest first.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn audit(&self, workspace: WorkspaceId, filter: &Filter) -> Result<Found, Error> {
        let (wanted, cells) = filter.sql(workspace);
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT a.workspace_id {FROM} {wanted} LIMIT {}) AS found",
            COUNTED_MAX + 1
        );
        let n = self.0.db.row::<(i64,)>(sql, cells).await?.map_or(0, |it| it.0 as u64);
        let entries = self.audit_entries(workspace, filter).await?;
        Ok(Found { entries, total: n.min(COUNTED_MAX), total_is_at_least: n > COUNTED_MAX })
    }

    /// The same without counting.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn audit_entries(
        &self,
        workspace: WorkspaceId,
        filter: &Filter,
    ) -> Result<Vec<Entry>, Error> {
        let (wanted, cells) = filter.sql(workspace);
        let sql = format!(
            "SELECT a.seq, a.done_at, a.action, a.thing, a.thing_id, a.who, a.who_id, a.session_id, a.address, a.agent, \
             a.request, a.was, a.became, a.hash, u.email AS email, k.name AS key_name, s.name AS service_name {FROM} {wanted} \
             ORDER BY a.workspace_id DESC, a.seq DESC LIMIT {} OFFSET {}",
            filter.limit, filter.offset
        );
        let rows = self.0.db.rows::<Row>(sql, cells).await?;
        rows.into_iter().map(entry).collect()
    }
}

fn entry(row: Row) -> Result<Entry, Error> {
    let it = row.fields;
    Ok(Entry {
        seq: row.seq,
        at: time(it.done_at)?,
        action: it.action,
        thing: it.thing,
        thing_id: it.thing_id,
        who: it.who,
        who_id: it.who_id,
        who_name: row.email.or(row.key_name).or(row.service_name),
        session_id: it.session_id,
        address: it.address,
        agent: it.agent,
        request: it.request,
        was: it.was,
        became: it.became,
        hash: row.hash,
    })
}
