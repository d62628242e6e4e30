//! Another address for one's account.

use axum::{Json, extract::State};
use model::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Done, done, secret};
use crate::{
    App,
    described::{Routes, routes},
    door::Person,
    failure::Failure,
    read::Given,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEmail {
    #[schema(max_length = 254)]
    email: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailWord {
    /// From the link of the mail, behind the `#`.
    #[schema(max_length = 100)]
    token: String,
}

/// The address that waits to be confirmed.
#[derive(Serialize, ToSchema)]
struct EmailChange {
    email: Option<String>,
}

pub(super) fn open() -> Routes {
    Routes::new().routes(routes!(confirm))
}

pub(super) fn guarded() -> Routes {
    Routes::new().routes(routes!(state, ask))
}

/// The address that you have asked for
#[utoipa::path(get, path = "/auth/email-change", tag = "accounts", operation_id = "emailChange",
    responses((status = 200, body = EmailChange)))]
async fn state(State(app): State<App>, person: Person) -> Result<Json<EmailChange>, Failure> {
    Ok(Json(EmailChange { email: app.accounts().wished_email(person.user).await? }))
}

/// Ask for another address
///
/// A mail goes there; its link counts once, for a day. Until it is opened you keep the address that you
/// have.
#[utoipa::path(post, path = "/auth/email-change", tag = "accounts", operation_id = "askEmail",
    request_body = NewEmail, responses((status = 200, body = Done)))]
async fn ask(
    State(app): State<App>,
    person: Person,
    Given(given): Given<NewEmail>,
) -> Result<Json<Done>, Failure> {
    let to = accounts::Email::parse(&given.email)?;
    app.accounts().ask_email(person.user, person.session, &to, &given.password).await?;
    Ok(done("a mail is on its way to the new address"))
}

/// Confirm another address
///
/// With the word of the mail. The address before is told; links that were sent there open nothing any
/// more. Sessions stay.
#[utoipa::path(post, path = "/auth/email-change/confirm", tag = "accounts", operation_id = "confirmEmail",
    security(()), request_body = EmailWord, responses((status = 200, body = Done)))]
async fn confirm(
    State(app): State<App>,
    Given(given): Given<EmailWord>,
) -> Result<Json<Done>, Failure> {
    app.accounts().change_email(&given.token).await?;
    Ok(done("the account has the new address"))
}
