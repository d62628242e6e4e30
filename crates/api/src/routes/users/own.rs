//! What the server keeps of oneself, and the end of one's account.

use axum::{Json, extract::State};
use jiff::Timestamp;
use model::{
    Secret,
    id::{IdentityId, PasskeyId, SessionId, UserId, WorkspaceId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Preferences;
use crate::{
    App,
    described::{Routes, routes},
    door::Person,
    failure::Failure,
    read::Given,
};

/// All that the server keeps of an account, but for what only its owner may know, such as passwords.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnData {
    #[schema(value_type = String, format = DateTime)]
    exported_at: Timestamp,
    account: OwnAccount,
    preferences: Preferences,
    workspaces: Vec<OwnMembership>,
    sessions: Vec<OwnSession>,
    identities: Vec<OwnIdentity>,
    passkeys: Vec<OwnPasskey>,
    /// Since when sign-ins want a code.
    #[schema(value_type = Option<String>, format = DateTime)]
    two_factor_since: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnAccount {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    /// An address that waits to be confirmed.
    email_wanted: Option<String>,
    name: String,
    avatar: Option<String>,
    avatar_color: Option<String>,
    language: Option<String>,
    time_zone: Option<String>,
    platform_admin: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    verified_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnMembership {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
    role: String,
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnSession {
    #[schema(value_type = String)]
    id: SessionId,
    address: Option<String>,
    agent: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnIdentity {
    #[schema(value_type = String)]
    id: IdentityId,
    issuer: String,
    label: String,
    #[schema(value_type = String, format = DateTime)]
    linked_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnPasskey {
    #[schema(value_type = String)]
    id: PasskeyId,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Timestamp>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Farewell {
    /// Empty when the account has none.
    #[serde(deserialize_with = "super::super::auth::secret", default = "nothing")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// When an account is removed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccountEnd {
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

fn nothing() -> Secret {
    Secret::new("")
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(export)).routes(routes!(end))
}

/// All that the server keeps of you
///
/// What you have made in workspaces is theirs; each thing there has an export of its own.
#[utoipa::path(get, path = "/users/export", tag = "accounts", operation_id = "exportOwnData",
    responses((status = 200, body = OwnData)))]
async fn export(State(app): State<App>, person: Person) -> Result<Json<OwnData>, Failure> {
    let (it, id) = (app.accounts(), person.user);
    let (user, profile) = it.profile(id).await?;
    let account = OwnAccount {
        id,
        email: user.email.into(),
        email_wanted: it.wished_email(id).await?,
        name: user.name.into(),
        avatar: profile.avatar,
        avatar_color: profile.avatar_color,
        language: profile.language,
        time_zone: profile.time_zone,
        platform_admin: user.platform_admin,
        verified_at: user.verified_at,
        created_at: user.created_at,
        updated_at: user.updated_at,
    };
    Ok(Json(OwnData {
        exported_at: Timestamp::now(),
        account,
        preferences: it.preferences(id).await?.into(),
        workspaces: it.memberships(id).await?.into_iter().map(membership).collect(),
        sessions: it.sessions(id).await?.into_iter().map(session).collect(),
        identities: it.links(id).await?.into_iter().map(identity).collect(),
        passkeys: it.passkeys(id).await?.into_iter().map(passkey).collect(),
        two_factor_since: it.two_factor(id).await?.since,
    }))
}

/// End your account
///
/// All sessions end now, and after 14 days the account is removed with all that is yours. Signing in until
/// then keeps it. What you have made in workspaces stays there; whose owner you are goes to another owner or
/// is closed first.
#[utoipa::path(post, path = "/users/deletion", tag = "accounts", operation_id = "endAccount",
    request_body = Farewell, responses((status = 200, body = AccountEnd)))]
async fn end(
    State(app): State<App>,
    person: Person,
    Given(given): Given<Farewell>,
) -> Result<Json<AccountEnd>, Failure> {
    let ended = app.accounts().end_account(person.user, person.session, &given.password).await;
    app.seats().forget_user(person.user);
    Ok(Json(AccountEnd { ends_at: ended? }))
}

fn membership(it: store::members::Membership) -> OwnMembership {
    OwnMembership {
        id: it.workspace,
        name: it.name.into(),
        role: it.role.into(),
        joined_at: it.joined_at,
    }
}

fn session(it: store::sessions::Session) -> OwnSession {
    OwnSession {
        id: it.id,
        address: it.address.map(String::from),
        agent: it.agent.into(),
        created_at: it.created_at,
        used_at: it.turned_at,
    }
}

fn identity(it: accounts::elsewhere::Link) -> OwnIdentity {
    OwnIdentity {
        id: it.id,
        issuer: it.issuer.into(),
        label: it.label.into(),
        linked_at: it.linked_at,
    }
}

fn passkey(it: store::passkeys::Passkey) -> OwnPasskey {
    OwnPasskey { id: it.id, name: it.name.into(), created_at: it.created_at, used_at: it.used_at }
}
