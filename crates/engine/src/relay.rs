//! What the processes of one platform tell one another: live events, answers for a caller whom another
//! process holds, drafts that
//! listen or are open in an editor. Losing a message costs a moment, never data.

mod reply;

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use model::id::{ExecutionId, UserId, WorkflowId, WorkspaceId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use uuid::Uuid;

use self::reply::Carried;
use crate::{Engine, bus::Event, callers::Reply, editors::Editor, engine::Inner, routes::Draft};

/// Carries messages to every other process.
pub trait Relay: Send + Sync {
    /// Never waits: what there is no room for, or nobody to carry, is dropped.
    fn send(&self, message: Bytes);
}

/// The largest message; who waits for a larger answer hears that it is too large.
const MESSAGE_BYTES_MAX: usize = 8 << 20;
/// How often a process says again what it looks at.
const SAY_EVERY: Duration = Duration::from_secs(10);
/// How long that counts.
const LOOK_LASTS: Duration = Duration::from_secs(35);
/// How many workspaces, and how many executions, others may want to hear of.
const WANTED_MAX: usize = 100_000;
/// How long a caller elsewhere is waited for at most.
const AWAIT_MAX: Duration = Duration::from_secs(3_600);

#[derive(Serialize, Deserialize)]
enum Message {
    /// Somebody looks at what happens in a workspace.
    Looks {
        workspace: WorkspaceId,
    },
    Happened {
        event: Event,
    },
    /// Somebody waits for the answer of an execution.
    Awaits {
        execution: ExecutionId,
        streams: bool,
        wait_ms: u64,
    },
    Answer {
        workspace: WorkspaceId,
        execution: ExecutionId,
        reply: Carried,
    },
    Listens {
        draft: Draft,
    },
    /// A draft was called, or somebody ended its listening.
    ListensNoMore {
        workspace: WorkspaceId,
        workflow: WorkflowId,
    },
    /// A tab has a draft open.
    HasOpen {
        workspace: WorkspaceId,
        workflow: WorkflowId,
        editor: Editor,
    },
    HasClosed {
        workspace: WorkspaceId,
        workflow: WorkflowId,
        user: UserId,
        tab: SmolStr,
    },
}

/// The other processes, as far as they are known here.
#[derive(Default)]
pub(crate) struct Others {
    line: Option<Line>,
    looks: Wanted<WorkspaceId, ()>,
    /// Whether the caller reads piece by piece.
    awaited: Wanted<ExecutionId, bool>,
}

struct Line {
    relay: Arc<dyn Relay>,
    /// Under which this process knows its own messages.
    sender: Uuid,
}

impl Others {
    pub(crate) fn over(relay: Option<Arc<dyn Relay>>) -> Others {
        let line = relay.map(|relay| Line { relay, sender: Uuid::now_v7() });
        Others { line, ..Others::default() }
    }

    pub(crate) fn look_at(&self, workspace: WorkspaceId) -> bool {
        self.looks.get(&workspace).is_some()
    }

    pub(crate) fn say_looks(&self, workspace: WorkspaceId) {
        self.send(&Message::Looks { workspace });
    }

    pub(crate) fn say_happened(&self, event: Event) {
        self.send(&Message::Happened { event });
    }

    /// Somebody here waits for an execution that another process may take up.
    pub(crate) fn say_awaits(&self, execution: ExecutionId, streams: bool, wait: Duration) {
        self.send(&Message::Awaits { execution, streams, wait_ms: wait.as_millis() as u64 });
    }

    pub(crate) fn say_listens(&self, draft: Draft) {
        self.send(&Message::Listens { draft });
    }

    pub(crate) fn say_listens_no_more(&self, workspace: WorkspaceId, workflow: WorkflowId) {
        self.send(&Message::ListensNoMore { workspace, workflow });
    }

    pub(crate) fn say_has_open(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        editor: Editor,
    ) {
        self.send(&Message::HasOpen { workspace, workflow, editor });
    }

    pub(crate) fn say_has_closed(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        user: UserId,
        tab: &str,
    ) {
        self.send(&Message::HasClosed { workspace, workflow, user, tab: tab.into() });
    }

    /// Whether somebody elsewhere reads the answer piece by piece.
    pub(crate) fn streams(&self, execution: ExecutionId) -> bool {
        self.awaited.get(&execution).unwrap_or_default()
    }

    /// Tells whoever waits elsewhere.
    pub(crate) fn answer(&self, workspace: WorkspaceId, execution: ExecutionId, reply: &Reply) {
        let is_last = matches!(reply, Reply::Ended(_) | Reply::Lost(_));
        let known =
            if is_last { self.awaited.take(&execution) } else { self.awaited.get(&execution) };
        if known.is_some() {
            let reply = Carried::of(reply);
            self.send(&Message::Answer { workspace, execution, reply });
        }
    }

    fn send(&self, message: &Message) {
        let Some(line) = &self.line else { return };
        let mut bytes = line.sender.as_bytes().to_vec();
        if let Err(error) = serde_json::to_writer(&mut bytes, message) {
            tracing::error!("a message to other processes cannot be written: {error}");
            return;
        }
        if bytes.len() <= MESSAGE_BYTES_MAX {
            line.relay.send(bytes.into());
        } else if let Message::Answer { workspace, execution, .. } = message {
            let why = format!(
                "execution {execution} ran in another process, and its answer is larger than the \
                 {} MiB that one may hand to another; look it up by its id",
                MESSAGE_BYTES_MAX >> 20
            );
            let (workspace, execution) = (*workspace, *execution);
            self.send(&Message::Answer {
                workspace,
                execution,
                reply: Carried::of(&Reply::Lost(why)),
            });
        }
    }

    /// A message that is not our own.
    fn read(&self, bytes: &[u8]) -> Option<Message> {
        let (sender, text) = bytes.split_at_checked(16)?;
        if self.line.as_ref().is_none_or(|it| it.sender.as_bytes() == sender) {
            return None;
        }
        // Another version may say what this one does not know.
        serde_json::from_slice(text)
            .inspect_err(|why| tracing::debug!("a message cannot be read: {why}"))
            .ok()
    }
}

/// What others asked for, each for a while.
struct Wanted<K, V> {
    /// Spares a look into the table, which is empty most of the time.
    any: AtomicBool,
    until: Mutex<HashMap<K, (Instant, V)>>,
}

impl<K, V> Default for Wanted<K, V> {
    fn default() -> Self {
        Wanted { any: AtomicBool::new(false), until: Mutex::default() }
    }
}

impl<K: Eq + Hash, V: Copy> Wanted<K, V> {
    fn add(&self, key: K, value: V, lasts: Duration) {
        let mut all = self.until.lock().expect("a plain table");
        if all.len() >= WANTED_MAX {
            let now = Instant::now();
            all.retain(|_, it| it.0 > now);
        }
        if all.len() < WANTED_MAX {
            all.insert(key, (Instant::now() + lasts, value));
            self.any.store(true, Ordering::Relaxed);
        }
    }

    fn get(&self, key: &K) -> Option<V> {
        if !self.any.load(Ordering::Relaxed) {
            return None;
        }
        let all = self.until.lock().expect("a plain table");
        all.get(key).filter(|it| it.0 > Instant::now()).map(|it| it.1)
    }

    fn take(&self, key: &K) -> Option<V> {
        let value = self.get(key)?;
        self.until.lock().expect("a plain table").remove(key);
        Some(value)
    }

    fn forget_old(&self) {
        let mut all = self.until.lock().expect("a plain table");
        let now = Instant::now();
        all.retain(|_, it| it.0 > now);
        self.any.store(!all.is_empty(), Ordering::Relaxed);
    }
}

impl Engine {
    /// Takes in what another process sent over the [`Relay`].
    pub fn hear(&self, message: &[u8]) {
        let inner = &self.0;
        let outside = &inner.outside;
        let others = outside.bus.others();
        let Some(message) = others.read(message) else { return };
        match message {
            Message::Looks { workspace } => others.looks.add(workspace, (), LOOK_LASTS),
            Message::Happened { event } => outside.bus.repeat(event),
            Message::Awaits { execution, streams, wait_ms } => {
                let lasts = Duration::from_millis(wait_ms).min(AWAIT_MAX);
                others.awaited.add(execution, streams, lasts);
            }
            Message::Answer { workspace, execution, reply } => {
                if !outside.callers.wait_for(execution) {
                    return;
                }
                let reply = reply.reply(&inner.pages(workspace)).unwrap_or_else(Reply::Lost);
                outside.callers.tell_at_once(execution, &reply);
            }
            Message::Listens { draft } => drop(inner.listeners.add(&draft)),
            Message::ListensNoMore { workspace, workflow } => {
                inner.listeners.stop(workspace, workflow);
            }
            Message::HasOpen { workspace, workflow, editor } => {
                inner.editors.add(workspace, workflow, editor);
            }
            Message::HasClosed { workspace, workflow, user, tab } => {
                inner.editors.remove(workspace, workflow, user, &tab);
            }
        }
    }
}

/// Says again and again what is looked at here, and forgets what others no longer ask for.
pub(crate) async fn keep_saying(inner: Arc<Inner>) {
    let bus = &inner.outside.bus;
    if bus.others().line.is_none() {
        return;
    }
    let mut closing = inner.closing.subscribe();
    while !inner.is_closing() {
        for workspace in bus.looked_at() {
            bus.others().say_looks(workspace);
        }
        bus.others().looks.forget_old();
        bus.others().awaited.forget_old();
        tokio::select! {
            () = tokio::time::sleep(SAY_EVERY) => {}
            _ = closing.changed() => {}
        }
    }
}
