//! Around every request: its id, its count, and the body of its failure.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use model::{Code, id::RequestId};
use uuid::Uuid;

use crate::{
    App, crossing::Of, dialect::Plainly, failure::Failure, limits::Quota, metrics, safety::Safety,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that a caller may bring along.
const REQUEST_ID_CHARS_MAX: usize = 100;

/// What a request is called, and who answers it.
#[derive(Clone)]
pub(crate) struct Named(Arc<Name>);

struct Name {
    id: String,
    /// Known to the outermost router, or told by the one inside that finds it.
    route: OnceLock<MatchedPath>,
}

impl Named {
    fn new(request: &Request) -> Named {
        let route = request.extensions().get::<MatchedPath>().cloned();
        let route = route.map_or_else(OnceLock::new, OnceLock::from);
        Named(Arc::new(Name { id: request_id(request), route }))
    }

    pub(crate) fn id(&self) -> &str {
        &self.0.id
    }

    /// The route as it is written in the code: few names, whatever comes.
    fn route(&self) -> &str {
        self.0.route.get().map_or("none", MatchedPath::as_str)
    }
}

/// Tells of the route that a router inside found.
pub(crate) fn found(request: &Request) {
    let all = request.extensions();
    if let (Some(named), Some(route)) = (all.get::<Named>(), all.get::<MatchedPath>()) {
        named.0.route.get_or_init(|| route.clone());
    }
}

pub(crate) async fn envelope(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let named = Named::new(&request);
    let method = request.method().clone();
    let safety = Safety::of(&app, &request);
    request.extensions_mut().insert(named.clone());
    let mut response = next.run(request).await;
    let (id, route) = (named.id(), named.route());
    let quota = response.extensions_mut().remove::<Quota>();
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        note(&failure, &method, route, id);
        let of = response.extensions().get::<Of>().copied();
        let plainly = response.extensions().get::<Plainly>().copied();
        response = failure.write(id, app.engine().base_url(), plainly);
        if let Some(of) = of {
            response.extensions_mut().insert(of);
        }
    }
    safety.write(response.headers_mut());
    if let Some(quota) = quota {
        quota.write(response.headers_mut());
    }
    let (status, took) = (response.status(), began.elapsed());
    tracing::debug!(%method, route, request_id = id, status = status.as_u16(), ms = took.as_millis() as u64, "answered");
    metrics::count(&method, route, status, took);
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// What the caller cannot mend is for whoever looks after the server.
fn note(failure: &Failure, method: &Method, route: &str, request_id: &str) {
    let message = failure.message();
    match failure.code() {
        Code::Internal => {
            tracing::error!(%method, route, request_id, "a request broke: {message}");
        }
        code @ (Code::StoreUnavailable | Code::SchemaNewer | Code::Overloaded) => {
            tracing::warn!(%method, route, request_id, code = code.as_str(), "a request was turned away: {message}");
        }
        _ => {}
    }
}

/// The caller's own id, when it brings a plain one, so that its log and ours can be joined.
fn request_id(request: &Request) -> String {
    let plain = |it: &&str| {
        let fits =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        !it.is_empty() && it.len() <= REQUEST_ID_CHARS_MAX && it.bytes().all(fits)
    };
    let given = request.headers().get(REQUEST_ID).and_then(|it| it.to_str().ok()).filter(plain);
    given.map_or_else(|| RequestId(Uuid::now_v7()).to_string(), str::to_owned)
}
