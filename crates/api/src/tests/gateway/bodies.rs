//! Bodies that go through the gateway as they come.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::{StreamExt, stream};
use tokio::{
    net::TcpListener,
    sync::mpsc,
    task::{JoinHandle, yield_now},
};

use super::*;

const PIECE: usize = 64 << 10;
const WHOLE: u64 = 64 << 20;
/// What the system's buffers of the connections may hold beside what we hold: much less than the whole.
const UNDER_WAY_MAX: u64 = 24 << 20;

/// What went in at one end and came out at the other.
#[derive(Default)]
struct Flow {
    given: AtomicU64,
    got: AtomicU64,
    /// Most that was between.
    most: AtomicU64,
    framed_by: Mutex<String>,
}

impl Flow {
    /// A body of so many bytes, counted as it is asked for.
    fn give(self: &Arc<Self>, bytes: u64) -> Body {
        let flow = self.clone();
        let pieces = stream::iter(0..bytes / PIECE as u64).then(move |_| {
            flow.given.fetch_add(PIECE as u64, Ordering::SeqCst);
            async {
                yield_now().await;
                Ok::<_, std::io::Error>(Bytes::from(vec![7; PIECE]))
            }
        });
        Body::from_stream(pieces)
    }

    fn take(&self, piece: &Bytes) {
        let got = self.got.fetch_add(piece.len() as u64, Ordering::SeqCst) + piece.len() as u64;
        let between = self.given.load(Ordering::SeqCst).saturating_sub(got);
        self.most.fetch_max(between, Ordering::SeqCst);
    }

    fn check(&self) {
        assert_eq!(self.got.load(Ordering::SeqCst), WHOLE);
        let most = self.most.load(Ordering::SeqCst);
        assert!(most < UNDER_WAY_MAX, "{most} bytes were under way at once");
    }
}

async fn served(router: Router) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (url, tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }))
}

async fn swallow(State(flow): State<Arc<Flow>>, request: axum::extract::Request) -> Response {
    let headers = request.headers();
    let framed = ["content-length", "transfer-encoding"].map(|it| headers.contains_key(it));
    *flow.framed_by.lock().unwrap() = format!("{framed:?}");
    let mut pieces = request.into_body().into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        flow.take(&piece);
    }
    "taken".into_response()
}

fn wide(path: &str, url: &str) -> Value {
    let mut route = open(path, url);
    route["upstream"]["bodyBytesMax"] = json!(WHOLE);
    route["upstream"]["answerBytesMax"] = json!(WHOLE);
    route
}

#[tokio::test]
async fn a_large_body_is_never_whole_in_memory() {
    let (world, flow) = (World::reaching().await, Arc::new(Flow::default()));
    let (url, task) =
        served(Router::new().route("/", post(swallow)).with_state(flow.clone())).await;
    // Rules of headers, and of fields for what is JSON, let it go on as it comes.
    let mut route = wide("/in", &url);
    route["request"] = json!({
        "headers": [{"action": "add", "name": "x-a", "value": "1"}],
        "fields": [{"action": "remove", "path": "a"}],
    });
    world.route(route).await;
    let request = Request::post("/gateway/in").body(flow.give(WHOLE)).unwrap();
    let answer = world.send(request).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "taken"));
    flow.check();
    assert_eq!(*flow.framed_by.lock().unwrap(), "[false, true]");
    // Whoever says how long it is has said so to the service.
    let request = Request::post("/gateway/in").body(Body::from("short")).unwrap();
    assert_eq!(world.send(request).await.status, StatusCode::OK);
    assert_eq!(*flow.framed_by.lock().unwrap(), "[true, false]");
    task.abort();
}

#[tokio::test]
async fn a_large_answer_is_never_whole_in_memory() {
    let (world, flow) = (World::reaching().await, Arc::new(Flow::default()));
    let give = async |State(flow): State<Arc<Flow>>| flow.give(WHOLE).into_response();
    let (url, task) = served(Router::new().route("/", get(give)).with_state(flow.clone())).await;
    world.route(wide("/out", &url)).await;
    let request = Request::get("/gateway/out").body(Body::empty()).unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    let mut pieces = response.into_body().into_data_stream();
    while let Some(piece) = pieces.next().await {
        flow.take(&piece.unwrap());
    }
    flow.check();
    task.abort();
}

#[tokio::test]
async fn a_body_past_its_limit_is_the_callers_fault() {
    let (world, service) = (World::reaching().await, service::Service::start().await);
    let mut route = open("/s/*", &service.url);
    route["upstream"]["bodyBytesMax"] = json!(PIECE * 2);
    let id = world.route(route).await;
    for (pieces, expected) in [(2, (200, "")), (3, (413, "body_too_large"))] {
        let flow = Arc::new(Flow::default());
        let request = Request::post("/gateway/s/x").body(flow.give(pieces * PIECE as u64)).unwrap();
        let answer = world.send(request).await;
        assert_eq!(code(&answer), expected, "{pieces}: {}", answer.text);
    }
    let broken = stream::iter([Ok(Bytes::from("a")), Err(std::io::Error::other("gone"))]);
    let request = Request::post("/gateway/s/x").body(Body::from_stream(broken)).unwrap();
    assert_eq!(code(&world.send(request).await), (400, "invalid_request"));
    let health = &world.get(&format!("/api/gateway/routes/{id}")).await["health"];
    assert_eq!((&health["calls"], &health["failures"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn the_time_of_a_service_does_not_run_while_the_body_comes() {
    let (world, service) = (World::reaching().await, service::Service::start().await);
    let mut route = open("/s/*", &service.url);
    route["upstream"]["timeoutMs"] = json!(1_000);
    world.route(route).await;
    let slow = stream::iter(0..4).then(async |_| {
        tokio::time::sleep(Duration::from_millis(400)).await;
        Ok::<_, std::io::Error>(Bytes::from("piece "))
    });
    let request = Request::post("/gateway/s/x").body(Body::from_stream(slow)).unwrap();
    let answer = world.send(request).await;
    assert_eq!(answer.json["body"], "piece piece piece piece ", "{}", answer.text);
    let request = Request::post("/gateway/s/never").body(Body::from_stream(stream::iter([Ok::<
        _,
        std::io::Error,
    >(
        Bytes::from("all of it"),
    )])));
    let answer = world.send(request.unwrap()).await;
    assert_eq!(code(&answer), (504, "upstream_timeout"), "{}", answer.text);
}

#[tokio::test]
async fn each_event_arrives_before_the_next_is_told() {
    let (say, told) = mpsc::channel::<&'static str>(1);
    let told = Arc::new(tokio::sync::Mutex::new(Some(told)));
    let events = move || async move {
        let told = told.lock().await.take().expect("it is asked once");
        let pieces = stream::unfold(told, async |mut told| {
            let next = told.recv().await?;
            Some((Ok::<_, std::io::Error>(format!("data: {next}\n\n")), told))
        });
        ([("content-type", "text/event-stream")], Body::from_stream(pieces)).into_response()
    };
    let world = World::reaching().await;
    let (url, task) = served(Router::new().route("/", get(events))).await;
    world.route(open("/events", &url)).await;
    say.send("one").await.unwrap();
    let request = Request::get("/gateway/events").body(Body::empty()).unwrap();
    let response = world.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut pieces = response.into_body().into_data_stream();
    for (expected, next) in [("one", Some("two")), ("two", Some("three")), ("three", None)] {
        let piece = pieces.next().await.unwrap().unwrap();
        assert_eq!(piece, format!("data: {expected}\n\n"));
        if let Some(next) = next {
            say.send(next).await.unwrap();
        }
    }
    drop(say);
    assert!(pieces.next().await.is_none());
    task.abort();
}

#[tokio::test]
async fn a_credential_may_write_into_a_body() {
    let (world, service) = (World::reaching().await, service::Service::start().await);
    let fields = json!({"json": r#"{"headers": {"x-key": "lemon"}, "body": {"secret": "lime"}}"#});
    let new = json!({"type": "httpCustomAuth", "name": "Shop", "fields": fields});
    let credential = world.post("/api/credentials", new).await["id"].clone();
    let mut route = open("/s/*", &service.url);
    route["upstream"]["credentialId"] = credential;
    world.route(route).await;
    let json = [("content-type", "application/json")];
    let answer = world.call("POST", "/gateway/s/x", &json, r#"{"a": 1}"#).await;
    let body: Value = serde_json::from_str(answer.json["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({"a": 1, "secret": "lime"}), "{}", answer.text);
    assert_eq!(answer.json["headers"]["x-key"], "lemon");
    let odd = world.call("POST", "/gateway/s/x", &[], "no JSON").await;
    assert_eq!(code(&odd), (502, "upstream_failed"), "{}", odd.text);
}

#[tokio::test]
async fn what_has_begun_to_go_out_is_not_sent_again() {
    let (world, service) = (World::reaching().await, service::Service::start().await);
    world.route(open("/s/*", &service.url)).await;
    let n = AtomicUsize::new(0);
    for (body, calls) in
        [(Body::from("kept"), 3), (Arc::new(Flow::default()).give(PIECE as u64), 1)]
    {
        let before = service.calls();
        let path = format!("/gateway/s/away/{}", n.fetch_add(1, Ordering::SeqCst));
        let answer = world.send(Request::put(path).body(body).unwrap()).await;
        assert_eq!(service.calls() - before, calls, "{}", answer.text);
    }
}
