//! One run of a workflow, as it is listed and found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{
    Items, Value,
    id::{ExecutionId, VersionId, WaitId, WorkflowId, WorkspaceId},
};

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Accepted and durable; nobody runs it yet.
    Queued,
    Running,
    /// Waits for a named thing.
    Waiting,
    Success,
    Error,
    Cancelled,
}

impl Status {
    pub const ALL: [Status; 6] = [
        Status::Queued,
        Status::Running,
        Status::Waiting,
        Status::Success,
        Status::Error,
        Status::Cancelled,
    ];

    pub fn is_ended(self) -> bool {
        matches!(self, Status::Success | Status::Error | Status::Cancelled)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Running => "running",
            Status::Waiting => "waiting",
            Status::Success => "success",
            Status::Error => "error",
            Status::Cancelled => "cancelled",
        }
    }

    pub fn from_text(text: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// What started an execution.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// By hand, in the editor or by the CLI; pinned data counts.
    Manual,
    Webhook,
    Schedule,
    /// A failed execution of another workflow.
    Error,
    /// Called by another workflow.
    Workflow,
    Api,
    /// A new execution of an ended one's data.
    Replay,
}

impl Mode {
    pub const ALL: [Mode; 7] = [
        Mode::Manual,
        Mode::Webhook,
        Mode::Schedule,
        Mode::Error,
        Mode::Workflow,
        Mode::Api,
        Mode::Replay,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Manual => "manual",
            Mode::Webhook => "webhook",
            Mode::Schedule => "schedule",
            Mode::Error => "error",
            Mode::Workflow => "workflow",
            Mode::Api => "api",
            Mode::Replay => "replay",
        }
    }

    pub fn from_text(text: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// n8n's `$execution.mode`.
    pub fn is_test(self) -> bool {
        self == Mode::Manual
    }
}

/// A row of the execution list.
#[derive(Serialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    pub id: ExecutionId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub status: Status,
    pub mode: Mode,
    pub business_key: Option<SmolStr>,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Name of the node that failed.
    pub error_node: Option<SmolStr>,
    pub error_message: Option<String>,
    /// What it waits for, while `status` is waiting.
    pub waiting_for: Option<WaitKind>,
    /// The execution whose step called this one.
    pub parent: Option<ExecutionId>,
    /// The execution that this one replays.
    pub replay_of: Option<ExecutionId>,
    /// How often it was taken up again after a crash or a hand-over.
    pub resumed: u32,
}

/// What an execution may wait for.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
pub enum WaitKind {
    Time,
    Webhook,
    Form,
    Person,
    Customer,
    Execution,
    Event,
    /// An effect in doubt that a person must settle.
    InDoubt,
    /// The pause before the next try of a failed step.
    Retry,
    /// Room in the workspace's plan: it has not begun yet.
    Plan,
}

impl WaitKind {
    pub const ALL: [WaitKind; 10] = [
        WaitKind::Time,
        WaitKind::Webhook,
        WaitKind::Form,
        WaitKind::Person,
        WaitKind::Customer,
        WaitKind::Execution,
        WaitKind::Event,
        WaitKind::InDoubt,
        WaitKind::Retry,
        WaitKind::Plan,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            WaitKind::Time => "time",
            WaitKind::Webhook => "webhook",
            WaitKind::Form => "form",
            WaitKind::Person => "person",
            WaitKind::Customer => "customer",
            WaitKind::Execution => "execution",
            WaitKind::Event => "event",
            WaitKind::InDoubt => "inDoubt",
            WaitKind::Retry => "retry",
            WaitKind::Plan => "plan",
        }
    }

    pub fn from_text(text: &str) -> Option<WaitKind> {
        WaitKind::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// A row of the waits table: one thing that one step waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    pub id: WaitId,
    pub workspace_id: WorkspaceId,
    pub execution_id: ExecutionId,
    pub kind: WaitKind,
    /// Node number and run index of the step.
    pub node: u32,
    pub run: u32,
    /// What an event, webhook or child execution must carry to end this wait.
    pub correlation: SmolStr,
    /// When the wait ends by itself.
    pub deadline: Option<Timestamp>,
    /// Who presents it may end the wait; compared in constant time.
    pub token: SmolStr,
    /// What the answer must fit, such as the method of a webhook. Free for the kind.
    pub details: Value,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The deadline passed.
    Timeout,
    /// What came: an event, a form, a person's decision.
    Came(Value),
    /// The items that came: a webhook's, or what each called execution gave.
    Items(Vec<Items>),
    /// The thing waited for failed.
    Failed(String),
}
