//! Pages in browsers that call webhooks of another origin.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::webhooks::Address;

use crate::App;

/// How long a browser may remember what it was told, in seconds.
const REMEMBER: HeaderValue = HeaderValue::from_static("300");

/// A call from a page of another origin, and whether the workflow lets it.
pub(super) struct Crossing {
    origin: HeaderValue,
    allowed: bool,
}

impl Crossing {
    /// `None` when no page of a browser calls.
    pub(super) async fn of(
        app: &App,
        address: Address,
        path: &str,
        method: &Method,
        headers: &HeaderMap,
    ) -> Option<Crossing> {
        let origin = headers.get(header::ORIGIN)?.clone();
        let asked = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD);
        let method = asked.and_then(|it| it.to_str().ok()).unwrap_or(method.as_str());
        let text = origin.to_str().ok()?;
        let allowed = app.engine().allows_origin(address, method, path, text).await;
        Some(Crossing { allowed: allowed.unwrap_or(false), origin })
    }

    /// An address that is secret, so that whoever knows it may call it.
    pub(super) fn open(request: &Request) -> Option<Crossing> {
        let origin = request.headers().get(header::ORIGIN)?.clone();
        Some(Crossing { origin, allowed: true })
    }

    fn allow(&self, headers: &mut HeaderMap) {
        if self.allowed && !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
    }
}

/// The answer to a browser's question before the call.
pub(super) fn preflight(crossing: Option<&Crossing>, request: &Request) -> Option<Response> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(crossing) = crossing.filter(|it| it.allowed) {
        let headers = response.headers_mut();
        crossing.allow(headers);
        for (asked, allowed) in [
            (header::ACCESS_CONTROL_REQUEST_METHOD, header::ACCESS_CONTROL_ALLOW_METHODS),
            (header::ACCESS_CONTROL_REQUEST_HEADERS, header::ACCESS_CONTROL_ALLOW_HEADERS),
        ] {
            if let Some(it) = request.headers().get(asked) {
                headers.insert(allowed, it.clone());
            }
        }
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBER);
    }
    Some(response)
}

/// Lets the page read the answer.
pub(super) fn readable(crossing: Option<&Crossing>, mut response: Response) -> Response {
    if let Some(crossing) = crossing {
        crossing.allow(response.headers_mut());
    }
    response
}
