//! What a run needs from beyond itself, the same for the server and for a run in memory.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use expr::Sandbox;
use jiff::Timestamp;
use model::{
    Items, Map,
    execution::{Mode, Status},
    id::{ExecutionId, VersionId, WorkflowId, WorkspaceId},
    journal::{Started, StepError},
    workflow::Node,
};
use sdk::{Credential, NodeError, ctx::Callee, http};
use smol_str::SmolStr;
use store::{batch::NewExecution, files::Files};

use super::Journal;
use crate::{bus::Bus, callers::Callers, plan::Plan};

/// Everything that steps use. One per engine.
pub(crate) struct Outside {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: http::Client,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) shelf: Arc<dyn Shelf>,
    pub(crate) callers: Callers,
    pub(crate) bus: Bus,
    /// Runs executions that have just become durable and are held here.
    pub(crate) children: Box<dyn Fn(Vec<Child>) + Send + Sync>,
    /// Under which the world reaches us, without a slash at its end.
    pub(crate) base_url: String,
    /// The folder that file nodes may touch.
    pub(crate) folder: Option<PathBuf>,
    /// `$env`; absent blocks it.
    pub(crate) env: Option<Arc<Map>>,
    /// A fixed clock.
    pub(crate) now: Option<Timestamp>,
    /// Whether pinned data counts in manual runs.
    pub(crate) pins: bool,
    /// How many bytes of items one execution keeps in memory before pages leave it.
    pub(crate) memory_bytes_max: usize,
}

impl Outside {
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }
}

/// Where workflows and credentials are found.
#[async_trait]
pub(crate) trait Shelf: Send + Sync {
    /// The workflow that a step calls.
    async fn callee(&self, callee: &Callee, caller: &Facts) -> Result<Callable, NodeError>;
    /// The workflow that runs when this one fails.
    async fn error_workflow(
        &self,
        failed: &Facts,
        wanted: &str,
    ) -> Result<Option<Callable>, NodeError>;
    /// The credential that a node of a version names.
    async fn credential(
        &self,
        of: (WorkspaceId, VersionId),
        node: &Node,
        kind: &str,
    ) -> Result<Credential, NodeError>;
}

/// A workflow that can be called.
pub(crate) struct Callable {
    pub(crate) workflow: WorkflowId,
    pub(crate) version: VersionId,
    pub(crate) plan: Arc<Plan>,
}

/// What is fixed about an execution.
#[derive(Clone)]
pub(crate) struct Facts {
    pub workspace: WorkspaceId,
    pub execution: ExecutionId,
    pub workflow: WorkflowId,
    pub version: VersionId,
    pub mode: Mode,
    pub parent: Option<ExecutionId>,
    pub business_key: Option<SmolStr>,
    /// `$vars`.
    pub vars: Arc<Map>,
    pub(crate) plan: Arc<Plan>,
}

/// An execution that began with another's batch and is to run here.
pub(crate) struct Child {
    pub workspace: WorkspaceId,
    pub new: NewExecution,
    pub started: Started,
    pub plan: Arc<Plan>,
}

/// How an execution ended.
#[derive(Clone, Debug)]
pub struct End {
    pub status: Status,
    pub error: Option<StepError>,
    /// What the last step gave: one list per output port.
    pub last: Vec<Items>,
}

/// What the runner is told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Go,
    /// Somebody wants the execution cancelled.
    Cancel,
    /// Let go of it: another worker has it, or this process ends.
    Release,
}
