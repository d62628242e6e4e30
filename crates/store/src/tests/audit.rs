//! Chains of the audit log: whatever is done to them shows.

use model::{
    id::VariableId,
    plan::{Limit, Plan},
    subscription::Event,
};

use super::*;
use crate::{
    audit::{Filter, Note, PLATFORM},
    sql::cells_of,
};

/// A workspace with five entries.
async fn written(store: &Store) -> WorkspaceId {
    let workspace = WorkspaceId(Uuid::now_v7());
    store.add_workspace(workspace, "Audited", at(0)).await.unwrap();
    for n in 0..5 {
        let id = VariableId(Uuid::now_v7());
        store.add_variable(workspace, id, &format!("v{n}"), "hidden", at(n)).await.unwrap();
    }
    assert_eq!(broken_at(store, workspace).await, None);
    workspace
}

async fn broken_at(store: &Store, workspace: WorkspaceId) -> Option<u64> {
    store.verify_audit(workspace).await.unwrap().broken.map(|it| it.0)
}

async fn tamper(store: &Store, sql: &'static str, workspace: WorkspaceId) {
    assert!(store.0.db.run(sql, cells_of![workspace]).await.unwrap() > 0);
}

each_database! {
    async fn what_is_done_to_a_chain_shows(store: &Store) {
        let cases = [
            ("UPDATE audit SET became = '{}' WHERE workspace_id = $1 AND seq = 3", 3),
            ("UPDATE audit SET who = 'account' WHERE workspace_id = $1 AND seq = 2", 2),
            ("UPDATE audit SET address = '' WHERE workspace_id = $1 AND seq = 2", 2),
            ("DELETE FROM audit WHERE workspace_id = $1 AND seq = 2", 2),
            ("DELETE FROM audit WHERE workspace_id = $1 AND seq = 1", 1),
            ("DELETE FROM audit WHERE workspace_id = $1 AND seq = 5", 5),
            ("UPDATE audit SET seq = 9 WHERE workspace_id = $1 AND seq = 4", 4),
            ("UPDATE audit_heads SET last_seq = 4, hash = (SELECT hash FROM audit WHERE workspace_id = $1 AND seq = 4) \
              WHERE workspace_id = $1", 4),
            ("UPDATE audit_heads SET first_seq = 2, anchor = (SELECT hash FROM audit WHERE workspace_id = $1 AND seq = 1) \
              WHERE workspace_id = $1", 5),
            ("DELETE FROM audit_heads WHERE workspace_id = $1", 1),
        ];
        for (sql, at) in cases {
            let workspace = written(store).await;
            tamper(store, sql, workspace).await;
            assert_eq!(broken_at(store, workspace).await, Some(at), "{sql}");
            // What is written later does not mend it.
            let id = VariableId(Uuid::now_v7());
            store.add_variable(workspace, id, "later", "x", super::at(9)).await.unwrap();
            assert!(broken_at(store, workspace).await.is_some(), "{sql}");
        }
    }

    async fn entries_that_change_places_show(store: &Store) {
        let workspace = written(store).await;
        for sql in [
            "UPDATE audit SET seq = 90 WHERE workspace_id = $1 AND seq = 2",
            "UPDATE audit SET seq = 2 WHERE workspace_id = $1 AND seq = 3",
            "UPDATE audit SET seq = 3 WHERE workspace_id = $1 AND seq = 90",
        ] {
            tamper(store, sql, workspace).await;
        }
        assert_eq!(broken_at(store, workspace).await, Some(2));
    }

    async fn many_at_once_leave_one_chain(store: &Store) {
        let workspace = WorkspaceId(Uuid::now_v7());
        store.add_workspace(workspace, "Audited", at(0)).await.unwrap();
        let add = async |n: i64| {
            let id = VariableId(Uuid::now_v7());
            store.add_variable(workspace, id, &format!("v{n}"), "x", at(n)).await
        };
        let ends = futures::future::join_all((0..50).map(add)).await;
        assert!(ends.iter().all(Result::is_ok));
        let verdict = store.verify_audit(workspace).await.unwrap();
        assert_eq!((verdict.entries, verdict.last, verdict.broken), (50, 50, None));
    }

    async fn a_change_that_fails_leaves_no_entry(store: &Store) {
        let workspace = written(store).await;
        let id = VariableId(Uuid::now_v7());
        assert!(store.add_variable(workspace, id, "v1", "x", at(9)).await.is_err());
        assert!(!store.delete_variable(workspace, id).await.unwrap());
        assert_eq!(store.verify_audit(workspace).await.unwrap().last, 5);
    }

    async fn the_plan_says_how_long_entries_are_kept_and_the_server_how_long_at_most(store: &Store) {
        let (workspace, today) = (written(store).await, Timestamp::now());
        // So late that what was written just now is older than any plan keeps.
        let now = today + jiff::SignedDuration::from_hours(24 * 40_000);
        let of = async |chain, days| {
            let all = store.audits_kept_since(days, now).await.unwrap();
            let since = all.into_iter().find(|it| it.0 == chain);
            since.map(|it| now.duration_since(it.1).as_hours() / 24)
        };
        let kept = async |days| of(workspace, days).await;
        assert_eq!((kept(None).await, kept(Some(7)).await), (None, Some(7)));
        let event = Event::Chosen { plan: Plan::named("pro").unwrap(), period_ends_at: None };
        store.change_subscription(workspace, event, None, now).await.unwrap();
        assert_eq!((kept(None).await, kept(Some(7)).await), (Some(365), Some(7)));
        assert_eq!(kept(Some(36_500)).await, Some(365));
        let own = Some(vec![(Limit::AuditDays, Some(u64::MAX))]);
        store.change_subscription(workspace, event, own, now).await.unwrap();
        assert_eq!(kept(None).await, None);
        store.note(Note::of(PLATFORM, "tried", PLATFORM)).await.unwrap();
        assert_eq!((of(PLATFORM, None).await, of(PLATFORM, Some(7)).await), (None, Some(7)));
        let early = store.audits_kept_since(Some(7), today).await.unwrap();
        assert!(!early.iter().any(|it| it.0 == workspace), "nothing of it is old");
    }

    async fn what_is_old_goes_and_the_rest_stays_provable(store: &Store) {
        let workspace = written(store).await;
        let all = Filter { limit: 10, ..Filter::default() };
        let entries = store.audit_entries(workspace, &all).await.unwrap();
        assert_eq!(entries.iter().map(|it| it.seq).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
        assert!(entries.iter().all(|it| !format!("{it:?}").contains("hidden")));
        assert_eq!(store.prune_audit(workspace, at(0)).await.unwrap(), 0);
        let before = entries[2].at;
        let gone = store.prune_audit(workspace, before).await.unwrap();
        let verdict = store.verify_audit(workspace).await.unwrap();
        assert_eq!((verdict.first, verdict.entries, verdict.broken), (gone + 1, 5 - gone, None));
        assert!(store.prune_audit(workspace, Timestamp::MAX).await.unwrap() > 0);
        let verdict = store.verify_audit(workspace).await.unwrap();
        assert_eq!((verdict.first, verdict.last, verdict.broken), (6, 5, None));
        let id = VariableId(Uuid::now_v7());
        store.add_variable(workspace, id, "later", "x", at(9)).await.unwrap();
        assert_eq!(broken_at(store, workspace).await, None);
    }
}
