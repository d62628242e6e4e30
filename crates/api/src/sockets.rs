//! Live events over Socket.IO at `/socket.io`: the same as over server-sent events, for clients that
//! speak it. The protocol is that of socket.io 3 and 4 (Engine.IO 4); nothing is heard before the token
//! of the connection was looked at, and then only what is of its workspace.
//!
//! | a client says | it gets |
//! |---|---|
//! | `auth: {token, workspaceId?}` on connect | or a `connect_error` whose message says why not |
//! | `subscribe-execution` with an id, `unsubscribe-execution` | an acknowledgement `{ok}` or `{ok: false, error}` |
//! | `subscribe-workflow` with an id, `unsubscribe-workflow` | the same |
//!
//! | the server says | when |
//! |---|---|
//! | `workflow.status` | an execution of the workspace started, waits or ended |
//! | `execution-update` | anything happened to what was subscribed to: an `ExecutionEvent` of the API |
//! | `execution-log` | a step of it has ended: a level and a sentence |
//! | `webhook.triggered` | a call of a webhook began an execution of the workspace |
//! | `user.notification` | an execution failed that nobody started by hand, to a person who wants notices |
//! | `missed` | the client was too slow: it should read again |

mod notices;

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderValue, header},
    routing::any,
};
use engine::{
    Actor,
    bus::{Event, What},
};
use model::{
    execution::{Mode, Status},
    id::{ExecutionId, WorkflowId},
    permission::Permission,
};
use notices::Notices;
use serde::{Deserialize, Serialize};
use socketioxide::{
    SocketIo,
    extract::{AckSender, Extension, SocketRef, TryData},
    handler::ConnectHandler,
};
use tokio::sync::watch;

use crate::{
    App, crossing, door::Seated, ears::Ears, failure::Failure, remote,
    routes::events::ExecutionEvent,
};

/// Sockets of this process at one time.
const SOCKETS_MAX: usize = 10_000;
/// What one socket may subscribe to at one time.
const SUBSCRIPTIONS_MAX: usize = 200;
/// Largest message of a client, in bytes: an id and what stands around it.
const MESSAGE_BYTES_MAX: usize = 16 << 10;
/// Messages that wait for a slow client; what comes then is missed.
const WAITING_MAX: usize = 512;
/// How long a connection may stay without a token.
const TOKEN_WAIT_MAX: Duration = Duration::from_secs(10);
/// How often a socket's right to listen is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// What a client says when it connects.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Greeting {
    /// An access token or an API key.
    token: String,
    /// Absent: where the token opens.
    workspace_id: Option<String>,
}

/// What a socket listens to, beside the states of all executions of its workspace.
#[derive(Clone, Default)]
struct Subscribed(Arc<Mutex<(HashSet<ExecutionId>, HashSet<WorkflowId>)>>);

/// A socket counts from its greeting to its end.
#[derive(Clone)]
struct Place(#[expect(dead_code, reason = "it is there to be dropped")] Arc<Taken>);

struct Taken(Arc<AtomicUsize>);

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkflowStatus {
    workflow_id: WorkflowId,
    execution_id: ExecutionId,
    status: Status,
    at: jiff::Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookTriggered {
    workflow_id: WorkflowId,
    execution_id: ExecutionId,
    at: jiff::Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogLine {
    workflow_id: WorkflowId,
    execution_id: ExecutionId,
    node: String,
    run: u32,
    /// `info` or `error`.
    level: &'static str,
    message: String,
    at: jiff::Timestamp,
}

#[derive(Serialize)]
struct Missed {}

#[derive(Serialize)]
struct Acknowledged {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The routes of the protocol: polling and WebSocket.
pub(crate) fn routes(app: &App) -> Router<App> {
    let (layer, io) = SocketIo::builder()
        .max_payload(MESSAGE_BYTES_MAX as u64)
        .ws_max_message_size(MESSAGE_BYTES_MAX)
        .ws_max_frame_size(MESSAGE_BYTES_MAX)
        .max_buffer_size(WAITING_MAX)
        .connect_timeout(TOKEN_WAIT_MAX)
        .build_layer();
    let n_sockets = Arc::new(AtomicUsize::new(0));
    let at_door = app.clone();
    let greet = move |socket: SocketRef, greeting: TryData<Greeting>| {
        let (app, n_sockets) = (at_door.clone(), n_sockets.clone());
        async move { enter(&app, &n_sockets, &socket, greeting.0.ok()).await }
    };
    let app = app.clone();
    let connected = move |socket: SocketRef, Extension(seat): Extension<Seated>| {
        listen(&app, &socket, seat);
        std::future::ready(())
    };
    io.ns("/", connected.with(greet));
    let nothing =
        any(|| async { Failure::of(model::Code::InvalidRequest, "this speaks Socket.IO") });
    Router::new()
        .route("/socket.io/", nothing.clone())
        .route("/socket.io", nothing)
        .route_layer(layer)
}

/// Why a socket was not let in, as its client reads it.
struct Refused(String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

async fn enter(
    app: &App,
    n_sockets: &Arc<AtomicUsize>,
    socket: &SocketRef,
    greeting: Option<Greeting>,
) -> Result<(), Refused> {
    let no = |it: Failure| Refused(it.message().to_owned());
    let parts = socket.req_parts();
    let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>().copied();
    let from = remote::of(peer.map(|it| it.0.ip()), &parts.headers, &app.options().trusted_proxies);
    let mut headers = HeaderMap::new();
    let token = greeting.as_ref().map(|it| format!("Bearer {}", it.token));
    match token.and_then(|it| HeaderValue::try_from(it).ok()) {
        Some(it) => drop(headers.insert(header::AUTHORIZATION, it)),
        // Clients that can set headers need no greeting.
        None => headers.clone_from(&parts.headers),
    }
    let about = greeting.and_then(|it| it.workspace_id);
    let seat =
        Seated::enter(app, headers, from, about, Permission::ExecutionsRead).await.map_err(no)?;
    if !crossing::may_hear(app, peer, &parts.headers, seat.actor().workspace).await {
        let message = "this workspace does not list the origin of the page; see its settings";
        return Err(Refused(message.to_owned()));
    }
    let taken = n_sockets.fetch_add(1, Ordering::AcqRel);
    let place = Place(Arc::new(Taken(n_sockets.clone())));
    if taken >= SOCKETS_MAX {
        return Err(Refused("too many clients listen already; try again later".to_owned()));
    }
    socket.extensions.insert(place);
    socket.extensions.insert(seat);
    Ok(())
}

/// Lets a socket hear until it, its right or the server ends.
fn listen(app: &App, socket: &SocketRef, seat: Seated) {
    let subscribed = Subscribed::default();
    let (over, ended) = watch::channel(false);
    let over = Arc::new(over);
    socket.on_disconnect(move || {
        over.send_replace(true);
        std::future::ready(())
    });
    subscriptions(app, socket, *seat.actor(), &subscribed);
    tokio::spawn(tell(app.clone(), socket.clone(), seat, subscribed, ended));
}

/// What a client may ask for while it is connected.
fn subscriptions(app: &App, socket: &SocketRef, actor: Actor, to: &Subscribed) {
    let (these, by, who) = (to.clone(), app.clone(), actor);
    let execution = move |TryData(id): TryData<ExecutionId>, ack: AckSender| {
        let (these, app, actor) = (these.clone(), by.clone(), who);
        async move {
            let asked = match id {
                Ok(id) => app.engine().execution(&actor, id).await.map(|it| it.id).map_err(said),
                Err(_) => Err("name an execution by its id".to_owned()),
            };
            answer(ack, asked.and_then(|id| these.add(|it| it.0.insert(id))));
        }
    };
    socket.on("subscribe-execution", execution);
    let these = to.clone();
    socket.on("unsubscribe-execution", move |TryData(id): TryData<ExecutionId>, ack: AckSender| {
        answer(
            ack,
            id.map(|id| these.drop_one(|it| it.0.remove(&id))).map_err(|it| it.to_string()),
        );
        std::future::ready(())
    });
    let (these, by) = (to.clone(), app.clone());
    let workflow = move |TryData(id): TryData<WorkflowId>, ack: AckSender| {
        let (these, app, actor) = (these.clone(), by.clone(), actor);
        async move {
            let asked = match id {
                Ok(id) => app.engine().workflow(&actor, id).await.map(|it| it.id).map_err(said),
                Err(_) => Err("name a workflow by its id".to_owned()),
            };
            answer(ack, asked.and_then(|id| these.add(|it| it.1.insert(id))));
        }
    };
    socket.on("subscribe-workflow", workflow);
    let these = to.clone();
    socket.on("unsubscribe-workflow", move |TryData(id): TryData<WorkflowId>, ack: AckSender| {
        answer(
            ack,
            id.map(|id| these.drop_one(|it| it.1.remove(&id))).map_err(|it| it.to_string()),
        );
        std::future::ready(())
    });
}

fn said(fault: model::Fault) -> String {
    fault.message
}

fn answer(ack: AckSender, end: Result<(), String>) {
    let error = end.err();
    // A client that is gone needs no answer.
    let _ = ack.send(&Acknowledged { ok: error.is_none(), error });
}

type Wanted = (HashSet<ExecutionId>, HashSet<WorkflowId>);

impl Subscribed {
    fn add(&self, one: impl FnOnce(&mut Wanted) -> bool) -> Result<(), String> {
        let mut all = self.0.lock().expect("plain sets");
        if all.0.len() + all.1.len() >= SUBSCRIPTIONS_MAX {
            return Err(format!("one connection listens to {SUBSCRIPTIONS_MAX} things at most"));
        }
        one(&mut all);
        Ok(())
    }

    fn drop_one(&self, one: impl FnOnce(&mut Wanted) -> bool) {
        one(&mut self.0.lock().expect("plain sets"));
    }

    fn wants(&self, event: &Event) -> bool {
        let mut all = self.0.lock().expect("plain sets");
        let wants = all.0.contains(&event.execution) || all.1.contains(&event.workflow);
        if matches!(event.what, What::Ended { .. }) {
            all.0.remove(&event.execution);
        }
        wants
    }
}

async fn tell(
    app: App,
    socket: SocketRef,
    mut seat: Seated,
    subscribed: Subscribed,
    mut ended: watch::Receiver<bool>,
) {
    let mut events = app.engine().bus().listen(seat.actor().workspace);
    let mut closing = app.engine().closing();
    let mut look = tokio::time::interval(LOOK_AGAIN);
    let mut notices = Notices::default();
    let mut ears = Ears::of(&app, *seat.actor());
    loop {
        let event = tokio::select! {
            event = events.next() => event,
            _ = look.tick() => {
                if !seat.may_stay(&app, Permission::ExecutionsRead).await { break }
                ears.are_of(*seat.actor());
                continue;
            }
            () = said_so(&mut ended) => return,
            () = said_so(&mut closing) => break,
        };
        let told = match event {
            Some(Ok(it)) => {
                if !ears.hear(it.workflow).await {
                    continue;
                }
                let told = tell_one(&socket, &subscribed, &it);
                match notices.of(&app, &seat, &it).await {
                    Some(it) => told.and(socket.emit("user.notification", &it).map_err(Into::into)),
                    None => told,
                }
            }
            Some(Err(_)) => socket.emit("missed", &Missed {}).map_err(Into::into),
            None => break,
        };
        // Its buffer is full: as soon as there is room, it hears that it missed something.
        if told.is_err() && socket.connected() {
            let _ = socket.emit("missed", &Missed {});
        }
    }
    let _ = socket.clone().disconnect();
}

/// Waits until it is said, or nobody is left who could.
async fn said_so(it: &mut watch::Receiver<bool>) {
    let _ = it.wait_for(|it| *it).await;
}

fn tell_one(
    socket: &SocketRef,
    subscribed: &Subscribed,
    event: &Event,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (workflow_id, execution_id) = (event.workflow, event.execution);
    let status = match &event.what {
        What::Started { .. } => Some(Status::Running),
        What::Waiting { .. } => Some(Status::Waiting),
        What::Ended { status, .. } => Some(*status),
        What::StepStarted { .. } | What::StepFinished { .. } => None,
    };
    let at = jiff::Timestamp::now();
    if let Some(status) = status {
        let body = WorkflowStatus { workflow_id, execution_id, status, at };
        socket.emit("workflow.status", &body)?;
    }
    if matches!(event.what, What::Started { mode: Mode::Webhook }) {
        let body = WebhookTriggered { workflow_id, execution_id, at };
        socket.emit("webhook.triggered", &body)?;
    }
    if !subscribed.wants(event) {
        return Ok(());
    }
    socket.emit("execution-update", &ExecutionEvent::of(event))?;
    if let What::StepFinished { node, done } = &event.what {
        let (level, message) = match &done.error {
            Some(error) => ("error", error.message.clone()),
            None => ("info", format!("done in {} ms", done.duration_us / 1_000)),
        };
        let (node, run) = (node.to_string(), done.run);
        let body = LogLine { workflow_id, execution_id, node, run, level, message, at };
        socket.emit("execution-log", &body)?;
    }
    Ok(())
}
