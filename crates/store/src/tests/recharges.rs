//! Credits that are bought by themselves: one charge for each fall under the threshold, whoever spends.

use futures::future::join_all;
use jiff::{SignedDuration, ToSpan as _};
use model::{
    plan::{Limit, Plan},
    subscription::Event,
};

use super::*;
use crate::{
    mails::Letter,
    payments::{Heard, Kind, Paid, Reported},
    recharges::{DAILY_MAX, End, Open, Settings, Terms},
};

/// A workspace whose plan gives 100 credits each month, and that buys 70 under 50.
async fn recharging(store: &Store) -> WorkspaceId {
    let id = workspace();
    store.add_workspace(id, "A shop", at(0)).await.unwrap();
    let event = Event::Chosen { plan: Plan::free(), period_ends_at: None };
    let own = Some(vec![(Limit::Credits, Some(100))]);
    store.change_subscription(id, event, own, Timestamp::now()).await.unwrap();
    store.set_recharge(id, &wanted(), Timestamp::now()).await.unwrap();
    id
}

fn wanted() -> Settings {
    Settings { threshold: 50, credits: 70, active: true, off_reason: None }
}

/// What is due of a workspace; it stays due.
async fn due(store: &Store, workspace: WorkspaceId) -> Vec<Open> {
    let now = Timestamp::now();
    let mut all = store.take_recharges(1_000, now, now).await.unwrap();
    all.retain(|it| it.workspace == workspace);
    all
}

fn paid(id: &str) -> Paid {
    Paid { id: id.to_owned(), amount: 280, currency: "eur".to_owned(), at: Timestamp::now() }
}

async fn pay(store: &Store, it: &Open) -> Heard {
    let money = paid(&format!("pi_{}", it.id));
    let now = Timestamp::now();
    store.recharge_paid(None, it.workspace, (it.id, it.credits), &money, now).await.unwrap()
}

async fn left(store: &Store, workspace: WorkspaceId) -> u64 {
    store.credits(workspace, Timestamp::now()).await.unwrap().account.left()
}

async fn spend(store: &Store, workspace: WorkspaceId, key: &str, credits: u64) {
    store.reserve_credits(workspace, key, "a model", credits, Timestamp::now()).await.unwrap();
}

each_database! {
    async fn a_fall_under_the_threshold_is_one_charge_however_many_spend(store: &Store) {
        let ws = recharging(store).await;
        let now = Timestamp::now();
        join_all((0..20).map(|n| async move {
            let _ = store.reserve_credits(ws, &format!("reply {n}"), "a model", 5, now).await;
        }))
        .await;
        let open = due(store, ws).await;
        assert_eq!(open.iter().map(|it| it.credits).collect::<Vec<_>>(), [70]);
        assert!(open[0].is_wanted);
        assert_eq!(store.recharging(ws, now).await.unwrap().1.today, 1);
        // Ten processes hear of it at once.
        let open = &open[0];
        let ends = join_all((0..10).map(|_| pay(store, open))).await;
        assert_eq!(ends.iter().filter(|it| **it == Heard::Taken).count(), 1);
        assert_eq!(left(store, ws).await, 70);
        assert!(due(store, ws).await.is_empty());
        let all = store.payments(ws, at(0), Timestamp::MAX).await.unwrap();
        assert_eq!(all.iter().map(|it| (it.kind, it.amount)).collect::<Vec<_>>(), [(Kind::Recharge, 280)]);
        // It is over the threshold again, so the next fall counts.
        spend(store, ws, "one more", 21).await;
        assert_eq!(due(store, ws).await.len(), 1);
    }

    async fn who_has_too_few_left_is_charged_for_more(store: &Store) {
        let ws = workspace();
        store.add_workspace(ws, "A shop", at(0)).await.unwrap();
        let event = Event::Chosen { plan: Plan::free(), period_ends_at: None };
        let (own, now) = (Some(vec![(Limit::Credits, Some(10))]), Timestamp::now());
        store.change_subscription(ws, event, own, now).await.unwrap();
        store.set_recharge(ws, &wanted(), now).await.unwrap();
        assert!(due(store, ws).await.is_empty(), "nobody spends");
        assert!(store.reserve_credits(ws, "a", "a model", 11, now).await.is_err());
        assert_eq!(due(store, ws).await.len(), 1);
        // It is refused again and again, and that is one fall.
        assert!(store.reserve_credits(ws, "a", "a model", 11, now).await.is_err());
        pay(store, &due(store, ws).await[0]).await;
        spend(store, ws, "a", 11).await;
        assert_eq!(left(store, ws).await, 69);
    }

    async fn not_more_than_five_begin_in_a_day(store: &Store) {
        let ws = recharging(store).await;
        for n in 0..DAILY_MAX {
            let credits = left(store, ws).await;
            spend(store, ws, &format!("reply {n}"), credits - 10).await;
            pay(store, &due(store, ws).await[0]).await;
        }
        let credits = left(store, ws).await;
        spend(store, ws, "the sixth", credits - 10).await;
        assert!(due(store, ws).await.is_empty());
        // A day later the next who spends sets it off.
        let later = Timestamp::now().checked_add(25.hours()).unwrap();
        let credits = store.credits(ws, later).await.unwrap().account.left();
        store.reserve_credits(ws, "next day", "a model", credits - 9, later).await.unwrap();
        let all = store.take_recharges(1_000, later, later).await.unwrap();
        assert_eq!(all.iter().filter(|it| it.workspace == ws).count(), 1);
    }

    async fn a_workspace_that_rests_or_is_to_end_is_not_charged(store: &Store) {
        let ws = recharging(store).await;
        let now = Timestamp::now();
        store.pause_workspace(ws, Some(now)).await.unwrap();
        spend(store, ws, "a", 60).await;
        assert!(due(store, ws).await.is_empty());
        store.pause_workspace(ws, None).await.unwrap();
        spend(store, ws, "b", 1).await;
        assert!(due(store, ws).await[0].is_wanted, "the fall was not forgotten");
        store.pause_workspace(ws, Some(now)).await.unwrap();
        assert!(!due(store, ws).await[0].is_wanted);
        let ended = recharging(store).await;
        let end = now.saturating_add(SignedDuration::from_hours(1)).unwrap();
        assert!(store.close_workspace(ended, end, now).await.unwrap());
        spend(store, ended, "a", 60).await;
        assert!(due(store, ended).await.is_empty());
        // Nobody wants it, so it ends and nothing is switched off.
        let it = &due(store, ws).await[0];
        let unwanted = End { reason: None, payment: None, letter: None };
        assert!(store.recharge_failed(None, ws, it.id, unwanted, now).await.unwrap());
        assert!(store.recharge_settings(ws).await.unwrap().active);
    }

    async fn a_charge_that_fails_switches_it_off_and_writes_once(store: &Store) {
        let ws = recharging(store).await;
        spend(store, ws, "a", 60).await;
        let open = &due(store, ws).await[0];
        let terms = Terms { customer: "cus_1".into(), card: "pm_1".into(), amount: 280, currency: "eur".into() };
        let twice = join_all((0..5).map(|_| store.recharge_terms(open, &terms))).await;
        assert_eq!(twice.iter().filter(|it| *it.as_ref().unwrap()).count(), 1);
        let now = Timestamp::now();
        store.recharge_goes_on(open, Some("pi_1"), now).await.unwrap();
        let again = &due(store, ws).await[0];
        assert_eq!((again.payment.as_deref(), again.terms.as_ref()), (Some("pi_1"), Some(&terms)));
        let to = format!("{}@example.com", ws.0);
        let letter = Letter { to: to.as_str().into(), subject: "s".into(), text: "t".into() };
        let ends = join_all((0..5).map(|_| async {
            let end = End { reason: Some("declined"), payment: Some("pi_1"), letter: Some(&letter) };
            store.recharge_failed(None, ws, open.id, end, now).await.unwrap()
        }))
        .await;
        assert_eq!(ends.iter().filter(|it| **it).count(), 1);
        let mails = store.take_mails(1_000, now, Timestamp::now()).await.unwrap();
        assert_eq!(mails.iter().filter(|it| it.letter.to == to.as_str()).count(), 1);
        let settings = store.recharge_settings(ws).await.unwrap();
        assert_eq!((settings.active, settings.off_reason.as_deref()), (false, Some("declined")));
        spend(store, ws, "b", 1).await;
        assert!(due(store, ws).await.is_empty(), "it is off");
        // The provider has the last word: money that came after all is worth its credits.
        let said = Reported { event: &format!("evt {}", open.id), at: now, now };
        let what = (open.id, open.credits);
        let heard = store.recharge_paid(Some(said), ws, what, &paid("pi_1"), now).await;
        assert_eq!(heard.unwrap(), Heard::Taken);
        assert_eq!(left(store, ws).await, 109);
        let nobody = store.recharge_paid(None, workspace(), what, &paid("pi_1"), now).await;
        assert_eq!(nobody.unwrap(), Heard::Nobody);
    }

    async fn the_ledger_tells_each_deed_and_where_credits_came_from(store: &Store) {
        use crate::credits::{Deed, Part, Source};
        let ws = recharging(store).await;
        store.give_credits(ws, "a gift", 7, at(10)).await.unwrap();
        let now = Timestamp::now();
        spend(store, ws, "a", 80).await;
        pay(store, &due(store, ws).await[0]).await;
        store.settle_credits(ws, "a", 60, now).await.unwrap();
        let ask = async |from, until, offset| {
            let part = Part { from, until, offset, limit: 2 };
            let found = store.credit_ledger(ws, part).await.unwrap();
            let deeds: Vec<Deed> = found.entries.iter().map(|it| it.deed).collect();
            (deeds, found.total)
        };
        let recharge = Deed::Came(Source::Recharge);
        assert_eq!(ask(None, None, 0).await, (vec![recharge, Deed::Spent], 3));
        assert_eq!(ask(None, None, 2).await, (vec![Deed::Came(Source::Gift)], 3));
        assert_eq!(ask(None, Some(at(10)), 0).await, (vec![], 0));
        assert_eq!(ask(Some(at(10)), Some(at(11)), 0).await, (vec![Deed::Came(Source::Gift)], 1));
    }
}
