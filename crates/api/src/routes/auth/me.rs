//! Oneself: who one is, where one has signed in, and one's password.

use axum::{Json, extract::State};
use jiff::Timestamp;
use model::{
    Secret,
    id::{SessionId, WorkspaceId},
    permission::Permissions,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Done, User, WorkspaceRole, clients, done, secret};
use crate::{
    App,
    described::{Routes, routes},
    door::{Person, Rights},
    failure::Failure,
    list::{List, Page},
    read::{Asked, At, Given},
};

/// Who one is, and what one may do where one is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Me {
    user: User,
    /// Where the access token opens; absent for one who is no member there any more.
    workspace: Option<WorkspaceRole>,
    #[schema(value_type = Vec<String>)]
    permissions: Permissions,
    /// The workspace wants a second factor of its members, and you have none: set one up.
    needs_second_factor: bool,
    /// All workspaces that one is in.
    workspaces: Vec<WorkspaceRole>,
    #[schema(value_type = String)]
    session_id: SessionId,
}

/// The same, and once more as clients of another system read it.
#[derive(Serialize, ToSchema)]
pub(super) struct MeToo {
    #[serde(flatten)]
    me: Me,
    success: bool,
    data: clients::Known,
}

/// A sign-in that lasts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Session {
    #[schema(value_type = String)]
    id: SessionId,
    /// It is the one that asks.
    current: bool,
    /// From where it was begun.
    address: Option<String>,
    /// The program that it was begun with, in its own words.
    agent: String,
    #[schema(value_type = Option<String>)]
    workspace_id: Option<WorkspaceId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last refreshed.
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::routes) struct PasswordChange {
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    current_password: Secret,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, min_length = 10, max_length = 256, format = Password)]
    new_password: Secret,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(me))
        .routes(routes!(logout))
        .routes(routes!(change_password))
        .routes(routes!(sessions, end_others))
        .routes(routes!(end))
}

/// Who you are
#[utoipa::path(get, path = "/auth/me", tag = "accounts", operation_id = "me",
    responses((status = 200, body = MeToo)))]
pub(super) async fn me(
    State(app): State<App>,
    person: Person,
    rights: Rights,
) -> Result<Json<MeToo>, Failure> {
    let me = known(&app, &person, rights).await?;
    let data = clients::Known::of(&app, &person).await?;
    Ok(Json(MeToo { me, success: true, data }))
}

pub(super) async fn known(app: &App, person: &Person, rights: Rights) -> Result<Me, Failure> {
    let user = app.accounts().user(person.user).await?;
    let all = app.accounts().memberships(person.user).await?;
    let here = all.iter().find(|it| it.workspace == person.workspace).cloned();
    Ok(Me {
        user: user.into(),
        workspace: here.map(WorkspaceRole::from),
        permissions: rights.may,
        needs_second_factor: person.lacks_factor,
        workspaces: all.into_iter().map(WorkspaceRole::from).collect(),
        session_id: person.session,
    })
}

/// Sign out
///
/// The session and its tokens end.
#[utoipa::path(post, path = "/auth/logout", tag = "accounts", operation_id = "logout",
    responses((status = 200, body = Done)))]
async fn logout(State(app): State<App>, person: Person) -> Result<Json<Done>, Failure> {
    app.accounts().end_session(person.user, person.session).await?;
    app.seats().forget_user(person.user);
    Ok(done("signed out"))
}

/// Change your password
///
/// All other sessions end.
#[utoipa::path(post, path = "/auth/change-password", tag = "accounts", operation_id = "changePassword",
    request_body = PasswordChange, responses((status = 200, body = Done)))]
pub(in crate::routes) async fn change_password(
    State(app): State<App>,
    person: Person,
    Given(given): Given<PasswordChange>,
) -> Result<Json<Done>, Failure> {
    let (old, new) = (given.current_password, given.new_password);
    app.accounts().change_password(person.user, person.session, &old, &new).await?;
    app.seats().forget_user(person.user);
    Ok(done("the password is changed, and other sessions have ended"))
}

/// Your sessions
#[utoipa::path(get, path = "/auth/sessions", tag = "accounts", operation_id = "listSessions",
    params(Page), responses((status = 200, body = List<Session>)))]
async fn sessions(
    State(app): State<App>,
    person: Person,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Session>>, Failure> {
    let all = app.accounts().sessions(person.user).await?;
    let session = |it: store::sessions::Session| Session {
        id: it.id,
        current: it.id == person.session,
        address: it.address.map(String::from),
        agent: it.agent.into(),
        workspace_id: it.workspace,
        created_at: it.created_at,
        used_at: it.turned_at,
        expires_at: it.expires_at,
    };
    Ok(Json(page.cut(all).map(session)))
}

/// End all other sessions
#[utoipa::path(delete, path = "/auth/sessions", tag = "accounts", operation_id = "endOtherSessions",
    responses((status = 200, body = Done)))]
async fn end_others(State(app): State<App>, person: Person) -> Result<Json<Done>, Failure> {
    app.accounts().end_other_sessions(person.user, person.session).await?;
    app.seats().forget_user(person.user);
    Ok(done("all other sessions have ended"))
}

/// End a session
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "accounts", operation_id = "endSession",
    params(("id" = String, Path)), responses((status = 200, body = Done)))]
async fn end(
    State(app): State<App>,
    person: Person,
    At(id): At<SessionId>,
) -> Result<Json<Done>, Failure> {
    app.accounts().end_session(person.user, id).await?;
    app.seats().forget_user(person.user);
    Ok(done("the session has ended"))
}
