//! A service of this machine that tells what it was asked.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures::stream;
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

/// See the module. It ends when it is dropped.
pub(super) struct Service {
    pub(super) url: String,
    calls: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Service {
    pub(super) async fn start() -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let router = Router::new().fallback(answer).with_state(calls.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Service { url, calls, task }
    }

    /// How often it was asked.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(calls): State<Arc<AtomicUsize>>, request: Request) -> Response {
    let n = calls.fetch_add(1, Ordering::SeqCst);
    let path = request.uri().path().to_owned();
    let json = [("content-type", "application/json")];
    match path.split('/').nth(1).unwrap_or_default() {
        "never" => std::future::pending().await,
        // Each third call is answered.
        "away" if n % 3 != 2 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        "sized" => "x".repeat(path.rsplit('/').next().unwrap().parse().unwrap()).into_response(),
        "odd" => (json, "not JSON").into_response(),
        "priced" => {
            let headers = [
                ("content-type", "application/json"),
                ("x-powered-by", "lemons"),
                ("clear-site-data", "\"*\""),
                ("access-control-allow-origin", "*"),
                ("strict-transport-security", "max-age=1"),
                ("keep-alive", "timeout=5"),
            ];
            let body = json!({"items": [{"id": 1, "price": 2}, {"id": 2, "price": 3}]});
            (headers, body.to_string()).into_response()
        }
        "stream" => {
            let pieces =
                [1, 2].map(|it| Ok::<_, std::io::Error>(format!("data: {{\"price\":{it}}}\n\n")));
            let body = Body::from_stream(stream::iter(pieces));
            ([("content-type", "text/event-stream")], body).into_response()
        }
        _ => told(request).await,
    }
}

async fn told(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 1 << 20).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let headers: serde_json::Map<_, _> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let told = json!({
        "method": parts.method.as_str(),
        "path": path,
        "headers": headers,
        "body": String::from_utf8_lossy(&body),
    });
    axum::Json(told).into_response()
}
