//! Who waits for an execution in this process: the caller of a webhook, or of a run by hand.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use model::id::ExecutionId;
use sdk::trigger::Response;
use tokio::sync::mpsc;

use crate::run::End;

/// How many pieces of a streaming answer may wait for a slow caller.
const REPLIES_MAX: usize = 256;

/// What a waiting caller hears.
#[derive(Debug)]
pub enum Reply {
    /// A node answers; pieces of a stream come one by one.
    Response(Response),
    /// The execution has ended; nothing comes after it.
    Ended(End),
    /// The execution could not be recorded: nothing was accepted, or it goes on elsewhere.
    Lost(String),
}

/// See the module. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Callers(Arc<Mutex<HashMap<ExecutionId, Caller>>>);

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
        self.0.lock().expect("a plain table").insert(execution, caller);
        receiver
    }

    pub(crate) fn streams(&self, execution: ExecutionId) -> bool {
        self.0.lock().expect("a plain table").get(&execution).is_some_and(|it| it.streams)
    }

    pub(crate) async fn tell(&self, execution: ExecutionId, reply: Reply) {
        let last = matches!(reply, Reply::Ended(_) | Reply::Lost(_));
        let sender = {
            let mut callers = self.0.lock().expect("a plain table");
            if last {
                callers.remove(&execution).map(|it| it.sender)
            } else {
                callers.get(&execution).map(|it| it.sender.clone())
            }
        };
        if let Some(sender) = sender
            && sender.send(reply).await.is_err()
        {
            self.remove(execution);
        }
    }

    /// Nobody here answers any more: who still waits hears that the execution goes on elsewhere.
    pub(crate) fn remove_all(&self) {
        self.0.lock().expect("a plain table").clear();
    }

    pub(crate) fn remove(&self, execution: ExecutionId) {
        self.0.lock().expect("a plain table").remove(&execution);
    }
}
