//! The native format of a workflow: what is drawn, exported, versioned and run.
//!
//! Fields that this version does not know are kept in `extra` and written back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Map, Value, item::ItemJson};

mod imported;

pub use imported::{Imported, fingerprint};

/// The number in the `format` field of documents that this version writes.
pub const FORMAT: u32 = 1;
/// Limits of one document.
pub const NODES_MAX: usize = 5_000;
pub const NAME_CHARS_MAX: usize = 200;
pub const PRIORITY_MAX: i32 = 100;

/// A workflow's document: the graph and its settings, without identity or history.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Workflow {
    pub format: u32,
    pub name: SmolStr,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub nodes: Vec<Node>,
    pub connections: Vec<Connection>,
    #[serde(skip_serializing_if = "Settings::is_default")]
    pub settings: Settings,
    /// Items that stand in for a node's output in manual runs, by node name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pinned_data: BTreeMap<SmolStr, Vec<ItemJson>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sticky_notes: Vec<StickyNote>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<SmolStr>,
    #[serde(flatten)]
    pub extra: Map,
}

impl Workflow {
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|it| it.name == name)
    }
}

/// A box on the canvas.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Node {
    /// Stable across renames.
    pub id: SmolStr,
    /// Unique in the workflow; what expressions say.
    pub name: SmolStr,
    /// A node type such as `http.request`.
    #[serde(rename = "type")]
    pub node_type: SmolStr,
    /// The version of the node type's parameters.
    pub version: u32,
    pub position: [f64; 2],
    /// Values by field name; a string that starts with `=` is an expression.
    pub parameters: Value,
    /// Credential type to the name (or id) of the credential to use.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: BTreeMap<SmolStr, CredentialRef>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Show the notes under the node on the canvas.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub notes_in_flow: bool,
    #[serde(skip_serializing_if = "OnError::is_default")]
    pub on_error: OnError,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// An empty first output becomes one empty item.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub always_output_data: bool,
    /// Only the first item of each input is used.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub execute_once: bool,
    /// How long one try may take, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// What happens to an effect that was in flight at a crash; absent is the node type's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_doubt: Option<InDoubt>,
    /// Fixed part of a webhook's or form's address, when the node has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_id: Option<SmolStr>,
    /// How the file that it came from spells its parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    #[serde(flatten)]
    pub extra: Map,
}

/// A credential by name; `id` settles which one when two have the name.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct CredentialRef {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<SmolStr>,
    pub name: SmolStr,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum OnError {
    /// The execution fails.
    #[default]
    Stop,
    /// Failed items go on as `{"error": …}` on the normal output.
    Continue,
    /// Failed items leave by an extra last output.
    ErrorOutput,
}

impl OnError {
    fn is_default(&self) -> bool {
        *self == OnError::Stop
    }
}

/// How a failed try is repeated.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct Retry {
    /// All tries together, the first included: 1 to 100.
    pub tries: u32,
    /// Pause before the second try, in milliseconds.
    pub wait_ms: u64,
    #[serde(skip_serializing_if = "Backoff::is_default")]
    pub backoff: Backoff,
    /// Longest pause, in milliseconds.
    pub wait_ms_max: u64,
    /// Spread each pause by up to half, so that many executions do not knock at once.
    pub jitter: bool,
}

pub const RETRY_TRIES_MAX: u32 = 100;

impl Default for Retry {
    fn default() -> Retry {
        Retry {
            tries: 3,
            wait_ms: 1_000,
            backoff: Backoff::Fixed,
            wait_ms_max: 3_600_000,
            jitter: false,
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum Backoff {
    #[default]
    Fixed,
    /// Each pause is twice the one before.
    Exponential,
}

impl Backoff {
    fn is_default(&self) -> bool {
        *self == Backoff::Fixed
    }
}

/// What happens to an effect of which nobody knows whether it took place.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum InDoubt {
    /// Do it again with the same idempotency key.
    Retry,
    /// Fail the step.
    Fail,
    /// Wait until a person decides.
    Ask,
}

/// A wire from an output port to an input port.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Connection {
    /// Node name.
    pub from: SmolStr,
    #[serde(skip_serializing_if = "is_zero")]
    pub output: usize,
    /// Node name.
    pub to: SmolStr,
    #[serde(skip_serializing_if = "is_zero")]
    pub input: usize,
    /// `main`, or how a model, tool or memory is plugged in: `ai_languageModel`, `ai_tool`, …
    #[serde(skip_serializing_if = "is_main")]
    pub kind: SmolStr,
    #[serde(flatten)]
    pub extra: Map,
}

impl Connection {
    pub fn is_main(&self) -> bool {
        is_main(&self.kind)
    }
}

fn is_zero(it: &usize) -> bool {
    *it == 0
}

fn is_main(it: &SmolStr) -> bool {
    it.is_empty() || it == "main"
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// IANA name; absent is the workspace's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<SmolStr>,
    pub order: Order,
    /// Id or name of the workflow that runs when this one fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_workflow: Option<SmolStr>,
    /// How long an execution may take altogether, waits not counted, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    pub save: Save,
    /// An expression on the first trigger item that names each execution, such as `=order {{ $json.id }}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_key: Option<SmolStr>,
    /// Higher runs first: -[`PRIORITY_MAX`] to [`PRIORITY_MAX`].
    #[serde(skip_serializing_if = "is_zero_priority")]
    pub priority: i32,
    /// Which workflows may call this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller_policy: Option<CallerPolicy>,
    #[serde(flatten)]
    pub extra: Map,
}

impl Settings {
    fn is_default(&self) -> bool {
        *self == Settings::default()
    }
}

fn is_zero_priority(it: &i32) -> bool {
    *it == 0
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum CallerPolicy {
    Any,
    None,
    /// Ids of workflows.
    Listed(Vec<SmolStr>),
}

/// In which order branches run.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// Breadth first: the first node of each branch, then the second (n8n's old order).
    V0,
    /// Depth first, top to bottom.
    #[default]
    V1,
    /// Branches at once.
    Parallel,
}

/// What of an execution is kept once it has ended.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct Save {
    pub success: bool,
    pub error: bool,
    pub manual: bool,
}

impl Default for Save {
    fn default() -> Save {
        Save { success: true, error: true, manual: true }
    }
}

/// A note on the canvas; Markdown.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct StickyNote {
    pub id: SmolStr,
    pub content: String,
    pub position: [f64; 2],
    pub size: [f64; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<SmolStr>,
    #[serde(flatten)]
    pub extra: Map,
}

/// A named frame around nodes.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Group {
    pub id: SmolStr,
    pub name: SmolStr,
    /// Ids of nodes.
    pub nodes: Vec<SmolStr>,
    #[serde(flatten)]
    pub extra: Map,
}
