//! Workspaces under the name that clients of another system call, and all of them for who looks
//! after the server.

use axum::{Json, extract::State, http::StatusCode};

use super::{
    Workspace, WorkspaceFields,
    members::{self, Invitation, InvitationFields, Member},
};
use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Person, Rights},
    failure::Failure,
    list::{List, Page},
    read::{Asked, Given},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(get, rename, close))
        .routes(routes!(users, invite))
        .merge(super::current::routes())
}

/// All workspaces of the server
///
/// For who looks after the server. What is in them is not shown.
#[utoipa::path(get, path = "/tenants", tag = "workspaces", operation_id = "listTenants",
    params(Page), responses((status = 200, body = List<Workspace>)))]
async fn list(
    State(app): State<App>,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Workspace>>, Failure> {
    let all = app.store().workspaces().await?;
    Ok(Json(page.cut(all).map(Workspace::from)))
}

/// Make a workspace, as `POST /workspaces`
#[utoipa::path(post, path = "/tenants", tag = "workspaces", operation_id = "createTenant",
    request_body = WorkspaceFields, responses((status = 201, body = Workspace)))]
async fn create(
    app: State<App>,
    person: Person,
    given: Given<WorkspaceFields>,
) -> Result<(StatusCode, Json<Workspace>), Failure> {
    super::create(app, person, given).await
}

/// One workspace, as `GET /workspaces/{id}`
#[utoipa::path(get, path = "/tenants/{id}", tag = "workspaces", operation_id = "getTenant",
    params(("id" = String, Path)), responses((status = 200, body = Workspace)))]
async fn get(app: State<App>, caller: Caller) -> Result<Json<Workspace>, Failure> {
    super::get(app, caller).await
}

/// Rename a workspace, as `PUT /workspaces/{id}`
#[utoipa::path(put, path = "/tenants/{id}", tag = "workspaces", operation_id = "renameTenant",
    params(("id" = String, Path)), request_body = WorkspaceFields, responses((status = 200, body = Workspace)))]
async fn rename(
    app: State<App>,
    caller: Caller,
    given: Given<WorkspaceFields>,
) -> Result<Json<Workspace>, Failure> {
    super::rename(app, caller, given).await
}

/// Close a workspace, as `DELETE /workspaces/{id}`
#[utoipa::path(delete, path = "/tenants/{id}", tag = "workspaces", operation_id = "closeTenant",
    params(("id" = String, Path)), responses((status = 200, body = Workspace)))]
async fn close(app: State<App>, caller: Caller) -> Result<Json<Workspace>, Failure> {
    super::close(app, caller).await
}

/// Who is in a workspace, as `GET /workspaces/{id}/members`
#[utoipa::path(get, path = "/tenants/{id}/users", tag = "workspaces", operation_id = "listTenantUsers",
    params(("id" = String, Path), Page), responses((status = 200, body = List<Member>)))]
async fn users(
    app: State<App>,
    caller: Caller,
    page: Asked<Page>,
) -> Result<Json<List<Member>>, Failure> {
    members::list(app, caller, page).await
}

/// Invite somebody, as `POST /workspaces/{id}/invitations`
#[utoipa::path(post, path = "/tenants/{id}/users", tag = "workspaces", operation_id = "inviteTenantUser",
    params(("id" = String, Path)), request_body = InvitationFields, responses((status = 201, body = Invitation)))]
async fn invite(
    app: State<App>,
    caller: Caller,
    rights: Rights,
    given: Given<InvitationFields>,
) -> Result<(StatusCode, Json<Invitation>), Failure> {
    members::invite(app, caller, rights, given).await
}
