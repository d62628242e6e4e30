//! The same under the names that clients of other systems call.

use axum::{Json, extract::State, http::StatusCode};
use model::{Code, id::UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::shapes::ClientPerson;
use super::{
    Address, Done, NewPassword, Word, clients, done,
    me::{self, Me, MeToo, PasswordChange},
    not_yours,
};
use crate::{
    App,
    described::{Routes, routes},
    door::{Person, Rights},
    failure::Failure,
    read::{At, Given},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserName {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// Who one is, and once more as clients of another system read it.
#[derive(Serialize, ToSchema)]
struct ProfileToo {
    #[serde(flatten)]
    me: Me,
    success: bool,
    data: ClientPerson,
}

/// Whether a word from a mail counts.
#[derive(Serialize, ToSchema)]
struct WordCounts {
    success: bool,
    /// A sentence for people.
    message: &'static str,
    data: WordValidity,
}

#[derive(Serialize, ToSchema)]
struct WordValidity {
    valid: bool,
}

pub(super) fn open() -> Routes {
    Routes::new().routes(routes!(forgot)).routes(routes!(reset)).routes(routes!(verify_reset_token))
}

pub(super) fn guarded() -> Routes {
    Routes::new()
        .routes(routes!(profile))
        .routes(routes!(verify))
        .routes(routes!(update_password))
        .routes(routes!(update_name))
}

/// Ask for a new password, as `/auth/forgot`
#[utoipa::path(post, path = "/auth/forgot-password", tag = "accounts", operation_id = "forgotPasswordToo",
    security(()), request_body = Address, responses((status = 202, body = Done)))]
async fn forgot(
    app: State<App>,
    given: Given<Address>,
) -> Result<(StatusCode, Json<Done>), Failure> {
    super::forgot(app, given).await
}

/// Set a new password, as `/auth/reset`
#[utoipa::path(post, path = "/auth/reset-password", tag = "accounts", operation_id = "resetPasswordToo",
    security(()), request_body = NewPassword, responses((status = 200, body = Done)))]
async fn reset(app: State<App>, given: Given<NewPassword>) -> Result<Json<Done>, Failure> {
    super::reset(app, given).await
}

/// Whether a word for a new password counts
#[utoipa::path(post, path = "/auth/verify-reset-token", tag = "accounts", operation_id = "verifyResetToken",
    security(()), request_body = Word, responses((status = 200, body = WordCounts)))]
async fn verify_reset_token(
    State(app): State<App>,
    Given(given): Given<Word>,
) -> Result<Json<WordCounts>, Failure> {
    let (valid, message) = match app.accounts().may_reset(&given.token).await {
        Ok(()) => (true, "a password can be set with this word"),
        Err(it) if it.code == Code::InvalidRequest => {
            (false, "this word does not count, or no longer; ask for another mail")
        }
        Err(it) => return Err(it.into()),
    };
    Ok(Json(WordCounts { success: true, message, data: WordValidity { valid } }))
}

/// Who you are, as `/auth/me`
#[utoipa::path(get, path = "/auth/profile", tag = "accounts", operation_id = "profile",
    responses((status = 200, body = ProfileToo)))]
async fn profile(
    State(app): State<App>,
    person: Person,
    rights: Rights,
) -> Result<Json<ProfileToo>, Failure> {
    let me = me::known(&app, &person, rights).await?;
    let data = clients::own(&app, &person).await?;
    Ok(Json(ProfileToo { me, success: true, data }))
}

/// Whether your token opens, and who you are, as `/auth/me`
#[utoipa::path(get, path = "/auth/verify", tag = "accounts", operation_id = "verifyToken",
    responses((status = 200, body = MeToo)))]
async fn verify(app: State<App>, person: Person, rights: Rights) -> Result<Json<MeToo>, Failure> {
    me::me(app, person, rights).await
}

/// Change your password, as `/auth/change-password`
#[utoipa::path(post, path = "/auth/update-password", tag = "accounts", operation_id = "updatePassword",
    request_body = PasswordChange, responses((status = 200, body = Done)))]
async fn update_password(
    app: State<App>,
    person: Person,
    given: Given<PasswordChange>,
) -> Result<Json<Done>, Failure> {
    me::change_password(app, person, given).await
}

/// Change your name
#[utoipa::path(put, path = "/auth/{userId}/update-name", tag = "accounts", operation_id = "updateName",
    params(("userId" = String, Path)), request_body = UserName, responses((status = 200, body = Done)))]
async fn update_name(
    State(app): State<App>,
    person: Person,
    At(user): At<UserId>,
    Given(given): Given<UserName>,
) -> Result<Json<Done>, Failure> {
    if user != person.user {
        return Err(not_yours());
    }
    app.accounts().rename(user, &given.name).await?;
    Ok(done("the name is changed"))
}
