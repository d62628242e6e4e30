//! How often keys ask for what: counted in memory, and written down now and then by a task of its own, so that
//! nobody's request waits for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use model::id::{ApiKeyId, WorkspaceId};
use store::{
    Store,
    key_uses::{Use, Uses},
};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    task::JoinHandle,
};

use crate::gate;

/// How often what was counted is written down; a process that dies loses no more than this.
const WRITTEN_EVERY: Duration = Duration::from_secs(10);
/// It is written sooner when there is so much of it.
const FULL: usize = 500;
/// Nothing else is counted while there is so much that could not be written yet.
const KEPT_MAX: usize = 10_000;
/// How many may wait at once for what they read to be written.
const WAITING_MAX: usize = 100;
/// How long the last write may take.
const LAST_WRITE_MAX: Duration = Duration::from_secs(2);

/// See the module.
pub(crate) struct Tally {
    counted: Arc<Counted>,
    wishes: mpsc::Sender<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Counted {
    all: Mutex<HashMap<Use, Uses>>,
    is_full: Notify,
}

/// A key that was recognised, whether it was let in or not.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) workspace: WorkspaceId,
    pub(crate) id: ApiKeyId,
}

/// What a request was, and how it went.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    pub(crate) route: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) took: Duration,
}

impl Tally {
    pub(crate) fn open(store: Store) -> Tally {
        let counted = Arc::new(Counted::default());
        let (wishes, wished) = mpsc::channel(WAITING_MAX);
        let task = tokio::spawn(write_all(store, counted.clone(), wished));
        Tally { counted, wishes, task }
    }

    /// Counts a request of a key.
    pub(crate) fn count(&self, key: Key, asked: Asked<'_>) {
        let route = format!("{} {}", asked.method, gate::bare(asked.route));
        let it = Use::at(key.workspace, key.id, route, Timestamp::now());
        let failed = asked.status.is_client_error() || asked.status.is_server_error();
        let took_us = u64::try_from(asked.took.as_micros()).unwrap_or(u64::MAX);
        self.counted.add(it, Uses { requests: 1, failures: failed.into(), took_us });
    }

    /// Comes back when what was counted until now is written down, for who is about to read it.
    pub(crate) async fn written(&self) {
        let (tell, told) = oneshot::channel();
        if self.wishes.send(tell).await.is_ok() {
            // A task that is gone tells nobody.
            let _ = told.await;
        }
    }

    /// Writes what is left, and ends.
    pub(crate) async fn close(&self) {
        if tokio::time::timeout(LAST_WRITE_MAX, self.written()).await.is_err() {
            tracing::warn!("how often keys asked last is not written down: it takes too long");
        }
        self.task.abort();
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Counted {
    fn add(&self, it: Use, n: Uses) {
        let mut all = self.all.lock().expect("a plain table");
        if let Some(uses) = all.get_mut(&it) {
            uses.join(n);
        } else if all.len() < KEPT_MAX {
            all.insert(it, n);
        }
        if all.len() >= FULL {
            self.is_full.notify_one();
        }
    }

    /// What cannot be written is dropped: it is a figure, and no reason to refuse anybody.
    async fn write(&self, store: &Store) {
        let all: Vec<_> = {
            let mut all = self.all.lock().expect("a plain table");
            std::mem::take(&mut *all).into_iter().collect()
        };
        if all.is_empty() {
            return;
        }
        if let Err(error) = store.add_key_uses(&all).await {
            tracing::warn!("how often keys asked is not written down: {error}");
        }
    }
}

/// Runs until nobody can wish for anything any more.
async fn write_all(
    store: Store,
    counted: Arc<Counted>,
    mut wished: mpsc::Receiver<oneshot::Sender<()>>,
) {
    loop {
        let wish = tokio::select! {
            wish = wished.recv() => match wish {
                Some(wish) => Some(wish),
                None => return,
            },
            () = tokio::time::sleep(WRITTEN_EVERY) => None,
            () = counted.is_full.notified() => None,
        };
        counted.write(&store).await;
        if let Some(wish) = wish {
            // Who asked may have gone away.
            let _ = wish.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use store::keys::NewKey;
    use uuid::Uuid;

    use super::*;
    use crate::tests::World;

    fn asked(it: &Method) -> Asked<'_> {
        Asked { method: it, route: "/workflows", status: StatusCode::OK, took: Duration::ZERO }
    }

    #[tokio::test]
    async fn what_was_counted_is_written_when_the_server_stops() {
        let world = World::new().await;
        let (app, own) = (world.app(), world.engine.default_workspace());
        let (id, _) =
            app.store().add_key(own, &NewKey::everything("k"), Timestamp::now()).await.unwrap();
        for _ in 0..3 {
            app.tally().count(Key { workspace: own, id }, asked(&Method::GET));
        }
        app.tally().close().await;
        assert_eq!(app.store().key_totals(own).await.unwrap()[&id], 3);
        // Nothing waits for a task that has ended.
        app.tally().written().await;
        app.tally().close().await;
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (counted, workspace) = (Counted::default(), WorkspaceId(Uuid::now_v7()));
        let one = Uses { requests: 1, failures: 0, took_us: 0 };
        let it = |n: usize| Use {
            workspace,
            key: ApiKeyId(Uuid::nil()),
            day: Date::constant(2026, 1, 1),
            route: n.to_string(),
        };
        for n in (0..=KEPT_MAX).chain([0]) {
            counted.add(it(n), one);
        }
        let all = counted.all.lock().unwrap();
        assert_eq!((all.len(), all[&it(0)].requests), (KEPT_MAX, 2));
        assert!(!all.contains_key(&it(KEPT_MAX)));
    }
}
