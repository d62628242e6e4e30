//! Live events and wake-ups. Losing one costs a moment, never data.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use model::{
    execution::{Mode, Status, WaitKind},
    id::{ExecutionId, WorkflowId, WorkspaceId},
    journal::{Step, StepError},
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use tokio::sync::{
    Notify,
    broadcast::{self, error::RecvError},
};

use crate::relay::Others;

/// How many events a slow listener may fall behind before it misses some.
const EVENTS_MAX: usize = 4_096;

/// What happens to an execution, as it happens.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Event {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub execution: ExecutionId,
    pub what: What,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub enum What {
    Started { mode: Mode },
    StepStarted { node: SmolStr, run: u32 },
    StepFinished { node: SmolStr, done: Done },
    Waiting { kind: WaitKind },
    Ended { status: Status, mode: Mode },
}

/// What is told of a step.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Done {
    pub run: u32,
    pub duration_us: u64,
    /// How many items each output has.
    pub n_items: Vec<usize>,
    pub error: Option<StepError>,
}

impl Done {
    pub(crate) fn of(step: &Step) -> Done {
        Done {
            run: step.run,
            duration_us: step.duration_us,
            n_items: step.outputs.iter().map(|it| it.len()).collect(),
            error: step.error.clone(),
        }
    }
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
            What::Started { .. } => EventKind::Started,
            What::StepStarted { .. } => EventKind::StepStarted,
            What::StepFinished { .. } => EventKind::StepFinished,
            What::Waiting { .. } => EventKind::Waiting,
            What::Ended { .. } => EventKind::Ended,
        }
    }
}

/// Told about each step of an execution at the moment it ends, with the name of its node; it must
/// not take long.
pub type Watch = dyn Fn(ExecutionId, &str, &Step) + Send + Sync;

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    events: broadcast::Sender<Event>,
    wake: Arc<Notify>,
    watch: Option<Arc<Watch>>,
    /// How many listeners here look at a workspace.
    looks: Arc<Mutex<HashMap<WorkspaceId, usize>>>,
    others: Arc<Others>,
}

impl Default for Bus {
    fn default() -> Bus {
        Bus::beside(Arc::default())
    }
}

impl Bus {
    pub(crate) fn beside(others: Arc<Others>) -> Bus {
        let (events, _) = broadcast::channel(EVENTS_MAX);
        Bus { events, wake: Arc::default(), watch: None, looks: Arc::default(), others }
    }

    pub(crate) fn watched(watch: Option<Arc<Watch>>) -> Bus {
        Bus { watch, ..Bus::default() }
    }

    /// Tells whoever listens, here or elsewhere; the event is made only then.
    pub(crate) fn tell(&self, workspace: WorkspaceId, event: impl FnOnce() -> Event) {
        let elsewhere = self.others.look_at(workspace);
        let here = self.events.receiver_count() > 0;
        match (here, elsewhere) {
            (false, false) => {}
            (true, false) => self.repeat(event()),
            (false, true) => self.others.say_happened(event()),
            (true, true) => {
                let event = event();
                self.others.say_happened(event.clone());
                self.repeat(event);
            }
        }
    }

    /// Tells whoever listens here.
    pub(crate) fn repeat(&self, event: Event) {
        // Nobody is left to hear it: fine.
        let _ = self.events.send(event);
    }

    pub(crate) fn watch(&self, execution: ExecutionId, node: &str, step: &Step) {
        if let Some(watch) = &self.watch {
            watch(execution, node, step);
        }
    }

    /// What happens in a workspace from now on, in whichever process.
    pub fn listen(&self, workspace: WorkspaceId) -> Listening {
        let events = self.events.subscribe();
        let first = {
            let mut looks = self.looks.lock().expect("a plain table");
            let n = looks.entry(workspace).or_default();
            *n += 1;
            *n == 1
        };
        if first {
            self.others.say_looks(workspace);
        }
        Listening { events, workspace, looks: self.looks.clone() }
    }

    pub(crate) fn looked_at(&self) -> Vec<WorkspaceId> {
        self.looks.lock().expect("a plain table").keys().copied().collect()
    }

    pub(crate) fn others(&self) -> &Others {
        &self.others
    }

    /// Makes the workers look for something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }
}

/// Somebody who hears of a workspace.
pub struct Listening {
    events: broadcast::Receiver<Event>,
    workspace: WorkspaceId,
    looks: Arc<Mutex<HashMap<WorkspaceId, usize>>>,
}

/// Some events were missed, since they were not taken in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed;

impl Listening {
    /// `None`: there will be no more.
    pub async fn next(&mut self) -> Option<Result<Event, Missed>> {
        loop {
            match self.events.recv().await {
                Ok(it) if it.workspace == self.workspace => return Some(Ok(it)),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return Some(Err(Missed)),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut looks = self.looks.lock().expect("a plain table");
        if let Some(n) = looks.get_mut(&self.workspace) {
            *n -= 1;
            if *n == 0 {
                looks.remove(&self.workspace);
            }
        }
    }
}
