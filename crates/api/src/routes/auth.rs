//! Accounts: becoming known, signing in and out, and passwords.

use accounts::{Email, NewAccount, Registering};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use model::{
    Fault, Secret,
    id::{SessionId, UserId, WorkspaceId},
};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::clients::ClientSession;
use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    limits,
    read::{Asked, Given},
    visitor::Visitor,
};

pub(super) mod clients;
mod elsewhere;
mod email;
pub(super) mod me;
mod names;
mod passkeys;
mod saml;
mod two_factor;

/// A person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct User {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    name: String,
    /// A mail to the address is known to have been read.
    email_verified: bool,
    /// Looks after the whole server.
    platform_admin: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A workspace, and what the person is in it.
#[derive(Serialize, ToSchema)]
struct WorkspaceRole {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
    role: String,
}

/// Somebody who has signed in. The access token goes into `Authorization: Bearer …`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignedIn {
    user: User,
    /// Where the access token opens; absent for one who is in no workspace: it opens what is one's own then.
    workspace: Option<WorkspaceRole>,
    #[schema(value_type = String)]
    session_id: SessionId,
    access_token: String,
    /// `Bearer`
    token_type: &'static str,
    /// For how many seconds the access token opens.
    expires_in: i64,
    /// Makes the next two tokens, once, within seven days.
    refresh_token: String,
    success: bool,
    data: ClientSession,
}

/// It is done.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    success: bool,
    /// A sentence for people.
    message: &'static str,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Registration {
    #[schema(max_length = 254, format = Email)]
    email: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, min_length = 10, max_length = 256, format = Password)]
    password: Secret,
    /// Absent is what stands before the `@`.
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    /// What your workspace is to be called; absent is made of the name. The first account of a
    /// server has the default workspace, which is called so from then on.
    #[serde(default, alias = "tenantName", alias = "organizationName")]
    #[schema(max_length = 100)]
    workspace_name: Option<String>,
    /// The word of an invitation that was sent to this address: to join that workspace instead.
    #[serde(default)]
    invitation: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    #[schema(format = Email)]
    email: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RefreshToken {
    refresh_token: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    #[schema(format = Email)]
    email: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// From the mail.
    token: String,
    #[serde(deserialize_with = "secret", alias = "newPassword")]
    #[schema(value_type = String, min_length = 10, max_length = 256, format = Password)]
    password: Secret,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OneAddress {
    /// That of whoever has signed in, when it is absent.
    #[serde(default)]
    #[schema(format = Email)]
    email: Option<String>,
}

/// A word from a mail.
#[derive(Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
struct Word {
    token: String,
}

pub(super) fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    String::deserialize(from).map(Secret::new)
}

impl From<store::users::User> for User {
    fn from(it: store::users::User) -> User {
        User {
            id: it.id,
            email: it.email.into(),
            name: it.name.into(),
            email_verified: it.verified_at.is_some(),
            platform_admin: it.platform_admin,
            created_at: it.created_at,
        }
    }
}

pub(super) fn done(message: &'static str) -> Json<Done> {
    Json(Done { success: true, message })
}

/// With the name of the workspace that the token opens.
async fn shown(app: &App, it: accounts::SignedIn) -> Result<Json<SignedIn>, Failure> {
    let all = app.accounts().memberships(it.user.id).await?;
    let workspace = all.into_iter().find(|one| Some(one.workspace) == it.workspace);
    Ok(Json(SignedIn {
        success: true,
        data: ClientSession::of(&it, workspace.as_ref()),
        user: it.user.into(),
        workspace: workspace.map(WorkspaceRole::from),
        session_id: it.session,
        access_token: it.access.expose().to_owned(),
        token_type: "Bearer",
        expires_in: it.access_seconds,
        refresh_token: it.refresh.expose().to_owned(),
    }))
}

impl From<store::members::Membership> for WorkspaceRole {
    fn from(it: store::members::Membership) -> WorkspaceRole {
        WorkspaceRole { id: it.workspace, name: it.name.into(), role: it.role.into() }
    }
}

/// What everybody may call.
pub(super) fn open() -> Routes {
    Routes::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(forgot))
        .routes(routes!(reset))
        .routes(routes!(verify_email, open_verify_email))
        .routes(routes!(resend_verification))
        .merge(names::open())
        .merge(two_factor::open())
        .merge(elsewhere::open())
        .merge(email::open())
        .merge(passkeys::open())
        .merge(saml::open())
}

/// What a person calls who has signed in.
pub(super) fn guarded() -> Routes {
    me::routes()
        .merge(clients::routes())
        .merge(names::guarded())
        .merge(two_factor::guarded())
        .merge(elsewhere::guarded())
        .merge(email::guarded())
        .merge(passkeys::guarded())
}

/// Make an account
///
/// The first account of a server becomes owner of the default workspace and looks after the server: it is made on
/// the machine itself, or with an API key of that workspace in `X-API-Key`, and signs in at once. So does who is
/// invited, and everybody on a server that sends no mails. Else the answer is 202, the same whether the address has
/// an account or not: a mail asks whether it is yours, the account is made when you say so, and has a workspace.
#[utoipa::path(post, path = "/auth/register", tag = "accounts", operation_id = "register", security(()),
    request_body = Registration,
    responses((status = 201, body = SignedIn), (status = 202, body = Done)))]
async fn register(
    State(app): State<App>,
    visitor: Visitor,
    Given(given): Given<Registration>,
) -> Result<Response, Failure> {
    let email = Email::parse(&given.email)?;
    let local = email.as_str().split('@').next().unwrap_or_default().to_owned();
    let new = NewAccount {
        name: given.name.filter(|it| !it.trim().is_empty()).unwrap_or(local),
        email,
        password: given.password,
        workspace_name: given.workspace_name,
        invitation: given.invitation,
    };
    let trust = visitor.trust(&app).await?;
    Ok(match app.accounts().register(new, trust, &visitor.from).await? {
        Registering::In(it) => (StatusCode::CREATED, shown(&app, *it).await?).into_response(),
        Registering::Asked => {
            let message = "a mail is on its way; the account is made once you say there that the address is yours";
            (StatusCode::ACCEPTED, done(message)).into_response()
        }
    })
}

/// Sign in
///
/// After several wrong passwords the next ones from the same address have to wait: 429 and
/// `Retry-After`. Nobody else's sign-in is slowed down by that. Where a second factor is on, the answer
/// is 202 with a challenge instead of tokens: `/api/auth/two-factor/sign-in` takes it with a code.
#[utoipa::path(post, path = "/auth/login", tag = "accounts", operation_id = "login", security(()),
    request_body = Login,
    responses((status = 200, body = SignedIn), (status = 202, body = two_factor::CodeWanted)))]
async fn login(
    State(app): State<App>,
    visitor: Visitor,
    Given(given): Given<Login>,
) -> Result<Response, Failure> {
    limits::may_sign_in(&app, &given.email, &visitor.from).await?;
    let it = app.accounts().sign_in(&given.email, &given.password, &visitor.from).await?;
    two_factor::entered(&app, it).await
}

/// Refresh the tokens
///
/// A refresh token counts once. One that comes again ends the session, because two have it; only in
/// the first ten seconds the same answer is given once more, for a client that did not get it.
#[utoipa::path(post, path = "/auth/refresh", tag = "accounts", operation_id = "refresh", security(()),
    request_body = RefreshToken, responses((status = 200, body = SignedIn)))]
async fn refresh(
    State(app): State<App>,
    Given(given): Given<RefreshToken>,
) -> Result<Json<SignedIn>, Failure> {
    let it = app.accounts().refresh(&given.refresh_token).await?;
    shown(&app, it).await
}

/// Ask for a new password
///
/// The answer is the same whether there is such an account or not.
#[utoipa::path(post, path = "/auth/forgot", tag = "accounts", operation_id = "forgotPassword", security(()),
    request_body = Address, responses((status = 202, body = Done)))]
async fn forgot(
    State(app): State<App>,
    Given(given): Given<Address>,
) -> Result<(StatusCode, Json<Done>), Failure> {
    app.accounts().forgot(Email::parse(&given.email)?)?;
    let message = "if there is such an account, a mail is on its way";
    Ok((StatusCode::ACCEPTED, done(message)))
}

/// Set a new password
///
/// With the word from the mail. All sessions end.
#[utoipa::path(post, path = "/auth/reset", tag = "accounts", operation_id = "resetPassword", security(()),
    request_body = NewPassword, responses((status = 200, body = Done)))]
async fn reset(
    State(app): State<App>,
    Given(given): Given<NewPassword>,
) -> Result<Json<Done>, Failure> {
    let user = app.accounts().reset(&given.token, &given.password).await?;
    app.seats().forget_user(user);
    Ok(done("the password is set; sign in with it"))
}

/// Say that an address is yours
#[utoipa::path(post, path = "/auth/verify-email", tag = "accounts", operation_id = "verifyEmail", security(()),
    request_body = Word, responses((status = 200, body = Done)))]
async fn verify_email(
    State(app): State<App>,
    Given(given): Given<Word>,
) -> Result<Json<Done>, Failure> {
    app.accounts().verify_email(&given.token).await?;
    Ok(done("the address is known to be yours"))
}

/// Say that an address is yours, by the link of the mail
#[utoipa::path(get, path = "/auth/verify-email", tag = "accounts", operation_id = "openVerifyEmail", security(()),
    params(Word), responses((status = 200, body = Done)))]
async fn open_verify_email(
    State(app): State<App>,
    Asked(word): Asked<Word>,
) -> Result<Json<Done>, Failure> {
    app.accounts().verify_email(&word.token).await?;
    Ok(done("the address is known to be yours"))
}

/// Ask once more whether an address is yours
///
/// Who has signed in need not say which. The answer is the same whether there is such an account or not.
#[utoipa::path(post, path = "/auth/resend-verification", tag = "accounts", operation_id = "resendVerification",
    security(()), request_body = OneAddress, responses((status = 202, body = Done)))]
async fn resend_verification(
    State(app): State<App>,
    visitor: Visitor,
    Given(given): Given<OneAddress>,
) -> Result<(StatusCode, Json<Done>), Failure> {
    let email = match given.email {
        Some(it) => it,
        None => {
            let user = visitor.user(&app).await?;
            let user = user.ok_or_else(|| Fault::invalid("say `email`, or sign in"))?;
            app.accounts().user(user).await?.email.to_string()
        }
    };
    app.accounts().resend_verification(Email::parse(&email)?)?;
    let message = "if there is such an account, a mail is on its way";
    Ok((StatusCode::ACCEPTED, done(message)))
}

pub(super) fn not_yours() -> Failure {
    Fault::new(model::Code::NotFound, "there is no such person, or it is not you").into()
}
