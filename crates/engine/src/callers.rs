//! Who waits for an execution: the caller of a webhook, or of a run by hand, here or in another process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use model::id::{ExecutionId, WorkspaceId};
use sdk::trigger::Response;
use tokio::sync::mpsc;

use crate::{relay::Others, run::End};

/// How many pieces of a streaming answer may wait for a slow caller.
const REPLIES_MAX: usize = 256;

/// What a waiting caller hears.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A node answers; pieces of a stream come one by one.
    Response(Response),
    /// The execution has ended; nothing comes after it.
    Ended(End),
    /// The execution could not be recorded: nothing was accepted, or it goes on elsewhere.
    Lost(String),
}

/// How long a caller who does not read may hold an execution up; then it counts as gone.
const SLOW_MAX: Duration = Duration::from_secs(30);

/// See the module. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Callers {
    here: Arc<Mutex<HashMap<ExecutionId, Vec<Caller>>>>,
    others: Arc<Others>,
    /// How long a caller waits.
    wait_max: Duration,
}

/// Whoever called the webhook, and whoever ended a wait and waits for what comes of it.
struct Caller {
    sender: mpsc::Sender<Reply>,
    /// It reads the answer piece by piece.
    streams: bool,
}

impl Callers {
    pub(crate) fn beside(others: Arc<Others>, wait_max: Duration) -> Callers {
        Callers { here: Arc::default(), others, wait_max }
    }

    /// Registers a caller; it is forgotten when it goes away or hears the end.
    pub(crate) fn add(&self, execution: ExecutionId, streams: bool) -> mpsc::Receiver<Reply> {
        let (sender, receiver) = mpsc::channel(REPLIES_MAX);
        let caller = Caller { sender, streams };
        self.here.lock().expect("a plain table").entry(execution).or_default().push(caller);
        receiver
    }

    pub(crate) fn streams(&self, execution: ExecutionId) -> bool {
        self.stream_here(execution) || self.others.streams(execution)
    }

    fn stream_here(&self, execution: ExecutionId) -> bool {
        let callers = self.here.lock().expect("a plain table");
        callers.get(&execution).is_some_and(|it| it.iter().any(|it| it.streams))
    }

    /// Whether somebody waits here.
    pub(crate) fn wait_for(&self, execution: ExecutionId) -> bool {
        self.here.lock().expect("a plain table").contains_key(&execution)
    }

    /// Another process may go on with an execution: who waits here is to be told by it.
    pub(crate) fn hand_on(&self, execution: ExecutionId) {
        if self.wait_for(execution) {
            self.others.say_awaits(execution, self.stream_here(execution), self.wait_max);
        }
    }

    pub(crate) async fn tell(&self, workspace: WorkspaceId, execution: ExecutionId, reply: Reply) {
        self.others.answer(workspace, execution, &reply);
        for sender in self.senders(execution, &reply) {
            if sender.send_timeout(reply.clone(), SLOW_MAX).await.is_err() {
                self.forget(execution, |it| it.sender.same_channel(&sender));
            }
        }
    }

    /// Tells who waits here what another process sent; who has no room for it counts as gone.
    pub(crate) fn tell_at_once(&self, execution: ExecutionId, reply: &Reply) {
        for sender in self.senders(execution, reply) {
            if sender.try_send(reply.clone()).is_err() {
                self.forget(execution, |it| it.sender.same_channel(&sender));
            }
        }
    }

    fn senders(&self, execution: ExecutionId, reply: &Reply) -> Vec<mpsc::Sender<Reply>> {
        let last = matches!(reply, Reply::Ended(_) | Reply::Lost(_));
        let mut callers = self.here.lock().expect("a plain table");
        if last {
            let all = callers.remove(&execution).unwrap_or_default();
            return all.into_iter().map(|it| it.sender).collect();
        }
        let all = callers.get(&execution).into_iter().flatten();
        all.map(|it| it.sender.clone()).collect()
    }

    /// Nobody here answers any more: who still waits hears that the execution goes on elsewhere.
    pub(crate) fn remove_all(&self) {
        self.here.lock().expect("a plain table").clear();
    }

    /// Forgets those who have gone away.
    pub(crate) fn remove_gone(&self, execution: ExecutionId) {
        self.forget(execution, |it| it.sender.is_closed());
    }

    pub(crate) fn remove(&self, execution: ExecutionId) {
        self.forget(execution, |_| true);
    }

    fn forget(&self, execution: ExecutionId, who: impl Fn(&Caller) -> bool) {
        let mut callers = self.here.lock().expect("a plain table");
        if let Some(of_execution) = callers.get_mut(&execution) {
            of_execution.retain(|it| !who(it));
            if of_execution.is_empty() {
                callers.remove(&execution);
            }
        }
    }
}
