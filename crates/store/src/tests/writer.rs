//! What becomes durable, and what is refused.

use model::{execution::Answer, id::ScheduleId, journal::Record};

use super::*;
use crate::{
    batch::Accept,
    sql::{Line, Pool, cells_of},
};

each_database! {
    async fn an_execution_that_ends_at_once_leaves_history_and_no_work(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        put(store, first(ws, new.clone(), success())).await.unwrap();
        assert_eq!(store.records(ws, new.id, &NoPages).await.unwrap().len(), 1);
        assert_eq!(store.claim("w", 10, LEASE, &[]).await.unwrap(), []);
    }

    async fn a_foreign_journal_looks_absent(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        put(store, first(ws, new.clone(), success())).await.unwrap();
        assert_eq!(store.records(workspace(), new.id, &NoPages).await.unwrap(), []);
    }

    async fn records_come_back_in_order(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        let mut ends = vec![store.submit(first(ws, new.clone(), Next::Running)).await];
        for seq in 1..20 {
            let mut batch = later(ws, new.id, 1, seq, Next::Running);
            batch.records = vec![Record::Retried { at: at(i64::from(seq)) }];
            ends.push(store.submit(batch).await);
        }
        ends.push(store.submit(later(ws, new.id, 1, 20, success())).await);
        for end in ends {
            end.await.unwrap();
        }
        let records = store.records(ws, new.id, &NoPages).await.unwrap();
        let wanted: Vec<Record> = (1..20).map(|it| Record::Retried { at: at(it) }).collect();
        assert_eq!(records[1..20], wanted);
        assert_eq!(store.next_seq(ws, new.id).await.unwrap(), 21);
    }

    async fn a_wrong_fence_is_refused_and_spares_its_neighbours(store: &Store) {
        let (ws, one, two) = (workspace(), new_execution(), new_execution());
        put(store, first(ws, one.clone(), Next::Running)).await.unwrap();
        let good = store.submit(first(ws, two.clone(), success())).await;
        let bad = store.submit(later(ws, one.id, 9, 1, success())).await;
        let fine = store.submit(later(ws, one.id, 1, 1, success())).await;
        assert_eq!(good.await, Ok(()));
        assert_eq!(bad.await, Err(Lost::Fenced));
        assert_eq!(fine.await, Ok(()));
    }

    async fn an_ended_execution_takes_nothing_more(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        put(store, first(ws, new.clone(), success())).await.unwrap();
        assert_eq!(put(store, later(ws, new.id, 1, 1, success())).await, Err(Lost::Fenced));
    }

    async fn a_batch_number_is_written_once(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        put(store, first(ws, new.clone(), Next::Running)).await.unwrap();
        put(store, later(ws, new.id, 1, 1, Next::Running)).await.unwrap();
        // The same again: word of the first was lost.
        assert_eq!(put(store, later(ws, new.id, 1, 1, Next::Running)).await, Ok(()));
        let mut other = later(ws, new.id, 1, 1, Next::Running);
        other.records = vec![Record::Retried { at: at(77) }];
        let neighbour = store.submit(first(ws, new_execution(), success())).await;
        assert_eq!(put(store, other).await, Err(Lost::Fenced));
        assert_eq!(neighbour.await, Ok(()));
    }

    async fn a_firing_takes_place_once(store: &Store) {
        let ws = workspace();
        let firing = Some((ScheduleId(Uuid::from_u128(5)), at(100)));
        let fire = || first(ws, NewExecution { firing, ..new_execution() }, Next::Running);
        let (one, two) = (store.submit(fire()).await, store.submit(fire()).await);
        assert_eq!([one.await, two.await], [Ok(()), Err(Lost::Duplicate)]);
        assert_eq!(put(store, fire()).await, Err(Lost::Duplicate));
    }

    async fn what_is_not_kept_leaves_no_journal(store: &Store) {
        let ws = workspace();
        let dropped = || Next::Ended { status: Status::Success, at: at(2), error: None, keep: false };
        let (one, two) = (new_execution(), new_execution());
        put(store, first(ws, one.clone(), dropped())).await.unwrap();
        put(store, first(ws, two.clone(), Next::Running)).await.unwrap();
        put(store, later(ws, two.id, 1, 1, dropped())).await.unwrap();
        assert_eq!(store.records(ws, one.id, &NoPages).await.unwrap(), []);
        assert_eq!(store.records(ws, two.id, &NoPages).await.unwrap(), []);
        assert_eq!(put(store, later(ws, two.id, 1, 2, success())).await, Err(Lost::Fenced));
    }

    async fn called_executions_begin_with_their_callers_batch(store: &Store) {
        let (ws, parent, held, free) = (workspace(), new_execution(), new_execution(), new_execution());
        let accept = |it: &NewExecution, held| Accept { execution: it.clone(), started: started(), held };
        let mut batch = first(ws, parent.clone(), Next::Running);
        batch.accept = vec![accept(&held, true), accept(&free, false)];
        let one = store.submit(batch).await;
        let two = store.submit(later(ws, held.id, 1, 1, success())).await;
        assert_eq!([one.await, two.await], [Ok(()), Ok(())]);
        assert_eq!(store.records(ws, held.id, &NoPages).await.unwrap().len(), 2);
        let claimed = store.claim("other", 10, LEASE, &[]).await.unwrap();
        assert_eq!(claimed.iter().map(|it| (it.execution, it.seq)).collect::<Vec<_>>(), [(free.id, 1)]);
        // Accepted again, it stays as it is.
        let mut batch = later(ws, parent.id, 1, 1, Next::Running);
        batch.accept = vec![accept(&held, true)];
        put(store, batch).await.unwrap();
        assert_eq!(store.records(ws, held.id, &NoPages).await.unwrap().len(), 2);
    }

    async fn what_runs_with_the_commit_is_written_with_the_rest_or_not_at_all(store: &Store) {
        let ws = workspace();
        let head = "INSERT INTO litter (workspace_id, name) VALUES";
        let write = async |first: &str, last: &[&str]| {
            let mut tx = store.0.db.begin().await.unwrap();
            tx.run_many(head, "", 2, cells_of![ws, first]).await.unwrap();
            for it in last {
                tx.run_many_at_last(head, "", 2, cells_of![ws, *it]);
            }
            tx.commit().await
        };
        write("one", &["two", "three"]).await.unwrap();
        assert!(write("four", &["five", "two"]).await.is_err_and(|it| it.is_constraint()));
        // And what comes next begins anew.
        write("six", &[]).await.unwrap();
        let mut names: Vec<String> = store.litter().await.unwrap().into_iter().map(|it| it.1.to_string()).collect();
        names.sort_unstable();
        assert_eq!(names, ["one", "six", "three", "two"]);
    }

    async fn an_answer_finds_its_caller_asleep_or_about_to_sleep(store: &Store) {
        for asleep_first in [true, false] {
            let (ws, parent, child) = (workspace(), new_execution(), new_execution());
            let mut batch = first(ws, parent.clone(), Next::Running);
            let wait = Wait { correlation: child.id.to_string().into(), ..wait(ws, parent.id) };
            batch.waits = vec![wait.clone()];
            batch.accept = vec![Accept { execution: child.clone(), started: started(), held: true }];
            put(store, batch).await.unwrap();
            let sleep = later(ws, parent.id, 1, 1, asleep());
            let mut end = later(ws, child.id, 1, 1, success());
            end.answers = Some((parent.id, Answer::Failed("no".to_owned())));
            let both = if asleep_first { [sleep, end] } else { [end, sleep] };
            for batch in both {
                put(store, batch).await.unwrap();
            }
            let claimed = store.claim("w", 10, LEASE, &[]).await.unwrap();
            assert_eq!(claimed.len(), 1);
            assert_eq!((claimed[0].execution, claimed[0].fence, claimed[0].resumed), (parent.id, 2, 0));
            let answers = store.answers(ws, parent.id, &NoPages).await.unwrap();
            assert_eq!(answers, [(wait.id, Answer::Failed("no".to_owned()))]);
        }
    }
}

#[test]
fn what_was_written_survives_a_restart() {
    let data = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let (ws, new) = (workspace(), new_execution());
        let store = open(data.path(), None).await;
        put(&store, first(ws, new.clone(), Next::Running)).await.unwrap();
        store.close().await;
        drop(store);
        let store = open(data.path(), None).await;
        assert_eq!(store.take_over("main").await.unwrap(), 1);
        let claimed = store.claim("main", 10, LEASE, &[]).await.unwrap();
        assert_eq!((claimed[0].execution, claimed[0].fence, claimed[0].resumed), (new.id, 2, 1));
        assert_eq!(put(&store, later(ws, new.id, 1, 1, success())).await, Err(Lost::Fenced));
        store.close().await;
    });
}

#[test]
fn a_second_process_is_refused() {
    let data = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let store = open(data.path(), None).await;
        let second = Store::open(&Options { url: None, data: data.path().to_owned() }, key()).await;
        let message = second.err().unwrap().to_string();
        assert!(message.contains("another tailorbird uses the data folder"), "{message}");
        store.close().await;
    });
}

async fn limit_pages(write: &Line, max: u32) {
    let sql = format!("PRAGMA max_page_count = {max}");
    let mut held = write.take().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(held.connection().unwrap()).await.unwrap();
}

#[test]
fn what_a_full_disk_undid_is_written_once_there_is_room() {
    on_sqlite(async |store| {
        let Pool::Sqlite { write, .. } = &store.0.db.pool else { panic!("this is SQLite") };
        let (ws, one, two) = (workspace(), new_execution(), new_execution());
        put(&store, first(ws, one.clone(), Next::Running)).await.unwrap();
        // No more pages than there are, for a while.
        limit_pages(write, 1).await;
        let mut large = first(ws, two.clone(), Next::Running);
        large.records.extend((0..100_000).map(|it| Record::Retried { at: at(it) }));
        let end = store.submit(large).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        limit_pages(write, 1 << 30).await;
        assert_eq!(end.await, Ok(()));
        put(&store, later(ws, one.id, 1, 1, success())).await.unwrap();
        for (id, n) in [(one.id, 2), (two.id, 100_001)] {
            assert_eq!(store.records(ws, id, &NoPages).await.unwrap().len(), n);
        }
    });
}
