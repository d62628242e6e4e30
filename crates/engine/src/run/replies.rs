//! What steps answer to whoever called the execution, until its runner takes it.

use std::{collections::VecDeque, sync::Mutex};

use sdk::trigger::Response;
use tokio::sync::Notify;

/// How many answers wait at most; what comes beyond them is thrown away.
const REPLIES_MAX: usize = 64;

/// See the module. Most executions never use it, so it takes no memory before its first answer.
#[derive(Default)]
pub(crate) struct Replies {
    waiting: Mutex<VecDeque<Response>>,
    came: Notify,
}

impl Replies {
    pub(super) fn give(&self, response: Response) {
        let mut waiting = self.waiting.lock().expect("a plain queue");
        if waiting.len() < REPLIES_MAX {
            waiting.push_back(response);
            self.came.notify_one();
        }
    }

    pub(super) fn take(&self) -> Option<Response> {
        self.waiting.lock().expect("a plain queue").pop_front()
    }

    /// The next one, when it comes. For one runner.
    pub(super) async fn next(&self) -> Response {
        loop {
            if let Some(response) = self.take() {
                return response;
            }
            self.came.notified().await;
        }
    }
}
