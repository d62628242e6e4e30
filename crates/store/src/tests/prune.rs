//! What is forgotten, and what stays.

use model::{
    id::BlobId,
    item::{Binary, Blob, Item},
};
use smol_str::SmolStr;

use super::*;
use crate::{
    executions::{Filter, Total},
    faults::{Fault, Point},
    prune::Keep,
};

fn with_file(name: &str) -> Items {
    let file = Binary {
        data: Blob::Stored { id: name.into(), bytes: 9 },
        mime_type: "text/plain".into(),
        file_name: None,
        file_extension: None,
        directory: None,
    };
    let binary = Some(Arc::new([("data".into(), file)].into()));
    Items::one(Item { binary, ..Item::default() })
}

fn naming(ws: WorkspaceId, new: NewExecution, file: &str, next: Next) -> Batch {
    let mut batch = first(ws, new, next);
    batch.records = vec![Record::Started(Started { items: vec![with_file(file)], ..started() })];
    batch
}

fn ended_at(second: i64) -> Next {
    Next::Ended { status: Status::Success, at: at(second), error: None, keep: true }
}

async fn total(store: &Store, ws: WorkspaceId) -> Total {
    store
        .executions(ws, &Filter { limit: 1, ..Filter::of(model::sharing::Sight::All) })
        .await
        .unwrap()
        .total
}

each_database! {
    async fn what_ended_before_is_forgotten(store: &Store) {
        let ws = workspace();
        let (old, long, new) = (begun_at(0), begun_at(1), begun_at(50));
        put(store, first(ws, old.clone(), ended_at(5))).await.unwrap();
        put(store, first(ws, long.clone(), ended_at(60))).await.unwrap();
        put(store, first(ws, new.clone(), ended_at(60))).await.unwrap();
        put(store, first(ws, begun_at(2), asleep())).await.unwrap();
        let keep = Keep { since: Some(at(40)), executions_max: None };
        assert_eq!(store.prune(workspace(), &keep).await.unwrap(), 0);
        assert_eq!(store.prune(ws, &keep).await.unwrap(), 1);
        assert_eq!(store.prune(ws, &keep).await.unwrap(), 0);
        assert_eq!(store.execution(ws, old.id).await.unwrap(), None);
        assert_eq!(store.records(ws, old.id, &NoPages).await.unwrap(), []);
        assert_eq!(total(store, ws).await, Total::Exactly(3));
    }

    async fn the_latest_so_many_stay(store: &Store) {
        let ws = workspace();
        let all: Vec<NewExecution> = (0..5).map(begun_at).collect();
        for it in &all {
            put(store, first(ws, it.clone(), ended_at(9))).await.unwrap();
        }
        let keep = Keep { since: None, executions_max: Some(2) };
        assert_eq!(store.prune(ws, &keep).await.unwrap(), 3);
        assert_eq!(store.execution(ws, all[2].id).await.unwrap(), None);
        assert!(store.execution(ws, all[3].id).await.unwrap().is_some());
        assert_eq!(total(store, ws).await, Total::Exactly(2));
    }

    async fn a_file_is_litter_once_nothing_names_it(store: &Store) {
        let (ws, one, two) = (workspace(), begun_at(0), begun_at(1));
        put(store, naming(ws, one.clone(), "shared", ended_at(2))).await.unwrap();
        put(store, naming(ws, two.clone(), "shared", ended_at(2))).await.unwrap();
        store.delete_execution(ws, one.id).await.unwrap();
        assert_eq!(store.litter().await.unwrap(), []);
        store.prune(ws, &Keep { since: Some(at(9)), executions_max: None }).await.unwrap();
        let litter = store.litter().await.unwrap();
        assert_eq!(litter, [(ws, "shared".into())]);
        store.swept(&litter).await.unwrap();
        assert_eq!(store.litter().await.unwrap(), []);
    }

    async fn a_file_that_nothing_ever_named_is_litter(store: &Store) {
        let (ws, other) = (workspace(), workspace());
        let (named, left) = (BlobId(Uuid::now_v7()), BlobId(Uuid::now_v7()));
        put(store, naming(ws, begun_at(0), &named.to_string(), ended_at(2))).await.unwrap();
        for _ in 0..2 {
            store.abandon(ws, &[named, left]).await.unwrap();
            assert_eq!(store.litter().await.unwrap(), [(ws, SmolStr::from(left.to_string()))]);
        }
        // Names are a workspace's own.
        assert_eq!(store.abandon(other, &[named]).await.unwrap(), 1);
    }

    async fn files_of_what_is_not_kept_are_litter(store: &Store) {
        let ws = workspace();
        let dropped = || Next::Ended { status: Status::Success, at: at(2), error: None, keep: false };
        put(store, naming(ws, begun_at(0), "a", dropped())).await.unwrap();
        let new = begun_at(1);
        put(store, naming(ws, new.clone(), "b", Next::Running)).await.unwrap();
        put(store, later(ws, new.id, 1, 1, dropped())).await.unwrap();
        let mut litter = store.litter().await.unwrap();
        litter.sort();
        assert_eq!(litter, [(ws, "a".into()), (ws, "b".into())]);
    }

    async fn a_database_that_fails_for_a_while_loses_nothing(store: &Store) {
        for point in [Point::Begin, Point::Commit, Point::Committed] {
            let (ws, new) = (workspace(), new_execution());
            let left = std::sync::atomic::AtomicU32::new(2);
            store.inject(Some(Arc::new(move |it| {
                use std::sync::atomic::Ordering;
                let strikes = it == point
                    && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| it.checked_sub(1)).is_ok();
                strikes.then_some(Fault::Fail)
            })));
            let mut ends = vec![store.submit(first(ws, new.clone(), Next::Running)).await];
            ends.push(store.submit(later(ws, new.id, 1, 1, Next::Running)).await);
            ends.push(store.submit(later(ws, new.id, 1, 2, success())).await);
            for end in ends {
                assert_eq!(end.await, Ok(()), "{point:?}");
            }
            store.inject(None);
            assert_eq!(store.next_seq(ws, new.id).await.unwrap(), 3);
            assert_eq!(total(store, ws).await, Total::Exactly(1));
        }
    }
}
