//! Signing in by a workspace's provider, with SAML 2.0: there, back, and what the provider is told of us.

use accounts::elsewhere::Ended;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use model::id::WorkspaceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::elsewhere::{back, begin, told, with_browser};
use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    pace::IN_TIME,
    read::{At, Given, bytes_of},
};

/// Largest answer of a provider: it may name many groups.
const ANSWER_BYTES_MAX: usize = 1 << 20;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SsoQuestion {
    /// Your address, its domain, or the id of a workspace.
    #[schema(max_length = 254)]
    text: String,
}

/// Where single sign-on begins.
#[derive(Serialize, ToSchema)]
struct SsoFound {
    /// Where a browser begins to sign in; absent when nobody has single sign-on for this.
    url: Option<String>,
    /// The provider to link an account of.
    provider: Option<String>,
}

/// What a provider has the browser send.
#[derive(Default, Deserialize, ToSchema)]
struct SsoAnswer {
    /// Base64 of a response of SAML 2.0.
    #[serde(rename = "SAMLResponse")]
    saml_response: String,
    /// As it went with the request; any other, or none, when nobody asked.
    #[serde(rename = "RelayState", default)]
    relay_state: String,
}

pub(super) fn open() -> Routes {
    Routes::new()
        .routes(routes!(find))
        .routes(routes!(metadata))
        .routes(routes!(start))
        .routes(routes!(answer))
}

/// Find where single sign-on begins
///
/// By an address whose domain is known to be a workspace's, or by the workspace's id.
#[utoipa::path(post, path = "/auth/saml/find", tag = "accounts", operation_id = "findSso", security(()),
    request_body = SsoQuestion, responses((status = 200, body = SsoFound)))]
async fn find(
    State(app): State<App>,
    Given(given): Given<SsoQuestion>,
) -> Result<Json<SsoFound>, Failure> {
    let found = app.accounts().find_sso(&given.text).await?;
    Ok(Json(SsoFound {
        url: found.map(|it| format!("/api/auth/saml/{it}/start")),
        provider: found.map(|it| format!("saml/{it}")),
    }))
}

/// What a provider is told of a workspace
///
/// Metadata of SAML 2.0, to be given to the workspace's provider.
#[utoipa::path(get, path = "/auth/saml/{workspace}/metadata", tag = "accounts", operation_id = "getSsoMetadata",
    security(()), params(("workspace" = String, Path)),
    responses((status = 200, body = String, content_type = "application/samlmetadata+xml")))]
async fn metadata(State(app): State<App>, At(workspace): At<WorkspaceId>) -> Response {
    let kind = HeaderValue::from_static("application/samlmetadata+xml");
    ([(header::CONTENT_TYPE, kind)], app.accounts().sso_metadata(workspace)).into_response()
}

/// Sign in by a workspace's provider
///
/// For browsers.
#[utoipa::path(get, path = "/auth/saml/{workspace}/start", tag = "accounts", operation_id = "signInWithSso",
    security(()), params(("workspace" = String, Path)),
    responses((status = 303, description = "To the provider, or to the web app with `#error=`")))]
async fn start(
    State(app): State<App>,
    At(workspace): At<WorkspaceId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    begin(&app, &format!("saml/{workspace}"), &headers).await
}

/// Come back from a workspace's provider
///
/// The browser goes on to the web app with `#code=`, which `/api/auth/exchange` takes, `#linked=` or
/// `#error=`.
#[utoipa::path(post, path = "/auth/saml/{workspace}/acs", tag = "accounts", operation_id = "returnFromSso",
    security(()), params(("workspace" = String, Path)),
    request_body(content = SsoAnswer, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the web app")))]
async fn answer(
    State(app): State<App>,
    At(workspace): At<WorkspaceId>,
    request: Request,
) -> Result<Response, Failure> {
    let bytes = bytes_of(request.into_body(), ANSWER_BYTES_MAX, &IN_TIME).await?;
    let mut given = SsoAnswer::default();
    for (name, value) in url::form_urlencoded::parse(&bytes) {
        match name.as_ref() {
            "SAMLResponse" => given.saml_response = value.into_owned(),
            "RelayState" => given.relay_state = value.into_owned(),
            _ => {}
        }
    }
    let accounts = app.accounts();
    match accounts.end_saml(workspace, &given.saml_response, &given.relay_state).await {
        Ok(it) => {
            let response = match it.ended {
                Ended::In(code) => back(&app, "code", code.expose()),
                Ended::Linked => back(&app, "linked", "sso"),
            };
            Ok(match it.browser {
                Some(begun) => with_browser(&app, response, &begun),
                None => response,
            })
        }
        Err(fault) => told(&app, fault),
    }
}
