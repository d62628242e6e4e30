//! Pages of other origins in browsers, that call the API: what a workspace lists may read its answers.
//!
//! A browser asks before it calls, and shows no key or token with its question: then any workspace that
//! lists the origin counts. The answer of the call itself is readable where the caller's own workspace
//! lists it. No cookie opens anything here, so none is ever let in.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::id::WorkspaceId;
use url::Url;

use crate::{App, remote, safety};

/// How long a browser may remember what it was told, in seconds.
const REMEMBER: HeaderValue = HeaderValue::from_static("300");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
/// What a page may send.
const SENT: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, x-api-key, x-request-id, if-match, if-none-match, last-event-id",
);
/// What a page may read, beside what every page may.
const READ: HeaderValue = HeaderValue::from_static(
    "etag, retry-after, x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset, content-disposition",
);
/// Longest origin: a name of 253 characters and what stands around it.
pub(crate) const ORIGIN_CHARS_MAX: usize = 270;

/// Whose workspace an answer is of.
#[derive(Clone, Copy)]
pub(crate) struct Of(pub WorkspaceId);

/// Stands around everything.
pub(crate) async fn cross(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let is_of_workflow = safety::is_of_workflow(route);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let Some(origin) = foreign(&app, peer, request.headers()).filter(|_| !is_of_workflow) else {
        return next.run(request).await;
    };
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if asks {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        if allow(&app, None, &origin, headers).await {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBER);
        }
        return response;
    }
    let mut response = next.run(request).await;
    let of = response.extensions().get::<Of>().map(|it| it.0);
    if allow(&app, of, &origin, response.headers_mut()).await {
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READ);
    }
    response
}

/// Whether a page that connects may hear of a workspace. One of our own may, and who is no page.
pub(crate) async fn may_hear(
    app: &App,
    peer: Option<ConnectInfo<SocketAddr>>,
    headers: &HeaderMap,
    of: WorkspaceId,
) -> bool {
    match foreign(app, peer, headers) {
        None => true,
        Some(origin) => is_listed(app, Some(of), &origin).await,
    }
}

/// The origin of a page that is not ours.
fn foreign(
    app: &App,
    peer: Option<ConnectInfo<SocketAddr>>,
    headers: &HeaderMap,
) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let peer = peer.map(|it| it.0.ip());
    let is_ours = origin.to_str().is_ok_and(|it| {
        let authority = it.split_once("://").map_or(it, |(_, rest)| rest);
        remote::host(peer, headers, &app.options().trusted_proxies) == Some(authority)
            || parse(app.engine().base_url()).is_some_and(|own| own == it)
    });
    (!is_ours).then(|| origin.clone())
}

/// Writes that the page may read the answer, if it may.
async fn allow(
    app: &App,
    of: Option<WorkspaceId>,
    origin: &HeaderValue,
    headers: &mut HeaderMap,
) -> bool {
    // Another page asks for the same, and is told something else.
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    let may = is_listed(app, of, origin).await;
    if may {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    may
}

async fn is_listed(app: &App, of: Option<WorkspaceId>, origin: &HeaderValue) -> bool {
    let Some(origin) = origin.to_str().ok().filter(|it| it.len() <= ORIGIN_CHARS_MAX) else {
        return false;
    };
    let found = match of {
        Some(workspace) => app.store().lists_origin(workspace, origin).await,
        None => app.store().knows_origin(origin).await,
    };
    // Whoever cannot be looked up is let in nowhere; the call itself says what is wrong.
    found.unwrap_or(false)
}

/// An origin as browsers write it: scheme, name and the port that is not the usual one.
pub(crate) fn parse(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let is_bare = matches!(url.path(), "/" | "")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_web = matches!(url.scheme(), "http" | "https");
    let origin = url.origin().ascii_serialization();
    (is_web && is_bare && origin.len() <= ORIGIN_CHARS_MAX).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn an_origin_is_as_browsers_write_it() {
        check("https://Shop.example/", Some("https://shop.example"));
        check(" https://shop.example:443 ", Some("https://shop.example"));
        check("http://localhost:5173", Some("http://localhost:5173"));
        check("https://bücher.example", Some("https://xn--bcher-kva.example"));
        for odd in ["*", "null", "shop.example", "https://a.example/b", "https://u@a.example"] {
            check(odd, None);
        }
        for odd in ["https://a.example?b", "https://a.example#b", "ftp://a.example", "file:///"] {
            check(odd, None);
        }
    }
}
