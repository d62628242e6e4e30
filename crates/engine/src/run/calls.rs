//! The executions that a step calls into being.

use model::{execution::Mode, id::ExecutionId, journal::Started};
use sdk::{NodeError, ctx::Call};
use store::batch::NewExecution;
use uuid::Uuid;

use super::{Child, host::StepHost};

/// How many executions may have called each other to get to the last.
const DEPTH_MAX: u32 = 50;
/// Most executions that one step calls.
const CALLS_MAX: usize = 10_000;

impl StepHost<'_> {
    /// The executions that calls become; nothing is noted yet.
    pub(super) async fn children(
        &self,
        calls: &[Call],
        parent: Option<ExecutionId>,
    ) -> Result<Vec<Child>, NodeError> {
        let facts = &self.job.facts;
        if self.job.started.depth >= DEPTH_MAX {
            return Err(NodeError::never(format!(
                "workflows have called each other {DEPTH_MAX} times; is there an end to it?"
            )));
        }
        if calls.len() > CALLS_MAX {
            return Err(NodeError::never(format!(
                "one step may call {CALLS_MAX} workflows at most"
            )));
        }
        let mut res = Vec::with_capacity(calls.len());
        for call in calls {
            let callee = self.job.outside.shelf.callee(&call.workflow, facts).await?;
            let plan = callee.plan;
            let start = plan.trigger("trigger.workflow").or_else(|| plan.start());
            let Some(node) = start else {
                return Err(NodeError::never(format!(
                    "workflow `{}` has no node to start at; add a trigger for calls",
                    plan.document.name
                )));
            };
            let now = self.job.outside.now();
            let new = NewExecution {
                id: ExecutionId(Uuid::now_v7()),
                workflow: callee.workflow,
                version: callee.version,
                mode: if facts.mode.is_test() { Mode::Manual } else { Mode::Workflow },
                started_at: now,
                run_at: None,
                priority: plan.document.settings.priority,
                parent,
                replay_of: None,
                business_key: None,
                firing: None,
            };
            let started = Started {
                at: now,
                mode: new.mode,
                node,
                items: vec![call.items.clone()],
                parent,
                replay_of: None,
                until: None,
                given: vec![],
                seed: crate::start::seed(),
                depth: self.job.started.depth + 1,
            };
            res.push(Child { workspace: facts.workspace, new, started, plan });
        }
        Ok(res)
    }
}
