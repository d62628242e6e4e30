//! Charges that a server finds when it starts: what it does of them depends on how old they are.

use jiff::SignedDuration;
use model::{plan::Plan, subscription::Subscription};
use store::{
    payments::{Report, Reported},
    recharges::{Open, Settings, Terms},
};

use super::*;

/// What was done of a charge before its server died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    /// It was about to be sent, and nobody knows whether it was.
    Terms,
    /// It was sent, and the provider has named it.
    Named,
}

/// A server that takes payments, over the store of one that has died.
struct Late {
    world: World,
    provider: Stripe,
    charge: Open,
}

impl Late {
    /// With a charge for 500 credits that began so long ago.
    async fn find(age: SignedDuration, before: Before) -> Late {
        let (world, provider) = (World::new().await, Stripe::open().await);
        let (store, own) = (world.engine.store(), world.engine.default_workspace());
        let (now, then) = (Timestamp::now(), Timestamp::now() - age);
        let report = Report {
            workspace: own,
            customer: "cus_1".to_owned(),
            subscription: "sub_1".to_owned(),
            terms: Subscription::to(Plan::named("pro").unwrap()),
        };
        let said = Reported { event: "evt_plan", at: then, now };
        store.report_subscription(said, &report).await.unwrap();
        let wanted = Settings { threshold: 100, credits: 500, active: true, off_reason: None };
        store.set_recharge(own, &wanted, then).await.unwrap();
        store.reserve_credits(own, "first", "a model", 9_950, then).await.unwrap();
        let charge = store.take_recharges(10, then, then).await.unwrap().remove(0);
        if before != Before::Nothing {
            let (customer, card) = ("cus_1".to_owned(), "pm_usual".to_owned());
            let terms = Terms { customer, card, amount: 500, currency: "eur".to_owned() };
            assert!(store.recharge_terms(&charge, &terms).await.unwrap());
        }
        if before == Before::Named {
            store.recharge_goes_on(&charge, Some("pi_1"), then).await.unwrap();
        }
        Late { world, provider, charge }
    }

    /// The charge is at the provider, whose answer was lost.
    fn came(&self, status: &'static str) {
        let id = self.charge.id.to_string();
        let own = self.world.engine.default_workspace().to_string();
        let fields = [
            ("amount", "500"),
            ("currency", "eur"),
            ("customer", "cus_1"),
            ("payment_method", "pm_usual"),
            ("payment_method_types[]", "card"),
            ("off_session", "true"),
            ("confirm", "true"),
            ("description", "Credits, recharged by itself"),
            ("metadata[kind]", "recharge"),
            ("metadata[workspace]", &own),
            ("metadata[recharge]", &id),
            ("metadata[credits]", "500"),
        ];
        self.provider.put_charge(&format!("recharge-{id}"), &fields, status);
    }

    /// It starts, and looks after what there is.
    fn start(&self) -> Accounts {
        let options = accounts::Options {
            base_url: self.world.engine.base_url().to_owned(),
            registration: Registration::Open,
            breached: Default::default(),
            mail: None,
            providers: Providers::default(),
            payments: Some(billing::stripe_at(self.provider.base())),
        };
        Accounts::open(self.world.engine.store().clone(), options)
    }

    /// How it ended: the credits that came, and why it was switched off.
    async fn ends(&self) -> (u64, Value) {
        let path = self.world.recharge_path();
        self.world.until(&path, |it| it["charging"] == false).await;
        // Once more: it may have ended while that was read.
        let seen = self.world.get(&path).await;
        let own = self.world.engine.default_workspace();
        let left = self.world.get(&format!("/api/credits/remaining/{own}")).await;
        (left["extraCredits"].as_u64().unwrap(), seen["offReason"].clone())
    }
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// As long as the provider remembers what was sent, the same is sent again.
#[tokio::test]
async fn a_charge_is_sent_for_twenty_three_hours() {
    let (young, old) = (HOUR * 23 - MINUTE * 5, HOUR * 23);
    let unreachable = json!("unreachable");
    for (age, before, came, asked, end) in [
        (young, Before::Nothing, None, 1, (500, Value::Null)),
        (young, Before::Terms, None, 1, (500, Value::Null)),
        (young, Before::Terms, Some("succeeded"), 1, (500, Value::Null)),
        (old, Before::Nothing, None, 0, (0, unreachable.clone())),
        // It is looked for, and not sent any more.
        (old, Before::Terms, None, 0, (0, unreachable)),
        (old, Before::Terms, Some("succeeded"), 0, (500, Value::Null)),
        (old, Before::Terms, Some("requires_payment_method"), 0, (0, json!("declined"))),
    ] {
        let late = Late::find(age, before).await;
        if let Some(status) = came {
            late.came(status);
        }
        let _server = late.start();
        assert_eq!(late.ends().await, end, "{age} {before:?} {came:?}");
        assert_eq!(late.provider.n_charges_asked(), asked, "{age} {before:?} {came:?}");
        assert_eq!(late.provider.charges().len(), usize::from(asked == 1 || came.is_some()));
    }
}

/// After that nobody asks any more; an event that comes all the same counts.
#[tokio::test]
async fn a_charge_that_nobody_decides_is_asked_for_two_weeks() {
    let (young, old) = (HOUR * 24 * 14 - MINUTE * 5, HOUR * 24 * 14);
    for (age, end) in [(young, (500, Value::Null)), (old, (0, json!("unreachable")))] {
        let late = Late::find(age, Before::Named).await;
        late.came("succeeded");
        let server = late.start();
        assert_eq!(late.ends().await, end, "{age}");
        let charge = late.provider.charges()[0].said();
        let said = ended("evt_1", "payment_intent.succeeded", &charge).to_string();
        let now = Timestamp::now().as_second();
        let signed = testkit::stripe::signature(&said, now, testkit::stripe::SIGNING_SECRET);
        server.payment_event(said.as_bytes(), &signed).await.unwrap();
        late.world.has_extra(500).await;
        assert_eq!(late.provider.n_charges_asked(), 0);
    }
}

/// One that is not decided is asked for again an hour later, and stays open meanwhile.
#[tokio::test]
async fn an_undecided_charge_is_asked_for_each_hour() {
    let late = Late::find(HOUR * 24 * 13, Before::Named).await;
    late.came("processing");
    let _server = late.start();
    until(&late.provider, |it| it.asked().iter().any(|it| it.0 == "payment_intents/pi_1")).await;
    let (store, now) = (late.world.engine.store(), Timestamp::now());
    let due = |until, at| store.take_recharges(10, until, at);
    let written = async {
        while !due(now + HOUR / 2, now + MINUTE * 59).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    comes(written).await;
    assert_eq!(due(now, now + MINUTE * 62).await.unwrap().len(), 1);
    assert_eq!(late.world.get(&late.world.recharge_path()).await["charging"], true);
}
