//! What the payment provider says counts once, also when it is said many times at once.

use futures::future::join_all;
use model::{plan::Plan, subscription::Subscription};

use super::*;
use crate::payments::{Heard, Purchase, Report, Reported};

fn report(workspace: WorkspaceId, plan: &str) -> Report {
    Report {
        workspace,
        customer: "cus_1".to_owned(),
        subscription: "sub_1".to_owned(),
        terms: Subscription::to(Plan::named(plan).unwrap()),
    }
}

each_database! {
    async fn an_event_that_comes_twenty_times_counts_once(store: &Store) {
        let ws = workspace();
        store.add_workspace(ws, "A shop", at(0)).await.unwrap();
        let said = |event| Reported { event, at: at(10), now: at(11) };
        let ends = join_all((0..20).map(|_| async {
            store.report_subscription(said("evt_1"), &report(ws, "pro")).await.unwrap()
        }))
        .await;
        assert_eq!(ends.iter().filter(|it| **it == Heard::Taken).count(), 1);
        assert_eq!(ends.iter().filter(|it| **it == Heard::Again).count(), 19);
        assert_eq!(store.customer(ws).await.unwrap().as_deref(), Some("cus_1"));
        assert!(store.is_subscribed(ws).await.unwrap());
        let bought = Purchase { workspace: ws, credits: 50, customer: None, key: "stripe cs_1".to_owned(), paid: None };
        let bought = &bought;
        let ends = join_all((0..20).map(|n| async move {
            let event = format!("evt_{n} of a purchase");
            let said = Reported { event: &event, at: at(10), now: at(11) };
            store.report_purchase(said, bought).await.unwrap()
        }))
        .await;
        assert_eq!(ends.iter().filter(|it| **it == Heard::Taken).count(), 1);
        assert_eq!(store.credits(ws, Timestamp::now()).await.unwrap().account.extra, 50);
        let nobody = store.report_subscription(said("evt_2"), &report(workspace(), "pro")).await;
        assert_eq!(nobody.unwrap(), Heard::Nobody);
        assert!(store.sweep_payments(at(90 * 86_400)).await.unwrap() > 0);
    }

    async fn what_was_said_earlier_undoes_nothing(store: &Store) {
        let ws = workspace();
        store.add_workspace(ws, "A shop", at(0)).await.unwrap();
        let say = async |event, second, plan| {
            let said = Reported { event, at: at(second), now: at(100) };
            store.report_subscription(said, &report(ws, plan)).await.unwrap()
        };
        assert_eq!(say("evt_2", 20, "pro").await, Heard::Taken);
        assert_eq!(say("evt_1", 10, "starter").await, Heard::Late);
        assert_eq!(say("evt_1", 10, "starter").await, Heard::Again);
        assert_eq!(store.standing(ws).await.unwrap().subscription.plan.name, "pro");
    }
}
