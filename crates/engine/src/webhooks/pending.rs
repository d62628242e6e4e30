//! A caller that waits for its answer.

use std::sync::Arc;

use bytes::Bytes;
use model::{Code, Fault, Value, execution::Status, id::ExecutionId};
use sdk::trigger::{AnswerWhen, Response, ResponseBody};
use tokio::{sync::mpsc, time::Instant};

use crate::{Reply, engine::Inner, plan::Plan, run::End};

/// See the module. Dropping it lets the execution go on without the caller.
pub struct Pending {
    inner: Arc<Inner>,
    pub execution: ExecutionId,
    plan: Arc<Plan>,
    node: u32,
    when: AnswerWhen,
    replies: mpsc::Receiver<Reply>,
    deadline: Instant,
}

/// What the caller gets.
pub enum Answer {
    Whole(Response),
    /// The head and first piece of a stream; [`Pending::piece`] gives the rest.
    Stream(Response, Box<Pending>),
}

impl Pending {
    pub(crate) fn new(
        inner: &Arc<Inner>,
        execution: ExecutionId,
        plan: Arc<Plan>,
        node: u32,
        when: AnswerWhen,
        replies: mpsc::Receiver<Reply>,
    ) -> Pending {
        let deadline = Instant::now() + inner.options.answer_wait_max;
        Pending { inner: inner.clone(), execution, plan, node, when, replies, deadline }
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// [`Code::ExecutionFailed`], [`Code::Timeout`] while the execution goes on,
    /// [`Code::StoreUnavailable`] when nothing could be recorded.
    pub async fn answer(mut self) -> Result<Answer, Fault> {
        loop {
            match self.next().await? {
                Reply::Response(it) if matches!(it.body, ResponseBody::Chunk(_)) => {
                    return Ok(Answer::Stream(it, Box::new(self)));
                }
                Reply::Response(it) if !matches!(self.when, AnswerWhen::LastNode) => {
                    return Ok(Answer::Whole(it));
                }
                // Who asked for the last node's data does not get a respond node's.
                Reply::Response(_) => {}
                Reply::Ended(end) => return self.at_end(&end).map(Answer::Whole),
                Reply::Lost(why) => return Err(Fault::new(Code::StoreUnavailable, why)),
            }
        }
    }

    /// The next piece of a stream; `None` at its end.
    pub async fn piece(&mut self) -> Option<Bytes> {
        loop {
            match self.next().await.ok()? {
                Reply::Response(Response { body: ResponseBody::Chunk(piece), .. }) => {
                    return Some(piece);
                }
                Reply::Response(_) => {}
                Reply::Ended(_) | Reply::Lost(_) => return None,
            }
        }
    }

    async fn next(&mut self) -> Result<Reply, Fault> {
        match tokio::time::timeout_at(self.deadline, self.replies.recv()).await {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(Fault::new(
                Code::Timeout,
                format!(
                    "execution {} goes on without an answer; look it up by its id",
                    self.execution
                ),
            )),
            Err(_) => Err(Fault::new(
                Code::Timeout,
                format!(
                    "execution {} took longer than a caller may wait; it goes on",
                    self.execution
                ),
            )),
        }
    }

    /// The execution has ended, and no node answered.
    fn at_end(&self, end: &End) -> Result<Response, Fault> {
        if end.status != Status::Success {
            let message = match &end.error {
                Some(error) => format!("node `{}` failed: {}", error.node, error.message),
                None => "the execution was cancelled".to_owned(),
            };
            let details = Value::object([("executionId", Value::from(self.execution.to_string()))]);
            return Err(Fault::new(Code::ExecutionFailed, message).with(details));
        }
        let planned = self.plan.node(self.node);
        Ok(match self.when {
            AnswerWhen::LastNode => planned.node_type.run.answer(&planned.filled, &end.last),
            AnswerWhen::AtOnce(_) | AnswerWhen::Node | AnswerWhen::Stream => Response {
                body: ResponseBody::Json(Value::object([(
                    "message",
                    Value::from("the workflow has ended without reaching a respond node"),
                )])),
                ..Response::default()
            },
        })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.replies.close();
        self.inner.outside.callers.remove_gone(self.execution);
    }
}
