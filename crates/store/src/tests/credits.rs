//! Credits are spent once, however many reach for them and however often somebody asks.

use futures::future::join_all;
use model::{
    plan::{Limit, Plan, next_month},
    subscription::Event,
};

use super::*;
use crate::{Error, credits::State};

/// A workspace whose plan gives so many credits each month.
async fn with_credits(store: &Store, n: u64) -> WorkspaceId {
    let id = workspace();
    store.add_workspace(id, "A shop", at(0)).await.unwrap();
    let event = Event::Chosen { plan: Plan::free(), period_ends_at: None };
    let own = Some(vec![(Limit::Credits, Some(n))]);
    store.change_subscription(id, event, own, Timestamp::now()).await.unwrap();
    id
}

async fn left(store: &Store, workspace: WorkspaceId) -> (u64, u64) {
    let it = store.credits(workspace, Timestamp::now()).await.unwrap();
    (it.account.left(), it.reserved)
}

each_database! {
    async fn of_twenty_that_race_so_many_reserve_as_there_are_credits_for(store: &Store) {
        let (ws, now) = (with_credits(store, 35).await, Timestamp::now());
        let ends = join_all((0..20).map(|n| async move {
            store.reserve_credits(ws, &format!("reply {n}"), "a model", 10, now).await
        }))
        .await;
        let refused = |it: &&Result<_, Error>| matches!(it, Err(Error::NoCredits { wanted: 10, left: 5 }));
        assert_eq!(ends.iter().filter(|it| it.is_ok()).count(), 3);
        assert_eq!(ends.iter().filter(refused).count(), 17);
        assert_eq!(left(store, ws).await, (5, 30));
        assert!(store.give_credits(ws, "a gift", 5, now).await.unwrap());
        assert!(!store.give_credits(ws, "a gift", 5, now).await.unwrap(), "it came already");
        assert!(matches!(store.give_credits(ws, "a gift", 6, now).await, Err(Error::Taken(_))));
        assert!(store.reserve_credits(ws, "one more", "a model", 10, now).await.is_ok());
        assert_eq!(left(store, ws).await, (0, 40));
    }

    async fn a_deed_that_is_repeated_counts_once(store: &Store) {
        let (ws, now) = (with_credits(store, 100).await, Timestamp::now());
        let ends = join_all((0..10).map(|_| store.reserve_credits(ws, "reply", "a model", 20, now))).await;
        assert!(ends.iter().all(Result::is_ok));
        assert_eq!(left(store, ws).await, (80, 20));
        let other = store.reserve_credits(ws, "reply", "a model", 21, now).await;
        assert!(matches!(other, Err(Error::Taken(_))));
        assert!(matches!(store.settle_credits(ws, "reply", 21, now).await, Err(Error::Refused(_))));
        let ends = join_all((0..10).map(|_| store.settle_credits(ws, "reply", 12, now))).await;
        assert!(ends.iter().all(|it| it.as_ref().unwrap().as_ref().unwrap().state == State::Settled));
        assert_eq!(left(store, ws).await, (88, 0));
        assert!(matches!(store.settle_credits(ws, "reply", 0, now).await, Err(Error::Refused(_))));
        assert_eq!(store.settle_credits(ws, "nothing", 0, now).await.unwrap(), None);
        let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let spent = store.spent_credits(ws, day).await.unwrap();
        assert_eq!(spent.iter().map(|it| (it.label.as_str(), it.credits)).collect::<Vec<_>>(), [("a model", 12)]);
        assert_eq!(store.usage(ws, now).await.unwrap().credits, 12);
    }

    async fn what_nobody_settles_comes_back_and_a_month_brings_new_ones(store: &Store) {
        let (ws, now) = (with_credits(store, 100).await, Timestamp::now());
        store.reserve_credits(ws, "a", "a model", 30, now).await.unwrap();
        assert_eq!(store.sweep_credits(now).await.unwrap(), 0);
        store.give_credits(ws, "gift", 7, now).await.unwrap();
        let then = next_month(now);
        assert_eq!(store.credits(ws, then).await.unwrap().account.left(), 107);
        let later = then.saturating_add(crate::credits::RESERVED_MAX).unwrap();
        assert_eq!(store.sweep_credits(later).await.unwrap(), 1);
        let it = store.credits(ws, later).await.unwrap();
        assert_eq!((it.account.left(), it.reserved), (107, 0), "what a month gave goes with it");
    }

    async fn where_the_plan_has_no_limit_it_is_only_counted(store: &Store) {
        let ws = workspace();
        store.add_workspace(ws, "A shop", at(0)).await.unwrap();
        let now = Timestamp::now();
        store.reserve_credits(ws, "a", "a model", 1_000_000, now).await.unwrap();
        store.settle_credits(ws, "a", 400_000, now).await.unwrap();
        assert_eq!(left(store, ws).await, (0, 0));
        let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        assert_eq!(store.spent_credits(ws, day).await.unwrap()[0].credits, 400_000);
        let nobody = store.reserve_credits(workspace(), "a", "a model", 1, now).await;
        assert!(matches!(nobody, Err(Error::Refused(_))));
    }

    async fn each_day_tells_what_was_left_at_its_end(store: &Store) {
        let ws = with_credits(store, 100).await;
        let noon = |day: &str| format!("{day}T12:00:00Z").parse::<Timestamp>().unwrap();
        let spend = async |key: &str, day: &str, n: u64| {
            store.reserve_credits(ws, key, "a model", n + 1, noon(day)).await.unwrap();
            store.settle_credits(ws, key, n, noon(day)).await.unwrap();
        };
        let days = async |first: &str, last: &str, now: &str| {
            let range = (first.parse().unwrap(), last.parse().unwrap());
            let found = store.credits_by_day(ws, range, noon(now)).await.unwrap().unwrap();
            found.iter().map(|it| (it.day.to_string(), it.plan, it.extra)).collect::<Vec<_>>()
        };
        spend("a", "2026-01-30", 30).await;
        store.give_credits(ws, "gift", 5, noon("2026-01-30")).await.unwrap();
        spend("b", "2026-02-02", 103).await;
        let expected = [
            ("2026-01-29", 100, 0),
            ("2026-01-30", 70, 5),
            ("2026-01-31", 70, 5),
            ("2026-02-01", 100, 5),
            ("2026-02-02", 0, 2),
            ("2026-02-03", 0, 2),
        ]
        .map(|it| (it.0.to_owned(), it.1, it.2));
        assert_eq!(days("2026-01-29", "2026-02-09", "2026-02-03").await, expected);
        assert_eq!(days("2026-01-31", "2026-02-01", "2026-02-03").await, expected[2..4]);
        assert_eq!(days("2026-02-04", "2026-02-09", "2026-02-03").await, []);
        // Of what is too old only the last is kept.
        spend("c", "2028-06-01", 1).await;
        assert_eq!(days("2026-01-30", "2026-01-30", "2028-06-01").await[0].1, 100);
        assert_eq!(days("2026-02-02", "2026-02-02", "2028-06-01").await[0].2, 2);
        let own = Some(vec![(Limit::Credits, None)]);
        let event = Event::Chosen { plan: Plan::free(), period_ends_at: None };
        store.change_subscription(ws, event, own, noon("2028-06-01")).await.unwrap();
        let range = ("2026-01-29".parse().unwrap(), "2026-01-30".parse().unwrap());
        assert_eq!(store.credits_by_day(ws, range, noon("2028-06-01")).await.unwrap(), None);
    }
}
