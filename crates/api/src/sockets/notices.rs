//! What a person is told without having asked: that something failed while nobody looked.

use std::time::{Duration, Instant};

use engine::{
    Who,
    bus::{Event, What},
};
use model::{
    execution::{Mode, Status},
    id::{ExecutionId, WorkflowId},
};
use serde::Serialize;

use crate::{App, door::Seated};

/// A person hears at most one in this time; how many more there were is said with the next.
const APART: Duration = Duration::from_secs(2);

/// A notice to a person. `kind` says what it is about, the rest follows from it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice {
    kind: &'static str,
    workflow_id: WorkflowId,
    workflow_name: String,
    execution_id: ExecutionId,
    /// The node that failed, when one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    message: String,
    /// Executions that failed since the notice before, this one among them.
    count: u64,
    at: jiff::Timestamp,
}

/// What one socket has been told of late.
#[derive(Default)]
pub(super) struct Notices {
    last: Option<Instant>,
    /// Failures since then.
    n_failed: u64,
}

impl Notices {
    /// The notice that an event is worth, to who wants notices: a failure of what nobody started by hand.
    pub(super) async fn of(&mut self, app: &App, seat: &Seated, event: &Event) -> Option<Notice> {
        let What::Ended { status: Status::Error, mode } = event.what else { return None };
        let Who::Member(user) = seat.actor().who else { return None };
        if mode == Mode::Manual {
            return None;
        }
        self.n_failed += 1;
        if self.last.is_some_and(|it| it.elapsed() < APART) {
            return None;
        }
        self.last = Some(Instant::now());
        let count = std::mem::take(&mut self.n_failed);
        let wants = app.accounts().preferences(user).await.is_ok_and(|it| it.notifications.in_app);
        if !wants {
            return None;
        }
        let engine = app.engine();
        let workflow = engine.workflow(seat.actor(), event.workflow).await.ok();
        // One that keeps no failures has no row any more.
        let execution = engine.execution(seat.actor(), event.execution).await.ok();
        Some(Notice {
            kind: "executionFailed",
            workflow_id: event.workflow,
            workflow_name: workflow.map(|it| it.draft.name.to_string()).unwrap_or_default(),
            execution_id: event.execution,
            node: execution.as_ref().and_then(|it| it.error_node.as_ref()).map(|it| it.to_string()),
            message: execution
                .and_then(|it| it.error_message)
                .unwrap_or_else(|| "the execution failed".to_owned()),
            count,
            at: jiff::Timestamp::now(),
        })
    }
}
