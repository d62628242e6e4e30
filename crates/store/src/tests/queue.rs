//! Who gets what, and when.

use super::*;

async fn queued(store: &Store, ws: WorkspaceId, change: impl Fn(&mut NewExecution)) -> ExecutionId {
    let mut new = new_execution();
    change(&mut new);
    let id = new.id;
    put(store, first(ws, new, Next::Ready)).await.unwrap();
    id
}

async fn claimed(store: &Store, max: usize) -> Vec<ExecutionId> {
    store.claim("w", max, LEASE, &[]).await.unwrap().into_iter().map(|it| it.execution).collect()
}

each_database! {
    async fn higher_priority_and_older_go_first(store: &Store) {
        let ws = workspace();
        let late = queued(store, ws, |it| it.run_at = Some(at(9))).await;
        let early = queued(store, ws, |it| it.run_at = Some(at(1))).await;
        let urgent = queued(store, ws, |it| it.priority = 5).await;
        assert_eq!(claimed(store, 2).await, [urgent, early]);
        assert_eq!(claimed(store, 2).await, [late]);
        assert_eq!(claimed(store, 2).await, []);
    }

    async fn nothing_runs_before_its_time(store: &Store) {
        let in_an_hour = Timestamp::now() + Duration::from_secs(3_600);
        let id = queued(store, workspace(), |it| it.run_at = Some(in_an_hour)).await;
        assert_eq!(claimed(store, 9).await, []);
        let _ = id;
    }

    async fn a_flood_of_one_workspace_leaves_room_for_others(store: &Store) {
        let (flood, quiet) = (workspace(), workspace());
        for _ in 0..20 {
            queued(store, flood, |_| {}).await;
        }
        let id = queued(store, quiet, |_| {}).await;
        let got = claimed(store, 4).await;
        assert!(got.contains(&id) && got.len() == 4, "{got:?}");
    }

    async fn a_heavier_workspace_gets_more(store: &Store) {
        let (heavy, light) = (workspace(), workspace());
        for ws in [heavy, light] {
            store.add_workspace(ws, "W", at(0)).await.unwrap();
            for _ in 0..20 {
                queued(store, ws, |_| {}).await;
            }
        }
        store.set_weight(heavy, 3).await.unwrap();
        let claimed = store.claim("w", 8, LEASE, &[]).await.unwrap();
        assert_eq!(claimed.iter().filter(|it| it.workspace == heavy).count(), 6);
        assert_eq!(claimed.iter().filter(|it| it.workspace == light).count(), 2);
    }

    async fn what_another_process_wants_cancelled_is_told(store: &Store) {
        let ws = workspace();
        let id = queued(store, ws, |_| {}).await;
        assert_eq!(claimed(store, 1).await, [id]);
        assert_eq!(store.cancels("w").await.unwrap(), []);
        store.request_cancel(ws, id).await.unwrap();
        assert_eq!(store.cancels("w").await.unwrap(), [id]);
        // It cannot go to sleep over the wish.
        put(store, later(ws, id, 2, 1, asleep())).await.unwrap();
        assert!(store.claim("w", 1, LEASE, &[]).await.unwrap()[0].cancel_requested);
    }

    async fn each_execution_is_claimed_by_one_worker(store: &Store) {
        let ws = workspace();
        for _ in 0..40 {
            queued(store, ws, |_| {}).await;
        }
        let workers = ["a", "b", "c", "d"].map(|it| async move {
            let mut got = vec![];
            loop {
                let some = store.claim(it, 3, LEASE, &[]).await.unwrap();
                if some.is_empty() {
                    return got;
                }
                got.extend(some.into_iter().map(|it| it.execution));
            }
        });
        let mut all = futures::future::join_all(workers).await.concat();
        // One that found everything locked may have left; what is left is found now.
        all.extend(claimed(store, 100).await);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 40);
    }

    async fn a_dead_workers_executions_are_taken_over(store: &Store) {
        let ws = workspace();
        let id = queued(store, ws, |_| {}).await;
        assert_eq!(store.claim("dead", 1, Duration::ZERO, &[]).await.unwrap().len(), 1);
        assert_eq!(store.heartbeat("alive", LEASE).await.unwrap(), []);
        let claimed = store.claim("alive", 1, LEASE, &[]).await.unwrap();
        assert_eq!((claimed[0].execution, claimed[0].fence, claimed[0].resumed), (id, 3, 1));
        assert_eq!(put(store, later(ws, id, 2, 1, success())).await, Err(Lost::Fenced));
    }

    async fn a_slow_worker_hears_what_it_lost(store: &Store) {
        let id = queued(store, workspace(), |_| {}).await;
        assert_eq!(store.claim("slow", 1, Duration::ZERO, &[]).await.unwrap().len(), 1);
        store.heartbeat("alive", LEASE).await.unwrap();
        assert_eq!(store.heartbeat("slow", LEASE).await.unwrap(), [id]);
        assert_eq!(store.heartbeat("slow", LEASE).await.unwrap(), []);
    }

    async fn a_worker_that_leaves_gives_back_what_it_holds(store: &Store) {
        let id = queued(store, workspace(), |_| {}).await;
        assert_eq!(claimed(store, 1).await, [id]);
        assert_eq!(store.release("w").await.unwrap(), 1);
        assert_eq!(claimed(store, 1).await, [id]);
    }

    async fn a_sleeper_that_is_cancelled_is_looked_at(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        put(store, first(ws, new.clone(), asleep())).await.unwrap();
        assert_eq!(claimed(store, 1).await, []);
        assert!(!store.request_cancel(workspace(), new.id).await.unwrap());
        assert!(store.request_cancel(ws, new.id).await.unwrap());
        let claimed = store.claim("w", 1, LEASE, &[]).await.unwrap();
        assert!(claimed[0].cancel_requested);
    }

    async fn ten_thousand_are_taken_over_at_once(store: &Store) {
        let ws = workspace();
        let mut ends = vec![];
        for _ in 0..10_000 {
            ends.push(store.submit(first(ws, new_execution(), Next::Running)).await);
        }
        for end in ends {
            end.await.unwrap();
        }
        assert_eq!(store.take_over("main").await.unwrap(), 10_000);
    }
}
