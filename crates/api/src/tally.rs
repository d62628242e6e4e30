//! How often keys ask for what: counted in memory, and written down now and then.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode};
use engine::{Actor, Who};
use jiff::Timestamp;
use store::{
    Store,
    key_uses::{Use, Uses},
};

use crate::gate;

/// How often what was counted is written down; a process that dies loses no more than this.
const WRITTEN_EVERY: Duration = Duration::from_secs(10);
/// It is written sooner when there is so much of it.
const KEPT_MAX: usize = 500;

/// See the module.
pub(crate) struct Tally(Mutex<Counted>);

struct Counted {
    since: Instant,
    all: HashMap<Use, Uses>,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally(Mutex::new(Counted { since: Instant::now(), all: HashMap::new() }))
    }
}

/// What a request was, and how it went.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    pub(crate) route: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) took: Duration,
}

impl Tally {
    /// Counts a request of a key.
    pub(crate) async fn count(&self, store: &Store, actor: &Actor, asked: Asked<'_>) {
        let Who::Key(key) = actor.who else { return };
        let route = format!("{} {}", asked.method, gate::bare(asked.route));
        let it = Use::at(actor.workspace, key, route, Timestamp::now());
        let failed = asked.status.is_client_error() || asked.status.is_server_error();
        let took_us = u64::try_from(asked.took.as_micros()).unwrap_or(u64::MAX);
        let one = Uses { requests: 1, failures: failed.into(), took_us };
        let is_due = {
            let mut counted = self.0.lock().expect("a plain table");
            counted.all.entry(it).or_default().join(one);
            counted.since.elapsed() >= WRITTEN_EVERY || counted.all.len() >= KEPT_MAX
        };
        if is_due {
            self.write(store).await;
        }
    }

    /// Writes down what was counted. What cannot be written is dropped: it is a figure, and no reason to refuse anybody.
    pub(crate) async fn write(&self, store: &Store) {
        let all = {
            let mut counted = self.0.lock().expect("a plain table");
            counted.since = Instant::now();
            std::mem::take(&mut counted.all)
        };
        let all: Vec<_> = all.into_iter().collect();
        if all.is_empty() {
            return;
        }
        if let Err(error) = store.add_key_uses(&all).await {
            tracing::warn!("how often keys asked is not written down: {error}");
        }
    }
}
