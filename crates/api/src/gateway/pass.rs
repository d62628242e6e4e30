//! Calls that go on to another service: let in, sent, tried again where that does no harm, and answered.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Path, Request, State},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use model::{
    Code, Fault, Value,
    gateway::{self, Access, Taken, Upstream},
    id::WorkspaceId,
    permission::Permission,
};
use sdk::http::{Begun, Call, Failure as Unanswered, FailureKind};
use smol_str::SmolStr;
use store::gateway::Row;

use super::{
    Way,
    address::{self, target},
    answer, health,
    known::Standing,
    places::Place,
    request, rules, way,
};
use crate::{App, crossing::Of, door, failure::Failure, read, remote};

/// Longest time for the body of a request.
const BODY_WAIT_MAX: Duration = Duration::from_secs(60);
/// Longest look at a service that somebody waits for.
const CHECK_TIME_MAX: Duration = Duration::from_secs(20);
/// How long what failed waits before it is tried again: twice as long each time.
const PAUSE: Duration = Duration::from_millis(50);

/// `/gateway/…`, of the default workspace.
pub(crate) async fn here(State(app): State<App>, request: Request) -> Response {
    let workspace = app.engine().default_workspace();
    call(&app, workspace, 2, request).await
}

/// `/w/{workspace}/gateway/…`
pub(crate) async fn of(
    State(app): State<App>,
    Path((workspace, _)): Path<(String, String)>,
    request: Request,
) -> Response {
    match workspace.parse::<WorkspaceId>() {
        Ok(workspace) => call(&app, workspace, 4, request).await,
        Err(_) => Failure::of(Code::NotFound, "there is no such workspace").into_response(),
    }
}

/// The path begins behind so many slashes.
async fn call(app: &App, workspace: WorkspaceId, slashes: usize, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let path =
        parts.uri.path().splitn(slashes + 1, '/').nth(slashes).unwrap_or_default().to_owned();
    let prefix = &parts.uri.path()[..parts.uri.path().len() - path.len()];
    let prefix = prefix.trim_end_matches('/').to_owned();
    let passage = Passage { app, workspace, prefix: &prefix, path: &path };
    let mut way: Option<Way> = None;
    let end = passage.go(&mut parts, body, &mut way).await;
    let mut response = end.unwrap_or_else(IntoResponse::into_response);
    response.extensions_mut().insert(Of(workspace));
    match way {
        Some(way) => way.leave(response),
        None => response,
    }
}

struct Passage<'a> {
    app: &'a App,
    workspace: WorkspaceId,
    /// What stands before the path, without a `/` at its end.
    prefix: &'a str,
    path: &'a str,
}

impl Passage<'_> {
    async fn go(
        &self,
        parts: &mut Parts,
        body: Body,
        way: &mut Option<Way>,
    ) -> Result<Response, Failure> {
        let app = self.app;
        let standing = app.gateway().known.of(app.store(), self.workspace).await?;
        let path = address::Path::parse(self.path)?;
        let (row, taken) = self.route(&standing, parts.method.as_str(), &path)?;
        let upstream = row.route.upstream.as_ref().expect("it leads to a service");
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        let from = remote::of(peer, &parts.headers, &app.options().trusted_proxies);
        let who = self.caller(upstream, &parts.headers, from).await?;
        let way = way.insert(Way::to_service(self.workspace, standing.clone(), row.clone()));
        way.pay(app, &who).await?;
        let body = read::bytes_of(body, upstream.body_bytes_max as usize);
        let body = tokio::time::timeout(BODY_WAIT_MAX, body).await.map_err(|_| {
            let seconds = BODY_WAIT_MAX.as_secs();
            Failure::of(Code::Timeout, format!("the body did not come within {seconds} seconds"))
        })??;
        let place = app.gateway().place(self.workspace)?;
        let call = self.written(&row, &taken, &path, parts, body, from).await?;
        let begun = send(app, &row, upstream, &call).await?;
        let is_head = call.method == "HEAD";
        answer::write(begun, &row.route.response, is_head, self.prefix, place).await
    }

    fn route(
        &self,
        standing: &Arc<Standing>,
        method: &str,
        path: &address::Path<'_>,
    ) -> Result<(Row, Taken), Failure> {
        let segments: Vec<&str> = path.plain.iter().map(String::as_str).collect();
        let found = standing.upstreams.iter().find_map(|row| {
            let taken = row.route.path.take(&segments).filter(|_| row.route.takes(method))?;
            Some((row.clone(), taken))
        });
        found.ok_or_else(|| {
            let mut others =
                standing.upstreams.iter().filter(|it| it.route.path.take(&segments).is_some());
            match others.next() {
                Some(it) => {
                    let message =
                        format!("this path is called with {}", it.route.methods.join(", "));
                    Failure::of(Code::MethodNotAllowed, message)
                }
                None => Failure::of(Code::RouteNotFound, "the gateway has no route for this path"),
            }
        })
    }

    /// Who calls, to be counted.
    async fn caller(
        &self,
        upstream: &Upstream,
        headers: &HeaderMap,
        from: Option<IpAddr>,
    ) -> Result<String, Failure> {
        match upstream.access {
            Access::Everybody => Ok(way::household(from)),
            Access::Key => {
                let wanted = Permission::GatewayCall;
                door::caller_in(self.app, headers, from, self.workspace, wanted).await
            }
        }
    }

    /// The call that goes out.
    async fn written(
        &self,
        row: &Row,
        taken: &Taken,
        path: &address::Path<'_>,
        parts: &mut Parts,
        body: Bytes,
        from: Option<IpAddr>,
    ) -> Result<Call, Failure> {
        let upstream = row.route.upstream.as_ref().expect("it leads to a service");
        let mut headers = parts.headers.clone();
        request::strip(self.app, &mut headers);
        rules::change_headers(&row.route.request, &mut headers);
        let body = rules::change_request(&row.route.request, &headers, body)?;
        request::tell(self.app, parts, from, &mut headers);
        let url = target(upstream, taken, &path.raw, parts.uri.query())?;
        let mut call = call_to(parts.method.as_str(), url.as_str(), upstream)?;
        // Bytes past ASCII are handed on as they can be read.
        call.headers = headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (SmolStr::from(name.as_str()), SmolStr::from(value))
            })
            .collect();
        call.body = body;
        if let Some(credential) = upstream.credential {
            sign(self.app, self.workspace, credential, &mut call).await?;
        }
        Ok(call)
    }
}

fn call_to(method: &str, url: &str, upstream: &Upstream) -> Result<Call, Failure> {
    let mut call = Call::new(method, url).map_err(|it| {
        tracing::info!("a route of a gateway leads nowhere: {it}");
        Failure::of(Code::UpstreamFailed, "the address of the route's service cannot be used")
    })?;
    call.options.timeout = Duration::from_millis(upstream.timeout_ms.into());
    Ok(call)
}

async fn sign(
    app: &App,
    workspace: WorkspaceId,
    credential: model::id::CredentialId,
    call: &mut Call,
) -> Result<(), Failure> {
    app.engine().sign(workspace, credential, call).await.map_err(|it| {
        tracing::info!("a route of a gateway cannot sign its requests: {it}");
        let message = "this route cannot sign its requests; its workspace looks at the credential";
        Failure::of(Code::UpstreamFailed, message)
    })
}

impl super::Gateway {
    fn place(&self, of: WorkspaceId) -> Result<Place, Failure> {
        self.places.take(of)
    }
}

/// Sends a call, again where it failed and may be done twice. All tries together take no longer than one may.
async fn send(app: &App, row: &Row, upstream: &Upstream, call: &Call) -> Result<Begun, Failure> {
    let gateway = app.gateway();
    gateway.health.may_go(row.id, Instant::now()).map_err(rests)?;
    let may_again = matches!(call.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE");
    let retries = if may_again { upstream.retries } else { 0 };
    let until = Instant::now() + call.options.timeout;
    let mut call = call.clone();
    let mut n = 0;
    loop {
        let end = app.engine().http().begin(&call, upstream.answer_bytes_max).await;
        let now = Instant::now();
        let noted = match &end {
            Ok(begun) => Ok(begun.status),
            Err(why) => Err(why.message.as_str()),
        };
        gateway.health.note(row.id, noted, now);
        let outcome = if end.is_ok() { "answered" } else { "failed" };
        metrics::counter!("tailorbird_gateway_calls_total", "outcome" => outcome).increment(1);
        let pause = PAUSE * 2_u32.pow(n);
        let is_worth_it = match &end {
            Ok(begun) => health::is_away(begun.status),
            Err(why) => match why.kind {
                FailureKind::Connect | FailureKind::Broken => true,
                FailureKind::Invalid
                | FailureKind::Refused
                | FailureKind::Timeout
                | FailureKind::TooLarge => false,
            },
        };
        if n >= retries || !is_worth_it || now + pause >= until {
            return end.map_err(|why| unanswered(&why, &call));
        }
        drop(end);
        tokio::time::sleep(pause).await;
        n += 1;
        call.options.timeout = until.saturating_duration_since(Instant::now());
    }
}

/// The address is the workspace's own business, so that a caller hears nothing of it.
fn unanswered(why: &Unanswered, call: &Call) -> Failure {
    tracing::info!(method = %call.method, "a service behind a gateway gave no answer: {why}");
    match why.kind {
        FailureKind::Timeout => Failure::of(
            Code::UpstreamTimeout,
            "the service behind this path did not answer in time",
        ),
        FailureKind::TooLarge => {
            let message =
                "the answer of the service behind this path is larger than its route lets through";
            Failure::of(Code::UpstreamFailed, message)
        }
        FailureKind::Refused => {
            let message = "the address behind this path is not let through; its workspace sees why at the route";
            Failure::of(Code::UpstreamFailed, message)
        }
        FailureKind::Invalid => {
            Failure::of(Code::UpstreamFailed, "this request cannot be sent on as it is")
        }
        FailureKind::Connect | FailureKind::Broken => {
            Failure::of(Code::UpstreamFailed, "the service behind this path does not answer")
        }
    }
}

fn rests(left: Duration) -> Failure {
    let seconds = left.as_secs() + 1;
    let message = format!(
        "the service behind this path failed again and again; try again in {seconds} seconds"
    );
    let details = Value::object([("retryAfterSeconds", Value::from(seconds as f64))]);
    Fault::new(Code::UpstreamFailed, message).with(details).into()
}

/// What a look at a service gave.
pub(crate) struct Looked {
    pub(crate) status: Option<u16>,
    pub(crate) ms: u64,
    /// Why there was no answer.
    pub(crate) trouble: Option<String>,
}

/// Asks the service of a route for its address, with its credential, as one of its workspace who may see all of it.
pub(crate) async fn check(app: &App, workspace: WorkspaceId, row: &Row) -> Result<Looked, Failure> {
    let upstream = row.route.upstream.as_ref().ok_or_else(|| {
        Failure::from(Fault::invalid("this route leads to a webhook; call it to try it"))
    })?;
    // Parts of the path are not known here, so the address is asked up to the first of them.
    let url = upstream.url.split('{').next().unwrap_or_default();
    let mut call = call_to("GET", url, upstream)?;
    call.options.timeout = call.options.timeout.min(CHECK_TIME_MAX);
    if let Some(credential) = upstream.credential {
        app.engine().sign(workspace, credential, &mut call).await?;
    }
    let place = app.gateway().place(workspace)?;
    let began = Instant::now();
    let end = app.engine().http().begin(&call, gateway::ANSWER_BYTES_MAX).await;
    drop(place);
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let noted = match &end {
        Ok(begun) => Ok(begun.status),
        Err(why) => Err(why.message.as_str()),
    };
    app.gateway().health.note(row.id, noted, Instant::now());
    Ok(match end {
        Ok(begun) => Looked { status: Some(begun.status), ms, trouble: None },
        Err(why) => Looked { status: None, ms, trouble: Some(why.message) },
    })
}
