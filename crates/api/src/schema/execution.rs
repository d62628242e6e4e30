//! Executions, and the report of an import.

use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) enum Status {
    Queued,
    Running,
    Waiting,
    Success,
    Error,
    Cancelled,
}

/// What started an execution.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) enum Mode {
    Manual,
    Webhook,
    Schedule,
    Error,
    Workflow,
    Api,
    Replay,
}

/// What an execution waits for.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) enum WaitKind {
    Time,
    Webhook,
    Form,
    Person,
    Customer,
    Execution,
    Event,
    InDoubt,
    Retry,
    /// Room in the workspace's plan: it has not begun yet.
    Plan,
}

/// What is listed of an execution.
#[derive(ToSchema)]
#[schema(as = ExecutionFacts, rename_all = "camelCase")]
pub(crate) struct Execution {
    id: String,
    workflow_id: String,
    version_id: String,
    status: Status,
    mode: Mode,
    /// What the workflow's business key gave.
    business_key: Option<String>,
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Name of the node that failed.
    error_node: Option<String>,
    error_message: Option<String>,
    /// What it waits for, while `status` is `waiting`.
    waiting_for: Option<WaitKind>,
    /// The execution whose step called this one.
    parent: Option<String>,
    /// The execution that this one replays.
    replay_of: Option<String>,
    /// How often it was taken up again after a crash or a hand-over.
    resumed: u32,
}

/// What became of each node of an imported workflow: every node is counted once.
#[derive(ToSchema)]
#[schema(as = ImportReport)]
pub(crate) struct Report {
    nodes: usize,
    /// Means the same as before.
    converted: usize,
    /// Runs, but not in every detail as before.
    approximated: Vec<Noted>,
    needs_credential: Vec<Wanted>,
    /// Kept with all its parameters; fails when it is run.
    unsupported: Vec<Noted>,
    /// Oddities of the file as a whole.
    #[schema(required = false)]
    notes: Vec<String>,
}

#[derive(ToSchema)]
#[schema(as = ImportNote)]
struct Noted {
    node: String,
    /// The type as the file names it.
    #[schema(rename = "type")]
    node_type: String,
    why: String,
}

/// A credential that a node used where it comes from; secrets are never in a file.
#[derive(ToSchema)]
#[schema(as = ImportCredential)]
struct Wanted {
    node: String,
    #[schema(rename = "type")]
    node_type: String,
    /// Credential type, such as `httpHeaderAuth`.
    credential: String,
    name: String,
    id: Option<String>,
}
