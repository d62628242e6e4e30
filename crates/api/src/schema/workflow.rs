//! The native format of a workflow.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{Data, Parameters};

/// A workflow's document: the graph and its settings, without identity or history. Fields that this
/// version does not know are kept and written back.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Workflow {
    /// Of documents that this version writes: 1.
    #[schema(required = false)]
    format: u32,
    #[schema(max_length = 200)]
    name: String,
    #[schema(required = false)]
    description: String,
    #[schema(required = false, max_items = 5000)]
    nodes: Vec<Node>,
    #[schema(required = false)]
    connections: Vec<Connection>,
    #[schema(required = false)]
    settings: Settings,
    /// Items that stand in for a node's output in manual runs, by node name.
    #[schema(required = false)]
    pinned_data: BTreeMap<String, Vec<Item>>,
    #[schema(required = false)]
    sticky_notes: Vec<StickyNote>,
    #[schema(required = false)]
    groups: Vec<Group>,
    #[schema(required = false)]
    tags: Vec<String>,
    folder: Option<String>,
}

/// A box on the canvas.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct Node {
    /// Stable across renames.
    #[schema(required = false)]
    id: String,
    /// Unique in the workflow; what expressions say.
    name: String,
    /// A node type such as `http.request`.
    #[schema(rename = "type")]
    node_type: String,
    /// The version of the node type's parameters.
    #[schema(required = false)]
    version: u32,
    /// Left and top, in pixels.
    #[schema(required = false)]
    position: [f64; 2],
    #[schema(required = false)]
    parameters: Parameters,
    /// Credential type to the credential to use.
    #[schema(required = false)]
    credentials: BTreeMap<String, CredentialRef>,
    #[schema(required = false)]
    disabled: bool,
    #[schema(required = false)]
    notes: String,
    /// Show the notes under the node on the canvas.
    #[schema(required = false)]
    notes_in_flow: bool,
    #[schema(required = false)]
    on_error: OnError,
    retry: Option<Retry>,
    /// An empty first output becomes one empty item.
    #[schema(required = false)]
    always_output_data: bool,
    /// Only the first item of each input is used.
    #[schema(required = false)]
    execute_once: bool,
    /// How long one try may take, in milliseconds.
    timeout_ms: Option<u64>,
    /// What happens to an effect that was in flight at a crash; absent is the node type's default.
    in_doubt: Option<InDoubt>,
    /// Fixed part of a webhook's or form's address, when the node has one.
    webhook_id: Option<String>,
    imported: Option<ImportedNode>,
}

/// How the file that a node came from spells its parameters. Expressions name them so (`$parameter`, `$('Node').params`) as
/// long as the node's own parameters have this fingerprint: until they are changed. Kept where expressions of that file
/// look at parameters.
#[derive(ToSchema)]
struct ImportedNode {
    /// As they stand there, expressions included.
    #[schema(required = false)]
    parameters: Parameters,
    /// Of the node's own parameters that were made of them.
    #[schema(required = false)]
    fingerprint: String,
}

/// A credential by name; `id` settles which one when two have the name.
#[derive(ToSchema)]
struct CredentialRef {
    id: Option<String>,
    name: String,
}

/// Whether a failed node stops the execution, passes failed items on as `{"error": …}`, or sends
/// them out by an extra last output.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
enum OnError {
    Stop,
    Continue,
    ErrorOutput,
}

/// How a failed try is repeated.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct Retry {
    /// All tries together, the first included: 1 to 100.
    #[schema(required = false)]
    tries: u32,
    /// Pause before the second try, in milliseconds.
    #[schema(required = false)]
    wait_ms: u64,
    #[schema(required = false)]
    backoff: Backoff,
    /// Longest pause, in milliseconds.
    #[schema(required = false)]
    wait_ms_max: u64,
    /// Spread each pause by up to half.
    #[schema(required = false)]
    jitter: bool,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
enum Backoff {
    Fixed,
    Exponential,
}

/// What happens to an effect of which nobody knows whether it took place: it is done again with the
/// same idempotency key, fails the step, or waits for a person.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) enum InDoubt {
    Retry,
    Fail,
    Ask,
}

/// A wire from an output port to an input port.
#[derive(ToSchema)]
struct Connection {
    /// Node name.
    from: String,
    #[schema(required = false)]
    output: usize,
    /// Node name.
    to: String,
    #[schema(required = false)]
    input: usize,
    /// `main`, or how a model, tool or memory is plugged in: `ai_languageModel`, `ai_tool`, …
    #[schema(required = false)]
    kind: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct Settings {
    /// IANA name; absent is the workspace's.
    time_zone: Option<String>,
    #[schema(required = false)]
    order: Order,
    /// Id or name of the workflow that runs when this one fails.
    error_workflow: Option<String>,
    /// How long an execution may take altogether, waits not counted, in milliseconds.
    timeout_ms: Option<u64>,
    #[schema(required = false)]
    save: Save,
    /// An expression on the first trigger item that names each execution, such as `=order {{ $json.id }}`.
    business_key: Option<String>,
    /// Higher runs first: -100 to 100.
    #[schema(required = false)]
    priority: i32,
    /// Which workflows may call this one.
    caller_policy: Option<CallerPolicy>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
enum CallerPolicy {
    Any,
    None,
    /// Ids of workflows.
    Listed(Vec<String>),
}

/// In which order branches run: breadth first (n8n's old order), depth first, or at once.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
enum Order {
    V0,
    V1,
    Parallel,
}

/// What of an execution is kept once it has ended.
#[derive(ToSchema)]
struct Save {
    #[schema(required = false)]
    success: bool,
    #[schema(required = false)]
    error: bool,
    #[schema(required = false)]
    manual: bool,
}

/// A note on the canvas; Markdown.
#[derive(ToSchema)]
struct StickyNote {
    #[schema(required = false)]
    id: String,
    content: String,
    #[schema(required = false)]
    position: [f64; 2],
    #[schema(required = false)]
    size: [f64; 2],
    color: Option<String>,
}

/// A named frame around nodes.
#[derive(ToSchema)]
struct Group {
    #[schema(required = false)]
    id: String,
    name: String,
    /// Ids of nodes.
    #[schema(required = false)]
    nodes: Vec<String>,
}

/// What flows on a wire.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Item {
    #[schema(required = false)]
    json: Data,
    /// Files by name.
    binary: Option<BTreeMap<String, File>>,
    /// The items of the step's input that it was made of: `{item, input?}`, a list of them, or an index.
    paired_item: Option<Data>,
    error: Option<Data>,
}

/// A file beside an item's JSON. Small ones bring their bytes along in `data`; the others are had one
/// by one, at `/api/executions/{id}/steps/{node}/{run}/items/{item}/files/{name}`.
#[derive(ToSchema)]
#[schema(as = ItemFile, rename_all = "camelCase")]
struct File {
    #[schema(required = false)]
    mime_type: String,
    file_name: Option<String>,
    file_extension: Option<String>,
    directory: Option<String>,
    /// `text`, `json`, `image`, `audio`, `video`, `pdf` or `html`.
    file_type: Option<String>,
    #[schema(required = false)]
    bytes: u64,
    /// Base64.
    data: Option<String>,
    id: Option<String>,
}
