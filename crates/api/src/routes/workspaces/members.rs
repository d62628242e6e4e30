//! Members of a workspace, and those who are invited.

use accounts::{Email, INVITED_DAYS, NewInvitation};
use axum::{Json, extract::State, http::StatusCode};
use engine::{Actor, Who};
use jiff::Timestamp;
use model::{
    Fault,
    id::{InvitationId, UserId, WorkspaceId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Person, Rights},
    failure::Failure,
    list::{List, Page},
    read::{Asked, At, Given},
};

/// A person in a workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    name: String,
    role: String,
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
    /// Since when the person may do nothing here.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_at: Option<Timestamp>,
}

/// Somebody who may join.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invitation {
    #[schema(value_type = String)]
    id: InvitationId,
    email: String,
    role: String,
    /// The member who invites; absent when a key did.
    #[schema(value_type = Option<String>)]
    invited_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Where it is accepted, on a server that sends no mails: hand it to the person yourself. It is
    /// shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InvitationFields {
    #[schema(max_length = 254, format = Email)]
    email: String,
    /// `viewer`, `operator`, `editor`, `admin` or a role of the workspace's own; at most what you
    /// may do yourself.
    role: String,
    /// For how many days it counts.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 90, default = 7)]
    days: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberRole {
    /// `viewer`, `operator`, `editor`, `admin` or a role of the workspace's own.
    role: String,
    /// Whether the person may do nothing here, and stays in the list; absent stays.
    #[serde(default)]
    suspended: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NextOwner {
    #[schema(value_type = String)]
    user_id: UserId,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationWord {
    /// From the mail.
    token: String,
}

/// The workspace that was joined.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Joined {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
}

impl From<store::members::Member> for Member {
    fn from(it: store::members::Member) -> Member {
        Member {
            id: it.user,
            email: it.email.into(),
            name: it.name.into(),
            role: it.role.into(),
            joined_at: it.joined_at,
            suspended_at: it.suspended_at,
        }
    }
}

impl From<store::invitations::Invitation> for Invitation {
    fn from(it: store::invitations::Invitation) -> Invitation {
        Invitation {
            id: it.id,
            email: it.email.into(),
            role: it.role.into(),
            invited_by: it.invited_by,
            created_at: it.created_at,
            expires_at: it.expires_at,
            link: None,
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(set_role, remove))
        .routes(routes!(set_permissions))
        .routes(routes!(transfer))
        .routes(routes!(leave))
        .routes(routes!(invitations, invite))
        .routes(routes!(revoke))
        .routes(routes!(accept))
}

/// Who is in a workspace
#[utoipa::path(get, path = "/workspaces/{id}/members", tag = "workspaces", operation_id = "listMembers",
    params(("id" = String, Path), Page), responses((status = 200, body = List<Member>)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Member>>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let all = app.accounts().members(actor.workspace).await?;
    Ok(Json(page.cut(all).map(Member::from)))
}

/// Give a member another role, or suspend him
#[utoipa::path(put, path = "/workspaces/{id}/members/{userId}", tag = "workspaces", operation_id = "setMemberRole",
    params(("id" = String, Path), ("userId" = String, Path)), request_body = MemberRole,
    responses((status = 200, body = Member)))]
async fn set_role(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At((_, user)): At<(WorkspaceId, UserId)>,
    Given(given): Given<MemberRole>,
) -> Result<Json<Member>, Failure> {
    changed(&app, &actor, rights, user, &given).await
}

/// Give a member of the workspace where you are another role
#[utoipa::path(put, path = "/auth/{userId}/permissions", tag = "workspaces", operation_id = "setMemberPermissions",
    params(("userId" = String, Path)), request_body = MemberRole, responses((status = 200, body = Member)))]
async fn set_permissions(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(user): At<UserId>,
    Given(given): Given<MemberRole>,
) -> Result<Json<Member>, Failure> {
    changed(&app, &actor, rights, user, &given).await
}

async fn changed(
    app: &App,
    actor: &Actor,
    rights: Rights,
    user: UserId,
    given: &MemberRole,
) -> Result<Json<Member>, Failure> {
    if let Some(suspended) = given.suspended {
        suspend(app, actor, rights, user, suspended).await?;
    }
    change_role(app, actor, rights, user, &given.role).await?;
    Ok(Json(app.accounts().member(actor.workspace, user).await?.into()))
}

/// Gives a member another role.
pub(in crate::routes) async fn change_role(
    app: &App,
    actor: &Actor,
    rights: Rights,
    user: UserId,
    role: &str,
) -> Result<(), Failure> {
    not_above(app, actor, rights, user).await?;
    let (role, may) = app.accounts().role(actor.workspace, role).await?;
    rights.may_give(may)?;
    app.accounts().set_role(actor.workspace, user, &role).await?;
    app.seats().forget_user(user);
    Ok(())
}

/// Lets a member do nothing, or all that the role allows again.
pub(in crate::routes) async fn suspend(
    app: &App,
    actor: &Actor,
    rights: Rights,
    user: UserId,
    suspended: bool,
) -> Result<(), Failure> {
    if actor.who == Who::Member(user) {
        return Err(Fault::invalid("you cannot change your own status").into());
    }
    not_above(app, actor, rights, user).await?;
    app.accounts().suspend_member(actor.workspace, user, suspended).await?;
    app.seats().forget_user(user);
    Ok(())
}

/// Takes a member out.
pub(in crate::routes) async fn take_out(
    app: &App,
    actor: &Actor,
    rights: Rights,
    user: UserId,
) -> Result<(), Failure> {
    not_above(app, actor, rights, user).await?;
    app.accounts().remove_member(actor.workspace, user).await?;
    app.seats().forget_user(user);
    Ok(())
}

/// Nobody changes one who may do more.
async fn not_above(app: &App, actor: &Actor, rights: Rights, user: UserId) -> Result<(), Failure> {
    let member = app.accounts().member(actor.workspace, user).await?;
    let may = app.store().role(actor.workspace, &member.role).await?.unwrap_or_default();
    rights.may_give(may)
}

/// Take a member out of a workspace
#[utoipa::path(delete, path = "/workspaces/{id}/members/{userId}", tag = "workspaces", operation_id = "removeMember",
    params(("id" = String, Path), ("userId" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At((_, user)): At<(WorkspaceId, UserId)>,
) -> Result<StatusCode, Failure> {
    take_out(&app, &actor, rights, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave a workspace
///
/// The owner makes somebody else the owner first.
#[utoipa::path(post, path = "/workspaces/{id}/leave", tag = "workspaces", operation_id = "leaveWorkspace",
    params(("id" = String, Path)), responses((status = 204)))]
async fn leave(State(app): State<App>, person: Person) -> Result<StatusCode, Failure> {
    app.accounts().remove_member(person.workspace, person.user).await?;
    app.seats().forget_user(person.user);
    Ok(StatusCode::NO_CONTENT)
}

/// Make another member the owner
///
/// The owner before becomes an admin.
#[utoipa::path(post, path = "/workspaces/{id}/transfer", tag = "workspaces", operation_id = "transferWorkspace",
    params(("id" = String, Path)), request_body = NextOwner, responses((status = 200, body = Member)))]
async fn transfer(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<NextOwner>,
) -> Result<Json<Member>, Failure> {
    let before = app.accounts().transfer(actor.workspace, given.user_id).await?;
    app.seats().forget_user(before);
    app.seats().forget_user(given.user_id);
    Ok(Json(app.accounts().member(actor.workspace, given.user_id).await?.into()))
}

/// Who is invited
#[utoipa::path(get, path = "/workspaces/{id}/invitations", tag = "workspaces", operation_id = "listInvitations",
    params(("id" = String, Path), Page), responses((status = 200, body = List<Invitation>)))]
async fn invitations(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Invitation>>, Failure> {
    let all = app.accounts().invitations(actor.workspace).await?;
    Ok(Json(page.cut(all).map(Invitation::from)))
}

/// Invite somebody
///
/// By mail, in the place of an earlier invitation of the same address. A server that sends no mails
/// answers with the link instead.
#[utoipa::path(post, path = "/workspaces/{id}/invitations", tag = "workspaces", operation_id = "invite",
    params(("id" = String, Path)), request_body = InvitationFields, responses((status = 201, body = Invitation)))]
pub(super) async fn invite(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<InvitationFields>,
) -> Result<(StatusCode, Json<Invitation>), Failure> {
    let (it, link) = invited(&app, &actor, rights, &given.email, &given.role, given.days).await?;
    Ok((StatusCode::CREATED, Json(Invitation { link, ..it.into() })))
}

/// Invites an address; gives the link as well where no mail brings it.
pub(in crate::routes) async fn invited(
    app: &App,
    actor: &Actor,
    rights: Rights,
    email: &str,
    role: &str,
    days: Option<u32>,
) -> Result<(store::invitations::Invitation, Option<String>), Failure> {
    let email = Email::parse(email)?;
    let (role, may) = app.accounts().role(actor.workspace, role).await?;
    rights.may_give(may)?;
    let by = match actor.who {
        Who::Member(user) => Some(user),
        Who::Key(_) | Who::System => None,
    };
    let new = NewInvitation { email, role, by, days: days.unwrap_or(INVITED_DAYS) };
    let invited = app.accounts().invite(actor.workspace, new).await?;
    let base_url = app.engine().base_url();
    let link = invited.word.map(|it| format!("{base_url}/app/join#{}", it.expose()));
    Ok((invited.invitation, link))
}

/// Take an invitation back
#[utoipa::path(delete, path = "/workspaces/{id}/invitations/{invitation}", tag = "workspaces",
    operation_id = "revokeInvitation", params(("id" = String, Path), ("invitation" = String, Path)),
    responses((status = 204)))]
async fn revoke(
    State(app): State<App>,
    Caller(actor): Caller,
    At((_, id)): At<(WorkspaceId, InvitationId)>,
) -> Result<StatusCode, Failure> {
    app.accounts().revoke_invitation(actor.workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accept an invitation
///
/// One that was sent to your address. Go there with `switch`. Who has no account yet registers with
/// the word as `invitation`.
#[utoipa::path(post, path = "/auth/invitations/accept", tag = "workspaces", operation_id = "acceptInvitation",
    request_body = InvitationWord, responses((status = 200, body = Joined)))]
async fn accept(
    State(app): State<App>,
    person: Person,
    Given(given): Given<InvitationWord>,
) -> Result<Json<Joined>, Failure> {
    if given.token.is_empty() {
        return Err(Fault::invalid("send the word of the invitation as `token`").into());
    }
    let workspace_id = app.accounts().accept(person.user, &given.token).await?;
    app.seats().forget_user(person.user);
    Ok(Json(Joined { workspace_id }))
}
