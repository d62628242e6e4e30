//! Live events and wake-ups within this process. Losing one costs a moment, never data.

use std::sync::Arc;

use model::{
    execution::{Status, WaitKind},
    id::{ExecutionId, WorkflowId, WorkspaceId},
    journal::Step,
};
use serde::Serialize;
use smol_str::SmolStr;
use tokio::sync::{Notify, broadcast};

/// How many events a slow listener may fall behind before it misses some.
const EVENTS_MAX: usize = 4_096;

/// What happens to an execution, as it happens.
#[derive(Clone, Debug)]
pub struct Event {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub execution: ExecutionId,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Started,
    StepStarted { node: SmolStr, run: u32 },
    StepFinished { node: SmolStr, step: Arc<Step> },
    Waiting { kind: WaitKind },
    Ended { status: Status },
}

/// The short name of an event, as clients see it.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    Started,
    StepStarted,
    StepFinished,
    Waiting,
    Ended,
}

impl What {
    pub fn kind(&self) -> EventKind {
        match self {
            What::Started => EventKind::Started,
            What::StepStarted { .. } => EventKind::StepStarted,
            What::StepFinished { .. } => EventKind::StepFinished,
            What::Waiting { .. } => EventKind::Waiting,
            What::Ended { .. } => EventKind::Ended,
        }
    }
}

/// Told about each event at the moment it happens; it must not take long.
pub type Watch = dyn Fn(&Event) + Send + Sync;

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    events: broadcast::Sender<Event>,
    wake: Arc<Notify>,
    watch: Option<Arc<Watch>>,
}

impl Default for Bus {
    fn default() -> Bus {
        Bus { events: broadcast::channel(EVENTS_MAX).0, wake: Arc::default(), watch: None }
    }
}

impl Bus {
    pub(crate) fn watched(watch: Option<Arc<Watch>>) -> Bus {
        Bus { watch, ..Bus::default() }
    }

    /// Tells whoever listens; the event is made only then.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if self.watch.is_none() && self.events.receiver_count() == 0 {
            return;
        }
        let event = event();
        if let Some(watch) = &self.watch {
            watch(&event);
        }
        // Nobody is left to hear it: fine.
        let _ = self.events.send(event);
    }

    /// Everything from now on, of all workspaces; a listener picks its own.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Makes the workers look for something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }
}
