//! Calls of services: sent, tried again where that does no harm, and what is said of those without an answer.

use std::time::{Duration, Instant};

use model::{Code, Fault, Value, gateway::Upstream};
use sdk::http::{Begun, Call, Failure as Unanswered, FailureKind};
use store::gateway::Row;

use super::{health, inbound::Fed};
use crate::{App, failure::Failure};

/// How long what failed waits before it is tried again: twice as long each time.
const PAUSE: Duration = Duration::from_millis(50);

/// A call that can go out.
pub(super) struct Outgoing {
    pub(super) call: Call,
    /// Its body, where that goes on as it comes.
    pub(super) fed: Option<Fed>,
}

impl Outgoing {
    /// A body that has begun to go out is nowhere else any more.
    fn may_go_again(&self) -> bool {
        let method = self.call.method.as_str();
        matches!(method, "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE")
            && !self.fed.as_ref().is_some_and(|it| it.feed.has_begun())
    }
}

/// Sends a call, again where it failed and may be done twice. All tries together take no longer than one may.
pub(super) async fn send(
    app: &App,
    row: &Row,
    upstream: &Upstream,
    mut out: Outgoing,
) -> Result<Begun, Failure> {
    let health = &app.gateway().health;
    health.may_go(row.id, Instant::now()).map_err(rests)?;
    let until = Instant::now() + out.call.options.timeout;
    let mut n = 0;
    loop {
        let feed = out.fed.as_ref().map(|it| &it.feed);
        let end = app.engine().http().begin(&out.call, feed, upstream.answer_bytes_max).await;
        if end.is_err()
            && let Some(trouble) = out.fed.as_ref().and_then(Fed::trouble)
        {
            count("broken_off");
            return Err(trouble);
        }
        let now = Instant::now();
        let noted = match &end {
            Ok(begun) => Ok(begun.status),
            Err(why) => Err(why.message.as_str()),
        };
        health.note(row.id, noted, now);
        count(if end.is_ok() { "answered" } else { "failed" });
        let pause = PAUSE * 2_u32.pow(n);
        let may_again = n < upstream.retries && out.may_go_again() && is_worth_it(&end);
        if !may_again || now + pause >= until {
            return end.map_err(|why| unanswered(&why, &out.call));
        }
        drop(end);
        tokio::time::sleep(pause).await;
        n += 1;
        out.call.options.timeout = until.saturating_duration_since(Instant::now());
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("tailorbird_gateway_calls_total", "outcome" => outcome).increment(1);
}

fn is_worth_it(end: &Result<Begun, Unanswered>) -> bool {
    match end {
        Ok(begun) => health::is_away(begun.status),
        Err(why) => match why.kind {
            FailureKind::Connect | FailureKind::Broken => true,
            FailureKind::Invalid
            | FailureKind::Refused
            | FailureKind::Timeout
            | FailureKind::TooLarge => false,
        },
    }
}

/// The address is the workspace's own business, so that a caller hears nothing of it.
fn unanswered(why: &Unanswered, call: &Call) -> Failure {
    tracing::info!(method = %call.method, "a service behind a gateway gave no answer: {why}");
    match why.kind {
        FailureKind::Timeout => Failure::of(
            Code::UpstreamTimeout,
            "the service behind this path did not answer in time",
        ),
        FailureKind::TooLarge => {
            let message =
                "the answer of the service behind this path is larger than its route lets through";
            Failure::of(Code::UpstreamFailed, message)
        }
        FailureKind::Refused => {
            let message = "the address behind this path is not let through; its workspace sees why at the route";
            Failure::of(Code::UpstreamFailed, message)
        }
        FailureKind::Invalid => {
            Failure::of(Code::UpstreamFailed, "this request cannot be sent on as it is")
        }
        FailureKind::Connect | FailureKind::Broken => {
            Failure::of(Code::UpstreamFailed, "the service behind this path does not answer")
        }
    }
}

fn rests(left: Duration) -> Failure {
    let seconds = left.as_secs() + 1;
    let message = format!(
        "the service behind this path failed again and again; try again in {seconds} seconds"
    );
    let details = Value::object([("retryAfterSeconds", Value::from(seconds as f64))]);
    Fault::new(Code::UpstreamFailed, message).with(details).into()
}
