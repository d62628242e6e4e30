//! Calls of webhooks that members make: a try of a draft, a logged request once more, and the address
//! that a token names.

use std::{collections::BTreeMap, time::Instant};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use engine::webhooks::{Address, Whose};
use futures::StreamExt;
use model::{
    Code, Fault, Value,
    id::{ExecutionId, RequestId},
};
use serde::{Deserialize, Serialize};
use store::requests::Logged;
use utoipa::ToSchema;

use super::{WebhookCall, bindings};
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{List, Look, Page},
    read::{Asked, At, Given},
    schema,
    webhooks::{self, Delivered},
};

/// How much of an answer is shown.
const BODY_BYTES_MAX: usize = 64 << 10;

/// A call to try a draft with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TestCall {
    /// The first that the webhook takes unless said otherwise.
    method: Option<String>,
    /// Where the path has parameters: with values in their place.
    path: Option<String>,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// As text; `application/json` unless a header says otherwise.
    body: Option<String>,
}

/// How a logged request is sent once more.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplayedCall {
    /// To the draft instead of the published version.
    #[serde(default)]
    draft: bool,
    /// Beside those of the log, where the values of secret ones are not kept.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// What a caller was answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookAnswer {
    status: u16,
    headers: BTreeMap<String, String>,
    /// Its beginning, as text.
    body: String,
    /// There was more of the body.
    cut: bool,
    #[schema(value_type = Option<String>)]
    execution_id: Option<ExecutionId>,
    duration_ms: f64,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(test)).routes(routes!(logs)).routes(routes!(replay))
}

pub(super) fn open() -> Routes {
    Routes::new().routes(routes!(execute))
}

/// Try a webhook
///
/// Sends a call to the draft as it is now, and gives what the caller is answered.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", operation_id = "testWebhook",
    params(("id" = String, Path)), request_body = TestCall, responses((status = 200, body = WebhookAnswer)))]
async fn test(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<String>,
    Given(it): Given<TestCall>,
) -> Result<Json<WebhookAnswer>, Failure> {
    let (stored, at) = bindings::find(&app, &actor, &id).await?;
    app.engine().may_run_draft(&actor, &stored).await?;
    let node = &stored.draft.nodes[at].id;
    let address = app.engine().address_of(&stored.draft, node).map_err(Fault::invalid)?;
    let method = it.method.as_deref().or(address.methods.first().map(|it| it.as_str()));
    let mut headers = it.headers;
    if it.body.is_some() && !headers.keys().any(|it| it.eq_ignore_ascii_case("content-type")) {
        headers.insert("content-type".into(), "application/json".into());
    }
    let query = it.query.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let request = request(method.unwrap_or("POST"), query, &headers, it.body.unwrap_or_default())?;
    let path = it.path.unwrap_or_else(|| address.path.to_string());
    let (workspace, whose) = (Some(actor.workspace), Whose::Draft(stored.id));
    send(&app, Address { workspace, whose }, path, request).await
}

/// The latest calls of a webhook
#[utoipa::path(get, path = "/webhooks/{id}/logs", tag = "webhooks", operation_id = "listCallsOfWebhook",
    params(("id" = String, Path), Page, Look), responses((status = 200, body = List<WebhookCall>)))]
async fn logs(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<String>,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
) -> Result<Json<List<WebhookCall>>, Failure> {
    let (workflow, node) = known(&app, &actor, &id).await?;
    let mut all = app.store().requests(actor.workspace, workflow).await?;
    all.retain(|it| it.node == node);
    Ok(Json(page.cut(look.at(all)?).map(WebhookCall::from)))
}

/// Send a logged request once more
///
/// To what is published now, or to the draft: a new execution. Values of secret headers are not kept, so
/// a webhook that asks for them refuses unless they are given.
#[utoipa::path(post, path = "/webhooks/{id}/logs/{call}/replay", tag = "webhooks", operation_id = "replayWebhookCall",
    params(("id" = String, Path), ("call" = String, Path)), request_body = ReplayedCall,
    responses((status = 200, body = WebhookAnswer)))]
async fn replay(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, call)): At<(String, String)>,
    Given(how): Given<ReplayedCall>,
) -> Result<Json<WebhookAnswer>, Failure> {
    let (workflow, node) = known(&app, &actor, &id).await?;
    let wanted = call.parse::<RequestId>().ok();
    let all = app.store().requests(actor.workspace, workflow).await?;
    let logged = all.into_iter().find(|it| Some(it.id) == wanted && it.node == node);
    let logged = logged.ok_or_else(|| {
        let message = format!("there is no such request of webhook {id} in the log any more");
        Failure::of(Code::WebhookNotFound, message)
    })?;
    let request = again(&logged, &how.headers)?;
    if how.draft {
        let stored = app.engine().workflow(&actor, workflow).await?;
        app.engine().may_run_draft(&actor, &stored).await?;
    }
    let whose = if how.draft { Whose::Draft(workflow) } else { Whose::Published };
    let address = Address { workspace: Some(actor.workspace), whose };
    send(&app, address, logged.path, request).await
}

/// Call a webhook by its token
///
/// As a call of its own address with the same headers, query and body, and answered in the same way.
#[utoipa::path(post, path = "/webhooks/execute/{token}", tag = "webhooks", operation_id = "executeWebhook",
    security(()), params(("token" = String, Path)), request_body = schema::Data,
    responses((status = 200, body = schema::Data)))]
async fn execute(State(app): State<App>, At(token): At<String>, request: Request) -> Response {
    match route_of(&app, &token).await {
        Ok((address, method, path)) => {
            let (mut head, body) = request.into_parts();
            head.method = method;
            webhooks::call(&app, address, path, Request::from_parts(head, body)).await
        }
        Err(failure) => failure.into_response(),
    }
}

async fn route_of(
    app: &App,
    token: &str,
) -> Result<(Address, axum::http::Method, String), Failure> {
    let absent = || Failure::of(Code::WebhookNotFound, "no published webhook has this token");
    let (workspace, workflow, node) = bindings::opened(token).ok_or_else(absent)?;
    let routes = app.store().webhook_routes_of(workspace, workflow).await?;
    let route = routes.into_iter().find(|it| it.node == node).ok_or_else(absent)?;
    let method = route.methods.iter().find(|it| *it == "POST").or(route.methods.first());
    let method = method.and_then(|it| it.parse().ok()).unwrap_or(axum::http::Method::POST);
    Ok((
        Address { workspace: Some(workspace), whose: Whose::Published },
        method,
        route.path.to_string(),
    ))
}

/// Whether the caller's workspace has the workflow of a webhook. Its node may be gone from the draft.
async fn known<'a>(
    app: &App,
    actor: &engine::Actor,
    id: &'a str,
) -> Result<(model::id::WorkflowId, &'a str), Failure> {
    let (workflow, node) = bindings::parsed(id)?;
    app.engine().workflow(actor, workflow).await.map_err(|it| match it.code {
        Code::WorkflowNotFound => bindings::absent(id),
        _ => it.into(),
    })?;
    Ok((workflow, node))
}

fn request(
    method: &str,
    query: Vec<(String, String)>,
    headers: &BTreeMap<String, String>,
    body: String,
) -> Result<Request, Failure> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let uri = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
    let mut builder = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder
        .body(Body::from(body))
        .map_err(|it| Fault::invalid(format!("this is no request: {it}")).into())
}

/// What was logged, as a request.
fn again(logged: &Logged, more: &BTreeMap<String, String>) -> Result<Request, Failure> {
    let cut = || {
        Fault::invalid("only the beginning of this request was kept, so it cannot be sent again")
    };
    let text = logged.request.get("body").and_then(Value::as_str).ok_or_else(cut)?;
    let bytes = logged.request.get("bytes").and_then(Value::as_f64).unwrap_or_default();
    if bytes as usize != text.len() {
        return Err(cut().into());
    }
    let mut headers = BTreeMap::new();
    let written = logged.request.get("headers").and_then(Value::as_object);
    for (name, value) in written.into_iter().flat_map(|it| it.iter()) {
        let value = value.to_text();
        // Blanked values, and what belongs to the connection that it came by.
        if value != "…" && !OF_CONNECTIONS.contains(&name.as_str()) {
            headers.insert(name.to_string(), value.to_string());
        }
    }
    headers.extend(more.iter().map(|(name, value)| (name.to_lowercase(), value.clone())));
    let mut query = vec![];
    if let Some(written) = logged.request.get("query").and_then(Value::as_object) {
        for (name, value) in written.iter() {
            pairs(name, value, &mut query);
        }
    }
    request(&logged.method, query, &headers, text.to_owned())
}

const OF_CONNECTIONS: &[&str] = &["connection", "content-length", "host", "transfer-encoding"];

/// A value of a query as it is written: lists as several of one name, objects with brackets.
fn pairs(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    if let Some(all) = value.as_array() {
        all.iter().for_each(|it| pairs(name, it, into));
    } else if let Some(map) = value.as_object() {
        for (key, it) in map.iter() {
            pairs(&format!("{name}[{key}]"), it, into);
        }
    } else {
        into.push((name.to_owned(), value.to_text().to_string()));
    }
}

async fn send(
    app: &App,
    address: Address,
    path: String,
    request: Request,
) -> Result<Json<WebhookAnswer>, Failure> {
    let clock = Instant::now();
    let Delivered { execution, response } = webhooks::deliver(app, address, path, request).await;
    // The shape of failures is written at the very end of the way out, which this is not.
    let failure = response.extensions().get::<Failure>().cloned();
    let response = failure.map_or(response, |it| it.write("", app.engine().base_url(), None));
    let (head, body) = response.into_parts();
    let text = |it: &axum::http::HeaderValue| String::from_utf8_lossy(it.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value)));
    let (body, cut) = beginning(body).await;
    Ok(Json(WebhookAnswer {
        status: head.status.as_u16(),
        headers: headers.collect(),
        body,
        cut,
        execution_id: execution,
        duration_ms: clock.elapsed().as_secs_f64() * 1_000.0,
    }))
}

async fn beginning(body: Body) -> (String, bool) {
    let mut pieces = body.into_data_stream();
    let mut bytes = vec![];
    let mut cut = false;
    while let Some(Ok(piece)) = pieces.next().await {
        bytes.extend_from_slice(&piece[..piece.len().min(BODY_BYTES_MAX - bytes.len())]);
        if bytes.len() == BODY_BYTES_MAX {
            cut = true;
            break;
        }
    }
    (String::from_utf8_lossy(&bytes).into_owned(), cut)
}
