//! What the driver of a crash test sees of the product: an engine behind a few addresses, whether
//! it runs in a process of its own or in the test's.

use std::{collections::BTreeMap, net::SocketAddr, path::Path as FilePath, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use engine::{
    Actor, Engine, Options,
    webhooks::{Address, Answer, Incoming, Refused, Whose},
};
use model::{
    Fault, Map, Value,
    execution::{Status, Wait, WaitKind},
    id::{ExecutionId, WaitId},
};
use sdk::trigger::{Request, Response as Answered, ResponseBody};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::{MasterKey, Store, executions::Filter, files::Folder};

use crate::catalog;

/// Where a product's data is.
#[derive(Clone, Debug)]
pub struct Home {
    pub data: std::path::PathBuf,
    /// PostgreSQL; absent is SQLite in `data`.
    pub url: Option<String>,
}

impl Home {
    pub fn marks(&self) -> std::path::PathBuf {
        self.data.join("marks")
    }

    /// # Errors
    /// When the database cannot be opened.
    pub async fn store(&self) -> Result<Store, store::Error> {
        let options = store::Options { url: self.url.clone(), data: self.data.clone() };
        Store::open(&options, MasterKey::from_file(&self.data.join("key"))?).await
    }

    /// # Errors
    /// When the database or the folder cannot be used.
    pub async fn engine(&self, store: Store, options: Options) -> Result<Engine, store::Error> {
        let files = Folder::open(&self.data.join("files"))?;
        let nodes = Arc::new(catalog::catalog(Some(&self.marks()))?);
        let credentials = Arc::new(nodes::credentials());
        Engine::open(store, Arc::new(files), nodes, credentials, options).await
    }
}

/// How a product under test is set up.
pub fn options() -> Options {
    let http = sdk::http::Policy { allow_private: true, ..sdk::http::Policy::default() };
    // Little memory, so that some items leave it.
    Options { http, running_max: 50, memory_bytes_max: 100_000, ..Options::default() }
}

/// Makes the folder that a store needs.
///
/// # Errors
/// When it cannot be made.
pub fn make(data: &FilePath) -> std::io::Result<()> {
    std::fs::create_dir_all(data)
}

/// A wait that somebody outside has to end.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Open {
    pub execution: String,
    pub wait: String,
    pub kind: String,
    pub token: String,
    /// For an effect in doubt: which one, as its idempotency key.
    pub effect: String,
}

/// What is not finished.
#[derive(Serialize, Deserialize, Clone, Debug, Default)]
pub struct Unfinished {
    pub executions: Vec<(String, Status)>,
    pub waits: Vec<Open>,
}

/// Serves an engine on a free port of this machine.
///
/// # Errors
/// When no port can be had.
pub async fn serve(engine: Engine) -> std::io::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/hook/{path}", post(hook))
        .route("/unfinished", get(unfinished))
        .route("/resume/{execution}", post(resume))
        .route("/answer/{execution}/{wait}", post(answer))
        .route("/retry/{execution}", post(retry))
        .route("/cancel/{execution}", post(cancel))
        .route("/doubtful", get(doubtful))
        .with_state(engine);
    tokio::spawn(async move {
        // Ends with the runtime only.
        let _ = axum::serve(listener, router).await;
    });
    Ok(address)
}

fn actor(engine: &Engine) -> Actor {
    Actor::system(engine.default_workspace())
}

fn refused(fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.code.status());
    (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), fault.message.clone()).into_response()
}

fn request(path: &str, headers: &HeaderMap, body: Bytes) -> Request {
    let header = |it: (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        Some((SmolStr::from(it.0.as_str()), it.1.to_str().ok()?.to_owned()))
    };
    Request {
        method: "POST".into(),
        path: path.to_owned(),
        url: format!("http://localhost/webhook/{path}"),
        headers: headers.iter().filter_map(header).collect::<BTreeMap<_, _>>(),
        query: Map::new(),
        params: Map::new(),
        body,
        parts: vec![],
        remote: None,
        test: false,
    }
}

/// The answer to a call that was taken in; the execution's id goes with it.
async fn answered(incoming: Result<Incoming, Refused>) -> Response {
    let (execution, answer) = match incoming {
        Ok(Incoming::Answered(execution, response)) => (execution, response),
        Ok(Incoming::Later(pending)) => {
            let execution = pending.execution;
            match pending.answer().await {
                Ok(Answer::Whole(response) | Answer::Stream(response, _)) => (execution, response),
                Err(fault) => return refused(&fault),
            }
        }
        Err(Refused::Fault(fault)) => return refused(&fault),
        Err(Refused::Trigger(refusal)) => {
            return (StatusCode::BAD_REQUEST, refusal.message).into_response();
        }
    };
    ([("x-execution", execution.to_string())], body(answer)).into_response()
}

fn body(answer: Answered) -> String {
    match answer.body {
        ResponseBody::Json(value) => value.to_json(),
        ResponseBody::Text(text) => text,
        ResponseBody::Items(items) => format!("{items:?}"),
        ResponseBody::Empty
        | ResponseBody::Bytes { .. }
        | ResponseBody::File(_)
        | ResponseBody::Chunk(_) => String::new(),
    }
}

async fn hook(
    State(engine): State<Engine>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let address = Address { workspace: None, whose: Whose::Published };
    answered(engine.receive(address, request(&path, &headers, body)).await).await
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

async fn resume(
    State(engine): State<Engine>,
    Path(execution): Path<String>,
    Query(token): Query<Token>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(id) = execution.parse::<ExecutionId>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let resumed = engine.resume(id, &token.token, "", request("", &headers, body)).await;
    answered(resumed.map(|it| it.1)).await
}

async fn answer(
    State(engine): State<Engine>,
    Path((execution, wait)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let (Ok(execution), Ok(wait), Ok(value)) =
        (execution.parse::<ExecutionId>(), wait.parse::<WaitId>(), Value::from_json_bytes(&body))
    else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match engine.answer(&actor(&engine), execution, wait, value).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(fault) => refused(&fault),
    }
}

async fn retry(State(engine): State<Engine>, Path(execution): Path<String>) -> Response {
    let Ok(id) = execution.parse::<ExecutionId>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match engine.retry(&actor(&engine), id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(fault) => refused(&fault),
    }
}

async fn cancel(State(engine): State<Engine>, Path(execution): Path<String>) -> Response {
    let Ok(id) = execution.parse::<ExecutionId>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match engine.cancel(&actor(&engine), id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(fault) => refused(&fault),
    }
}

async fn unfinished(State(engine): State<Engine>) -> Response {
    match look(&engine).await {
        Ok(it) => Json(it).into_response(),
        Err(error) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("not now: {error}")).into_response()
        }
    }
}

/// Executions that failed because an effect was in doubt: their node said so.
async fn doubtful(State(engine): State<Engine>) -> Response {
    let filter = Filter {
        statuses: vec![Status::Error],
        search: Some("nobody knows whether".to_owned()),
        limit: LOOK_MAX,
        ..Filter::of(model::sharing::Sight::All)
    };
    match engine.store().executions(engine.default_workspace(), &filter).await {
        Ok(found) => {
            let ids: Vec<String> = found.executions.iter().map(|it| it.id.to_string()).collect();
            Json(ids).into_response()
        }
        Err(error) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("not now: {error}")).into_response()
        }
    }
}

/// How many executions one look sees.
const LOOK_MAX: u32 = 500;

async fn look(engine: &Engine) -> Result<Unfinished, store::Error> {
    let statuses = vec![Status::Queued, Status::Running, Status::Waiting];
    let filter = Filter { statuses, limit: LOOK_MAX, ..Filter::of(model::sharing::Sight::All) };
    let found = engine.store().executions(engine.default_workspace(), &filter).await?;
    let mut res = Unfinished::default();
    for it in found.executions {
        res.executions.push((it.id.to_string(), it.status));
        if it.status != Status::Waiting {
            continue;
        }
        let waits = engine.store().open_waits(it.id).await?;
        res.waits.extend(waits.iter().filter_map(|wait| open(it.id, wait)));
    }
    Ok(res)
}

fn open(execution: ExecutionId, wait: &Wait) -> Option<Open> {
    if !matches!(wait.kind, WaitKind::Webhook | WaitKind::InDoubt) {
        return None;
    }
    let key = wait.details.get("key").and_then(Value::as_str).unwrap_or_default();
    Some(Open {
        execution: execution.to_string(),
        wait: wait.id.to_string(),
        kind: wait.kind.as_str().to_owned(),
        token: wait.token.to_string(),
        effect: format!("{execution}:{}:{}:{key}", wait.node, wait.run),
    })
}
