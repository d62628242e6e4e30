//! The addresses of workflows: a request is taken apart, the engine asked, its answer written out.

mod cors;
mod form;
mod query;
mod request;
mod response;

use axum::{
    extract::{Path, Request, State},
    http::Method,
    response::{IntoResponse, Response},
};
use cors::Crossing;
use engine::webhooks::{Address, Incoming, Refused, Whose};
use model::{
    Code, Fault, Map,
    id::{ExecutionId, WorkspaceId},
};
use sdk::trigger::Refusal;

pub(crate) use self::response::APART;
use crate::{
    App, cookies,
    failure::Failure,
    gateway::{self, Way},
};

pub(crate) async fn live(
    State(app): State<App>,
    Path(path): Path<String>,
    request: Request,
) -> Response {
    call(&app, Address { workspace: None, whose: Whose::Published }, path, request).await
}

pub(crate) async fn test(
    State(app): State<App>,
    Path(path): Path<String>,
    request: Request,
) -> Response {
    call(&app, Address { workspace: None, whose: Whose::Listening }, path, request).await
}

pub(crate) async fn live_of(
    State(app): State<App>,
    Path((workspace, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    call_of(&app, &workspace, Whose::Published, path, request).await
}

pub(crate) async fn test_of(
    State(app): State<App>,
    Path((workspace, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    call_of(&app, &workspace, Whose::Listening, path, request).await
}

pub(crate) async fn waiting(
    State(app): State<App>,
    Path(execution): Path<String>,
    request: Request,
) -> Response {
    resume(&app, &execution, None, request).await
}

pub(crate) async fn waiting_with_suffix(
    State(app): State<App>,
    Path((execution, suffix)): Path<(String, String)>,
    request: Request,
) -> Response {
    resume(&app, &execution, Some(suffix), request).await
}

/// The form that an execution waits for: shown, then sent.
pub(crate) async fn form(
    State(app): State<App>,
    Path(execution): Path<String>,
    request: Request,
) -> Response {
    show_or_resume(&app, &execution, None, request).await
}

pub(crate) async fn form_with_suffix(
    State(app): State<App>,
    Path((execution, suffix)): Path<(String, String)>,
    request: Request,
) -> Response {
    show_or_resume(&app, &execution, Some(suffix), request).await
}

async fn show_or_resume(
    app: &App,
    execution: &str,
    suffix: Option<String>,
    request: Request,
) -> Response {
    if request.method() != Method::GET {
        return resume(app, execution, suffix, request).await;
    }
    let Ok(id) = execution.parse::<ExecutionId>() else {
        return Failure::of(Code::WaitNotFound, "nothing waits here").into_response();
    };
    let query = request.uri().query().map(query::parse).unwrap_or_default();
    let (token, suffix) = pass(&query, suffix);
    match app.engine().awaited_form(id, &token, &suffix).await {
        Ok(details) => form::page(&details),
        Err(fault) => Failure::new(fault).into_response(),
    }
}

/// The token of a resume address, and the suffix that tells its waits apart. Who appends a suffix
/// to the whole address appends it to its token.
fn pass(query: &Map, suffix: Option<String>) -> (String, String) {
    let written = query.get("token").map(|it| it.to_text()).unwrap_or_default();
    let (token, behind) = written.split_once('/').unwrap_or((&written, ""));
    (token.to_owned(), suffix.unwrap_or_else(|| behind.to_owned()))
}

async fn call_of(
    app: &App,
    workspace: &str,
    whose: Whose,
    path: String,
    request: Request,
) -> Response {
    match workspace.parse::<WorkspaceId>() {
        Ok(it) => call(app, Address { workspace: Some(it), whose }, path, request).await,
        Err(_) => Failure::of(Code::WebhookNotFound, "there is no such workspace").into_response(),
    }
}

/// What a call that a member makes gives.
pub(crate) struct Delivered {
    pub(crate) execution: Option<ExecutionId>,
    pub(crate) response: Response,
}

/// Takes a call in that a member makes: there is no page of another origin to tell anything.
pub(crate) async fn deliver(
    app: &App,
    address: Address,
    path: String,
    request: Request,
) -> Delivered {
    let path = path.trim_matches('/').to_owned();
    let workspace = address.workspace.unwrap_or(app.engine().default_workspace());
    match Way::to_hook(app, workspace, request.method().as_str(), &path).await {
        Ok(way) => take_in(app, address, path, &way, request).await,
        Err(failure) => Delivered { execution: None, response: failure.into_response() },
    }
}

/// Takes a call in, with the rules of its route.
async fn take_in(
    app: &App,
    address: Address,
    path: String,
    way: &Way,
    request: Request,
) -> Delivered {
    let workspace = address.workspace.unwrap_or(app.engine().default_workspace());
    let read = match way.inwards(app, request).await {
        Ok(request) => request::read(app, path, request).await,
        Err(failure) => Err(failure),
    };
    let end = match read {
        Ok(request) => app.engine().receive(address, request).await,
        Err(failure) => return Delivered { execution: None, response: failure.into_response() },
    };
    let execution = match &end {
        Ok(Incoming::Answered(id, _)) => Some(*id),
        Ok(Incoming::Later(pending)) => Some(pending.execution),
        Err(_) => None,
    };
    let response = way.outwards(answer(app, workspace, end).await).await;
    let mut response = response.unwrap_or_else(IntoResponse::into_response);
    cookies::keep_in(app.engine().base_url(), &place(address), response.headers_mut());
    Delivered { execution, response }
}

/// Below which path of the host a workspace has its webhooks.
fn place(it: Address) -> String {
    let kind = match it.whose {
        Whose::Published | Whose::Draft(_) => "webhook",
        Whose::Listening => "webhook-test",
    };
    it.workspace.map_or_else(|| format!("/{kind}"), |it| format!("/w/{it}/{kind}"))
}

pub(crate) async fn call(app: &App, address: Address, path: String, request: Request) -> Response {
    let path = path.trim_matches('/').to_owned();
    let (method, headers) = (request.method().clone(), request.headers());
    let crossing = Crossing::of(app, address, &path, &method, headers).await;
    if let Some(answer) = cors::preflight(crossing.as_ref(), &request) {
        return answer;
    }
    let workspace = address.workspace.unwrap_or(app.engine().default_workspace());
    let mut way = match Way::to_hook(app, workspace, method.as_str(), &path).await {
        Ok(way) => way,
        Err(failure) => return cors::readable(crossing.as_ref(), failure.into_response()),
    };
    let from = gateway::stranger(app, &request);
    let response = match way.pay(app, &from).await {
        Ok(()) => take_in(app, address, path, &way, request).await.response,
        Err(failure) => failure.into_response(),
    };
    cors::readable(crossing.as_ref(), way.leave(response))
}

async fn resume(app: &App, execution: &str, suffix: Option<String>, request: Request) -> Response {
    let crossing = Crossing::open(&request);
    if let Some(answer) = cors::preflight(crossing.as_ref(), &request) {
        return answer;
    }
    let Ok(execution) = execution.parse::<ExecutionId>() else {
        return Failure::of(Code::WaitNotFound, "nothing waits here").into_response();
    };
    // Both kinds of addresses of an execution that waits are its own.
    let kind = request.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default();
    let place = format!("/{kind}/{execution}");
    let request = match request::read(app, String::new(), request).await {
        Ok(request) => request,
        Err(failure) => return cors::readable(crossing.as_ref(), failure.into_response()),
    };
    let (token, suffix) = pass(&request.query, suffix);
    let end = app.engine().resume(execution, &token, &suffix, request).await;
    let mut response = match end {
        Ok((workspace, incoming)) => answer(app, workspace, Ok(incoming)).await,
        Err(refused) => answer(app, app.engine().default_workspace(), Err(refused)).await,
    };
    cookies::keep_in(app.engine().base_url(), &place, response.headers_mut());
    cors::readable(crossing.as_ref(), response)
}

async fn answer(app: &App, workspace: WorkspaceId, end: Result<Incoming, Refused>) -> Response {
    match end {
        Ok(Incoming::Answered(_, response)) => response::write(app, workspace, response).await,
        Ok(Incoming::Later(pending)) => match pending.answer().await {
            Ok(answer) => response::write_answer(app, workspace, answer).await,
            Err(fault) => Failure::new(fault).into_response(),
        },
        Err(Refused::Fault(fault)) => Failure::new(fault).into_response(),
        Err(Refused::Trigger(refusal)) => refused(refusal).into_response(),
    }
}

/// A trigger's refusal in the shape of all failures, with the trigger's own status.
fn refused(refusal: Refusal) -> Failure {
    let code = match refusal.status {
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 => Code::WebhookNotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::BodyTooLarge,
        429 => Code::TooManyRequests,
        500.. => Code::ExecutionFailed,
        _ => Code::InvalidRequest,
    };
    let fault = Fault::new(code, refusal.message);
    Failure::answered(fault, refusal.status, response::headers(&refusal.headers))
}
