//! Webhooks as things of their own: each is a trigger node of a workflow's draft, made, changed and
//! removed here without drawing.

use axum::{Json, extract::State, http::StatusCode};
use engine::webhooks::TestAddress;
use model::{
    Code, Fault, Map, Value,
    id::{WorkflowId, WorkspaceId},
    permission::Permission,
    workflow::{Node, Workflow},
};
use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};
use store::workflows::Stored;
use utoipa::ToSchema;
use uuid::Uuid;

use super::url;
use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    read::{At, Given},
};

/// The node type that listens to an address.
const WEBHOOK: &str = "trigger.webhook";
/// Between a new node and those that are there, in the canvas's own units.
const APART: f64 = 160.0;

/// A trigger node that listens to an address.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookBinding {
    id: String,
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    workflow_name: String,
    node_id: String,
    node_name: String,
    methods: Vec<String>,
    /// Segments that begin with `:` are parameters.
    path: String,
    url: String,
    /// Where a draft is called that listens.
    test_url: String,
    /// What `/webhooks/execute/{token}` takes. It is an address and no secret: `authentication` says
    /// who may call.
    token: String,
    authentication: Authentication,
    respond: Respond,
    /// Switched off in the draft.
    disabled: bool,
    /// Whether a published version listens there.
    active: bool,
    /// Of the workflow's draft.
    revision: u64,
}

/// How a caller proves who it is.
#[derive(Serialize, Deserialize, ToSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookAuthentication)]
enum Authentication {
    None,
    BasicAuth,
    HeaderAuth,
    JwtAuth,
    Signature,
}

/// When a caller is answered.
#[derive(Serialize, Deserialize, ToSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookRespond)]
enum Respond {
    /// As soon as the execution is durable.
    AtOnce,
    LastNode,
    /// By a respond node.
    Node,
    Stream,
}

/// What a webhook is made of or changed by; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WebhookFields {
    /// In whose draft it is made; absent makes a workflow. Counts for a new one only.
    #[schema(value_type = Option<String>)]
    workflow_id: Option<WorkflowId>,
    /// Of the node, and of a workflow that is made with it. Counts for a new one only.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Segments that begin with `:` are parameters. Empty is an address that nobody guesses.
    path: Option<String>,
    /// Of `GET`, `POST`, `PUT`, `PATCH`, `DELETE` and `HEAD`; `POST` for a new one.
    methods: Option<Vec<String>>,
    authentication: Option<Authentication>,
    respond: Option<Respond>,
    disabled: Option<bool>,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(create)).routes(routes!(get, change, remove))
}

/// Names a webhook in its workspace.
pub(super) fn id_of(workflow: WorkflowId, node: &str) -> String {
    format!("{workflow}.{node}")
}

/// The workflow and the id of the node that an id names.
pub(super) fn parsed(id: &str) -> Result<(WorkflowId, &str), Failure> {
    let (workflow, node) = id.split_once('.').ok_or_else(|| absent(id))?;
    Ok((workflow.parse().map_err(|_| absent(id))?, node))
}

/// Names a webhook in the whole server.
pub(super) fn token_of(workspace: WorkspaceId, workflow: WorkflowId, node: &str) -> String {
    format!("{}{}.{node}", workspace.0.simple(), workflow.0.simple())
}

/// What a token names.
pub(super) fn opened(token: &str) -> Option<(WorkspaceId, WorkflowId, &str)> {
    let (ids, node) = token.split_once('.')?;
    let (workspace, workflow) = ids.split_at_checked(32)?;
    let id = |it: &str| Uuid::try_parse(it).ok();
    Some((WorkspaceId(id(workspace)?), WorkflowId(id(workflow)?), node))
}

pub(super) fn absent(id: &str) -> Failure {
    Failure::of(Code::WebhookNotFound, format!("there is no webhook {id}"))
}

/// The workflow of a webhook, and where the node stands in its draft.
pub(super) async fn find(
    app: &App,
    actor: &engine::Actor,
    id: &str,
) -> Result<(Stored, usize), Failure> {
    let (workflow, node) = parsed(id)?;
    let stored = app.engine().workflow(actor, workflow).await.map_err(|it| match it.code {
        Code::WorkflowNotFound => absent(id),
        _ => it.into(),
    })?;
    let at = stored.draft.nodes.iter().position(|it| it.id == node && it.node_type == WEBHOOK);
    Ok((stored, at.ok_or_else(|| absent(id))?))
}

/// Make a webhook
///
/// It is a trigger node in the draft of a workflow, and listens once that is published.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", operation_id = "createWebhook",
    request_body = WebhookFields, responses((status = 201, body = WebhookBinding)))]
async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(fields): Given<WebhookFields>,
) -> Result<(StatusCode, Json<WebhookBinding>), Failure> {
    let found = match fields.workflow_id {
        Some(id) => {
            rights.may_with(&app, &actor, id, Permission::WorkflowsWrite).await?;
            Some(app.engine().workflow(&actor, id).await?)
        }
        None => None,
    };
    let name = fields.name.as_deref().map(str::trim).filter(|it| !it.is_empty());
    let mut draft = match &found {
        Some(it) => it.draft.clone(),
        None => Workflow { name: name.unwrap_or("Webhook").into(), ..Workflow::default() },
    };
    let id = format_smolstr!("{}", Uuid::now_v7());
    let lowest = draft.nodes.iter().map(|it| it.position[1]).fold(-APART, f64::max);
    let mut node = Node {
        id: id.clone(),
        name: free_name(&draft, name.unwrap_or("Webhook")),
        node_type: WEBHOOK.into(),
        version: 1,
        position: [0.0, lowest + APART],
        parameters: Value::object([("methods", Value::array([Value::from("POST")]))]),
        ..Node::default()
    };
    fill(&mut node, &fields);
    draft.nodes.push(node);
    may_listen(&app, &draft, draft.nodes.len() - 1)?;
    let engine = app.engine();
    let stored = match found {
        Some(it) => engine.save_draft(&actor, it.id, draft, Some(it.revision)).await?,
        None => engine.create_workflow(&actor, draft, None).await?,
    };
    let shown = shown(&app, &actor, &stored, &id).await?;
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Read a webhook
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", operation_id = "getWebhook",
    params(("id" = String, Path)), responses((status = 200, body = WebhookBinding)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<String>,
) -> Result<Json<WebhookBinding>, Failure> {
    let (stored, at) = find(&app, &actor, &id).await?;
    let node = stored.draft.nodes[at].id.clone();
    shown(&app, &actor, &stored, &node).await.map(Json)
}

/// Change a webhook
///
/// In the draft: what is published stays as it is until it is published again.
#[utoipa::path(put, path = "/webhooks/{id}", tag = "webhooks", operation_id = "changeWebhook",
    params(("id" = String, Path)), request_body = WebhookFields, responses((status = 200, body = WebhookBinding)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<String>,
    Given(fields): Given<WebhookFields>,
) -> Result<Json<WebhookBinding>, Failure> {
    let (stored, at) = find(&app, &actor, &id).await?;
    let mut draft = stored.draft;
    let node = draft.nodes[at].id.clone();
    fill(&mut draft.nodes[at], &fields);
    may_listen(&app, &draft, at)?;
    let saved = app.engine().save_draft(&actor, stored.id, draft, Some(stored.revision)).await?;
    shown(&app, &actor, &saved, &node).await.map(Json)
}

/// Remove a webhook
///
/// From the draft, with its wires: what is published stays as it is until it is published again.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", operation_id = "deleteWebhook",
    params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<String>,
) -> Result<StatusCode, Failure> {
    let (stored, at) = find(&app, &actor, &id).await?;
    let mut draft = stored.draft;
    let gone = draft.nodes.remove(at);
    draft.connections.retain(|it| it.from != gone.name && it.to != gone.name);
    draft.pinned_data.remove(&gone.name);
    app.engine().save_draft(&actor, stored.id, draft, Some(stored.revision)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the drafts of a workspace, or of one workflow, would listen.
pub(super) async fn drafted(
    app: &App,
    actor: &engine::Actor,
    only: Option<WorkflowId>,
) -> Result<Vec<(WorkflowId, TestAddress)>, Failure> {
    let mut res = vec![];
    for (id, draft) in app.store().drafts_with(actor.workspace, WEBHOOK, only, actor.sight).await? {
        for it in draft.nodes.iter().filter(|it| it.node_type == WEBHOOK) {
            // One that nobody could listen at yet has no address.
            res.extend(app.engine().address_of(&draft, &it.id).ok().map(|it| (id, it)));
        }
    }
    Ok(res)
}

fn free_name(draft: &Workflow, wanted: &str) -> SmolStr {
    let is_free = |name: &str| draft.node(name).is_none();
    let mut names = (2..).map(|n| format_smolstr!("{wanted} {n}"));
    if is_free(wanted) {
        return wanted.into();
    }
    names.find(|it| is_free(it)).expect("some number is free")
}

fn fill(node: &mut Node, fields: &WebhookFields) {
    let mut parameters: Map = node.parameters.as_object().cloned().unwrap_or_default();
    let mut set = |name: &'static str, value: Option<Value>| {
        if let Some(value) = value {
            parameters.insert(name, value);
        }
    };
    set("path", fields.path.as_deref().map(Value::from));
    let methods = fields.methods.as_ref();
    set("methods", methods.map(|it| Value::array(it.iter().map(|it| Value::from(it.as_str())))));
    set("authentication", fields.authentication.map(|it| word(&it)));
    set("respond", fields.respond.map(|it| word(&it)));
    node.parameters = parameters.into();
    node.disabled = fields.disabled.unwrap_or(node.disabled);
}

fn word<T: Serialize>(it: &T) -> Value {
    let text = serde_json::to_string(it).expect("a plain word");
    Value::from_json(&text).expect("it was written just now")
}

fn read<T: for<'de> Deserialize<'de>>(node: &Node, name: &str, otherwise: T) -> T {
    let written = node.parameters.get(name).map(Value::to_json);
    written.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or(otherwise)
}

/// Refuses an address that nobody could listen to.
fn may_listen(app: &App, draft: &Workflow, at: usize) -> Result<(), Failure> {
    match app.engine().address_of(draft, &draft.nodes[at].id) {
        Ok(_) => Ok(()),
        Err(why) => Err(Fault::invalid(why).into()),
    }
}

async fn shown(
    app: &App,
    actor: &engine::Actor,
    stored: &Stored,
    node: &str,
) -> Result<WebhookBinding, Failure> {
    let id = id_of(stored.id, node);
    let found = stored.draft.nodes.iter().find(|it| it.id == node).ok_or_else(|| absent(&id))?;
    // A draft may hold an address that cannot be listened to: it is shown as it is written.
    let address = app.engine().address_of(&stored.draft, node).ok();
    let (methods, path) = address.map_or_else(Default::default, |it| (it.methods, it.path));
    let live = app.store().webhook_routes_of(actor.workspace, stored.id).await?;
    Ok(WebhookBinding {
        workflow_id: stored.id,
        workflow_name: stored.draft.name.to_string(),
        node_id: node.to_owned(),
        node_name: found.name.to_string(),
        methods: methods.iter().map(|it| it.to_string()).collect(),
        url: url(app, actor, "webhook", &path),
        test_url: url(app, actor, "webhook-test", &path),
        path: path.to_string(),
        token: token_of(actor.workspace, stored.id, node),
        authentication: read(found, "authentication", Authentication::None),
        respond: read(found, "respond", Respond::AtOnce),
        disabled: found.disabled,
        active: live.iter().any(|it| it.node == node),
        revision: stored.revision,
        id,
    })
}
