//! The list of executions: filters, order, pages, totals.

use jiff::Timestamp;
use model::{
    execution::{Execution, Mode, Status},
    id::{ExecutionId, WorkflowId, WorkspaceId},
    sharing::Sight,
};
use uuid::Uuid;

use crate::{
    Error, Store,
    executions::{AT_WORK, ENDED, Raw},
    sharing,
    sql::{Cell, cells_of},
    workflows::like,
};

/// Which executions to list, in which order, and which part of that list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Who looks: what is of hidden workflows is left out, also of the total.
    pub sight: Sight,
    pub workflow: Option<WorkflowId>,
    /// Any of these; empty is all.
    pub statuses: Vec<Status>,
    pub mode: Option<Mode>,
    /// An id, or part of a business key, an error's text or the failed node's name, in any case.
    pub search: Option<String>,
    /// Started then or later.
    pub from: Option<Timestamp>,
    /// Started before.
    pub until: Option<Timestamp>,
    pub parent: Option<ExecutionId>,
    pub replay_of: Option<ExecutionId>,
    pub sort: Sort,
    /// Go on after this one, in the order of ids.
    pub after: Option<ExecutionId>,
    /// Skip so many; at most 10,000. With `after`, of those that follow it.
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

impl Filter {
    /// Everything that somebody sees, none of it on the page yet.
    pub fn of(sight: Sight) -> Filter {
        Filter {
            sight,
            workflow: None,
            statuses: vec![],
            mode: None,
            search: None,
            from: None,
            until: None,
            parent: None,
            replay_of: None,
            sort: Sort::default(),
            after: None,
            offset: 0,
            limit: 0,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    Newest,
    Oldest,
    /// Ended ones that took longest.
    Longest,
}

#[derive(Clone, Debug, PartialEq)]
pub struct List {
    pub executions: Vec<Execution>,
    pub total: Total,
}

/// How many there are on all pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    Exactly(u64),
    /// So many and more: counting went no further.
    AtLeast(u64),
}

/// Most rows of one list.
const ROWS_MAX: u32 = 500;
const OFFSET_MAX: u32 = 10_000;
/// How far totals of filtered lists are counted.
const COUNT_MAX: u64 = 10_000;

impl Store {
    /// Executions of a workspace, at work or ended.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn executions(&self, workspace: WorkspaceId, filter: &Filter) -> Result<List, Error> {
        let total = self.total(workspace, filter).await?;
        let (skip, limit) = (filter.offset.min(OFFSET_MAX), filter.limit.min(ROWS_MAX));
        let order = match filter.sort {
            Sort::Newest => "id DESC",
            Sort::Oldest => "id",
            Sort::Longest => "ended_at - started_at DESC, id DESC",
        };
        let mut rows: Vec<Raw> = vec![];
        // In this order: one that ends in between is in both lists rather than in none.
        for (columns, table) in [(AT_WORK, "queue"), (ENDED, "executions")] {
            let (mut rule, mut cells) = rule(workspace, filter, table == "executions");
            let Some(statuses) = statuses(filter, table == "executions") else { continue };
            rule += &statuses;
            if let Some(after) = filter.after {
                cells.push(Cell::from(after));
                let than = if filter.sort == Sort::Oldest { '>' } else { '<' };
                rule += &format!(" AND id {than} ${}", cells.len());
            }
            let sql = format!(
                "SELECT {columns} FROM {table} WHERE workspace_id = $1{rule} ORDER BY {order} LIMIT {}",
                skip + limit
            );
            rows.extend(self.0.db.rows::<Raw>(sql, cells).await?);
        }
        // The ended row of a pair comes last, and stays.
        rows.reverse();
        match filter.sort {
            Sort::Newest => rows.sort_by_key(|it| std::cmp::Reverse(it.id)),
            Sort::Oldest => rows.sort_by_key(|it| it.id),
            Sort::Longest => rows.sort_by_key(|it| {
                std::cmp::Reverse((it.ended_at.unwrap_or(it.started_at) - it.started_at, it.id))
            }),
        }
        rows.dedup_by_key(|it| it.id);
        let page = rows.into_iter().skip(skip as usize).take(limit as usize);
        let executions = page.map(Raw::execution).collect::<Result<_, Error>>()?;
        Ok(List { executions, total })
    }

    /// Totals of plain lists are kept; others are counted, up to a bound.
    async fn total(&self, workspace: WorkspaceId, filter: &Filter) -> Result<Total, Error> {
        let plain = filter.mode.is_none()
            && filter.search.is_none()
            && filter.from.is_none()
            && filter.until.is_none()
            && filter.parent.is_none()
            && filter.replay_of.is_none();
        let mut sum = 0;
        let mut bounded = false;
        for ended in [false, true] {
            let Some(statuses) = statuses(filter, ended) else { continue };
            let kept = plain && ended;
            let (rule, cells) = rule(workspace, filter, ended);
            let sql = match (kept, ended) {
                (true, _) => {
                    format!(
                        "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM totals WHERE workspace_id = $1{rule}{statuses}"
                    )
                }
                (false, ended) => {
                    let table = if ended { "executions" } else { "queue" };
                    format!(
                        "SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE workspace_id = $1{rule}{statuses} LIMIT {}) AS found",
                        COUNT_MAX + 1
                    )
                }
            };
            let n = self.0.db.row::<(i64,)>(sql, cells).await?.map_or(0, |it| it.0 as u64);
            bounded |= !kept && n > COUNT_MAX;
            sum += n;
        }
        Ok(if bounded { Total::AtLeast(sum - 1) } else { Total::Exactly(sum) })
    }
}

/// How far an execution's start may be from the time in its id.
const SKEW_MS: i64 = 60_000;

/// The smallest id of this millisecond.
pub(crate) fn first_id(at_ms: i64) -> Uuid {
    Uuid::from_u128((at_ms.max(0) as u128) << 80)
}

/// The statuses that rows of the queue, or of the ended, may have; `None` when none fits.
fn statuses(filter: &Filter, ended: bool) -> Option<String> {
    if filter.sort == Sort::Longest && !ended {
        return None;
    }
    if filter.statuses.is_empty() {
        return Some(String::new());
    }
    let fits = filter.statuses.iter().filter(|it| it.is_ended() == ended);
    let texts: Vec<String> = fits.map(|it| format!("'{}'", it.as_str())).collect();
    // Said in just these words, SQLite sees that the index of those that failed will do.
    let failed = ended && !filter.statuses.contains(&Status::Success);
    let also = if failed { " AND status <> 'success'" } else { "" };
    (!texts.is_empty()).then(|| format!(" AND status IN ({}){also}", texts.join(", ")))
}

fn rule(workspace: WorkspaceId, filter: &Filter, ended: bool) -> (String, Vec<Cell>) {
    let mut rule = String::new();
    let mut cells = cells_of![workspace];
    let mut also = |text: &str, cell: Cell| {
        cells.push(cell);
        rule += &text.replace('?', &format!("${}", cells.len()));
    };
    if let Some(it) = filter.workflow {
        also(" AND workflow_id = ?", it.into());
    }
    if let Some(it) = filter.mode {
        also(" AND mode = ?", it.as_str().into());
    }
    // Ids are in the order of time, and there is no index on the start.
    if let Some(it) = filter.from {
        also(" AND started_at >= ?", it.into());
        also(" AND id >= ?", first_id(it.as_millisecond() - SKEW_MS).into());
    }
    if let Some(it) = filter.until {
        also(" AND started_at < ?", it.into());
        also(" AND id < ?", first_id(it.as_millisecond() + SKEW_MS).into());
    }
    if let Some(it) = filter.parent {
        also(" AND parent = ?", it.into());
    }
    if let Some(it) = filter.replay_of {
        also(" AND replay_of = ?", it.into());
    }
    if let Some(search) = &filter.search {
        match search.trim().parse::<ExecutionId>() {
            Ok(id) => also(" AND id = ?", id.into()),
            Err(_) if ended => also(
                " AND (LOWER(business_key) LIKE ? ESCAPE '\\' OR LOWER(error_message) LIKE ? ESCAPE '\\' \
                 OR LOWER(error_node) LIKE ? ESCAPE '\\')",
                like(search.trim()).into(),
            ),
            Err(_) => {
                also(" AND LOWER(business_key) LIKE ? ESCAPE '\\'", like(search.trim()).into());
            }
        }
    }
    rule += &sharing::seen(filter.sight, "workflow_id", &mut cells);
    (rule, cells)
}
