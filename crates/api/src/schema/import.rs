//! Files that can be imported.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{Parameters, Workflow};

/// A workflow's document, an export of n8n, or a list of them.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum WorkflowFile {
    #[schema(title = "Ours")]
    Ours(Box<Workflow>),
    #[schema(title = "N8n")]
    N8n(N8nWorkflow),
    #[schema(title = "Several")]
    Several(Vec<N8nWorkflow>),
}

/// An export of n8n, as far as it is described here; what else it holds is read too.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct N8nWorkflow {
    name: Option<String>,
    nodes: Vec<N8nNode>,
    /// By node name and kind: for each output, the inputs that it leads to.
    #[schema(required = false)]
    connections: BTreeMap<String, BTreeMap<String, N8nOutputs>>,
    active: Option<bool>,
}

#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct N8nNode {
    name: String,
    #[serde(rename = "type")]
    node_type: String,
    type_version: Option<f64>,
    position: Option<[f64; 2]>,
    #[schema(required = false)]
    parameters: Parameters,
}

#[derive(ToSchema)]
pub(crate) struct N8nWire {
    node: String,
    #[serde(rename = "type")]
    kind: String,
    index: u32,
}

/// A form with a file.
#[derive(ToSchema)]
pub(crate) struct WorkflowFileForm {
    #[schema(value_type = String, format = Binary)]
    file: (),
}

/// For each output, the inputs that it leads to.
type N8nOutputs = Vec<Option<Vec<N8nWire>>>;
