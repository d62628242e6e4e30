//! What people find of executions.

use jiff::civil::date;
use model::journal::StepError;

use super::*;
use crate::executions::{Deleted, Filter, Sort, Total};

fn failed(message: &str) -> Next {
    let error =
        StepError { node: "Send".into(), message: message.to_owned(), ..StepError::default() };
    Next::Ended { status: Status::Error, at: at(3), error: Some(error), keep: true }
}

fn ten() -> Filter {
    Filter { limit: 10, ..Filter::of(model::sharing::Sight::All) }
}

async fn found(store: &Store, ws: WorkspaceId, filter: Filter) -> (Vec<ExecutionId>, Total) {
    let list = store.executions(ws, &filter).await.unwrap();
    (list.executions.into_iter().map(|it| it.id).collect(), list.total)
}

each_database! {
    async fn those_at_work_and_those_that_ended_are_one_list(store: &Store) {
        let ws = workspace();
        let (ended, waiting, bad) = (new_execution(), new_execution(), new_execution());
        put(store, first(ws, ended.clone(), success())).await.unwrap();
        put(store, first(ws, waiting.clone(), asleep())).await.unwrap();
        put(store, first(ws, bad.clone(), failed("Boom_1"))).await.unwrap();
        assert_eq!(found(store, ws, ten()).await, (vec![bad.id, waiting.id, ended.id], Total::Exactly(3)));
        assert_eq!(found(store, workspace(), ten()).await, (vec![], Total::Exactly(0)));
        let oldest = Filter { sort: Sort::Oldest, limit: 2, ..ten() };
        assert_eq!(found(store, ws, oldest).await.0, [ended.id, waiting.id]);
        let next = Filter { after: Some(bad.id), ..ten() };
        assert_eq!(found(store, ws, next).await.0, [waiting.id, ended.id]);
        let second = Filter { offset: 1, limit: 1, ..ten() };
        assert_eq!(found(store, ws, second).await, (vec![waiting.id], Total::Exactly(3)));
        let statuses = |it| Filter { statuses: vec![it], ..ten() };
        assert_eq!(found(store, ws, statuses(Status::Waiting)).await, (vec![waiting.id], Total::Exactly(1)));
        assert_eq!(found(store, ws, statuses(Status::Error)).await, (vec![bad.id], Total::Exactly(1)));
        let search = |it: &str| Filter { search: Some(it.to_owned()), ..ten() };
        assert_eq!(found(store, ws, search("boom_")).await, (vec![bad.id], Total::Exactly(1)));
        assert_eq!(found(store, ws, search(&waiting.id.to_string())).await.0, [waiting.id]);
        let longest = Filter { sort: Sort::Longest, ..ten() };
        assert_eq!(found(store, ws, longest).await, (vec![bad.id, ended.id], Total::Exactly(2)));
    }

    async fn a_span_of_time_finds_what_began_in_it(store: &Store) {
        let ws = workspace();
        let all = [0, 1_000, 2_000].map(begun_at);
        for it in &all {
            put(store, first(ws, it.clone(), success())).await.unwrap();
        }
        put(store, first(ws, begun_at(1_001), asleep())).await.unwrap();
        let between = |from, until| Filter { from, until, ..ten() };
        assert_eq!(found(store, ws, between(Some(at(1_000)), Some(at(2_000)))).await.0.len(), 2);
        assert_eq!(found(store, ws, between(Some(at(1_000)), None)).await.1, Total::Exactly(3));
        assert_eq!(found(store, ws, between(None, Some(at(1_000)))).await.0, [all[0].id]);
    }

    async fn one_is_found_by_its_workspace_alone(store: &Store) {
        let (ws, new) = (workspace(), NewExecution { business_key: Some("order 7".into()), ..new_execution() });
        put(store, first(ws, new.clone(), asleep())).await.unwrap();
        let row = store.execution(ws, new.id).await.unwrap().unwrap();
        assert_eq!((row.status, row.waiting_for), (Status::Waiting, Some(WaitKind::Webhook)));
        put(store, later(ws, new.id, 1, 1, failed("x"))).await.unwrap();
        let row = store.execution(ws, new.id).await.unwrap().unwrap();
        assert_eq!((row.status, row.ended_at, row.error_node.as_deref()), (Status::Error, Some(at(3)), Some("Send")));
        assert_eq!((row.business_key.as_deref(), row.waiting_for), (Some("order 7"), None));
        assert_eq!(store.execution(workspace(), new.id).await.unwrap(), None);
    }

    async fn a_failed_one_is_taken_up_again_under_a_new_fence(store: &Store) {
        let (ws, new) = (workspace(), new_execution());
        put(store, first(ws, new.clone(), failed("x"))).await.unwrap();
        let record = || Record::Retried { at: at(9) };
        assert!(!store.reopen(workspace(), new.id, record()).await.unwrap());
        assert!(store.reopen(ws, new.id, record()).await.unwrap());
        assert!(!store.reopen(ws, new.id, record()).await.unwrap());
        let claimed = store.claim("w", 1, LEASE, &[]).await.unwrap();
        assert_eq!((claimed[0].execution, claimed[0].fence, claimed[0].seq), (new.id, 2, 2));
        put(store, later(ws, new.id, 2, 2, success())).await.unwrap();
        assert_eq!(found(store, ws, ten()).await, (vec![new.id], Total::Exactly(1)));
    }

    async fn what_is_removed_is_gone_and_not_counted(store: &Store) {
        let (ws, ended, waiting) = (workspace(), new_execution(), new_execution());
        put(store, first(ws, ended.clone(), success())).await.unwrap();
        put(store, first(ws, waiting.clone(), asleep())).await.unwrap();
        assert_eq!(store.delete_execution(workspace(), ended.id).await.unwrap(), Deleted::Absent);
        assert_eq!(store.delete_execution(ws, waiting.id).await.unwrap(), Deleted::AtWork);
        assert_eq!(store.delete_execution(ws, ended.id).await.unwrap(), Deleted::Done);
        assert_eq!(store.records(ws, ended.id, &NoPages).await.unwrap(), []);
        assert_eq!(found(store, ws, ten()).await, (vec![waiting.id], Total::Exactly(1)));
    }

    async fn days_count_what_ended_kept_or_not(store: &Store) {
        let (ws, now) = (workspace(), at(0));
        let after = |ms: i64, keep| {
            let at = now + Duration::from_millis(ms as u64);
            Next::Ended { status: Status::Success, at, error: None, keep }
        };
        let mut ends = vec![];
        for ms in 1..=100 {
            ends.push(store.submit(first(ws, new_execution(), after(ms, ms % 2 == 0))).await);
        }
        ends.push(store.submit(first(ws, new_execution(), failed("x"))).await);
        for end in ends {
            end.await.unwrap();
        }
        let days = store.daily(ws, None, date(2023, 11, 1), date(2023, 11, 30), model::sharing::Sight::All).await.unwrap();
        let counts = &days[&date(2023, 11, 14)];
        assert_eq!((counts.success, counts.error, counts.ended()), (100, 1, 101));
        let half = counts.percentile_us(0.5).unwrap();
        assert!((42_000..60_000).contains(&half), "{half}");
        assert_eq!(store.daily(ws, None, date(2023, 12, 1), date(2023, 12, 30), model::sharing::Sight::All).await.unwrap().len(), 0);
        let workflows = store.by_workflow(ws, date(2023, 11, 1), date(2023, 11, 30), model::sharing::Sight::All).await.unwrap();
        assert_eq!(workflows[&WorkflowId(Uuid::from_u128(7))].ended(), 101);
        assert_eq!(found(store, ws, ten()).await.1, Total::Exactly(51));
    }

    async fn static_data_keeps_the_last(store: &Store) {
        let ws = workspace();
        for n in [1, 2] {
            let mut batch = first(ws, new_execution(), success());
            batch.static_data = vec![(None, model::json!({"n": (n)})), (Some("Poll".into()), model::json!({"m": (n)}))];
            put(store, batch).await.unwrap();
        }
        let data = store.static_data(ws, WorkflowId(Uuid::from_u128(7))).await.unwrap();
        assert_eq!(data, [(None, model::json!({"n": 2})), (Some("Poll".into()), model::json!({"m": 2}))]);
        assert_eq!(store.static_data(workspace(), WorkflowId(Uuid::from_u128(7))).await.unwrap(), []);
    }
}
