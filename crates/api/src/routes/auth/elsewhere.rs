//! Signing in with an account elsewhere: there, back, and in.
//!
//! Browsers are sent there and come back by addresses, so what fails on the way is told by the web app's
//! page and not by a body. What it is told stands behind the `#`, so that it reaches no log.

use accounts::elsewhere::{Answer, Begun, Ended, Kind, Link};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use model::{Code, Fault, id::IdentityId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Done, SignedIn, done, two_factor};
use crate::{
    App,
    described::{Routes, routes},
    door::Person,
    failure::Failure,
    list::{List, Page},
    read::{Asked, At, Given},
    visitor::Visitor,
};

/// Where people may come from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Providers {
    providers: Vec<Provider>,
    /// Nobody has an account on this server yet: the first one looks after it, and is made with a password, on the
    /// machine itself.
    first_account: bool,
}

/// A server that people may come from.
#[derive(Serialize, ToSchema)]
struct Provider {
    id: String,
    /// As people know it.
    label: String,
    kind: ProviderKind,
    /// Where a browser begins to sign in.
    url: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ProviderKind {
    Google,
    Facebook,
    Oidc,
}

/// What a provider sends back by way of the browser.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Brought {
    /// The word that the way was begun with.
    #[serde(default)]
    state: String,
    code: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInCode {
    /// What stood behind `#code=`.
    #[schema(max_length = 100)]
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewIdentity {
    /// The id of a provider.
    provider: String,
}

/// Where the browser goes to link an account.
#[derive(Serialize, ToSchema)]
struct LinkBegun {
    url: String,
}

/// An account elsewhere that you sign in with.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Identity {
    #[schema(value_type = String)]
    id: IdentityId,
    /// The id of the provider; absent when nobody comes from there any more.
    provider: Option<String>,
    issuer: String,
    /// As it names you.
    label: String,
    #[schema(value_type = String, format = DateTime)]
    linked_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
}

impl From<Link> for Identity {
    fn from(it: Link) -> Identity {
        Identity {
            id: it.id,
            provider: it.provider.map(String::from),
            issuer: it.issuer.into(),
            label: it.label.into(),
            linked_at: it.linked_at,
            used_at: it.used_at,
        }
    }
}

pub(super) fn open() -> Routes {
    Routes::new()
        .routes(routes!(providers))
        .routes(routes!(google))
        .routes(routes!(google_callback))
        .routes(routes!(facebook))
        .routes(routes!(facebook_callback))
        .routes(routes!(oidc))
        .routes(routes!(oidc_callback))
        .routes(routes!(exchange))
}

pub(super) fn guarded() -> Routes {
    Routes::new().routes(routes!(identities, link)).routes(routes!(unlink))
}

/// Where people may come from
#[utoipa::path(get, path = "/auth/providers", tag = "accounts", operation_id = "listProviders", security(()),
    responses((status = 200, body = Providers)))]
async fn providers(State(app): State<App>) -> Result<Json<Providers>, Failure> {
    let provider = |it: &accounts::elsewhere::Provider| Provider {
        id: it.id.to_string(),
        label: it.label.to_string(),
        kind: match it.kind {
            Kind::Google(_) => ProviderKind::Google,
            Kind::Facebook(_) => ProviderKind::Facebook,
            Kind::Oidc(_) => ProviderKind::Oidc,
        },
        url: format!("/api/auth/{}", it.path()),
    };
    let first_account = app.accounts().has_nobody().await?;
    let providers = app.accounts().providers().map(provider).collect();
    Ok(Json(Providers { providers, first_account }))
}

/// Sign in with Google
///
/// For browsers. Google sends back to `/api/auth/google/callback`.
#[utoipa::path(get, path = "/auth/google", tag = "accounts", operation_id = "signInWithGoogle", security(()),
    responses((status = 303, description = "To Google, or to the web app with `#error=`")))]
async fn google(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    begin(&app, "google", &headers).await
}

/// Come back from Google
///
/// The browser goes on to the web app with `#code=`, which `/api/auth/exchange` takes, `#linked=` or
/// `#error=`.
#[utoipa::path(get, path = "/auth/google/callback", tag = "accounts", operation_id = "returnFromGoogle", security(()),
    params(Brought), responses((status = 303, description = "To the web app")))]
async fn google_callback(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(brought): Asked<Brought>,
) -> Result<Response, Failure> {
    end(&app, "google", &headers, &brought).await
}

/// Sign in with Facebook
///
/// For browsers. Facebook sends back to `/api/auth/facebook/callback`.
#[utoipa::path(get, path = "/auth/facebook", tag = "accounts", operation_id = "signInWithFacebook", security(()),
    responses((status = 303, description = "To Facebook, or to the web app with `#error=`")))]
async fn facebook(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    begin(&app, "facebook", &headers).await
}

/// Come back from Facebook
#[utoipa::path(get, path = "/auth/facebook/callback", tag = "accounts", operation_id = "returnFromFacebook", security(()),
    params(Brought), responses((status = 303, description = "To the web app")))]
async fn facebook_callback(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(brought): Asked<Brought>,
) -> Result<Response, Failure> {
    end(&app, "facebook", &headers, &brought).await
}

/// Sign in with a provider
///
/// For browsers. The provider sends back to `/api/auth/oidc/{provider}/callback`.
#[utoipa::path(get, path = "/auth/oidc/{provider}", tag = "accounts", operation_id = "signInWithProvider", security(()),
    params(("provider" = String, Path)),
    responses((status = 303, description = "To the provider, or to the web app with `#error=`")))]
async fn oidc(
    State(app): State<App>,
    At(provider): At<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    begin(&app, own(&provider)?, &headers).await
}

/// Come back from a provider
#[utoipa::path(get, path = "/auth/oidc/{provider}/callback", tag = "accounts", operation_id = "returnFromProvider",
    security(()), params(("provider" = String, Path), Brought),
    responses((status = 303, description = "To the web app")))]
async fn oidc_callback(
    State(app): State<App>,
    At(provider): At<String>,
    headers: HeaderMap,
    Asked(brought): Asked<Brought>,
) -> Result<Response, Failure> {
    end(&app, own(&provider)?, &headers, &brought).await
}

/// Exchange the code of a sign-in for the tokens
///
/// Once, within two minutes, by the browser that began the sign-in. Where a second factor is on, the answer
/// is 202 with a challenge, as that of `/api/auth/login`.
#[utoipa::path(post, path = "/auth/exchange", tag = "accounts", operation_id = "exchangeCode", security(()),
    request_body = SignInCode,
    responses((status = 200, body = SignedIn), (status = 202, body = two_factor::CodeWanted)))]
async fn exchange(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Given(given): Given<SignInCode>,
) -> Result<Response, Failure> {
    let browser = browser(&app, &headers);
    let it = app.accounts().exchange(&given.code, browser.as_deref(), &visitor.from).await?;
    two_factor::entered(&app, it).await
}

/// Your accounts elsewhere
#[utoipa::path(get, path = "/auth/identities", tag = "accounts", operation_id = "listIdentities",
    params(Page), responses((status = 200, body = List<Identity>)))]
async fn identities(
    State(app): State<App>,
    person: Person,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Identity>>, Failure> {
    let all = app.accounts().links(person.user).await?;
    Ok(Json(page.cut(all).map(Identity::from)))
}

/// Link an account elsewhere
///
/// One at the single sign-on of a workspace that you are in is linked by the provider `saml/` and the
/// workspace's id. The browser goes to the address, and comes back to the web app with `#linked=` or `#error=`.
#[utoipa::path(post, path = "/auth/identities", tag = "accounts", operation_id = "linkIdentity",
    request_body = NewIdentity, responses((status = 200, body = LinkBegun)))]
async fn link(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    Given(given): Given<NewIdentity>,
) -> Result<Response, Failure> {
    let browser = browser(&app, &headers);
    let (accounts, user) = (app.accounts(), Some(person.user));
    let begun = accounts.begin_elsewhere(&given.provider, browser.as_deref(), user).await?;
    let body = Json(LinkBegun { url: begun.url.to_string() }).into_response();
    Ok(with_browser(&app, body, &begun))
}

/// Give up an account elsewhere
///
/// You do not sign in with it any more. The last way into your account stays.
#[utoipa::path(delete, path = "/auth/identities/{id}", tag = "accounts", operation_id = "unlinkIdentity",
    params(("id" = String, Path)), responses((status = 200, body = Done)))]
async fn unlink(
    State(app): State<App>,
    person: Person,
    At(id): At<IdentityId>,
) -> Result<Json<Done>, Failure> {
    app.accounts().unlink(person.user, id).await?;
    Ok(done("the account elsewhere is given up"))
}

pub(super) async fn begin(
    app: &App,
    provider: &str,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let browser = browser(app, headers);
    match app.accounts().begin_elsewhere(provider, browser.as_deref(), None).await {
        Ok(begun) => Ok(with_browser(app, to(begun.url.as_str()), &begun)),
        Err(fault) => told(app, fault),
    }
}

async fn end(
    app: &App,
    provider: &str,
    headers: &HeaderMap,
    brought: &Brought,
) -> Result<Response, Failure> {
    let browser = browser(app, headers);
    let answer = Answer {
        state: &brought.state,
        code: brought.code.as_deref(),
        error: brought.error.as_deref(),
        issuer: brought.iss.as_deref(),
    };
    match app.accounts().end_elsewhere(provider, browser.as_deref(), &answer).await {
        Ok(Ended::In(code)) => Ok(back(app, "code", code.expose())),
        Ok(Ended::Linked) => Ok(back(app, "linked", provider)),
        Err(fault) => told(app, fault),
    }
}

/// A provider that there is not has no page of the web app.
pub(super) fn told(app: &App, fault: Fault) -> Result<Response, Failure> {
    if fault.code == Code::NotFound {
        return Err(fault.into());
    }
    if matches!(fault.code, Code::Internal | Code::StoreUnavailable) {
        tracing::error!("a sign-in failed on our side: {fault}");
    }
    Ok(back(app, "error", fault.code.as_str()))
}

/// Google and Facebook have addresses of their own.
fn own(provider: &str) -> Result<&str, Failure> {
    match provider {
        "google" | "facebook" => Err(Failure::of(
            Code::NotFound,
            format!("sign in by `/api/auth/{provider}`; this address is for others"),
        )),
        it => Ok(it),
    }
}

pub(super) fn back(app: &App, name: &str, value: &str) -> Response {
    to(&format!("{}/app/sign-in/done#{name}={value}", app.engine().base_url()))
}

pub(super) fn to(url: &str) -> Response {
    let Ok(url) = HeaderValue::from_str(url) else {
        return Failure::of(Code::Internal, "an address cannot stand in a header").into_response();
    };
    let headers =
        [(header::LOCATION, url), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Under TLS no other host of the same domain can write it.
fn cookie(app: &App) -> (&'static str, &'static str) {
    match app.engine().base_url().starts_with("https://") {
        true => ("__Host-tailorbird-sign-in", "; Secure"),
        false => ("tailorbird-sign-in", ""),
    }
}

/// The word that binds a sign-in to its browser.
pub(super) fn browser(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = cookie(app).0;
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut all = lines.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    all.find(|it| it.0 == name).map(|it| it.1.to_owned())
}

pub(super) fn with_browser(app: &App, mut response: Response, begun: &Begun) -> Response {
    let (name, secure) = cookie(app);
    let (word, seconds) = (begun.browser.expose(), begun.seconds);
    let text = format!("{name}={word}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(mut it) = HeaderValue::from_str(&text) {
        it.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, it);
    }
    response
}
