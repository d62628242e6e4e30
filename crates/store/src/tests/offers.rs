//! Plans that were written here count for everybody who has them, at once.

use futures::future::join_all;
use model::{
    plan::{Limit, Limits, PLANS, Plan},
    subscription::{Event, Status},
};

use super::*;
use crate::{Error, plans::Offer, subscriptions::OwnLimit};

fn offer(name: &str, limits: &[(Limit, u64)]) -> Offer {
    let limits = limits.iter().fold(Limits::NONE, |res, it| res.with(it.0, Some(it.1)));
    let plan = Plan { name: name.into(), title: name.to_uppercase().into(), limits };
    Offer {
        description: "For shops".to_owned(),
        features: vec!["Fast".to_owned()],
        trial_days: 14,
        ..Offer::of(&plan)
    }
}

async fn make_workflow(store: &Store, workspace: WorkspaceId) -> Result<(), Error> {
    let document = model::workflow::Workflow::default();
    let id = WorkflowId(Uuid::now_v7());
    store.add_workflow(workspace, id, &document, None, Timestamp::now()).await
}

each_database! {
    async fn a_plan_is_made_once_and_stands_among_the_others(store: &Store) {
        let it = offer("shop", &[(Limit::Workflows, 1)]);
        let ends = join_all((0..5).map(|_| store.add_offer(&it, at(0)))).await;
        assert_eq!(ends.iter().filter(|it| it.is_ok()).count(), 1);
        assert!(ends.iter().all(|it| matches!(it, Ok(()) | Err(Error::Taken(_)))));
        assert!(matches!(store.add_offer(&offer("pro", &[]), at(0)).await, Err(Error::Taken(_))));
        assert_eq!(store.offer("shop").await.unwrap(), Some(it));
        assert_eq!(store.offer("cart").await.unwrap(), None);
        assert_eq!(store.offer("pro").await.unwrap(), Some(Offer::of(Plan::named("pro").unwrap())));
        store.add_offer(&offer("cart", &[]), at(1)).await.unwrap();
        let all = store.offers().await.unwrap();
        let names: Vec<&str> = all.iter().map(|it| it.plan.name.as_str()).collect();
        assert_eq!(names, ["free", "starter", "pro", "business", "shop", "cart", "unlimited"]);
        for n in all.len()..crate::plans::PLANS_MAX {
            store.add_offer(&offer(&format!("nr-{n}"), &[]), at(2)).await.unwrap();
        }
        assert!(matches!(store.add_offer(&offer("one-more", &[]), at(2)).await, Err(Error::Refused(_))));
        assert_eq!(store.offers().await.unwrap().len(), crate::plans::PLANS_MAX);
        assert_eq!(PLANS.len(), 5);
    }

    async fn what_a_plan_becomes_counts_for_who_has_it(store: &Store) {
        let (ws, now) = (workspace(), Timestamp::now());
        store.add_workspace(ws, "A shop", at(0)).await.unwrap();
        let it = offer("shop", &[(Limit::Workflows, 1), (Limit::Executions, 0)]);
        store.add_offer(&it, at(0)).await.unwrap();
        let event = Event::Chosen { plan: &it.plan, period_ends_at: None };
        store.change_subscription(ws, event, None, now).await.unwrap();
        make_workflow(store, ws).await.unwrap();
        let Err(Error::AtLimit(end)) = make_workflow(store, ws).await else { panic!("past it") };
        assert_eq!((end.plan.as_str(), end.max), ("shop", 1));
        let mut given = new_execution();
        given.mode = model::execution::Mode::Webhook;
        put(store, first(ws, given, Next::Ready)).await.unwrap();
        assert_eq!(store.claim("one", 10, LEASE, &[]).await.unwrap(), []);
        let generation = store.generation();
        store.put_offer(&offer("shop", &[(Limit::Workflows, 2), (Limit::Executions, 1)]), now).await.unwrap();
        assert!(store.generation() > generation, "who remembers limits reads them anew");
        make_workflow(store, ws).await.unwrap();
        assert!(matches!(make_workflow(store, ws).await, Err(Error::AtLimit(_))));
        assert_eq!(store.release_due(now, 100).await.unwrap(), 1);
        assert_eq!(store.claim("one", 10, LEASE, &[]).await.unwrap().len(), 1);
        // What comes with the product can be another thing here, and is what is left once a plan is over.
        store.put_offer(&offer("free", &[(Limit::Workflows, 5)]), now).await.unwrap();
        store.change_subscription(ws, Event::Ended, None, now).await.unwrap();
        let over = store.standing(ws).await.unwrap().subscription;
        assert_eq!(over.status_at(now), Status::Expired);
        assert_eq!(over.limits_at(now), Limits::NONE.with(Limit::Workflows, Some(5)));
    }

    async fn limits_of_its_own_come_and_go_one_by_one(store: &Store) {
        let (ws, now) = (workspace(), Timestamp::now());
        store.add_workspace(ws, "A shop", at(0)).await.unwrap();
        let event = Event::Chosen { plan: Plan::free(), period_ends_at: None };
        store.change_subscription(ws, event, Some(vec![(Limit::Members, Some(9))]), now).await.unwrap();
        let set = [(Limit::Credits, OwnLimit::Set(Some(7))), (Limit::Agents, OwnLimit::Set(None))];
        let it = store.change_own_limits(ws, &set, now).await.unwrap().limits_at(now);
        let found = [Limit::Members, Limit::Credits, Limit::Agents].map(|limit| it.of(limit));
        assert_eq!(found, [Some(9), Some(7), None]);
        store.change_own_limits(ws, &[(Limit::Credits, OwnLimit::Removed)], now).await.unwrap();
        let it = store.standing(ws).await.unwrap().subscription;
        assert_eq!(it.limits_at(now).of(Limit::Credits), Plan::free().limits.of(Limit::Credits));
        assert_eq!(it.own, [(Limit::Agents, None), (Limit::Members, Some(9))]);
        let nobody = store.change_own_limits(workspace(), &set, now).await;
        assert!(matches!(nobody, Err(Error::Refused(_))));
    }
}
