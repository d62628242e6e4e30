//! When a failed try is followed by another.

use std::time::Duration;

use futures::future::Either;
use model::{
    Items, Value,
    execution::WaitKind,
    journal::Record,
    workflow::{Backoff, Retry},
};
use sdk::{NodeError, ctx::WaitFor};

use super::{outside::Stop, state::Waiting, step::Job};

/// A pause between tries that is longer becomes a durable wait.
const PAUSE_MAX: Duration = Duration::from_secs(20);

/// What follows a failed try.
pub(super) enum Again {
    Now,
    Later(Waiting),
    Stopped,
    No,
}

impl Job {
    /// n8n counts an item that says `error` as a failure, as long as tries are left.
    pub(super) fn pauses_after_soft_error(&self, lists: &[Items]) -> bool {
        let Some(retry) = &self.node().node.retry else { return false };
        if self.flight.tries + 1 >= retry.tries {
            return false;
        }
        let first = lists.first().and_then(|it| it.get(0).ok().flatten());
        first.is_some_and(|it| it.json.get("error").is_some_and(Value::truthy))
    }

    /// Whether a failed try is followed by another, and when.
    pub(super) async fn again(&mut self, error: &NodeError) -> Again {
        let Some(retry) = self.node().node.retry.clone() else { return Again::No };
        if self.flight.tries + 1 >= retry.tries {
            return Again::No;
        }
        let (node, run) = self.key;
        self.pen.note(Record::TryFailed {
            node,
            run,
            attempt: self.flight.tries,
            message: error.message.clone(),
            at: self.outside.now(),
        });
        self.flight.try_failed(self.flight.tries);
        let mut pause = pause_before(&retry, self.flight.tries);
        if let sdk::Retry::After(least) = error.retry {
            pause = pause.max(least);
        }
        if pause > PAUSE_MAX {
            let until = self.outside.now().checked_add(pause).unwrap_or(jiff::Timestamp::MAX);
            let wait = WaitFor { until: Some(until), ..WaitFor::kind(WaitKind::Retry) };
            return Again::Later(self.note_wait(wait));
        }
        if self.sleep(pause).await { Again::Now } else { Again::Stopped }
    }

    pub(super) async fn pause(&mut self) -> bool {
        let pause = self.node().node.retry.as_ref().map(|it| pause_before(it, self.flight.tries));
        self.sleep(pause.unwrap_or_default()).await
    }

    /// `false`: the execution is to stop.
    async fn sleep(&mut self, pause: Duration) -> bool {
        let slept = tokio::time::sleep(pause);
        let stopped = self.stop.wait_for(|it| *it != Stop::Go);
        tokio::pin!(slept, stopped);
        matches!(futures::future::select(slept, stopped).await, Either::Left(_))
    }
}

fn pause_before(retry: &Retry, tries: u32) -> Duration {
    let mut ms = retry.wait_ms;
    if retry.backoff == Backoff::Exponential {
        ms = ms.saturating_mul(1_u64.checked_shl(tries.saturating_sub(1)).unwrap_or(u64::MAX));
    }
    ms = ms.min(retry.wait_ms_max);
    if retry.jitter {
        ms = ms / 2 + fastrand::u64(0..=ms / 2);
    }
    Duration::from_millis(ms)
}
