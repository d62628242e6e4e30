//! The second factor: codes at sign-in, and how they are turned on and off.

use accounts::{Challenge, Entrance};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use model::{Code, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Done, SignedIn, done, secret, shown};
use crate::{
    App,
    described::{Routes, routes},
    door::Person,
    failure::Failure,
    limits,
    read::Given,
    visitor::Visitor,
};

/// A sign-in that waits for a code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeWanted {
    /// To be sent with the code to `/api/auth/two-factor/sign-in`.
    challenge: String,
    /// For how many seconds it waits.
    expires_in: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChallengeAnswer {
    challenge: String,
    /// Of the authenticator app, or a recovery code.
    #[schema(max_length = 100)]
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnPassword {
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    /// Of the authenticator app.
    #[schema(max_length = 100)]
    code: String,
}

/// Whether your sign-ins want a code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TwoFactor {
    enabled: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    recovery_codes_left: u64,
}

/// A second factor that is to be confirmed with its first code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TwoFactorSetUp {
    /// To be typed into an authenticator app.
    secret: String,
    /// To be opened by one.
    otpauth_url: String,
    /// The same as a QR code, an SVG picture.
    qr_svg: String,
}

/// Shown this once. Each counts once, in the place of a code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

pub(super) fn open() -> Routes {
    Routes::new().routes(routes!(sign_in))
}

pub(super) fn guarded() -> Routes {
    Routes::new()
        .routes(routes!(state))
        .routes(routes!(set_up))
        .routes(routes!(confirm))
        .routes(routes!(disable))
        .routes(routes!(renew))
}

/// The tokens, or what is wanted before there are any.
pub(super) async fn entered(app: &App, it: Entrance) -> Result<Response, Failure> {
    Ok(match it {
        Entrance::In(it) => shown(app, *it).await?.into_response(),
        Entrance::Challenge(Challenge { word, seconds }) => {
            let wanted = CodeWanted { challenge: word.expose().to_owned(), expires_in: seconds };
            (StatusCode::ACCEPTED, Json(wanted)).into_response()
        }
    })
}

fn codes(all: Vec<Secret>) -> Json<RecoveryCodes> {
    let recovery_codes = all.iter().map(|it| it.expose().to_owned()).collect();
    Json(RecoveryCodes { recovery_codes })
}

/// Sign in with a code
///
/// It answers what a sign-in with a password gave when a second factor is on. A code counts once; a
/// sign-in takes five tries and waits five minutes. It is counted with that sign-in; what answers none
/// is counted as one more.
#[utoipa::path(post, path = "/auth/two-factor/sign-in", tag = "accounts", operation_id = "signInWithCode",
    security(()), request_body = ChallengeAnswer, responses((status = 200, body = SignedIn)))]
async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    Given(given): Given<ChallengeAnswer>,
) -> Result<Json<SignedIn>, Failure> {
    let end = app.accounts().answer_challenge(&given.challenge, &given.code, &visitor.from).await;
    // The sign-in that it answers was counted. Who answers none guesses at challenges.
    if end.as_ref().is_err_and(|it| it.code == Code::ChallengeEnded) {
        limits::guessed(&app, &visitor.from).await?;
    }
    shown(&app, end?).await
}

/// Whether your sign-ins want a code
#[utoipa::path(get, path = "/auth/two-factor", tag = "accounts", operation_id = "twoFactor",
    responses((status = 200, body = TwoFactor)))]
async fn state(State(app): State<App>, person: Person) -> Result<Json<TwoFactor>, Failure> {
    let it = app.accounts().two_factor(person.user).await?;
    Ok(Json(TwoFactor {
        enabled: it.since.is_some(),
        since: it.since,
        recovery_codes_left: it.recovery_codes_left,
    }))
}

/// Set up a second factor
///
/// It counts once its first code is confirmed, within half an hour.
#[utoipa::path(post, path = "/auth/two-factor/set-up", tag = "accounts", operation_id = "setUpTwoFactor",
    request_body = OwnPassword, responses((status = 200, body = TwoFactorSetUp)))]
async fn set_up(
    State(app): State<App>,
    person: Person,
    Given(given): Given<OwnPassword>,
) -> Result<Json<TwoFactorSetUp>, Failure> {
    let made = app.accounts().set_up_two_factor(person.user, person.session, &given.password);
    let made = made.await?;
    Ok(Json(TwoFactorSetUp {
        secret: made.secret.expose().to_owned(),
        otpauth_url: made.url.expose().to_owned(),
        qr_svg: made.picture.expose().to_owned(),
    }))
}

/// Turn a second factor on
///
/// With its first code. The answer holds ten recovery codes, for who loses the device.
#[utoipa::path(post, path = "/auth/two-factor/confirm", tag = "accounts", operation_id = "confirmTwoFactor",
    request_body = FirstCode, responses((status = 200, body = RecoveryCodes)))]
async fn confirm(
    State(app): State<App>,
    person: Person,
    Given(given): Given<FirstCode>,
) -> Result<Json<RecoveryCodes>, Failure> {
    let accounts = app.accounts();
    let made = accounts.confirm_two_factor(person.user, person.session, &given.code).await?;
    app.seats().forget_user(person.user);
    Ok(codes(made))
}

/// Turn the second factor off
#[utoipa::path(post, path = "/auth/two-factor/disable", tag = "accounts", operation_id = "disableTwoFactor",
    request_body = OwnPassword, responses((status = 200, body = Done)))]
async fn disable(
    State(app): State<App>,
    person: Person,
    Given(given): Given<OwnPassword>,
) -> Result<Json<Done>, Failure> {
    app.accounts().end_two_factor(person.user, person.session, &given.password).await?;
    app.seats().forget_user(person.user);
    Ok(done("sign-ins want no code any more"))
}

/// Make other recovery codes
///
/// Those before count no more.
#[utoipa::path(post, path = "/auth/two-factor/recovery-codes", tag = "accounts",
    operation_id = "renewRecoveryCodes", request_body = OwnPassword,
    responses((status = 200, body = RecoveryCodes)))]
async fn renew(
    State(app): State<App>,
    person: Person,
    Given(given): Given<OwnPassword>,
) -> Result<Json<RecoveryCodes>, Failure> {
    let accounts = app.accounts();
    let made = accounts.renew_recovery_codes(person.user, person.session, &given.password);
    Ok(codes(made.await?))
}
