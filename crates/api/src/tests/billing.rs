//! Paying: the provider is believed by its signature, once for each event, whatever the order.

use accounts::payments::Stripe;
use testkit::stripe::{self, KEY, SIGNING_SECRET, signature};

use super::{people::token, *};

pub(super) fn stripe_at(base: &str) -> Stripe {
    let policy = sdk::http::Policy { allow_private: true, ..sdk::http::Policy::default() };
    let (key, secret) = (model::Secret::new(KEY), model::Secret::new(SIGNING_SECRET));
    Stripe::new(key, secret, base, policy).ok().unwrap()
}

impl World {
    pub(super) async fn paying() -> (World, stripe::Stripe) {
        World::paying_with(None).await
    }

    /// Who also sends mails.
    pub(super) async fn paying_with(
        mail: Option<accounts::mail::Server>,
    ) -> (World, stripe::Stripe) {
        let provider = stripe::Stripe::open().await;
        let world = World::with_payments(stripe_at(provider.base()), mail).await;
        (world, provider)
    }

    pub(super) async fn event(&self, event: &Value) -> Answer {
        let payload = event.to_string();
        let signed = signature(&payload, Timestamp::now().as_second(), SIGNING_SECRET);
        self.said(&payload, &signed).await
    }

    async fn said(&self, payload: &str, signed: &str) -> Answer {
        let request = Request::post("/api/billing/stripe/webhook")
            .header("stripe-signature", signed)
            .body(Body::from(payload.to_owned()));
        self.send(request.unwrap()).await
    }

    /// What an event says of the default workspace's subscription.
    pub(super) fn subscription(&self, id: &str, created: i64, changes: &[(&str, Value)]) -> Value {
        let workspace = self.engine.default_workspace().to_string();
        let mut about = json!({
            "id": "sub_1",
            "customer": "cus_1",
            "status": "active",
            "cancel_at_period_end": false,
            "metadata": {"workspace": workspace, "plan": "pro"},
            "items": {"data": [{"price": {"lookup_key": "tailorbird_pro"},
                "current_period_end": Timestamp::now().as_second() + 86_400}]},
        });
        for (name, value) in changes {
            about[*name] = value.clone();
        }
        json!({"id": id, "type": "customer.subscription.updated", "created": created, "data": {"object": about}})
    }

    async fn terms(&self) -> (String, String) {
        let path = format!("/api/workspaces/{}/usage", self.engine.default_workspace());
        let usage = self.get(&path).await;
        let text = |name: &str| usage[name].as_str().unwrap().to_owned();
        (text("plan"), text("status"))
    }

    #[track_caller]
    fn are(found: (String, String), plan: &str, status: &str) {
        assert_eq!((found.0.as_str(), found.1.as_str()), (plan, status));
    }
}

#[tokio::test]
async fn where_payments_are_not_set_up_it_says_so() {
    let world = World::new().await;
    let path = format!("/api/workspaces/{}/billing", world.engine.default_workspace());
    assert_eq!(world.get(&path).await["isSetUp"], false);
    for (part, body) in [
        ("checkout", json!({"plan": "pro"})),
        ("credits", json!({"credits": 5})),
        ("portal", json!({})),
    ] {
        let answer = world.ask("POST", &format!("{path}/{part}"), &body).await;
        assert_eq!(answer.json["error"]["code"], "payments_off", "{}", answer.text);
    }
    assert_eq!(world.event(&json!({})).await.json["error"]["code"], "payments_off");
}

#[tokio::test]
async fn a_person_is_led_to_the_pages_of_the_provider() {
    let (world, provider) = World::paying().await;
    let ada = world.operator("ada@example.com").await;
    let ada = token(&ada);
    let own = world.engine.default_workspace().to_string();
    let path = format!("/api/workspaces/{own}/billing");
    let billing = world.get(&path).await;
    assert_eq!((&billing["isSetUp"], &billing["hasPortal"]), (&json!(true), &json!(false)));
    let pro = json!({"plan": "pro", "amount": 4900, "currency": "eur", "interval": "month"});
    assert!(billing["prices"].as_array().unwrap().contains(&pro), "{billing}");
    let ask = async |part: &str, body: Value| {
        world.ask_as(ada, "POST", &format!("{path}/{part}"), &body).await
    };
    assert_eq!(ask("checkout", json!({"plan": "unlimited"})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask("portal", json!({})).await.status, StatusCode::NOT_FOUND);
    // There is no price for it at the provider.
    let failed = ask("checkout", json!({"plan": "business"})).await;
    assert_eq!(failed.json["error"]["code"], "payment_failed", "{}", failed.text);
    let page = ask("checkout", json!({"plan": "pro"})).await;
    assert_eq!(page.json["url"], "https://pay.example/checkout", "{}", page.text);
    ask("credits", json!({"credits": 500})).await;
    assert_eq!(world.event(&world.subscription("evt_1", 10, &[])).await.status, StatusCode::OK);
    assert_eq!(ask("portal", json!({})).await.json["url"], "https://pay.example/portal");
    // Nobody pays twice.
    let again = ask("checkout", json!({"plan": "starter"})).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "{}", again.text);
    let asked = provider.asked();
    let field = |n: usize, name: &str| asked[n].1.get(name).map(String::as_str);
    assert_eq!(field(0, "mode"), Some("subscription"));
    assert_eq!(field(0, "line_items[0][price]"), Some("price_pro"));
    assert_eq!(field(0, "subscription_data[metadata][workspace]"), Some(own.as_str()));
    assert_eq!(field(1, "line_items[0][quantity]"), Some("500"));
    assert_eq!(field(2, "customer"), Some("cus_1"));
}

#[tokio::test]
async fn events_count_once_and_the_latest_counts_last() {
    let (world, _provider) = World::paying().await;
    let first = world.subscription("evt_1", 100, &[]);
    assert_eq!(world.event(&first).await.status, StatusCode::OK);
    World::are(world.terms().await, "pro", "active");
    let failed = world.subscription("evt_3", 300, &[("status", json!("past_due"))]);
    world.event(&failed).await;
    World::are(world.terms().await, "pro", "past_due");
    // What was said earlier comes late, and what was said already comes again.
    let between = world.subscription("evt_2", 200, &[("cancel_at_period_end", json!(true))]);
    assert_eq!(world.event(&between).await.status, StatusCode::OK);
    assert_eq!(world.event(&first).await.status, StatusCode::OK);
    World::are(world.terms().await, "pro", "past_due");
    let paid = world.subscription("evt_4", 400, &[("cancel_at_period_end", json!(true))]);
    world.event(&paid).await;
    World::are(world.terms().await, "pro", "canceled");
    let ended = world.subscription("evt_5", 500, &[("status", json!("canceled"))]);
    world.event(&ended).await;
    World::are(world.terms().await, "free", "expired");
    // In the same second, the end is the later word.
    world.event(&world.subscription("evt_6", 500, &[])).await;
    World::are(world.terms().await, "free", "expired");
    // A new subscription counts; the end of the old one, said again later, does not.
    let new = world.subscription("evt_7", 600, &[("id", json!("sub_2"))]);
    world.event(&new).await;
    World::are(world.terms().await, "pro", "active");
    world.event(&world.subscription("evt_8", 700, &[("status", json!("canceled"))])).await;
    World::are(world.terms().await, "pro", "active");
}

#[tokio::test]
async fn bought_credits_come_once() {
    let (world, _provider) = World::paying().await;
    let own = world.engine.default_workspace().to_string();
    let bought = |event: &str, status: &str| {
        json!({"id": event, "type": "checkout.session.completed", "created": 100, "data": {"object": {
            "id": "cs_1", "mode": "payment", "payment_status": status, "customer": "cus_1",
            "metadata": {"workspace": own, "kind": "credits", "credits": "500"}}}})
    };
    let left =
        async || world.get(&format!("/api/credits/remaining/{own}")).await["extraCredits"].clone();
    world.event(&bought("evt_1", "unpaid")).await;
    assert_eq!(left().await, 0);
    for event in ["evt_2", "evt_2", "evt_3"] {
        assert_eq!(world.event(&bought(event, "paid")).await.status, StatusCode::OK);
        assert_eq!(left().await, 500);
    }
    // An event of another's workspaces, or of a kind that says nothing to us.
    let other =
        json!({"id": "evt_9", "type": "invoice.created", "created": 1, "data": {"object": {}}});
    assert_eq!(world.event(&other).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let (world, _provider) = World::paying().await;
    let payload = world.subscription("evt_1", 100, &[]).to_string();
    let now = Timestamp::now().as_second();
    for signed in [
        String::new(),
        signature(&payload, now, "whsec_other"),
        signature(&payload, now - 301, SIGNING_SECRET),
        signature(&payload.replace("evt_1", "evt_2"), now, SIGNING_SECRET),
    ] {
        let answer = world.said(&payload, &signed).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    }
    World::are(world.terms().await, "unlimited", "active");
    for odd in ["", "[]", "{}", r#"{"id":"evt_1","type":"x"}"#] {
        let answer = world.said(odd, &signature(odd, now, SIGNING_SECRET)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{odd}: {}", answer.text);
    }
}
