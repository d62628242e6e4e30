//! Smart recharge: bought once for each fall under the threshold, whatever becomes of the process or the answers.

mod late;

use testkit::{
    mailbox::Mailbox,
    stripe::{Mood, Stripe},
};

use super::*;

impl World {
    /// With a plan of 10,000 credits, that buys 500 under 100.
    async fn recharging(&self) {
        self.event(&self.subscription("evt_plan", 100, &[])).await;
        let wanted = json!({"threshold": 100, "rechargeAmount": 500, "active": true});
        let answer = self.ask("PATCH", &self.recharge_path(), &wanted).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    fn recharge_path(&self) -> String {
        format!("/api/credits/smart-recharge/{}", self.engine.default_workspace())
    }

    async fn reserves(&self, key: &str, credits: u64) -> Answer {
        let own = self.engine.default_workspace();
        let path = format!("/api/workspaces/{own}/credits/reservations");
        let body = json!({"key": key, "label": "a model", "credits": credits});
        self.ask("POST", &path, &body).await
    }

    async fn has_extra(&self, credits: u64) {
        let path = format!("/api/credits/remaining/{}", self.engine.default_workspace());
        self.until(&path, |it| it["extraCredits"] == credits).await;
    }

    /// The charge that goes on is due at once, as if time had passed.
    async fn hurry(&self) {
        let (app, now) = (self.app(), Timestamp::now());
        let later = now + jiff::SignedDuration::from_hours(2);
        for it in app.store().take_recharges(10, later, later).await.unwrap() {
            app.store().recharge_goes_on(&it, None, now).await.unwrap();
        }
        self.accounts.spent();
    }

    /// Looks after the charge again and again, as several processes do, until it is as wanted.
    async fn hurried(&self, path: &str, wanted: impl Fn(&Value) -> bool) {
        let look = async {
            while !wanted(&self.get(path).await) {
                self.hurry().await;
            }
        };
        comes(look).await;
    }
}

/// Waits until something is so at the provider.
async fn until(provider: &Stripe, wanted: impl Fn(&Stripe) -> bool) {
    let look = async {
        while !wanted(provider) {
            tokio::task::yield_now().await;
        }
    };
    comes(look).await;
}

/// How the provider tells that a charge ended.
fn ended(event: &str, kind: &str, charge: &Value) -> Value {
    json!({"id": event, "type": kind, "created": Timestamp::now().as_second(), "data": {"object": charge}})
}

#[tokio::test]
async fn credits_are_bought_by_themselves_once() {
    let (world, provider) = World::paying().await;
    world.recharging().await;
    let own = world.engine.default_workspace();
    assert_eq!(world.reserves("first", 9_000).await.status, StatusCode::OK);
    assert!(provider.charges().is_empty(), "there are enough");
    world.reserves("second", 950).await;
    world.has_extra(500).await;
    let charges = provider.charges();
    assert_eq!(charges.len(), 1);
    let wanted = [
        ("amount", "500"),
        ("currency", "eur"),
        ("customer", "cus_1"),
        ("payment_method", "pm_usual"),
        ("off_session", "true"),
        ("confirm", "true"),
    ];
    for (name, value) in wanted {
        assert_eq!(charges[0].fields[name], value, "{name}");
    }
    // What the event says is known already.
    for event in ["evt_1", "evt_1", "evt_2"] {
        let said = ended(event, "payment_intent.succeeded", &charges[0].said());
        assert_eq!(world.event(&said).await.status, StatusCode::OK);
        world.has_extra(500).await;
    }
    let ledger = world.get(&format!("/api/workspaces/{own}/credits/ledger?pageSize=1")).await;
    assert_eq!((&ledger["total"], &ledger["items"][0]["kind"]), (&json!(3), &json!("recharge")));
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let before = today.yesterday().unwrap();
    let path = format!("/api/stripe/billing/payments/{own}?startDate={before}&endDate={today}");
    assert_eq!(world.get(&path).await[1]["oneTimeAmount"], 500);
    let seen = world.get(&world.recharge_path()).await;
    assert_eq!((&seen["charging"], &seen["chargesToday"]), (&json!(false), &json!(1)));
}

#[tokio::test]
async fn while_the_provider_ponders_nothing_more_is_charged() {
    let (world, provider) = World::paying().await;
    world.recharging().await;
    provider.set_mood(Mood::Ponders);
    world.reserves("first", 9_950).await;
    until(&provider, |it| it.charges().len() == 1).await;
    world.until(&world.recharge_path(), |it| it["charging"] == true).await;
    let short = world.reserves("second", 60).await;
    assert_eq!(short.json["error"]["code"], "credits_used_up");
    world.hurry().await;
    let mut charge = provider.charges()[0].said();
    assert_eq!(provider.charges().len(), 1);
    charge["status"] = json!("succeeded");
    charge["amount_received"] = charge["amount"].clone();
    world.event(&ended("evt_1", "payment_intent.succeeded", &charge)).await;
    world.has_extra(500).await;
    assert_eq!(world.get(&world.recharge_path()).await["charging"], false);
}

/// A charge whose answer is lost is sent again under the same key, and is one charge.
#[tokio::test]
async fn a_lost_answer_charges_nobody_twice() {
    let (world, provider) = World::paying().await;
    world.recharging().await;
    provider.set_mood(Mood::Loses);
    world.reserves("first", 9_950).await;
    until(&provider, |it| it.charges().len() == 1).await;
    provider.set_mood(Mood::Pays);
    // Another process takes it up.
    let path = format!("/api/credits/remaining/{}", world.engine.default_workspace());
    world.hurried(&path, |it| it["extraCredits"] == 500).await;
    assert_eq!(provider.charges().len(), 1);
}

/// Of a charge that nobody wants any more it is only asked whether it came there.
#[tokio::test]
async fn a_workspace_that_was_deactivated_meanwhile_is_not_charged() {
    for (mood, charges, extra) in [(Mood::Loses, 1, 500), (Mood::Fails, 0, 0)] {
        let (world, provider) = World::paying().await;
        world.recharging().await;
        provider.set_mood(mood);
        world.reserves("first", 9_950).await;
        until(&provider, |it| it.n_charges_asked() > 0).await;
        let own = world.engine.default_workspace();
        world.ask("PUT", &format!("/api/workspaces/{own}/deactivate"), &Value::Null).await;
        provider.set_mood(Mood::Pays);
        world.hurried(&world.recharge_path(), |it| it["charging"] == false).await;
        assert_eq!(provider.charges().len(), charges, "{mood:?}");
        world.has_extra(extra).await;
    }
}

#[tokio::test]
async fn a_declined_card_switches_it_off_and_the_owner_hears() {
    let mailbox = Mailbox::open().await;
    let server = accounts::mail::Server::new(&mailbox.url(), "no-reply@example.com").unwrap();
    let (world, provider) = World::paying_with(Some(server)).await;
    world.operator("ada@example.com").await;
    world.recharging().await;
    provider.set_mood(Mood::Declines);
    world.reserves("first", 9_950).await;
    let seen = world.until(&world.recharge_path(), |it| it["active"] == false).await;
    assert_eq!((&seen["offReason"], &seen["charging"]), (&json!("declined"), &json!(false)));
    let charge = provider.charges()[0].said();
    let failed = ended("evt_1", "payment_intent.payment_failed", &charge);
    assert_eq!(world.event(&failed).await.status, StatusCode::OK);
    // The first mail asks whether the address is hers.
    let is_notice = |it: &testkit::mailbox::Mail| it.text.contains("the card was declined");
    let (first, second) =
        (mailbox.mail("ada@example.com", 0).await, mailbox.mail("ada@example.com", 1).await);
    assert!(is_notice(&first) || is_notice(&second), "{}", second.text);
    world.reserves("second", 1).await;
    assert_eq!(provider.charges().len(), 1);
    world.has_extra(0).await;
    // Somebody mends the card and switches it on again.
    provider.set_mood(Mood::Pays);
    let again = world.ask("PATCH", &world.recharge_path(), &json!({"active": true})).await;
    assert_eq!((&again.json["active"], &again.json["offReason"]), (&json!(true), &Value::Null));
    world.reserves("third", 1).await;
    world.has_extra(500).await;
    assert_eq!(mailbox.mails().iter().filter(|it| is_notice(it)).count(), 1);
}

#[tokio::test]
async fn it_is_switched_on_only_where_a_card_can_be_charged() {
    let world = World::new().await;
    let on = json!({"threshold": 100, "rechargeAmount": 500, "active": true});
    let off = world.ask("PATCH", &world.recharge_path(), &on).await;
    assert_eq!(off.json["error"]["code"], "payments_off", "{}", off.text);
    let (world, provider) = World::paying().await;
    let patch = async |body: Value, status: u16| {
        let answer = world.ask("PATCH", &world.recharge_path(), &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
        answer.json
    };
    patch(on.clone(), 400).await;
    world.event(&world.subscription("evt_plan", 100, &[])).await;
    patch(json!({"active": true}), 400).await;
    for odd in [json!({"threshold": 0}), json!({"rechargeAmount": 10_000_001}), json!({"x": 1})] {
        patch(odd, 400).await;
    }
    provider.set_mood(Mood::NoCard);
    patch(on.clone(), 400).await;
    provider.set_mood(Mood::Pays);
    assert_eq!(patch(on, 200).await["active"], true);
    assert_eq!(patch(json!({"active": false}), 200).await["threshold"], 100);
}
