//! Workflows: drafts, and what becomes of them.

mod editors;
mod health;
mod whole;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use health::{LastRun, RunsOfWeek, Seen};
use jiff::Timestamp;
use model::{
    Fault,
    id::{VersionId, WorkflowId},
    sharing::Sight,
    workflow,
};
use serde::{Deserialize, Serialize};
use store::workflows::{Filter, Row, Sort, Stored};
use utoipa::{IntoParams, ToSchema};
use whole::Whole;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    list::{self, Between, List, Page},
    read::{Asked, At, Given},
    schema,
};

/// A workflow in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkflowRow {
    #[schema(value_type = String)]
    id: WorkflowId,
    name: String,
    folder: Option<String>,
    tags: Vec<String>,
    /// Whether a version is published.
    active: bool,
    /// Only its owner and those it is shared with see it.
    restricted: bool,
    revision: u64,
    #[schema(value_type = Option<String>)]
    published_version: Option<VersionId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Absent as well for who may not see executions, as are the numbers of the week.
    last_run: Option<LastRun>,
    week: RunsOfWeek,
    /// When a schedule is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_run_at: Option<Timestamp>,
}

/// A workflow with its draft.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoredWorkflow)]
pub(super) struct WorkflowView {
    #[schema(value_type = String)]
    id: WorkflowId,
    name: String,
    /// Whether a version is published.
    active: bool,
    /// Grows with every change of the draft; also the `ETag`. Send it as `If-Match` to change only
    /// what nobody else has changed.
    revision: u64,
    #[schema(value_type = Option<String>)]
    published_version: Option<VersionId>,
    /// Its id where it was imported from.
    external_id: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = schema::Workflow)]
    draft: workflow::Workflow,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct WorkflowFilter {
    /// Part of the name, in any case.
    search: Option<String>,
    tag: Option<String>,
    folder: Option<String>,
    /// Only the published ones, or only the others.
    active: Option<bool>,
    /// `updatedAt`, `createdAt` or `name`; with `-` before it the other way round.
    #[param(default = "-updatedAt")]
    sort: Option<String>,
}

impl WorkflowFilter {
    fn with(self, changed: Between, page: &Page, sight: Sight) -> Result<Filter, Failure> {
        let sort = match list::order(self.sort.as_deref(), "-updatedAt") {
            ("updatedAt", true) => Sort::LastChanged,
            ("updatedAt", false) => Sort::FirstChanged,
            ("createdAt", true) => Sort::Newest,
            ("createdAt", false) => Sort::Oldest,
            ("name", false) => Sort::Name,
            ("name", true) => Sort::NameBackwards,
            (odd, _) => return Err(list::odd_order(odd, &["updatedAt", "createdAt", "name"])),
        };
        Ok(Filter {
            sight,
            search: self.search.filter(|it| !it.trim().is_empty()),
            tag: self.tag.map(Into::into),
            folder: self.folder.map(Into::into),
            active: self.active,
            from: changed.from,
            until: changed.until,
            sort,
            offset: page.offset(),
            limit: page.size(),
        })
    }
}

impl WorkflowRow {
    fn of(it: Row, restricted: bool, seen: Seen) -> WorkflowRow {
        WorkflowRow {
            last_run: seen.last_run,
            week: seen.week,
            next_run_at: seen.next_run_at,
            id: it.id,
            name: it.name.to_string(),
            folder: it.folder.map(|it| it.to_string()),
            tags: it.tags.iter().map(|it| it.to_string()).collect(),
            active: it.published.is_some(),
            restricted,
            revision: it.revision,
            published_version: it.published,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

impl From<Stored> for WorkflowView {
    fn from(it: Stored) -> WorkflowView {
        WorkflowView {
            id: it.id,
            name: it.draft.name.to_string(),
            active: it.published.is_some(),
            revision: it.revision,
            published_version: it.published,
            external_id: it.external_id.map(|it| it.to_string()),
            created_at: it.created_at,
            updated_at: it.updated_at,
            draft: it.draft,
        }
    }
}

/// A workflow, with its revision as the entity tag.
pub(super) fn shown(status: StatusCode, stored: Stored) -> Response {
    let tag = HeaderValue::from_str(&format!("\"{}\"", stored.revision)).ok();
    let mut response = (status, Json(WorkflowView::from(stored))).into_response();
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The revision that a change expects.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Failure> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.trim_start_matches("W/").trim_matches('"').parse::<u64>();
    number.map(Some).map_err(|_| {
        Fault::invalid("`If-Match` names a revision, as `ETag` gives it: \"3\"").into()
    })
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .merge(editors::routes())
        .merge(health::routes())
        .routes(routes!(get, save, delete))
        .routes(routes!(duplicate))
        .routes(routes!(export))
}

/// All workflows
///
/// `from` and `until` say when they were changed last.
#[utoipa::path(get, path = "/workflows", tag = "workflows", operation_id = "listWorkflows",
    params(Page, WorkflowFilter, Between), responses((status = 200, body = List<WorkflowRow>)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Asked(page): Asked<Page>,
    Asked(filter): Asked<WorkflowFilter>,
    Asked(changed): Asked<Between>,
) -> Result<Json<List<WorkflowRow>>, Failure> {
    let filter = filter.with(changed, &page, actor.sight)?;
    let (rows, total) = app.store().workflows(actor.workspace, &filter).await?;
    let ids: Vec<WorkflowId> = rows.iter().map(|it| it.id).collect();
    let mut seen = health::of(&app, &actor, rights, &ids).await?;
    let restricted = app.store().restricted(actor.workspace, ids.iter().map(|it| it.0)).await?;
    let row = |it: Row| {
        let seen = seen.remove(&it.id).unwrap_or_default();
        let is_restricted = restricted.contains(&it.id.0);
        WorkflowRow::of(it, is_restricted, seen)
    };
    Ok(Json(page.of(rows, total).map(row)))
}

/// Make a workflow
#[utoipa::path(post, path = "/workflows", tag = "workflows", operation_id = "createWorkflow",
    request_body = schema::Workflow, responses((status = 201, body = WorkflowView)))]
async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(document): Given<workflow::Workflow>,
) -> Result<Response, Failure> {
    let stored = app.engine().create_workflow(&actor, document, None).await?;
    Ok(shown(StatusCode::CREATED, stored))
}

/// One workflow, with its draft
#[utoipa::path(get, path = "/workflows/{id}", tag = "workflows", operation_id = "getWorkflow",
    params(("id" = String, Path)), responses((status = 200, body = WorkflowView)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
) -> Result<Response, Failure> {
    Ok(shown(StatusCode::OK, app.engine().workflow(&actor, id).await?))
}

/// Change the draft
///
/// The body is the whole document, as reading a workflow gives it under `draft`; one without `nodes`
/// is refused. What is published stays as it is until it is published again.
#[utoipa::path(put, path = "/workflows/{id}", tag = "workflows", operation_id = "saveWorkflow",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The revision that the change was made on")),
    request_body = schema::Workflow, responses((status = 200, body = WorkflowView)))]
async fn save(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    headers: HeaderMap,
    Given(Whole(document)): Given<Whole>,
) -> Result<Response, Failure> {
    let expected = if_match(&headers)?;
    let stored = app.engine().save_draft(&actor, id, document, expected).await?;
    Ok(shown(StatusCode::OK, stored))
}

/// Remove a workflow
///
/// What it listens to ends; executions that run go on, and their history stays.
#[utoipa::path(delete, path = "/workflows/{id}", tag = "workflows", operation_id = "deleteWorkflow",
    params(("id" = String, Path)), responses((status = 204)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
) -> Result<StatusCode, Failure> {
    app.engine().delete_workflow(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Copy a workflow
#[utoipa::path(post, path = "/workflows/{id}/duplicate", tag = "workflows", operation_id = "duplicateWorkflow",
    params(("id" = String, Path)), responses((status = 201, body = WorkflowView)))]
async fn duplicate(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
) -> Result<Response, Failure> {
    let stored = app.engine().duplicate_workflow(&actor, id).await?;
    Ok(shown(StatusCode::CREATED, stored))
}

/// The draft as a file
#[utoipa::path(get, path = "/workflows/{id}/export", tag = "workflows", operation_id = "exportWorkflow",
    params(("id" = String, Path)), responses((status = 200, body = schema::Workflow)))]
async fn export(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
) -> Result<Response, Failure> {
    let stored = app.engine().workflow(&actor, id).await?;
    let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
    let name: String = stored.draft.name.chars().map(plain).take(60).collect();
    let disposition = format!("attachment; filename=\"{name}.json\"");
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, formats::write(&stored.draft)).into_response())
}
