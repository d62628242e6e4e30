//! Workspaces: those one is in, made, named, moved between, given up.

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use model::{execution::Status, id::WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Person},
    failure::Failure,
    list::{List, Page},
    read::{Asked, Given},
};

pub(super) mod billing;
mod current;
mod limits;
pub(super) mod members;
mod origins;
mod second_factor;
pub(super) mod sso;
pub(super) mod tenants;
pub(super) mod usage;

/// A workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Workspace {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it is removed with all that is in it; until then it is closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
}

/// A workspace that one is in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnWorkspace {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
    role: String,
    /// It is where the access token opens.
    current: bool,
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
struct WorkspaceName {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
}

/// What a workspace holds, in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WorkspaceMetrics {
    n_members: usize,
    n_workflows: u64,
    /// Executions that wait for their turn.
    queued: u64,
    running: u64,
    /// Executions that wait for something.
    waiting: u64,
}

/// A workspace, who is in it and what it holds.
#[derive(Serialize, ToSchema)]
struct WorkspaceDetails {
    #[serde(flatten)]
    workspace: Workspace,
    members: Vec<members::Member>,
    metrics: WorkspaceMetrics,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkspaceFields {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// The access token for the workspace that one went to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Switched {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    access_token: String,
    /// `Bearer`
    token_type: &'static str,
    /// For how many seconds it opens.
    expires_in: i64,
}

impl From<store::workspaces::Workspace> for Workspace {
    fn from(it: store::workspaces::Workspace) -> Workspace {
        Workspace {
            id: it.id,
            name: it.name.into(),
            created_at: it.created_at,
            ends_at: it.ends_at,
        }
    }
}

/// What is behind the door and in the addresses without `/api`, too.
pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(basic))
        .routes(routes!(get, rename, close))
        .routes(routes!(name))
        .routes(routes!(reopen))
        .routes(routes!(switch))
        .routes(routes!(detailed))
        .routes(routes!(metrics))
        .merge(limits::routes())
        .merge(members::routes())
        .merge(origins::routes())
        .merge(second_factor::routes())
        .merge(sso::routes())
        .merge(usage::routes())
        .merge(billing::routes())
}

/// The workspaces that you are in
#[utoipa::path(get, path = "/workspaces", tag = "workspaces", operation_id = "listWorkspaces",
    params(Page), responses((status = 200, body = List<OwnWorkspace>)))]
async fn list(
    State(app): State<App>,
    person: Person,
    Asked(page): Asked<Page>,
) -> Result<Json<List<OwnWorkspace>>, Failure> {
    let all = app.accounts().memberships(person.user).await?;
    let one = |it: store::members::Membership| OwnWorkspace {
        id: it.workspace,
        current: it.workspace == person.workspace,
        name: it.name.into(),
        role: it.role.into(),
        joined_at: it.joined_at,
        ends_at: it.ends_at,
    };
    Ok(Json(page.cut(all).map(one)))
}

/// Make a workspace
///
/// You are its owner. Go there with `switch`.
#[utoipa::path(post, path = "/workspaces", tag = "workspaces", operation_id = "createWorkspace",
    request_body = WorkspaceFields, responses((status = 201, body = Workspace)))]
async fn create(
    State(app): State<App>,
    person: Person,
    Given(given): Given<WorkspaceFields>,
) -> Result<(StatusCode, Json<Workspace>), Failure> {
    let id = app.accounts().create_workspace(person.user, &given.name).await?;
    Ok((StatusCode::CREATED, Json(app.accounts().workspace(id).await?.into())))
}

/// The names of the workspaces that you are in
#[utoipa::path(get, path = "/workspaces/basic", tag = "workspaces", operation_id = "listWorkspaceNames",
    params(Page), responses((status = 200, body = List<WorkspaceName>)))]
async fn basic(
    State(app): State<App>,
    person: Person,
    Asked(page): Asked<Page>,
) -> Result<Json<List<WorkspaceName>>, Failure> {
    let all = app.accounts().memberships(person.user).await?;
    let one =
        |it: store::members::Membership| WorkspaceName { id: it.workspace, name: it.name.into() };
    Ok(Json(page.cut(all).map(one)))
}

/// One workspace
#[utoipa::path(get, path = "/workspaces/{id}", tag = "workspaces", operation_id = "getWorkspace",
    params(("id" = String, Path)), responses((status = 200, body = Workspace)))]
async fn get(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Workspace>, Failure> {
    Ok(Json(app.accounts().workspace(actor.workspace).await?.into()))
}

/// Rename a workspace
#[utoipa::path(put, path = "/workspaces/{id}", tag = "workspaces", operation_id = "renameWorkspace",
    params(("id" = String, Path)), request_body = WorkspaceFields, responses((status = 200, body = Workspace)))]
async fn rename(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<WorkspaceFields>,
) -> Result<Json<Workspace>, Failure> {
    app.accounts().rename_workspace(actor.workspace, &given.name).await?;
    get(State(app), Caller(actor)).await
}

/// Rename a workspace, as `PUT /workspaces/{id}`
#[utoipa::path(put, path = "/workspaces/{id}/name", tag = "workspaces", operation_id = "setWorkspaceName",
    params(("id" = String, Path)), request_body = WorkspaceFields, responses((status = 200, body = Workspace)))]
async fn name(
    app: State<App>,
    caller: Caller,
    given: Given<WorkspaceFields>,
) -> Result<Json<Workspace>, Failure> {
    rename(app, caller, given).await
}

/// Close a workspace
///
/// What it has published listens no more, its keys open nothing, and after 30 days it is removed with
/// all that is in it. Until then its owner can open it again.
#[utoipa::path(delete, path = "/workspaces/{id}", tag = "workspaces", operation_id = "closeWorkspace",
    params(("id" = String, Path)), responses((status = 200, body = Workspace)))]
async fn close(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Workspace>, Failure> {
    app.accounts().close_workspace(actor.workspace).await?;
    app.forget_rights(actor.workspace);
    get(State(app), Caller(actor)).await
}

/// Open a workspace again
///
/// What it had published stays unpublished.
#[utoipa::path(post, path = "/workspaces/{id}/restore", tag = "workspaces", operation_id = "reopenWorkspace",
    params(("id" = String, Path)), responses((status = 200, body = Workspace)))]
async fn reopen(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Workspace>, Failure> {
    app.accounts().reopen_workspace(actor.workspace).await?;
    app.forget_rights(actor.workspace);
    get(State(app), Caller(actor)).await
}

/// Go to a workspace
///
/// The access token opens it, and so do the ones that come by refreshing.
#[utoipa::path(post, path = "/workspaces/{id}/switch", tag = "workspaces", operation_id = "switchWorkspace",
    params(("id" = String, Path)), responses((status = 200, body = Switched)))]
async fn switch(State(app): State<App>, person: Person) -> Result<Json<Switched>, Failure> {
    let to = person.workspace;
    let it = app.accounts().switch(person.user, person.session, to).await?;
    Ok(Json(Switched {
        workspace_id: to,
        access_token: it.access.expose().to_owned(),
        token_type: "Bearer",
        expires_in: it.access_seconds,
    }))
}

/// A workspace, who is in it and what it holds
#[utoipa::path(get, path = "/workspaces/{id}/detailed", tag = "workspaces", operation_id = "getWorkspaceDetails",
    params(("id" = String, Path)), responses((status = 200, body = WorkspaceDetails)))]
async fn detailed(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<WorkspaceDetails>, Failure> {
    let members = app.accounts().members(actor.workspace).await?;
    Ok(Json(WorkspaceDetails {
        workspace: app.accounts().workspace(actor.workspace).await?.into(),
        metrics: numbers(&app, &actor, members.len()).await?,
        members: members.into_iter().map(members::Member::from).collect(),
    }))
}

/// What a workspace holds, in numbers
#[utoipa::path(get, path = "/workspaces/{id}/dashboard-metrics", tag = "workspaces", operation_id = "getWorkspaceMetrics",
    params(("id" = String, Path)), responses((status = 200, body = WorkspaceMetrics)))]
async fn metrics(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<WorkspaceMetrics>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let n_members = app.accounts().members(actor.workspace).await?.len();
    Ok(Json(numbers(&app, &actor, n_members).await?))
}

async fn numbers(
    app: &App,
    actor: &engine::Actor,
    n_members: usize,
) -> Result<WorkspaceMetrics, Failure> {
    let (workspace, sight) = (actor.workspace, actor.sight);
    let filter = store::workflows::Filter { limit: 1, ..store::workflows::Filter::of(sight) };
    let (_, n_workflows) = app.store().workflows(workspace, &filter).await?;
    let counts = app.store().at_work(workspace, sight).await?;
    let of = |it: Status| counts.get(it.as_str()).copied().unwrap_or_default();
    Ok(WorkspaceMetrics {
        n_members,
        n_workflows,
        queued: of(Status::Queued),
        running: of(Status::Running),
        waiting: of(Status::Waiting),
    })
}
