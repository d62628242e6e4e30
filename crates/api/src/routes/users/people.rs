//! People of the workspace where one is, by id, as clients of another system call them.

mod wanted;

use axum::{Json, extract::State, http::StatusCode};
use engine::Actor;
use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{UserId, WorkspaceId},
};
use serde::{Deserialize, Serialize};
use store::audit::Filter;
use utoipa::ToSchema;

use self::wanted::Wanted;
use super::super::{
    audit::AuditEntry,
    auth::{
        Done,
        clients::{self, OwnNames},
        done, me, not_yours,
    },
    shapes::{ClientPerson, Named, OnePerson, Pages, Reply, Turn, one_name},
    workspaces::members,
};
use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Person, Rights},
    failure::Failure,
    read::{Asked, At, Given},
};

#[derive(Serialize, ToSchema)]
#[schema(as = ClientUsers)]
struct ManyPeople {
    users: Vec<ClientPerson>,
    pagination: Pages,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ClientInvitation)]
struct Invited {
    #[schema(max_length = 254, format = Email)]
    email: String,
    /// As in `POST /workspaces/{id}/invitations`; absent is `TEAM_MEMBER`.
    #[serde(default)]
    role: Option<String>,
    /// How the person is called in the answer; the account gets the name that its owner gives it.
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    /// Nobody joins without being asked; absent or true.
    #[serde(default)]
    send_invitation: Option<bool>,
}

/// What is to change; absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ClientUserFields)]
struct Changes {
    /// Names are for oneself to change.
    #[serde(default)]
    #[schema(max_length = 100)]
    first_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    last_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    /// The address that there is; another one is asked for with `POST /auth/email-change`.
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    status: Option<Wish>,
}

/// `INACTIVE` and `SUSPENDED` are the same here.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ClientUserWish)]
enum Wish {
    Active,
    Inactive,
    Suspended,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientUserStatusFields)]
struct StatusFields {
    status: Wish,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ClientUserActivity)]
struct Activity {
    activity: UserActivity,
    pagination: Pages,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClientActivity)]
struct UserActivity {
    user_id: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_login: Option<Timestamp>,
    /// When the person joined.
    #[schema(value_type = String, format = DateTime)]
    account_created: Timestamp,
    /// What the audit log of the workspace has of the person, the latest first.
    entries: Vec<AuditEntry>,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change, remove))
        .routes(routes!(change_password))
        .routes(routes!(resend))
        .routes(routes!(set_status))
        .routes(routes!(activity))
        .routes(routes!(own, set_own))
}

/// Who is in the workspace where you are, or invited
#[utoipa::path(get, path = "/users", tag = "workspaces", operation_id = "listUsers",
    params(Turn, Wanted), responses((status = 200, body = Reply<ManyPeople>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(turn): Asked<Turn>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Reply<ManyPeople>>, Failure> {
    let all = wanted.of(everybody(&app, actor.workspace).await?)?;
    let (users, pagination) = turn.cut(all);
    Ok(Reply::of(ManyPeople { users, pagination }))
}

/// Invite somebody to the workspace where you are, as `POST /workspaces/{id}/invitations`
#[utoipa::path(post, path = "/users", tag = "workspaces", operation_id = "createUser",
    request_body = Invited, responses((status = 201, body = Reply<OnePerson>)))]
async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<Invited>,
) -> Result<(StatusCode, Json<Reply<OnePerson>>), Failure> {
    if given.send_invitation == Some(false) {
        return Err(
            Fault::invalid("nobody joins without being asked; leave `sendInvitation` out").into()
        );
    }
    let role = given.role.as_deref().unwrap_or("TEAM_MEMBER");
    let (it, link) = members::invited(&app, &actor, rights, &given.email, role, None).await?;
    let mut user = ClientPerson::invited(&it);
    if let Some(name) = one_name("", None, given.first_name.as_deref(), given.last_name.as_deref())
    {
        user = user.called(&name);
    }
    let answer = OnePerson { user, invitation_link: link };
    Ok((StatusCode::CREATED, Reply::said("the person is invited", answer)))
}

/// One of them
#[utoipa::path(get, path = "/users/{id}", tag = "workspaces", operation_id = "getUser",
    params(("id" = String, Path)), responses((status = 200, body = Reply<OnePerson>)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<String>,
) -> Result<Json<Reply<OnePerson>>, Failure> {
    Ok(Reply::of(OnePerson::of(found(&app, actor.workspace, &id).await?)))
}

/// Change what one of them is
///
/// The role, and whether he may do anything. Only oneself has another name.
#[utoipa::path(put, path = "/users/{id}", tag = "workspaces", operation_id = "updateUser",
    params(("id" = String, Path)), request_body = Changes, responses((status = 200, body = Reply<OnePerson>)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<UserId>,
    Given(given): Given<Changes>,
) -> Result<Json<Reply<OnePerson>>, Failure> {
    let was = app.accounts().member(actor.workspace, id).await?;
    let seen = ClientPerson::member(&was, actor.workspace);
    given.same_address(&was.email)?;
    if let Some(name) = given.name(&was.name).filter(|it| *it != was.name) {
        if actor.who != engine::Who::Member(id) {
            let message = "a person's name is for the person to change";
            return Err(Failure::of(Code::Forbidden, message));
        }
        app.accounts().rename(id, &name).await?;
    }
    let is_same = |it: &&str| it.eq_ignore_ascii_case(seen.role.as_str()) || *it == was.role;
    if let Some(role) = given.role.as_deref().filter(|it| !is_same(it)) {
        members::change_role(&app, &actor, rights, id, role).await?;
    }
    if let Some(wish) = given.status
        && wish.suspends() != was.suspended_at.is_some()
    {
        suspend(&app, &actor, rights, id, wish).await?;
    }
    let it = app.accounts().member(actor.workspace, id).await?;
    let user = ClientPerson::member(&it, actor.workspace);
    Ok(Reply::said("the person is changed", OnePerson::of(user)))
}

/// Take a person out of the workspace where you are, or an invitation back
#[utoipa::path(delete, path = "/users/{id}", tag = "workspaces", operation_id = "deleteUser",
    params(("id" = String, Path)), responses((status = 200, body = Done)))]
async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<String>,
) -> Result<Json<Done>, Failure> {
    match Named::read(&id).ok_or_else(|| absent(&id))? {
        Named::Invited(it) => app.accounts().revoke_invitation(actor.workspace, it).await?,
        Named::Member(user) if actor.who == engine::Who::Member(user) => {
            let message = "you cannot take yourself out; POST /api/workspaces/{id}/leave";
            return Err(Fault::invalid(message).into());
        }
        Named::Member(user) => members::take_out(&app, &actor, rights, user).await?,
    }
    Ok(done("the person is in the workspace no more"))
}

/// Change your password, as `/auth/change-password`
#[utoipa::path(post, path = "/users/{id}/change-password", tag = "accounts", operation_id = "changeUserPassword",
    params(("id" = String, Path)), request_body = me::PasswordChange, responses((status = 200, body = Done)))]
async fn change_password(
    app: State<App>,
    person: Person,
    At(id): At<UserId>,
    given: Given<me::PasswordChange>,
) -> Result<Json<Done>, Failure> {
    if id != person.user {
        return Err(not_yours());
    }
    me::change_password(app, person, given).await
}

/// Invite somebody once more, in the place of the invitation that there is
#[utoipa::path(post, path = "/users/{id}/resend-invitation", tag = "workspaces", operation_id = "resendInvitation",
    params(("id" = String, Path)), responses((status = 200, body = Reply<OnePerson>)))]
async fn resend(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<String>,
) -> Result<Json<Reply<OnePerson>>, Failure> {
    let all = app.accounts().invitations(actor.workspace).await?;
    let was = all.into_iter().find(|it| Named::read(&id) == Some(Named::Invited(it.id)));
    let was = was.ok_or_else(|| absent(&id))?;
    let (it, link) = members::invited(&app, &actor, rights, &was.email, &was.role, None).await?;
    let answer = OnePerson { user: ClientPerson::invited(&it), invitation_link: link };
    Ok(Reply::said("the person is invited once more", answer))
}

/// Let a person do nothing in the workspace where you are, or all that the role allows again
///
/// Who is suspended stays in the list, with what was shared with him.
#[utoipa::path(patch, path = "/users/{id}/status", tag = "workspaces", operation_id = "setUserStatus",
    params(("id" = String, Path)), request_body = StatusFields, responses((status = 200, body = Reply<OnePerson>)))]
async fn set_status(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<UserId>,
    Given(given): Given<StatusFields>,
) -> Result<Json<Reply<OnePerson>>, Failure> {
    suspend(&app, &actor, rights, id, given.status).await?;
    let it = app.accounts().member(actor.workspace, id).await?;
    let user = ClientPerson::member(&it, actor.workspace);
    Ok(Reply::said("the person is changed", OnePerson::of(user)))
}

/// What a person did in the workspace where you are
#[utoipa::path(get, path = "/users/{id}/activity", tag = "audit", operation_id = "getUserActivity",
    params(("id" = String, Path), Turn), responses((status = 200, body = Reply<Activity>)))]
async fn activity(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<UserId>,
    Asked(turn): Asked<Turn>,
) -> Result<Json<Reply<Activity>>, Failure> {
    let it = app.accounts().member(actor.workspace, id).await?;
    let (limit, offset) = (turn.limit(), turn.offset());
    let filter = Filter { who: Some(id.0), limit, offset, ..Filter::default() };
    let found = app.store().audit(actor.workspace, &filter).await?;
    let activity = UserActivity {
        user_id: id.to_string(),
        last_login: it.signed_in_at,
        account_created: it.joined_at,
        entries: found.entries.into_iter().map(AuditEntry::from).collect(),
    };
    Ok(Reply::of(Activity { activity, pagination: turn.pages(found.total) }))
}

/// About yourself
#[utoipa::path(get, path = "/users/me/profile", tag = "accounts", operation_id = "getOwnUser",
    responses((status = 200, body = Reply<OnePerson>)))]
async fn own(State(app): State<App>, person: Person) -> Result<Json<Reply<OnePerson>>, Failure> {
    Ok(Reply::of(OnePerson::of(clients::own(&app, &person).await?)))
}

/// Say something about yourself
#[utoipa::path(put, path = "/users/me/profile", tag = "accounts", operation_id = "updateOwnUser",
    request_body = OwnNames, responses((status = 200, body = Reply<OnePerson>)))]
async fn set_own(
    app: State<App>,
    person: Person,
    given: Given<OwnNames>,
) -> Result<Json<Reply<OnePerson>>, Failure> {
    clients::rename(app, person, given).await
}

impl Wish {
    fn suspends(self) -> bool {
        matches!(self, Wish::Inactive | Wish::Suspended)
    }
}

impl Changes {
    fn name(&self, was: &str) -> Option<String> {
        let (first, last) = (self.first_name.as_deref(), self.last_name.as_deref());
        one_name(was, self.name.as_deref(), first, last)
    }

    fn same_address(&self, was: &str) -> Result<(), Failure> {
        clients::same_address(self.email.as_deref(), was)
    }
}

/// Members, and those who are invited.
async fn everybody(app: &App, workspace: WorkspaceId) -> Result<Vec<ClientPerson>, Failure> {
    let members = app.accounts().members(workspace).await?;
    let invited = app.accounts().invitations(workspace).await?;
    let members = members.iter().map(|it| ClientPerson::member(it, workspace));
    Ok(members.chain(invited.iter().map(ClientPerson::invited)).collect())
}

async fn found(app: &App, workspace: WorkspaceId, id: &str) -> Result<ClientPerson, Failure> {
    let all = everybody(app, workspace).await?;
    all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))
}

async fn suspend(
    app: &App,
    actor: &Actor,
    rights: Rights,
    user: UserId,
    wish: Wish,
) -> Result<(), Failure> {
    members::suspend(app, actor, rights, user, wish.suspends()).await
}

fn absent(id: &str) -> Failure {
    let id: String = id.chars().take(64).collect();
    Failure::of(Code::NotFound, format!("there is no member and no invitation {id}"))
}
