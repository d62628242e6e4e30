//! A small service on the loopback that keeps what it was asked.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use model::{Value, json};

pub(super) struct Server {
    pub(super) address: String,
    seen: Seen,
}

/// Method, address and headers of each request, one line each, and its body.
type Seen = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

impl Server {
    pub(super) async fn start() -> Server {
        let seen = Seen::default();
        let app = Router::new()
            .route("/echo", any(echo))
            .route("/list", get(async || json(&json!([{"n": 1}, {"n": 2}, 3]))))
            .route("/text", get(async || "plain"))
            .route("/empty", any(async || StatusCode::NO_CONTENT))
            .route("/odd", get(async || ([(header::CONTENT_TYPE, "application/json")], "{oops")))
            .route("/pdf", get(pdf))
            .route("/missing", any(missing))
            .route(
                "/busy",
                any(async || (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "7")])),
            )
            .route("/moved", any(async || (StatusCode::FOUND, [(header::LOCATION, "/text")])))
            .route("/cookies", get(cookies))
            .route("/pages", any(pages))
            .route("/next", get(next))
            .route("/big", get(async || json(&json!({"text": ("x".repeat(400_000))}))))
            .route("/digest", get(digest))
            .layer(axum::middleware::from_fn_with_state(seen.clone(), note))
            .with_state(seen.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Server { address, seen }
    }

    /// The requests that came since the last call.
    pub(super) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().drain(..).map(|(head, _)| head).collect()
    }

    /// The only request that came: its head and its body.
    pub(super) fn request(&self) -> (String, String) {
        let (head, body) = self.seen.lock().unwrap().pop().unwrap();
        (head, String::from_utf8_lossy(&body).into_owned())
    }
}

async fn note(
    State(seen): State<Seen>,
    request: Request,
    next: axum::middleware::Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let mut head = format!("{} {}", parts.method, parts.uri);
    for (name, value) in &parts.headers {
        head.push_str(&format!("\n{name}: {}", value.to_str().unwrap()));
    }
    seen.lock().unwrap().push((head, bytes.to_vec()));
    next.run(Request::from_parts(parts, bytes.into())).await
}

fn json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], value.to_json()).into_response()
}

async fn echo(headers: HeaderMap, body: Bytes) -> Response {
    let given = headers.get("x-echo").map_or("", |it| it.to_str().unwrap());
    json(&json!({"header": given, "body": (String::from_utf8_lossy(&body).into_owned())}))
}

async fn pdf() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"a.pdf\""),
    ];
    (headers, "%PDF").into_response()
}

async fn missing() -> Response {
    let body = json(&json!({"error": {"message": "no such thing"}}));
    (StatusCode::NOT_FOUND, body).into_response()
}

async fn cookies() -> Response {
    let headers = axum::response::AppendHeaders([
        (header::SET_COOKIE, "a=1"),
        (header::SET_COOKIE, "b=2, 3"),
        (header::VIA, "x"),
        (header::VIA, "y"),
    ]);
    (headers, json(&json!({}))).into_response()
}

/// Three pages of two, asked for by number, cursor or header; then an empty one or a 404.
async fn pages(
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = Value::from_json_bytes(&body).unwrap_or_default();
    let of_header = headers.get("x-page").and_then(|it| it.to_str().ok()).map(str::to_owned);
    let of_body = body.get("page").map(|it| it.to_text().to_string());
    let page = query.get("page").cloned().or(of_header).or(of_body).unwrap_or_default();
    let page: u32 = page.parse().unwrap_or(0);
    if page >= 3 && query.contains_key("strict") {
        return missing().await;
    }
    let count = if page < 3 { 2 } else { 0 };
    let rows: Vec<Value> = (0..count).map(|n| json!({"n": (page * 2 + n)})).collect();
    json(&if query.contains_key("wrap") {
        json!({"rows": (rows.clone()), "last": (page >= 2)})
    } else {
        rows.into()
    })
}

async fn next(Query(query): Query<BTreeMap<String, String>>) -> Response {
    let at: u32 = query.get("at").map_or(0, |it| it.parse().unwrap());
    let next = if at < 2 { Value::from(format!("/next?at={}", at + 1)) } else { Value::Null };
    json(&json!({"at": at, "next": next}))
}

async fn digest(headers: HeaderMap) -> Response {
    if headers.contains_key("authorization") {
        return json(&json!({"in": true}));
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")];
    (StatusCode::UNAUTHORIZED, challenge).into_response()
}
