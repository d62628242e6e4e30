//! The request log: the latest calls of each webhook, written down beside the work.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use model::{
    Map, Value,
    id::{RequestId, WorkflowId},
};
use sdk::trigger::Request;
use smol_str::SmolStr;
use store::requests::Logged;
use uuid::Uuid;

use crate::{
    engine::Inner,
    routes::Listener,
    webhooks::{Incoming, Refused},
};

/// How many calls of one workflow are noted between two writes; others are not.
const NOTED_MAX: u32 = 10;
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// How much of a body is noted.
const BODY_BYTES_MAX: usize = 16 << 10;
/// Parts of the names of headers whose values nobody may read again: those of proofs, whoever
/// chose the name.
const SECRET: &[&str] = &["auth", "cookie", "token", "secret", "password", "apikey", "-key"];
/// A name that only looks like one of them.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// See the module.
#[derive(Default)]
pub(crate) struct Requests(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    counts: HashMap<WorkflowId, u32>,
    calls: Vec<Logged>,
}

/// What of a call nobody may read again, beside what its names tell.
pub(crate) enum Hidden {
    Nothing,
    /// The value of this header.
    Header(SmolStr),
    /// All headers: how callers prove themselves cannot be known.
    Headers,
}

impl Requests {
    /// Whether one more call of the workflow is to be noted.
    pub(crate) fn has_room(&self, workflow: WorkflowId) -> bool {
        let mut noted = self.0.lock().expect("plain lists");
        let count = noted.counts.entry(workflow).or_default();
        *count += 1;
        *count <= NOTED_MAX
    }

    pub(crate) fn note(
        &self,
        listener: &Listener,
        request: &Request,
        hidden: &Hidden,
        end: &Result<Incoming, Refused>,
        took: Duration,
    ) {
        let (status, execution) = match end {
            Ok(Incoming::Answered(execution, response)) => (response.status, Some(*execution)),
            Ok(Incoming::Later(pending)) => (200, Some(pending.execution)),
            Err(Refused::Fault(fault)) => (fault.code.status(), None),
            Err(Refused::Trigger(refusal)) => (refusal.status, None),
        };
        let call = Logged {
            id: RequestId(Uuid::now_v7()),
            workspace: listener.workspace,
            workflow: listener.workflow,
            node: listener.node.clone(),
            at: Timestamp::now(),
            method: request.method.clone(),
            path: request.path.clone(),
            status,
            execution,
            duration_us: took.as_micros() as u64,
            request: describe(request, hidden),
        };
        self.0.lock().expect("plain lists").calls.push(call);
    }

    fn take(&self) -> Vec<Logged> {
        std::mem::take(&mut *self.0.lock().expect("plain lists")).calls
    }
}

fn describe(request: &Request, hidden: &Hidden) -> Value {
    let header = |(name, value): (&SmolStr, &String)| {
        let is_hidden = match hidden {
            Hidden::Nothing => false,
            Hidden::Header(it) => it == name,
            Hidden::Headers => true,
        };
        let looks_secret = name != IDEMPOTENCY_KEY && SECRET.iter().any(|it| name.contains(it));
        let is_secret = is_hidden || looks_secret;
        let shown = if is_secret { "…" } else { value.as_str() };
        (name.clone(), Value::from(shown))
    };
    let body = String::from_utf8_lossy(&request.body[..request.body.len().min(BODY_BYTES_MAX)]);
    let headers: Map = request.headers.iter().map(header).collect();
    Value::object([
        ("headers", headers.into()),
        ("query", request.query.clone().into()),
        ("body", Value::from(body.into_owned())),
        ("bytes", (request.body.len() as f64).into()),
    ])
}

/// Writes what was noted, once a second.
pub(crate) async fn write(inner: Arc<Inner>) {
    let mut closing = inner.closing.subscribe();
    loop {
        tokio::select! {
            () = tokio::time::sleep(WRITE_EVERY) => {}
            _ = closing.changed() => return,
        }
        let calls = inner.requests.take();
        if calls.is_empty() {
            continue;
        }
        if let Err(error) = inner.store.log_requests(&calls).await {
            tracing::warn!("the request log cannot be written: {error}");
        }
    }
}
