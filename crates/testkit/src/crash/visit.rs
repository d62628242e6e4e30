//! What the driver asks of the product, as somebody outside: calls, answers, a person's decisions.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use model::execution::Status;
use reqwest::StatusCode;
use serde_json::json;

use crate::{
    face::{Open, Unfinished},
    world::World,
};

/// How long one call may take; longer than any workflow here.
const CALL_MAX: Duration = Duration::from_secs(30);

/// A driver's way to a product that runs.
#[derive(Clone)]
pub(super) struct Visitor {
    client: reqwest::Client,
    world: World,
    /// The name under which the world counts this product's effects.
    run: &'static str,
}

/// What came of a trigger.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Triggered {
    /// It was accepted: this execution must be there.
    Accepted(String),
    /// The product had no room for it; what came of it nobody knows all the same.
    Refused,
    /// Another answer came, or none: nobody knows.
    Unknown,
}

impl Visitor {
    pub(super) fn new(world: &World, run: &'static str) -> Visitor {
        let client = reqwest::Client::builder().timeout(CALL_MAX).pool_max_idle_per_host(0);
        let client = client.build().expect("a client without settings of its own");
        Visitor { client, world: world.clone(), run }
    }

    pub(super) async fn trigger(&self, at: SocketAddr, path: &str, n: u32) -> Triggered {
        let call = self.client.post(format!("http://{at}/hook/{path}")).json(&json!({"n": n}));
        match call.send().await {
            Ok(reply) if reply.status().is_success() => {
                let id = reply.headers().get("x-execution").and_then(|it| it.to_str().ok());
                id.map_or(Triggered::Unknown, |it| Triggered::Accepted(it.to_owned()))
            }
            Ok(reply) if reply.status() == StatusCode::SERVICE_UNAVAILABLE => Triggered::Refused,
            Ok(_) | Err(_) => Triggered::Unknown,
        }
    }

    pub(super) async fn unfinished(&self, at: SocketAddr) -> Option<Unfinished> {
        let reply = self.client.get(format!("http://{at}/unfinished")).send().await.ok()?;
        reply.json().await.ok()
    }

    pub(super) async fn answer_all(&self, at: SocketAddr) {
        if let Some(now) = self.unfinished(at).await {
            self.answer(at, &now.waits).await;
        }
    }

    /// Ends the waits that only somebody outside can end.
    pub(super) async fn answer(&self, at: SocketAddr, waits: &[Open]) {
        for wait in waits {
            let Open { execution, token, .. } = wait;
            let call = if wait.kind == "webhook" {
                let url = format!("http://{at}/resume/{execution}?token={token}");
                self.client.post(url).json(&json!({"go": "on"}))
            } else {
                let url = format!("http://{at}/answer/{execution}/{}", wait.wait);
                self.client.post(url).json(&self.decide(wait))
            };
            // Whatever comes of it, the next look sees what is still open.
            let _ = call.send().await;
        }
    }

    /// A person looks the effect up at the service, and says what they found.
    fn decide(&self, wait: &Open) -> serde_json::Value {
        let known = self.world.effects(self.run).remove(&wait.effect);
        match known.and_then(|it| it.result) {
            // What the node had recorded of its answer is its own affair: it does it again.
            Some(_) | None => json!({"decision": "retry"}),
        }
    }

    /// Whatever comes of it: a wish that came through is seen in the end.
    pub(super) async fn cancel(&self, at: SocketAddr, execution: &str) {
        let _ = self.client.post(format!("http://{at}/cancel/{execution}")).send().await;
    }

    pub(super) async fn retry(&self, at: SocketAddr, execution: &str) -> Result<(), String> {
        let reply = self.client.post(format!("http://{at}/retry/{execution}")).send().await;
        let reply = reply.map_err(|it| it.to_string())?;
        if reply.status().is_success() {
            return Ok(());
        }
        let why = reply.text().await.unwrap_or_default();
        Err(format!("{execution} cannot be retried: {why}"))
    }

    /// Executions that failed because an effect was in doubt.
    pub(super) async fn doubtful(&self, at: SocketAddr) -> Result<Vec<String>, String> {
        let reply = self.client.get(format!("http://{at}/doubtful")).send().await;
        let reply = reply.map_err(|it| it.to_string())?;
        if !reply.status().is_success() {
            let why = reply.text().await.unwrap_or_default();
            return Err(format!("nobody says what is in doubt: {why}"));
        }
        reply.json().await.map_err(|it| it.to_string())
    }

    /// Waits until nothing is left to be done.
    pub(super) async fn drain(&self, at: SocketAddr, wait_max: Duration) -> Result<(), String> {
        let clock = Instant::now();
        let mut left = Unfinished::default();
        while clock.elapsed() < wait_max {
            if let Some(now) = self.unfinished(at).await {
                if now.executions.is_empty() {
                    return Ok(());
                }
                self.answer(at, &now.waits).await;
                left = now;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let count = |status| left.executions.iter().filter(|it| it.1 == status).count();
        Err(format!(
            "after {} s, executions have not ended: {} queued, {} running, {} waiting; one is {}",
            wait_max.as_secs(),
            count(Status::Queued),
            count(Status::Running),
            count(Status::Waiting),
            left.executions.first().map_or("?", |it| it.0.as_str()),
        ))
    }
}
