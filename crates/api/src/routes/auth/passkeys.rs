//! Passkeys: made, named, given up, and signed in with. What devices say travels as base64url.

use accounts::passkeys::{Asked as Question, Made, Signed};
use axum::{Json, extract::State, http::StatusCode};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use model::{Fault, Secret, id::PasskeyId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Done, SignedIn, done, secret, shown};
use crate::{
    App,
    described::{Routes, routes},
    door::Person,
    failure::Failure,
    list::{List, Page},
    read::{Asked, At, Given},
    visitor::Visitor,
};

/// A key of a device of yours.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Passkey {
    #[schema(value_type = String)]
    id: PasskeyId,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When you last signed in with it.
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Timestamp>,
}

/// What a browser asks a device (`navigator.credentials.get`).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PasskeyQuestion {
    /// Base64url; it counts once.
    challenge: String,
    /// The name that keys are for.
    rp_id: String,
    /// For how many seconds it can be answered.
    expires_in: i64,
}

/// What a browser asks a device that makes a key (`navigator.credentials.create`).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewPasskeyQuestion {
    challenge: String,
    rp_id: String,
    expires_in: i64,
    /// Base64url: names you to the device.
    user_handle: String,
    user_name: String,
    user_display_name: String,
    /// Base64url: keys of yours; a device that has one of them makes no second one.
    exclude: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasskeySetUp {
    /// Your password; empty when the account has none.
    #[serde(deserialize_with = "secret", default = "nothing")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

fn nothing() -> Secret {
    Secret::new("")
}

/// What a device has made, each part as base64url.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewPasskey {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `response.clientDataJSON`
    client_data: String,
    /// `response.getAuthenticatorData()`
    authenticator_data: String,
    /// `response.getPublicKey()`
    public_key: String,
}

/// What a device has signed, each part as base64url.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasskeyAnswer {
    /// `rawId`
    credential: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasskeyName {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

impl From<store::passkeys::Passkey> for Passkey {
    fn from(it: store::passkeys::Passkey) -> Passkey {
        let store::passkeys::Passkey { id, name, created_at, used_at, .. } = it;
        Passkey { id, name: name.into(), created_at, used_at }
    }
}

pub(super) fn open() -> Routes {
    Routes::new().routes(routes!(challenge)).routes(routes!(sign_in))
}

pub(super) fn guarded() -> Routes {
    Routes::new().routes(routes!(list, add)).routes(routes!(set_up)).routes(routes!(rename, remove))
}

/// Begin to sign in with a passkey
#[utoipa::path(post, path = "/auth/passkeys/challenge", tag = "accounts", operation_id = "askPasskey",
    security(()), responses((status = 200, body = PasskeyQuestion)))]
async fn challenge(State(app): State<App>) -> Result<Json<PasskeyQuestion>, Failure> {
    let Question { challenge, relying_party, seconds } = app.accounts().ask_passkey().await?;
    let challenge = challenge.expose().to_owned();
    Ok(Json(PasskeyQuestion { challenge, rp_id: relying_party, expires_in: seconds }))
}

/// Sign in with a passkey
///
/// The device has made sure who holds it, so no second factor is asked for.
#[utoipa::path(post, path = "/auth/passkeys/sign-in", tag = "accounts", operation_id = "signInWithPasskey",
    security(()), request_body = PasskeyAnswer, responses((status = 200, body = SignedIn)))]
async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    Given(given): Given<PasskeyAnswer>,
) -> Result<Json<SignedIn>, Failure> {
    let signed = Signed {
        credential: &bytes("credential", &given.credential)?,
        client: &bytes("clientData", &given.client_data)?,
        device: &bytes("authenticatorData", &given.authenticator_data)?,
        signature: &bytes("signature", &given.signature)?,
    };
    let it = app.accounts().sign_in_with_passkey(&signed, &visitor.from).await?;
    shown(&app, it).await
}

/// Your passkeys
#[utoipa::path(get, path = "/auth/passkeys", tag = "accounts", operation_id = "listPasskeys",
    params(Page), responses((status = 200, body = List<Passkey>)))]
async fn list(
    State(app): State<App>,
    person: Person,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Passkey>>, Failure> {
    let all = app.accounts().passkeys(person.user).await?;
    Ok(Json(page.cut(all).map(Passkey::from)))
}

/// Begin to make a passkey
#[utoipa::path(post, path = "/auth/passkeys/set-up", tag = "accounts", operation_id = "setUpPasskey",
    request_body = PasskeySetUp, responses((status = 200, body = NewPasskeyQuestion)))]
async fn set_up(
    State(app): State<App>,
    person: Person,
    Given(given): Given<PasskeySetUp>,
) -> Result<Json<NewPasskeyQuestion>, Failure> {
    let made = app.accounts().set_up_passkey(person.user, person.session, &given.password).await?;
    let email = String::from(made.user.email);
    let name = String::from(made.user.name);
    Ok(Json(NewPasskeyQuestion {
        challenge: made.asked.challenge.expose().to_owned(),
        rp_id: made.asked.relying_party,
        expires_in: made.asked.seconds,
        user_handle: URL_SAFE_NO_PAD.encode(made.user.id.0.as_bytes()),
        user_display_name: if name.is_empty() { email.clone() } else { name },
        user_name: email,
        exclude: made.known.iter().map(|it| URL_SAFE_NO_PAD.encode(it)).collect(),
    }))
}

/// Keep a passkey that a device has made
#[utoipa::path(post, path = "/auth/passkeys", tag = "accounts", operation_id = "addPasskey",
    request_body = NewPasskey, responses((status = 201, body = Passkey)))]
async fn add(
    State(app): State<App>,
    person: Person,
    Given(given): Given<NewPasskey>,
) -> Result<(StatusCode, Json<Passkey>), Failure> {
    let made = Made {
        client: &bytes("clientData", &given.client_data)?,
        device: &bytes("authenticatorData", &given.authenticator_data)?,
        public_key: &bytes("publicKey", &given.public_key)?,
        name: &given.name,
    };
    let it = app.accounts().add_passkey(person.user, person.session, &made).await?;
    app.seats().forget_user(person.user);
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// Rename a passkey
#[utoipa::path(put, path = "/auth/passkeys/{id}", tag = "accounts", operation_id = "renamePasskey",
    params(("id" = String, Path)), request_body = PasskeyName, responses((status = 200, body = Passkey)))]
async fn rename(
    State(app): State<App>,
    person: Person,
    At(id): At<PasskeyId>,
    Given(given): Given<PasskeyName>,
) -> Result<Json<Passkey>, Failure> {
    Ok(Json(app.accounts().rename_passkey(person.user, id, &given.name).await?.into()))
}

/// Give up a passkey
///
/// You do not sign in with it any more. The last way into your account stays. It takes a session that was begun with a
/// passkey or a code.
#[utoipa::path(delete, path = "/auth/passkeys/{id}", tag = "accounts", operation_id = "removePasskey",
    params(("id" = String, Path)), responses((status = 200, body = Done)))]
async fn remove(
    State(app): State<App>,
    person: Person,
    At(id): At<PasskeyId>,
) -> Result<Json<Done>, Failure> {
    app.accounts().remove_passkey(person.user, person.session, id).await?;
    app.seats().forget_user(person.user);
    Ok(done("the passkey is given up"))
}

fn bytes(name: &str, text: &str) -> Result<Vec<u8>, Failure> {
    URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .map_err(|_| Fault::invalid(format!("`{name}` is base64url")).into())
}
