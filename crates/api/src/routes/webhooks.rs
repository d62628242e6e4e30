//! Addresses of workflows: which there are, who called them, and drafts that wait for a call.

mod bindings;
mod calls;

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use engine::webhooks::Listening;
use jiff::Timestamp;
use model::{
    Value,
    id::{ExecutionId, RequestId, WorkflowId},
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::{requests::Logged, webhooks::Route};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{List, Listed, Look, Page},
    read::{Asked, At, Given},
    schema,
};

/// How long a draft listens unless the caller says, in seconds.
const LISTEN_S: u64 = 120;

/// An address at which a published workflow listens, or would listen once its draft is published.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Webhook {
    /// Names it in `/webhooks/{id}`.
    id: String,
    /// Names it in `/webhooks/execute/{token}`.
    token: String,
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    workflow_name: String,
    /// Id of the trigger node.
    node_id: String,
    methods: Vec<String>,
    /// Segments that begin with `:` are parameters.
    path: String,
    url: String,
    /// Whether a published version listens there.
    active: bool,
}

/// A call that came to a webhook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookCall {
    #[schema(value_type = String)]
    id: RequestId,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Id of the trigger node.
    node_id: String,
    method: String,
    path: String,
    /// The HTTP status of the answer.
    status: u16,
    #[schema(value_type = Option<String>)]
    execution_id: Option<ExecutionId>,
    duration_ms: f64,
    /// Headers, query and the beginning of the body; secret headers are blanked.
    #[schema(value_type = schema::Data)]
    request: Value,
}

impl From<Logged> for WebhookCall {
    fn from(it: Logged) -> WebhookCall {
        WebhookCall {
            id: it.id,
            at: it.at,
            node_id: it.node.to_string(),
            method: it.method.to_string(),
            path: it.path,
            status: it.status,
            execution_id: it.execution,
            duration_ms: it.duration_us as f64 / 1_000.0,
            request: it.request,
        }
    }
}

impl Listed for Logged {
    const ORDER: &str = "-createdAt";

    fn name(&self) -> &str {
        &self.path
    }
    fn created_at(&self) -> Timestamp {
        self.at
    }
    fn updated_at(&self) -> Timestamp {
        self.at
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListenFields {
    /// How long to wait for a call, in seconds.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3600, default = 120)]
    seconds: Option<u64>,
    /// Also hear what comes to the live address, beside the published version.
    #[serde(default)]
    along: bool,
}

/// A draft that waits for a call of its test address.
#[derive(Serialize, ToSchema)]
struct ListeningDraft {
    addresses: Vec<TestAddress>,
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TestAddress {
    node_id: String,
    methods: Vec<String>,
    path: String,
    url: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct WebhookFilter {
    #[param(value_type = Option<String>)]
    workflow_id: Option<WorkflowId>,
    /// Part of the path, in any case.
    search: Option<String>,
    /// Only those at which a published version listens, or only those of drafts.
    active: Option<bool>,
}

/// Where somebody listens, or would.
struct Place {
    workflow: WorkflowId,
    node: SmolStr,
    methods: Vec<SmolStr>,
    path: SmolStr,
    active: bool,
}

impl Place {
    fn live(it: Route) -> Place {
        let Route { workflow, node, methods, path, .. } = it;
        Place { workflow, node, methods, path, active: true }
    }

    fn draft(workflow: WorkflowId, it: engine::webhooks::TestAddress) -> Place {
        let engine::webhooks::TestAddress { node, methods, path } = it;
        Place { workflow, node, methods, path, active: false }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(calls))
        .routes(routes!(listen, stop_listening))
        .merge(bindings::routes())
        .merge(calls::routes())
}

/// What everybody may call.
pub(super) fn open() -> Routes {
    calls::open()
}

/// Addresses of workflows
///
/// Those at which published versions listen, then those that only drafts have.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", operation_id = "listWebhooks",
    params(Page, WebhookFilter), responses((status = 200, body = List<Webhook>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(filter): Asked<WebhookFilter>,
) -> Result<Json<List<Webhook>>, Failure> {
    let search = filter.search.unwrap_or_default().trim().to_lowercase();
    let only = filter.workflow_id;
    let live = app.store().webhook_routes_in(actor.workspace, only, actor.sight).await?;
    let mut all: Vec<Place> = vec![];
    if filter.active != Some(true) {
        let drafts = bindings::drafted(&app, &actor, only).await?;
        let is_live = |(id, it): &(WorkflowId, engine::webhooks::TestAddress)| {
            live.iter().any(|live| live.workflow == *id && live.node == it.node)
        };
        all.extend(drafts.into_iter().filter(|it| !is_live(it)).map(|it| Place::draft(it.0, it.1)));
    }
    if filter.active != Some(false) {
        all.splice(0..0, live.into_iter().map(Place::live));
    }
    all.retain(|it| it.path.to_lowercase().contains(&search));
    let page = page.cut(all);
    let ids: Vec<WorkflowId> = page.items.iter().map(|it| it.workflow).collect();
    let names = app.store().workflow_names(actor.workspace, &ids).await?;
    let webhook = |it: Place| Webhook {
        id: bindings::id_of(it.workflow, &it.node),
        token: bindings::token_of(actor.workspace, it.workflow, &it.node),
        active: it.active,
        workflow_id: it.workflow,
        workflow_name: names.get(&it.workflow).map(|it| it.to_string()).unwrap_or_default(),
        node_id: it.node.to_string(),
        methods: it.methods.iter().map(|it| it.to_string()).collect(),
        url: url(&app, &actor, "webhook", &it.path),
        path: it.path.to_string(),
    };
    Ok(Json(page.map(webhook)))
}

/// The latest calls of a workflow's webhooks
#[utoipa::path(get, path = "/workflows/{id}/requests", tag = "webhooks", operation_id = "listWebhookCalls",
    params(("id" = String, Path), Page, Look), responses((status = 200, body = List<WebhookCall>)))]
async fn calls(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
) -> Result<Json<List<WebhookCall>>, Failure> {
    app.engine().workflow(&actor, id).await?;
    let all = look.at(app.store().requests(actor.workspace, id).await?)?;
    Ok(Json(page.cut(all).map(WebhookCall::from)))
}

/// Wait for a call of the draft's test address
///
/// The next call of `/webhook-test/…` runs the draft, and can be watched over `/executions/events`.
#[utoipa::path(post, path = "/workflows/{id}/listen", tag = "webhooks", operation_id = "listenForCall",
    params(("id" = String, Path)), request_body = ListenFields,
    responses((status = 200, body = ListeningDraft)))]
async fn listen(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    Given(fields): Given<ListenFields>,
) -> Result<Json<ListeningDraft>, Failure> {
    let wait = Duration::from_secs(fields.seconds.unwrap_or(LISTEN_S).max(1));
    let wait = wait.min(engine::webhooks::LISTEN_MAX);
    let how = Listening { wait, along: fields.along };
    let addresses = app.engine().listen(&actor, id, how).await?;
    let address = |it: engine::webhooks::TestAddress| TestAddress {
        node_id: it.node.to_string(),
        methods: it.methods.iter().map(|it| it.to_string()).collect(),
        url: url(&app, &actor, "webhook-test", &it.path),
        path: it.path.to_string(),
    };
    Ok(Json(ListeningDraft {
        addresses: addresses.into_iter().map(address).collect(),
        until: Timestamp::now() + wait,
    }))
}

/// End waiting for a call
#[utoipa::path(delete, path = "/workflows/{id}/listen", tag = "webhooks", operation_id = "stopListening",
    params(("id" = String, Path)), responses((status = 204)))]
async fn stop_listening(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
) -> Result<StatusCode, Failure> {
    app.engine().workflow(&actor, id).await?;
    app.engine().stop_listening(&actor, id);
    Ok(StatusCode::NO_CONTENT)
}

/// The short address in the default workspace, the one with the workspace in it in any other.
fn url(app: &App, actor: &engine::Actor, kind: &str, path: &str) -> String {
    let base = app.engine().base_url();
    match actor.workspace == app.engine().default_workspace() {
        true => format!("{base}/{kind}/{path}"),
        false => format!("{base}/w/{}/{kind}/{path}", actor.workspace),
    }
}
