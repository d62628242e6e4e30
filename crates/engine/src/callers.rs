//! Who waits for an execution in this process: the caller of a webhook, or of a run by hand.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use model::id::ExecutionId;
use sdk::trigger::Response;
use tokio::sync::mpsc;

use crate::run::End;

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
pub(crate) struct Callers(Arc<Mutex<HashMap<ExecutionId, Vec<Caller>>>>);

/// Whoever called the webhook, and whoever ended a wait and waits for what comes of it.
struct Caller {
    sender: mpsc::Sender<Reply>,
    /// It reads the answer piece by piece.
    streams: bool,
}

impl Callers {
    /// Registers a caller; it is forgotten when it goes away or hears the end.
    pub(crate) fn add(&self, execution: ExecutionId, streams: bool) -> mpsc::Receiver<Reply> {
        let (sender, receiver) = mpsc::channel(REPLIES_MAX);
        let caller = Caller { sender, streams };
        self.0.lock().expect("a plain table").entry(execution).or_default().push(caller);
        receiver
    }

    pub(crate) fn streams(&self, execution: ExecutionId) -> bool {
        let callers = self.0.lock().expect("a plain table");
        callers.get(&execution).is_some_and(|it| it.iter().any(|it| it.streams))
    }

    pub(crate) async fn tell(&self, execution: ExecutionId, reply: Reply) {
        let last = matches!(reply, Reply::Ended(_) | Reply::Lost(_));
        let senders: Vec<mpsc::Sender<Reply>> = {
            let mut callers = self.0.lock().expect("a plain table");
            if last {
                callers
                    .remove(&execution)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|it| it.sender)
                    .collect()
            } else {
                let all = callers.get(&execution).into_iter().flatten();
                all.map(|it| it.sender.clone()).collect()
            }
        };
        for sender in senders {
            if sender.send_timeout(reply.clone(), SLOW_MAX).await.is_err() {
                self.forget(execution, |it| it.sender.same_channel(&sender));
            }
        }
    }

    /// Nobody here answers any more: who still waits hears that the execution goes on elsewhere.
    pub(crate) fn remove_all(&self) {
        self.0.lock().expect("a plain table").clear();
    }

    /// Forgets those who have gone away.
    pub(crate) fn remove_gone(&self, execution: ExecutionId) {
        self.forget(execution, |it| it.sender.is_closed());
    }

    pub(crate) fn remove(&self, execution: ExecutionId) {
        self.forget(execution, |_| true);
    }

    fn forget(&self, execution: ExecutionId, who: impl Fn(&Caller) -> bool) {
        let mut callers = self.0.lock().expect("a plain table");
        if let Some(of_execution) = callers.get_mut(&execution) {
            of_execution.retain(|it| !who(it));
            if of_execution.is_empty() {
                callers.remove(&execution);
            }
        }
    }
}
