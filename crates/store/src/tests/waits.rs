//! No answer is lost, and none counts twice.

use model::execution::Answer;

use super::*;
use crate::waits::Answered;

async fn sleeper(
    store: &Store,
    ws: WorkspaceId,
    change: impl Fn(&mut Wait),
) -> (ExecutionId, WaitId) {
    let new = new_execution();
    let mut wait = wait(ws, new.id);
    change(&mut wait);
    let mut batch = first(ws, new.clone(), Next::Waiting { until: wait.deadline, kind: wait.kind });
    let id = wait.id;
    batch.waits = vec![wait];
    put(store, batch).await.unwrap();
    (new.id, id)
}

fn came() -> Answer {
    Answer::Came(model::json!({"ok": true}))
}

each_database! {
    async fn the_first_answer_counts(store: &Store) {
        let ws = workspace();
        let (id, wait) = sleeper(store, ws, |_| {}).await;
        assert_eq!(store.open_waits(id).await.unwrap().len(), 1);
        assert_eq!(store.answer_wait(workspace(), wait, came()).await.unwrap(), Answered::Absent);
        assert_eq!(store.answer_wait(ws, wait, came()).await.unwrap(), Answered::First);
        assert_eq!(store.answer_wait(ws, wait, Answer::Timeout).await.unwrap(), Answered::Already);
        assert_eq!(store.open_waits(id).await.unwrap(), []);
        let claimed = store.claim("w", 9, LEASE, &[]).await.unwrap();
        assert_eq!((claimed[0].execution, claimed[0].fence, claimed[0].seq), (id, 2, 1));
        assert_eq!(store.answers(ws, id, &NoPages).await.unwrap(), [(wait, came())]);
        let mut batch = later(ws, id, 2, 1, Next::Running);
        batch.waits_ended = vec![wait];
        put(store, batch).await.unwrap();
        assert_eq!(store.answers(ws, id, &NoPages).await.unwrap(), []);
        assert_eq!(store.answer_wait(ws, wait, came()).await.unwrap(), Answered::Absent);
    }

    async fn the_pasts_of_many_are_read_at_once(store: &Store) {
        let ws = workspace();
        let (one, wait) = sleeper(store, ws, |_| {}).await;
        let (two, other) = sleeper(store, ws, |_| {}).await;
        put(store, later(ws, two, 1, 1, asleep())).await.unwrap();
        let foreign = sleeper(store, workspace(), |_| {}).await;
        for (ws, id) in [(ws, wait), (ws, other)] {
            store.answer_wait(ws, id, came()).await.unwrap();
        }
        let claimed = store.claim("w", 9, LEASE, &[]).await.unwrap();
        assert_eq!(claimed.len(), 2, "{foreign:?} sleeps on");
        let pasts = store.pasts(&claimed).await.unwrap();
        for (it, past) in claimed.iter().zip(&pasts) {
            let (id, wait, n) = if it.execution == one { (one, wait, 1) } else { (two, other, 2) };
            let records = past.records(&NoPages).unwrap();
            assert_eq!(records.len(), n);
            assert_eq!(records, store.records(ws, id, &NoPages).await.unwrap());
            assert_eq!(past.answers(&NoPages).unwrap(), [(wait, came())]);
            assert_eq!(past.answers(&NoPages).unwrap(), store.answers(ws, id, &NoPages).await.unwrap());
            assert!(it.bytes > 0);
        }
        assert!(store.pasts(&[]).await.unwrap().is_empty());
    }

    async fn an_answer_before_sleep_wakes(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        let wait = wait(ws, new.id);
        let mut batch = first(ws, new.clone(), Next::Running);
        batch.waits = vec![wait.clone()];
        put(store, batch).await.unwrap();
        assert_eq!(store.answer_wait(ws, wait.id, came()).await.unwrap(), Answered::First);
        put(store, later(ws, new.id, 1, 1, asleep())).await.unwrap();
        assert_eq!(store.claim("w", 9, LEASE, &[]).await.unwrap().len(), 1);
    }

    async fn a_deadline_wakes_and_says_so(store: &Store) {
        let ws = workspace();
        let (id, wait) = sleeper(store, ws, |it| it.deadline = Some(at(10))).await;
        assert_eq!(store.next_wake_at().await.unwrap(), Some(at(10)));
        assert_eq!(store.wake_due(at(9), 100).await.unwrap(), 0);
        assert_eq!(store.wake_due(at(10), 100).await.unwrap(), 1);
        assert_eq!(store.next_wake_at().await.unwrap(), None);
        assert_eq!(store.answers(ws, id, &NoPages).await.unwrap(), [(wait, Answer::Timeout)]);
        assert_eq!(store.answer_wait(ws, wait, came()).await.unwrap(), Answered::Already);
        assert_eq!(store.claim("w", 9, LEASE, &[]).await.unwrap().len(), 1);
    }

    async fn an_event_finds_those_who_wait_for_it(store: &Store) {
        let ws = workspace();
        let (_, wait) = sleeper(store, ws, |it| it.correlation = "order-1".into()).await;
        sleeper(store, ws, |it| it.correlation = "order-2".into()).await;
        sleeper(store, workspace(), |it| it.correlation = "order-1".into()).await;
        let found = store.find_waits(ws, "order-1").await.unwrap();
        assert_eq!(found.into_iter().map(|it| it.id).collect::<Vec<_>>(), [wait]);
    }

    async fn the_end_ends_all_waits(store: &Store) {
        let ws = workspace();
        let (id, wait) = sleeper(store, ws, |_| {}).await;
        put(store, later(ws, id, 1, 1, success())).await.unwrap();
        assert_eq!(store.open_waits(id).await.unwrap(), []);
        assert_eq!(store.answer_wait(ws, wait, came()).await.unwrap(), Answered::Absent);
    }
}
