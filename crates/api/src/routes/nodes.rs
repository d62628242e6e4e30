//! One node by itself: checked, or tried out.

use axum::{Json, extract::State};
use model::{
    Flaw, Value,
    execution::Status,
    item::ItemJson,
    workflow::{CredentialRef, Node, OnError, Workflow},
};
use sdk::{Port, node::Ports};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::{
    checks::Validity,
    node_types::unknown,
    steps::{StepErrorView, StepOutput},
};
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::Given,
    schema,
};

/// What the node is called while it is alone.
const NAME: &str = "Node";

/// A node without a workflow.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SingleNode {
    /// A node type, such as `http.request`.
    #[serde(rename = "type")]
    node_type: String,
    /// The version of the parameters; absent is the current one.
    #[serde(default)]
    version: Option<u32>,
    #[serde(default)]
    #[schema(value_type = schema::Parameters)]
    parameters: Value,
    /// Credential type to the name of a credential.
    #[serde(default)]
    credentials: BTreeMap<String, String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NodeTrial {
    node: SingleNode,
    /// What it gets.
    #[serde(default)]
    #[schema(value_type = Vec<schema::Item>)]
    items: Vec<ItemJson>,
}

/// What a node gave.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NodeTrialResult {
    #[schema(value_type = schema::Status)]
    status: Status,
    error: Option<StepErrorView>,
    outputs: Vec<StepOutput>,
    duration_ms: f64,
    /// Lines of `console.log`, and hints.
    log: Vec<String>,
}

impl SingleNode {
    fn node(self, app: &App) -> Result<Node, Failure> {
        let found = app.engine().nodes().get(&self.node_type);
        let known = found.ok_or_else(|| unknown(&self.node_type))?;
        let credential = |(kind, name): (String, String)| {
            (SmolStr::from(kind), CredentialRef { id: None, name: name.into() })
        };
        Ok(Node {
            id: NAME.into(),
            name: NAME.into(),
            version: self.version.unwrap_or(known.version),
            node_type: self.node_type.into(),
            parameters: self.parameters,
            credentials: self.credentials.into_iter().map(credential).collect(),
            ..Node::default()
        })
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(validate)).routes(routes!(test)).routes(routes!(ports))
}

/// The ports of a node, as its parameters make them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NodePorts {
    node: String,
    #[schema(value_type = Vec<schema::Port>)]
    inputs: Vec<Port>,
    #[schema(value_type = Vec<schema::Port>)]
    outputs: Vec<Port>,
}

#[derive(Serialize, ToSchema)]
struct WorkflowPorts {
    nodes: Vec<NodePorts>,
}

/// The inputs and outputs of a workflow's nodes
///
/// As the parameters make them, with the output for failed items where a node has one. Nodes of types
/// that are not known are left out.
#[utoipa::path(post, path = "/workflows/ports", tag = "nodes", operation_id = "workflowPorts",
    request_body = schema::Workflow, responses((status = 200, body = WorkflowPorts)))]
async fn ports(
    State(app): State<App>,
    Caller(_): Caller,
    Given(document): Given<Workflow>,
) -> Json<WorkflowPorts> {
    let of = |it: &Node| {
        let node_type = app.engine().nodes().get(&it.node_type)?;
        let mut ports = node_type.ports(&node_type.form.fill(&it.parameters));
        if it.on_error == OnError::ErrorOutput {
            ports.outputs.insert(ports.main_outputs(), Port::main("error"));
        }
        let Ports { inputs, outputs } = ports;
        Some(NodePorts { node: it.name.to_string(), inputs, outputs })
    };
    Json(WorkflowPorts { nodes: document.nodes.iter().filter_map(of).collect() })
}

/// Check a node's parameters
#[utoipa::path(post, path = "/workflows/nodes/validate", tag = "nodes", operation_id = "validateNode",
    request_body = SingleNode, responses((status = 200, body = Validity)))]
async fn validate(
    State(app): State<App>,
    Caller(_): Caller,
    Given(node): Given<SingleNode>,
) -> Result<Json<Validity>, Failure> {
    let nodes = vec![node.node(&app)?];
    let faults = app.engine().check(&Workflow { name: NAME.into(), nodes, ..Workflow::default() });
    let prefix = format!("nodes.{NAME}");
    let bare = |it: Flaw| {
        let path = it.path.strip_prefix(&prefix).unwrap_or(&it.path).trim_start_matches('.');
        Flaw { path: path.to_owned(), ..it }
    };
    Ok(Json(Validity::of(faults.into_iter().map(bare))))
}

/// Try a node out
///
/// Runs it once, in memory, with these items; nothing is recorded. What it does outside does happen.
#[utoipa::path(post, path = "/workflows/nodes/test", tag = "nodes", operation_id = "testNode",
    request_body = NodeTrial, responses((status = 200, body = NodeTrialResult)))]
async fn test(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(trial): Given<NodeTrial>,
) -> Result<Json<NodeTrialResult>, Failure> {
    let node = trial.node.node(&app)?;
    let items = trial.items.iter().map(engine::spelling::item_of).collect();
    let output = |(total, items)| StepOutput { total, items };
    let tried = app.engine().try_node(&actor, node, items).await?;
    Ok(Json(NodeTrialResult {
        status: tried.status,
        error: tried.error.map(StepErrorView::from),
        outputs: tried.outputs.into_iter().map(output).collect(),
        duration_ms: tried.duration_us as f64 / 1_000.0,
        log: tried.log,
    }))
}
