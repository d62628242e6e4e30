//! Calls that go on to another service: let in, written, sent and answered.

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
use model::{
    Code, Fault,
    gateway::{self, Access, Taken, Upstream},
    id::WorkspaceId,
    permission::Permission,
};
use sdk::http::Call;
use smol_str::SmolStr;
use store::gateway::Row;

use super::{
    Way,
    address::{self, target},
    answer,
    inbound::{self, Fed},
    known::Standing,
    request, rules,
    send::{Outgoing, send},
    socket::Asked,
    way,
};
use crate::{App, crossing::Of, door, failure::Failure, remote};

/// Longest look at a service that somebody waits for.
const CHECK_TIME_MAX: Duration = Duration::from_secs(20);

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
        let upstream = self.upstream(&row);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        let from = remote::of(peer, &parts.headers, &app.options().trusted_proxies);
        let who = self.caller(upstream, &parts.headers, from).await?;
        let way = way.insert(Way::to_service(self.workspace, standing.clone(), row.clone()));
        way.pay(app, &who).await?;
        let asked = Asked::of(app, self.workspace, upstream, parts, from).await?;
        let gateway = app.gateway();
        let places = if asked.is_some() { &gateway.sockets } else { &gateway.places };
        let place = places.take(self.workspace)?;
        let mut out = self.written(&row, &taken, &path, parts, body, from).await?;
        out.call.options.web_socket = asked.is_some();
        let is_head = out.call.method == "HEAD";
        let begun = send(app, &row, upstream, out).await?;
        match asked {
            Some(asked) if begun.status == 101 => {
                asked.agree(app, self.workspace, &row, self.prefix, begun, place).await
            }
            Some(_) | None => {
                answer::write(app, begun, &row.route.response, is_head, self.prefix, place).await
            }
        }
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

    /// The call that goes out. Its body goes on as it comes, where nothing has to see it.
    async fn written(
        &self,
        row: &Row,
        taken: &Taken,
        path: &address::Path<'_>,
        parts: &mut Parts,
        body: Body,
        from: Option<IpAddr>,
    ) -> Result<Outgoing, Failure> {
        let (upstream, rules) = (self.upstream(row), &row.route.request);
        let mut headers = parts.headers.clone();
        request::strip(self.app, &mut headers);
        rules::change_headers(rules, &mut headers);
        let is_seen = rules::sees_body(rules, &headers);
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
        let bare = call.clone();
        self.sign(upstream, &mut call).await?;
        // A credential may write fields into the body, for which that has to be there.
        let is_signed = !call.body.is_empty();
        let bytes_max = upstream.body_bytes_max.into();
        if inbound::is_none(&body) {
            return Ok(Outgoing { call, fed: None });
        }
        if !is_seen && !is_signed && !inbound::is_kept(&call.method, upstream.retries, &body) {
            let fed = Fed::of(body, bytes_max)?;
            return Ok(Outgoing { call, fed: Some(fed) });
        }
        let body = inbound::whole(body, bytes_max).await?;
        let body = rules::change_request(rules, &headers, body)?;
        if is_signed {
            call = Call { body, ..bare };
            self.sign(upstream, &mut call).await?;
        } else {
            call.body = body;
        }
        Ok(Outgoing { call, fed: None })
    }

    fn upstream<'a>(&self, row: &'a Row) -> &'a Upstream {
        row.route.upstream.as_ref().expect("it leads to a service")
    }

    async fn sign(&self, upstream: &Upstream, call: &mut Call) -> Result<(), Failure> {
        match upstream.credential {
            Some(credential) => sign(self.app, self.workspace, credential, call).await,
            None => Ok(()),
        }
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
    let place = app.gateway().places.take(workspace)?;
    let began = Instant::now();
    let end = app.engine().http().begin(&call, None, gateway::ANSWER_BYTES_MAX).await;
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
