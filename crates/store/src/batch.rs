//! What an execution hands to the journal at once, and what the store does with it as a whole.

use jiff::Timestamp;
use model::{
    Code,
    execution::{Answer, Mode, Status, Wait, WaitKind},
    id::{ExecutionId, ScheduleId, VersionId, WaitId, WorkflowId, WorkspaceId},
    journal::{Record, Started, StepError},
};
use smol_str::SmolStr;

/// What one execution hands to the journal at once: either all of it becomes durable or nothing.
pub struct Batch {
    pub workspace: WorkspaceId,
    pub execution: ExecutionId,
    pub hold: Hold,
    /// The number of this batch within the execution, from 0.
    pub seq: u32,
    pub records: Vec<Record>,
    pub waits: Vec<Wait>,
    pub waits_ended: Vec<WaitId>,
    /// Executions that begin to exist with this batch.
    pub accept: Vec<Accept>,
    pub next: Next,
    /// Answers the wait of the execution that called this one, where it waits.
    pub answers: Option<(ExecutionId, Answer)>,
    /// Changed workflow static data: the workflow's own (`None`) or a node's.
    pub static_data: Vec<(Option<SmolStr>, model::Value)>,
}

/// By what right the batch may be written.
pub enum Hold {
    /// The execution does not exist yet.
    New(NewExecution),
    /// The execution is held under this fencing token.
    Fence(i64),
}

/// The fencing token of an execution that its first batch leaves with the worker that wrote it.
pub const FIRST_FENCE: i64 = 1;

#[derive(Clone, Debug)]
pub struct NewExecution {
    pub id: ExecutionId,
    pub workflow: WorkflowId,
    pub version: VersionId,
    pub mode: Mode,
    pub started_at: Timestamp,
    /// Not before this time, when it is set.
    pub run_at: Option<Timestamp>,
    pub priority: i32,
    pub parent: Option<ExecutionId>,
    pub replay_of: Option<ExecutionId>,
    pub business_key: Option<SmolStr>,
    /// A firing that must happen once.
    pub firing: Option<(ScheduleId, Timestamp)>,
}

pub struct Accept {
    pub execution: NewExecution,
    pub started: Started,
    /// This worker runs it at once; otherwise whoever claims it.
    pub held: bool,
}

/// What becomes of the execution with a batch.
pub enum Next {
    /// Goes on here.
    Running,
    /// Given to the queue. One that begins so may have to wait there for room in the workspace's plan.
    Ready,
    Waiting {
        until: Option<Timestamp>,
        kind: WaitKind,
    },
    Ended {
        status: Status,
        at: Timestamp,
        error: Option<StepError>,
        keep: bool,
    },
}

/// A batch was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    #[error("another worker holds the execution now")]
    Fenced,
    #[error("this firing has taken place already")]
    Duplicate,
    #[error(
        "as many executions as the plan allows wait already; nothing was accepted: call again later, \
         or take a larger plan under Settings, Plan and usage"
    )]
    Full,
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
}

impl From<&Lost> for Code {
    fn from(lost: &Lost) -> Code {
        match lost {
            Lost::Fenced | Lost::Duplicate => Code::ExecutionState,
            Lost::Full => Code::BacklogFull,
            Lost::Unavailable(_) => Code::StoreUnavailable,
        }
    }
}
