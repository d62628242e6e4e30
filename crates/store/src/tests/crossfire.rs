//! Many at once: workers, sleepers, those who answer, those who look.

use std::sync::atomic::{AtomicU64, Ordering};

use model::execution::Answer;

use super::*;
use crate::{
    executions::{Filter, Total},
    waits::Answered,
};

const EXECUTIONS: u64 = 200;
/// As long at most, on a machine that does much else.
const STUCK: Duration = Duration::from_secs(300);

/// Takes what is ready: puts it to sleep the first time, ends it the second.
async fn work(store: &Store, name: &str, ended: &AtomicU64) {
    while ended.load(Ordering::Relaxed) < EXECUTIONS {
        let claimed = store.claim(name, 7, LEASE, &[]).await.unwrap();
        for it in &claimed {
            let (ws, id) = (it.workspace, it.execution);
            let answers = store.answers(ws, id, &NoPages).await.unwrap();
            let mut batch = later(ws, id, it.fence, it.seq, success());
            if answers.is_empty() {
                batch.waits = vec![wait(ws, id)];
                batch.next = asleep();
            } else {
                batch.waits_ended = answers.iter().map(|it| it.0).collect();
                ended.fetch_add(1, Ordering::Relaxed);
            }
            put(store, batch).await.unwrap();
        }
        store.heartbeat(name, LEASE).await.unwrap();
        tokio::task::yield_now().await;
    }
}

/// Answers every wait, as soon as there is one, twice.
async fn answer(store: &Store, ws: WorkspaceId, all: &[ExecutionId]) {
    let mut left = all.to_vec();
    while let Some(id) = left.pop() {
        let Some(wait) = store.open_waits(id).await.unwrap().into_iter().next() else {
            left.insert(0, id);
            tokio::task::yield_now().await;
            continue;
        };
        let came = || Answer::Came(model::Value::Null);
        let both = futures::join!(
            store.answer_wait(ws, wait.id, came()),
            store.answer_wait(ws, wait.id, came())
        );
        let both = [both.0.unwrap(), both.1.unwrap()];
        assert_eq!(both.iter().filter(|it| **it == Answered::First).count(), 1, "{both:?}");
    }
}

each_database! {
    async fn everything_ends_once(store: &Store) {
        let ws = workspace();
        let ended = AtomicU64::new(0);
        let mut all = vec![];
        for _ in 0..EXECUTIONS {
            let new = new_execution();
            all.push(new.id);
            put(store, first(ws, new, Next::Ready)).await.unwrap();
        }
        let everybody = async {
            futures::join!(
                work(store, "a", &ended),
                work(store, "b", &ended),
                work(store, "c", &ended),
                answer(store, ws, &all),
            )
        };
        tokio::time::timeout(STUCK, everybody).await.expect("everything ends");
        assert_eq!(ended.load(Ordering::Relaxed), EXECUTIONS);
        let list = store.executions(ws, &Filter { limit: 500, ..Filter::of(model::sharing::Sight::All) }).await.unwrap();
        assert_eq!(list.total, Total::Exactly(EXECUTIONS));
        assert!(list.executions.iter().all(|it| it.status == Status::Success));
        for id in all {
            assert_eq!(store.records(ws, id, &NoPages).await.unwrap().len(), 3);
        }
    }
}
