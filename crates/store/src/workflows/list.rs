//! Lists of workflows and versions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{
    id::{VersionId, WorkflowId, WorkspaceId},
    sharing::Sight,
    workflow,
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Error, Store,
    error::damaged,
    sharing,
    sql::{Cell, cells_of},
    workspaces::time,
};

/// Which workflows to list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Who looks: what is hidden is left out, also of the total.
    pub sight: Sight,
    /// Part of the name, in any case.
    pub search: Option<String>,
    pub tag: Option<SmolStr>,
    pub folder: Option<SmolStr>,
    /// Only the published ones, or only the others.
    pub active: Option<bool>,
    /// Changed then or later.
    pub from: Option<Timestamp>,
    /// Changed before.
    pub until: Option<Timestamp>,
    pub sort: Sort,
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

impl Filter {
    /// Everything that somebody sees, none of it on the page yet.
    pub fn of(sight: Sight) -> Filter {
        Filter {
            sight,
            search: None,
            tag: None,
            folder: None,
            active: None,
            from: None,
            until: None,
            sort: Sort::default(),
            offset: 0,
            limit: 0,
        }
    }
}

/// In which order workflows are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    LastChanged,
    FirstChanged,
    Newest,
    Oldest,
    /// By name, in any case.
    Name,
    NameBackwards,
}

impl Sort {
    fn order(self) -> &'static str {
        match self {
            Sort::LastChanged => "updated_at DESC, id DESC",
            Sort::FirstChanged => "updated_at, id",
            Sort::Newest => "id DESC",
            Sort::Oldest => "id",
            Sort::Name => "LOWER(name), id",
            Sort::NameBackwards => "LOWER(name) DESC, id DESC",
        }
    }
}

/// Most rows of one list.
pub(crate) const ROWS_MAX: u32 = 500;

/// A workflow in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: WorkflowId,
    pub name: SmolStr,
    pub folder: Option<SmolStr>,
    pub tags: Vec<SmolStr>,
    pub revision: u64,
    pub published: Option<VersionId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A workflow that holds a text that was looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub id: WorkflowId,
    pub name: SmolStr,
    /// The draft, and the published version if there is one.
    pub documents: Vec<workflow::Workflow>,
}

/// A version in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionRow {
    pub id: VersionId,
    pub number: u32,
    pub note: String,
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: Uuid,
    name: String,
    folder: Option<String>,
    tags: String,
    revision: i64,
    published: Option<Uuid>,
    created_at: i64,
    updated_at: i64,
}

/// How many drafts are looked through at once.
const DRAFTS_MAX: u32 = 1_000;

impl Store {
    /// Drafts that have a node of a type, at most 1,000, the oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn drafts_with(
        &self,
        workspace: WorkspaceId,
        node_type: &str,
        only: Option<WorkflowId>,
        sight: Sight,
    ) -> Result<Vec<(WorkflowId, workflow::Workflow)>, Error> {
        let mut cells = cells_of![workspace, pattern(&format!("\"{node_type}\"")), only];
        let seen = sharing::seen(sight, "id", &mut cells);
        let sql = format!(
            "SELECT id, draft FROM workflows WHERE workspace_id = $1 AND draft LIKE $2 ESCAPE '\\' \
             AND ($3 IS NULL OR id = $3){seen} ORDER BY id LIMIT {DRAFTS_MAX}"
        );
        let rows = self.0.db.rows::<(Uuid, String)>(sql, cells).await?;
        let one = |(id, draft): (Uuid, String)| -> Result<_, Error> {
            let draft = super::read(&draft)?;
            let has = draft.nodes.iter().any(|it| it.node_type == node_type);
            Ok(has.then_some((WorkflowId(id), draft)))
        };
        rows.into_iter().filter_map(|it| one(it).transpose()).collect()
    }

    /// Workflows, and how many there are on all pages.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn workflows(
        &self,
        workspace: WorkspaceId,
        filter: &Filter,
    ) -> Result<(Vec<Row>, u64), Error> {
        let mut rule = String::new();
        let mut cells: Vec<Cell> = cells_of![workspace];
        let mut also = |text: &str, cell: Cell| {
            cells.push(cell);
            rule += &text.replace('?', &format!("${}", cells.len()));
        };
        if let Some(search) = &filter.search {
            // SQLite lowers ASCII only, so letters beyond it are found as they are written.
            also(" AND (LOWER(name) LIKE ? ESCAPE '\\'", Cell::from(like(search)));
            also(" OR name LIKE ? ESCAPE '\\')", Cell::from(pattern(search)));
        }
        if let Some(tag) = &filter.tag {
            let tag = serde_json::to_string(tag).map_err(damaged)?;
            also(" AND LOWER(tags) LIKE ? ESCAPE '\\'", Cell::from(like(&tag)));
        }
        if let Some(folder) = &filter.folder {
            also(" AND folder = ?", Cell::from(folder.clone()));
        }
        if let Some(from) = filter.from {
            also(" AND updated_at >= ?", Cell::from(from));
        }
        if let Some(until) = filter.until {
            also(" AND updated_at < ?", Cell::from(until));
        }
        match filter.active {
            Some(true) => rule += " AND published IS NOT NULL",
            Some(false) => rule += " AND published IS NULL",
            None => {}
        }
        rule += &sharing::seen(filter.sight, "id", &mut cells);
        let sql = format!("SELECT COUNT(*) FROM workflows WHERE workspace_id = $1{rule}");
        let total = self.0.db.row::<(i64,)>(sql, cells.clone()).await?;
        let sql = format!(
            "SELECT id, name, folder, tags, revision, published, created_at, updated_at FROM workflows \
             WHERE workspace_id = $1{rule} ORDER BY {} LIMIT {} OFFSET {}",
            filter.sort.order(),
            filter.limit.min(ROWS_MAX),
            filter.offset
        );
        let rows = self.0.db.rows::<Raw>(sql, cells).await?;
        let row = |it: Raw| {
            Ok(Row {
                id: WorkflowId(it.id),
                name: it.name.into(),
                folder: it.folder.map(SmolStr::from),
                tags: serde_json::from_str(&it.tags).map_err(damaged)?,
                revision: it.revision as u64,
                published: it.published.map(VersionId),
                created_at: time(it.created_at)?,
                updated_at: time(it.updated_at)?,
            })
        };
        Ok((
            rows.into_iter().map(row).collect::<Result<_, Error>>()?,
            total.map_or(0, |it| it.0 as u64),
        ))
    }

    /// The names of these workflows, as far as they are there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn workflow_names(
        &self,
        workspace: WorkspaceId,
        ids: &[WorkflowId],
    ) -> Result<BTreeMap<WorkflowId, SmolStr>, Error> {
        let cells = ids.iter().flat_map(|it| cells_of![workspace, *it]).collect();
        let head =
            "SELECT id, name FROM workflows WHERE (workspace_id, id) IN (SELECT * FROM (VALUES";
        let rows = self.0.db.rows_of_many::<(Uuid, String)>(head, ") AS v)", 2, cells).await?;
        Ok(rows.into_iter().map(|(id, name)| (WorkflowId(id), name.into())).collect())
    }

    /// Workflows whose draft or published version holds one of these texts somewhere, with these
    /// documents: for whoever looks closer and need not read all the others.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn workflows_with_any(
        &self,
        workspace: WorkspaceId,
        texts: &[String],
    ) -> Result<Vec<Found>, Error> {
        let mut cells: Vec<Cell> = cells_of![workspace];
        let mut rules = vec![];
        for text in texts {
            let written = serde_json::to_string(text).map_err(damaged)?;
            cells.push(Cell::from(pattern(written.trim_matches('"'))));
            for column in ["w.draft", "v.document"] {
                rules.push(format!("{column} LIKE ${} ESCAPE '\\'", cells.len()));
            }
        }
        let sql = format!(
            "SELECT w.id, w.name, w.draft, v.document FROM workflows w LEFT JOIN versions v \
             ON v.workspace_id = w.workspace_id AND v.id = w.published \
             WHERE w.workspace_id = $1 AND ({}) ORDER BY w.id LIMIT {ROWS_MAX}",
            rules.join(" OR ")
        );
        type Raw = (Uuid, String, String, Option<String>);
        let found = |(id, name, draft, published): Raw| {
            let texts = std::iter::once(draft).chain(published);
            let documents = texts.map(|it| super::read(&it)).collect::<Result<_, Error>>()?;
            Ok(Found { id: WorkflowId(id), name: name.into(), documents })
        };
        let rows = self.0.db.rows::<Raw>(sql, cells).await?;
        rows.into_iter().map(found).collect()
    }

    /// The published versions of a workflow, past and present, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn versions(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
    ) -> Result<Vec<VersionRow>, Error> {
        let sql = format!(
            "SELECT id, number, note, created_at FROM versions WHERE workspace_id = $1 AND workflow_id = $2 \
             AND number IS NOT NULL ORDER BY number DESC LIMIT {ROWS_MAX}"
        );
        let rows =
            self.0.db.rows::<(Uuid, i64, String, i64)>(sql, cells_of![workspace, workflow]).await?;
        let row = |(id, number, note, created_at): (Uuid, i64, String, i64)| {
            Ok(VersionRow {
                id: VersionId(id),
                number: number as u32,
                note,
                created_at: time(created_at)?,
            })
        };
        rows.into_iter().map(row).collect()
    }
}

/// A pattern for texts that contain this one, in lower case.
pub(crate) fn like(text: &str) -> String {
    pattern(&text.to_lowercase())
}

/// A pattern for texts that contain this one.
fn pattern(text: &str) -> String {
    let mut res = String::from("%");
    for it in text.chars() {
        if matches!(it, '%' | '_' | '\\') {
            res.push('\\');
        }
        res.push(it);
    }
    res.push('%');
    res
}
