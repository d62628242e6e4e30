//! Nothing is made past the limit of a plan, however many try at once.

use futures::future::join_all;
use model::{
    Secret,
    id::{InvitationId, UserId},
    plan::{Limit, Plan, next_month},
    subscription::{Event, Status as Terms},
};

use super::*;
use crate::{
    Error,
    executions::Filter,
    invitations::Invitation,
    subscriptions,
    users::{First, NewUser},
};

/// A workspace with the free plan and these limits of its own.
async fn limited(store: &Store, own: &[(Limit, u64)]) -> WorkspaceId {
    let id = workspace();
    store.add_workspace(id, "A shop", at(0)).await.unwrap();
    let own = own.iter().map(|(limit, max)| (*limit, Some(*max))).collect();
    let event = Event::Chosen { plan: Plan::free(), period_ends_at: None };
    store.change_subscription(id, event, Some(own), Timestamp::now()).await.unwrap();
    id
}

async fn make_workflow(store: &Store, workspace: WorkspaceId) -> Result<(), Error> {
    let document = model::workflow::Workflow::default();
    let id = WorkflowId(Uuid::now_v7());
    store.add_workflow(workspace, id, &document, None, Timestamp::now()).await
}

async fn invite(store: &Store, workspace: WorkspaceId, n: usize) -> Result<(), Error> {
    let (now, email) = (Timestamp::now(), format!("{n}@example.com"));
    let it = Invitation {
        workspace,
        id: InvitationId(Uuid::now_v7()),
        email: email.clone().into(),
        email_key: email.into(),
        role: "viewer".into(),
        invited_by: None,
        created_at: now,
        mailed: false,
        expires_at: now.saturating_add(jiff::SignedDuration::from_hours(1)).unwrap(),
    };
    store.invite(&it, &Secret::new(format!("word {n}")), None, now).await
}

/// How many of these got through; the others met the limit.
#[track_caller]
fn through(ends: &[Result<(), Error>], limit: Limit, max: u64) -> u64 {
    for end in ends.iter().filter_map(|it| it.as_ref().err()) {
        let Error::AtLimit(it) = end else { panic!("{end}") };
        assert_eq!((it.limit, it.max, it.used, it.plan.as_str()), (limit, max, max, "free"));
    }
    ends.iter().filter(|it| it.is_ok()).count() as u64
}

/// One that is handed to the queue.
async fn trigger(store: &Store, workspace: WorkspaceId) -> (ExecutionId, Result<(), Lost>) {
    let new = new_execution();
    let id = new.id;
    (id, put(store, first(workspace, new, Next::Ready)).await)
}

async fn used(store: &Store, workspace: WorkspaceId) -> crate::usage::Usage {
    store.usage(workspace, Timestamp::now()).await.unwrap()
}

each_database! {
    async fn of_twenty_that_race_so_many_get_through_as_there_is_room(store: &Store) {
        let ws = limited(store, &[(Limit::Workflows, 7), (Limit::Members, 5)]).await;
        let ends = join_all((0..20).map(|_| make_workflow(store, ws))).await;
        assert_eq!(through(&ends, Limit::Workflows, 7), 7);
        let ends = join_all((0..20).map(|n| invite(store, ws, n))).await;
        assert_eq!(through(&ends, Limit::Members, 5), 5);
        let usage = used(store, ws).await;
        assert_eq!((usage.workflows, usage.members), (7, 5));
        // Another workspace is not concerned.
        let other = workspace();
        store.add_workspace(other, "Another", at(0)).await.unwrap();
        assert!(join_all((0..20).map(|_| make_workflow(store, other))).await.iter().all(Result::is_ok));
    }

    async fn executions_past_the_month_wait_up_to_a_backlog(store: &Store) {
        let ws = limited(store, &[(Limit::Executions, 6), (Limit::Backlog, 10)]).await;
        let ends = join_all((0..20).map(|_| trigger(store, ws))).await;
        let refused = ends.iter().filter(|it| it.1 == Err(Lost::Full)).count();
        assert_eq!(ends.iter().filter(|it| it.1.is_ok()).count(), 10);
        assert_eq!(refused, 10);
        let usage = used(store, ws).await;
        assert_eq!((usage.executions, usage.backlog), (6, 10));
        let all = Filter { limit: 50, ..Filter::of(model::sharing::Sight::All) };
        let found = store.executions(ws, &all).await.unwrap().executions;
        assert_eq!(found.len(), 10, "of the others nothing is there");
        let parked = found.iter().filter(|it| it.waiting_for == Some(WaitKind::Plan));
        assert_eq!(parked.count(), 4);
        for it in &ends {
            let waits = found.iter().any(|f| f.id == it.0 && f.waiting_for.is_some());
            assert_eq!(store.is_parked(ws, it.0).await.unwrap(), waits);
        }
        // The same clock tells when there is room again.
        assert_eq!(store.release_due(Timestamp::now(), 100).await.unwrap(), 0);
        let then = next_month(Timestamp::now());
        assert_eq!(store.next_wake_at().await.unwrap(), Some(then));
        assert_eq!(store.release_due(then, 100).await.unwrap(), 4);
        assert_eq!(store.usage(ws, then).await.unwrap().executions, 4);
        assert_eq!(used(store, ws).await.executions, 6);
    }

    async fn a_larger_plan_lets_what_waits_begin(store: &Store) {
        let ws = limited(store, &[(Limit::Executions, 0)]).await;
        for _ in 0..3 {
            assert_eq!(trigger(store, ws).await.1, Ok(()));
        }
        assert_eq!(store.claim("one", 10, LEASE, &[]).await.unwrap(), []);
        let more = Some(vec![(Limit::Executions, Some(2))]);
        let event = Event::Chosen { plan: Plan::free(), period_ends_at: None };
        store.change_subscription(ws, event, more, Timestamp::now()).await.unwrap();
        assert_eq!(store.release_due(Timestamp::now(), 100).await.unwrap(), 2);
        assert_eq!(store.release_due(Timestamp::now(), 100).await.unwrap(), 0);
        let plan = Plan::unlimited();
        let event = Event::Chosen { plan, period_ends_at: None };
        store.change_subscription(ws, event, Some(vec![]), Timestamp::now()).await.unwrap();
        assert_eq!(store.release_due(Timestamp::now(), 100).await.unwrap(), 1);
        assert_eq!(used(store, ws).await.executions, 3);
        assert_eq!(store.claim("one", 10, LEASE, &[]).await.unwrap().len(), 3);
    }

    async fn no_more_run_at_once_than_the_plan_says(store: &Store) {
        let ws = limited(store, &[(Limit::ConcurrentRuns, 3)]).await;
        for _ in 0..8 {
            trigger(store, ws).await.1.unwrap();
        }
        let claims = join_all(["one", "two", "three"].map(|it| store.claim(it, 5, LEASE, &[]))).await;
        let mut held: Vec<_> = claims.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(held.len(), 3);
        assert!(store.held_back());
        assert_eq!(store.claim("one", 5, LEASE, &[]).await.unwrap(), []);
        // What one of them calls runs beside it.
        let parent = held.pop().unwrap();
        let child = NewExecution { parent: Some(parent.execution), ..new_execution() };
        put(store, first(ws, child.clone(), Next::Ready)).await.unwrap();
        let taken = store.claim("one", 5, LEASE, &[]).await.unwrap();
        assert_eq!(taken.iter().map(|it| it.execution).collect::<Vec<_>>(), [child.id]);
        let end = later(ws, parent.execution, parent.fence, parent.seq, success());
        put(store, end).await.unwrap();
        assert_eq!(store.claim("two", 5, LEASE, &[]).await.unwrap().len(), 1);
        assert_eq!(used(store, ws).await.running, 3);
    }

    async fn executions_are_counted_where_nothing_limits_them_too(store: &Store) {
        let ws = workspace();
        let ends = join_all((0..20).map(|n| async move {
            let next = if n % 2 == 0 { success() } else { Next::Running };
            put(store, first(ws, new_execution(), next)).await
        }))
        .await;
        assert!(ends.iter().all(Result::is_ok));
        let by_hand = NewExecution { mode: Mode::Manual, ..new_execution() };
        put(store, first(ws, by_hand, success())).await.unwrap();
        let child = NewExecution { parent: Some(ExecutionId(Uuid::nil())), ..new_execution() };
        let accept = crate::batch::Accept { execution: child, started: started(), held: false };
        let with_child = first(ws, new_execution(), Next::Running);
        put(store, Batch { accept: vec![accept], ..with_child }).await.unwrap();
        assert_eq!(used(store, ws).await.executions, 21, "what is called belongs to who calls");
    }

    async fn files_are_counted_as_long_as_something_names_them(store: &Store) {
        let ws = limited(store, &[(Limit::StorageBytes, 1_000)]).await;
        let file = |bytes| {
            let file = model::Binary {
                data: model::item::Blob::Stored { id: Uuid::now_v7().to_string().into(), bytes },
                mime_type: "text/plain".into(),
                file_name: None,
                file_extension: None,
                directory: None,
            };
            let binary = Some(Arc::new([("data".into(), file)].into()));
            let item = model::Item { binary, ..model::Item::default() };
            Record::Started(Started { items: vec![Items::one(item)], ..started() })
        };
        let new = new_execution();
        let mut batch = first(ws, new.clone(), success());
        batch.records = vec![file(600)];
        put(store, batch).await.unwrap();
        let mut batch = first(ws, new_execution(), success());
        batch.records = vec![file(600)];
        put(store, batch).await.unwrap();
        assert_eq!(used(store, ws).await.storage_bytes, 1_200);
        let (parked, end) = trigger(store, ws).await;
        assert_eq!((end, store.is_parked(ws, parked).await.unwrap()), (Ok(()), true));
        store.delete_execution(ws, new.id).await.unwrap();
        assert_eq!(used(store, ws).await.storage_bytes, 600);
        let later = Timestamp::now().saturating_add(jiff::SignedDuration::from_mins(11)).unwrap();
        assert_eq!(store.release_due(later, 10).await.unwrap(), 1);
        assert!(!store.is_parked(ws, parked).await.unwrap());
    }

    async fn a_trial_begins_with_the_workspace_and_ends_by_itself(store: &Store) {
        let terms = subscriptions::Terms { plan: Plan::named("pro").unwrap(), trial_days: 14 };
        store.set_terms(terms);
        let person = |n: &str| NewUser {
            id: UserId(Uuid::now_v7()),
            email: n.into(),
            email_key: n.into(),
            name: n.into(),
            password: Secret::new("hash"),
            workspace_name: Some(n.into()),
        };
        let ada = person("ada@example.com");
        store.register(&ada, First::Welcome, true, None, at(0)).await.unwrap();
        let default = store.default_workspace(at(0)).await.unwrap();
        let standing = store.standing(default).await.unwrap();
        assert_eq!(&standing.subscription.plan, Plan::unlimited(), "it is the operator's own");
        let own = store.found_workspace("Own", ada.id, at(0)).await.unwrap();
        let it = store.standing(own).await.unwrap().subscription;
        let days = |n: i64| at(n * 86_400);
        assert_eq!((it.plan.name.as_str(), it.status_at(days(13))), ("pro", Terms::Trialing));
        assert_eq!((it.plan_at(days(14)).name.as_str(), it.status_at(days(14))), ("free", Terms::Expired));
    }

    async fn a_workspace_is_deactivated_once(store: &Store) {
        let ws = workspace();
        store.add_workspace(ws, "A shop", at(0)).await.unwrap();
        let before = store.generation();
        assert!(store.pause_workspace(ws, Some(at(1))).await.unwrap());
        assert!(!store.pause_workspace(ws, Some(at(2))).await.unwrap());
        assert_eq!(store.standing(ws).await.unwrap().paused_at, Some(at(1)));
        assert!(store.generation() > before);
        assert!(store.pause_workspace(ws, None).await.unwrap());
        assert!(!store.pause_workspace(ws, None).await.unwrap());
        let nobody = store
            .change_subscription(workspace(), Event::Ended, None, at(0))
            .await;
        assert!(matches!(nobody, Err(Error::Refused(_))));
    }
}
