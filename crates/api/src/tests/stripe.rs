//! Payments under the names of another system: each of its routes, as its clients write it.

use super::{people::token, *};

/// Who pays, before anything was paid, and what the route answers then.
fn before(own: &str) -> Vec<(&'static str, String, Value)> {
    let priced = json!({"workspaceId": own, "priceId": "price_pro"});
    vec![
        ("GET", "/stripe/products".into(), Value::Null),
        ("GET", "/stripe/plans".into(), Value::Null),
        ("POST", "/stripe/checkout".into(), priced.clone()),
        ("POST", "/stripe/billing/change-or-subscribe".into(), priced),
        ("POST", "/stripe/purchase-credits".into(), json!({"workspaceId": own, "credits": 500})),
        ("GET", format!("/stripe/billing/status/{own}"), Value::Null),
    ]
}

/// The others, once a subscription goes on.
fn after(own: &str) -> Vec<(&'static str, String, Value)> {
    let priced = json!({"workspaceId": own, "priceId": "price_starter"});
    let days = "startDate=2026-01-01&endDate=2026-06-30";
    vec![
        ("GET", format!("/stripe/billing/status/{own}"), Value::Null),
        ("POST", format!("/stripe/billing/customer-portal/{own}"), Value::Null),
        ("GET", format!("/stripe/billing/plan-preview/{own}/price_starter"), Value::Null),
        ("POST", "/stripe/billing/change-plan".into(), priced.clone()),
        ("POST", "/stripe/billing/change-or-subscribe".into(), priced),
        ("GET", format!("/stripe/billing/payments/{own}?{days}"), Value::Null),
        ("GET", format!("/stripe/billing/payments/all?{days}"), Value::Null),
        ("POST", "/stripe/plans/create-from-form".into(), form("Shop")),
        ("POST", "/stripe/plans/update-from-form".into(), form("Shop")),
        (
            "POST",
            "/stripe/plans/sync-from-stripe".into(),
            json!({"planName": "Gold", "features": ["All"]}),
        ),
        (
            "POST",
            "/stripe/subscription/update-overrides".into(),
            json!({"subscriptionId": own, "overrides": {
                "featureOverrides": [],
                "creditsLimitOverrides": {"value": 20_000, "explicitlySet": true},
                "agentLimitOverrides": {"value": "UNLIMITED", "explicitlySet": true},
                "trainingTextLimitOverrides": null,
            }}),
        ),
        ("GET", format!("/credits/remaining/{own}"), Value::Null),
        ("GET", format!("/credits/daily-balance/{own}"), Value::Null),
        ("GET", format!("/credits/daily-balance/{own}?{days}"), Value::Null),
        ("GET", format!("/credits/smart-recharge/{own}"), Value::Null),
        (
            "PATCH",
            format!("/credits/smart-recharge/{own}"),
            json!({"threshold": 10, "rechargeAmount": 100, "active": true}),
        ),
    ]
}

/// As their form sends a plan.
fn form(name: &str) -> Value {
    json!({
        "name": name, "description": "For shops", "price": 2_900, "creditsLimit": 500, "agentsLimit": null,
        "trialDays": 14, "trainingTextLimit": null, "trainingDocumentLimit": null, "trainingVideoLimit": null,
        "trainingWebsiteLimit": null, "isActive": true, "isEnterprise": false, "features": ["Fast"],
    })
}

#[tokio::test]
async fn each_name_that_clients_of_another_system_call_answers() {
    let (world, provider) = World::paying().await;
    let ada = world.operator("ada@example.com").await;
    let own = world.engine.default_workspace().to_string();
    let call_all = async |all: Vec<(&'static str, String, Value)>| {
        for (method, path, body) in all {
            for (n, prefix) in ["", "/api", "/api/v1"].into_iter().enumerate() {
                let mut body = body.clone();
                if path.ends_with("create-from-form") {
                    body["name"] = json!(format!("Shop {n}"));
                }
                if path.ends_with("update-from-form") {
                    body["name"] = json!("Shop 0");
                }
                let path = format!("{prefix}{path}");
                let nobody = world.ask_as("nothing", method, &path, &body).await;
                assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{method} {path}");
                let answer = world.ask_as(token(&ada), method, &path, &body).await;
                assert_eq!(answer.status, StatusCode::OK, "{method} {path}: {}", answer.text);
            }
        }
    };
    call_all(before(&own)).await;
    // Stripe speaks at each of the addresses, and is believed by its signature only.
    for (n, prefix) in ["", "/api", "/api/v1"].into_iter().enumerate() {
        let path = format!("{prefix}/stripe/webhook");
        let said = world.subscription(&format!("evt_{n}"), 100, &[]).to_string();
        for (secret, status) in [("whsec_other", 400), (testkit::stripe::SIGNING_SECRET, 200)] {
            let now = Timestamp::now().as_second();
            let signed = testkit::stripe::signature(&said, now, secret);
            let request = Request::post(&path).header("stripe-signature", signed);
            let answer = world.send(request.body(Body::from(said.clone())).unwrap()).await;
            assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        }
    }
    call_all(after(&own)).await;
    let asked = provider.asked();
    let change = asked.iter().find(|it| it.0 == "subscriptions/sub_1").unwrap();
    assert_eq!(change.1["items[0][id]"], "si_1");
    assert_eq!(change.1["items[0][price]"], "price_starter");
    let preview = asked.iter().find(|it| it.0 == "invoices/create_preview").unwrap();
    assert_eq!(preview.1["customer"], "cus_1");
}

#[tokio::test]
async fn prices_are_those_of_the_plans_and_whole() {
    let (world, _provider) = World::paying().await;
    let products = world.get("/api/stripe/products").await;
    let pro = products.as_array().unwrap().iter().find(|it| it["metadata"]["plan"] == "pro");
    let pro = pro.unwrap();
    assert_eq!(pro["prices"][0]["unit_amount"], 4_900);
    assert_eq!(pro["metadata"]["creditsLimit"], 10_000);
    let plans = world.get("/api/stripe/plans").await;
    assert_eq!(plans.as_array().unwrap().len(), model::plan::PLANS.len());
    assert_eq!(plans[0]["priceId"], Value::Null, "the free one is not for sale");
    let own = world.engine.default_workspace();
    let billing = world.get(&format!("/api/workspaces/{own}/billing")).await;
    assert_eq!(billing["creditPrice"], json!({"amount": 1, "currency": "eur"}));
    let odd = json!({"workspaceId": own.to_string(), "priceId": "../../customers"});
    let answer = world.ask("POST", "/stripe/checkout", &odd).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
}

/// The workspace stands in the body where no path names it.
#[tokio::test]
async fn a_body_that_names_a_foreign_workspace_gets_nothing() {
    let (world, provider) = World::paying().await;
    world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let own = world.engine.default_workspace().to_string();
    world.event(&world.subscription("evt_1", 100, &[])).await;
    let priced = json!({"workspaceId": own, "priceId": "price_starter"});
    for (path, body) in [
        ("/stripe/checkout", priced.clone()),
        ("/stripe/billing/change-plan", priced.clone()),
        ("/stripe/billing/change-or-subscribe", priced),
        ("/stripe/purchase-credits", json!({"workspaceId": own, "credits": 5})),
    ] {
        for key in [token(&bob), &world.foreign_key] {
            let answer = world.ask_as(key, "POST", path, &body).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
        }
    }
    assert!(provider.asked().is_empty());
}

#[tokio::test]
async fn what_was_paid_is_told_day_by_day() {
    let (world, _provider) = World::paying().await;
    let own = world.engine.default_workspace().to_string();
    let day = |n: i64| 1_767_225_600 + n * 86_400 + 60; // 2026-01-01
    let bill = |event: &str, id: &str, n: i64, amount: u64| {
        let details = json!({"metadata": {"workspace": own, "plan": "pro"}});
        json!({"id": event, "type": "invoice.paid", "created": day(n), "data": {"object": {
            "id": id, "amount_paid": amount, "currency": "eur", "created": day(n),
            "status_transitions": {"paid_at": day(n)}, "parent": {"subscription_details": details}}}})
    };
    let credits = json!({"id": "evt_3", "type": "checkout.session.completed", "created": day(2), "data": {"object": {
        "id": "cs_1", "mode": "payment", "payment_status": "paid", "customer": "cus_1", "payment_intent": "pi_9",
        "amount_total": 500, "currency": "eur",
        "metadata": {"workspace": own, "kind": "credits", "credits": "500"}}}});
    let first = bill("evt_1", "in_1", 0, 4_900);
    for event in [&first, &first, &bill("evt_2", "in_2", 0, 0), &credits] {
        assert_eq!(world.event(event).await.status, StatusCode::OK);
    }
    let theirs = json!({"id": "evt_4", "type": "invoice.paid", "created": day(2), "data": {"object": {
        "id": "in_3", "amount_paid": 100, "currency": "usd", "created": day(2),
        "subscription_details": {"metadata": {"workspace": world.foreign.to_string()}}}}});
    assert_eq!(world.event(&theirs).await.status, StatusCode::OK);
    let path = format!("/api/stripe/billing/payments/{own}");
    let all = world.get(&format!("{path}?startDate=2026-01-01&endDate=2026-01-03")).await;
    let sum = |date: &str, once: u64| {
        json!({"date": date, "currency": "eur", "planAmount": 4_900, "oneTimeAmount": once,
            "total": 4_900 + once})
    };
    assert_eq!(all, json!([sum("2026-01-01", 0), sum("2026-01-02", 0), sum("2026-01-03", 500)]));
    // Of all workspaces together, for who looks after the server.
    let together = "/api/stripe/billing/payments/all?startDate=2026-01-03&endDate=2026-01-03";
    let ada = world.operator("ada@example.com").await;
    let answer = world.ask_as(token(&ada), "GET", together, &Value::Null).await;
    let dollars = json!({"date": "2026-01-03", "currency": "usd", "planAmount": 100, "oneTimeAmount": 0, "total": 100});
    let euros = json!({"date": "2026-01-03", "currency": "eur", "planAmount": 0, "oneTimeAmount": 500, "total": 500});
    assert_eq!(answer.json, json!([euros, dollars]), "{}", answer.text);
    let bob = world.person("bob@example.com").await;
    let refused = world.ask_as(token(&bob), "GET", together, &Value::Null).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    for odd in
        ["?startDate=2026-01-02&endDate=2026-01-01", "?startDate=2026-01-01&endDate=2026-07-01"]
    {
        let answer = world.ask("GET", &format!("{path}{odd}"), &Value::Null).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{odd}: {}", answer.text);
    }
}

/// As their charts read it: an entry for each day, oldest first.
#[tokio::test]
async fn the_balance_is_told_day_by_day() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let own = world.engine.default_workspace().to_string();
    let path = format!("/api/credits/daily-balance/{own}");
    assert_eq!(world.get(&path).await, json!([]), "the plan has no limit");
    let plan = json!({"workspaceId": own, "plan": "free"});
    world.ask_as(token(&ada), "PUT", "/api/platform/plans", &plan).await;
    let reserve = json!({"key": "one", "label": "a model", "credits": 30});
    world.post(&format!("/api/workspaces/{own}/credits/reservations"), reserve).await;
    let found = world.get(&format!("{path}?days=2")).await;
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let left = |day: jiff::civil::Date, plan: u64| json!({"date": day.to_string(), "planCreditsRemaining": plan, "extraCreditsRemaining": 0});
    assert_eq!(found, json!([left(today.yesterday().unwrap(), 100), left(today, 70)]));
    let spent = world.get(&format!("/api/workspaces/{own}/credits/spent")).await;
    assert_eq!(spent, json!({"total": 0, "data": []}));
    let settle = format!("/api/workspaces/{own}/credits/reservations/one/settle");
    world.ask("POST", &settle, &json!({"credits": 12})).await;
    assert_eq!(world.get(&path).await[29], left(today, 88));
    let spent = world.get(&format!("/api/workspaces/{own}/credits/spent")).await;
    assert_eq!((&spent["total"], &spent["data"][0]["model"]), (&json!(12), &json!("a model")));
}

#[tokio::test]
async fn who_looks_after_the_server_makes_and_changes_plans() {
    let (world, provider) = World::paying().await;
    let ada = world.operator("ada@example.com").await;
    let ask = async |path: &str, body: &Value, status: u16| {
        let answer = world.ask_as(token(&ada), "POST", path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.text);
        answer.json
    };
    let (create, update) = ("/stripe/plans/create-from-form", "/stripe/plans/update-from-form");
    let made = ask(create, &form("Shop Plus"), 200).await;
    let plan = &made["plan"];
    assert_eq!(
        (&plan["id"], &plan["amount"], &plan["currency"]),
        (&json!("shop-plus"), &json!(2_900), &json!("eur"))
    );
    assert_eq!((&plan["creditsLimit"], &plan["agentLimit"]), (&json!(500), &Value::Null));
    for taken in ["Shop Plus", "shop  plus", "Pro"] {
        ask(create, &form(taken), 409).await;
    }
    for (name, odd) in [
        ("name", json!("计划")),
        ("name", json!("Credits")),
        ("price", json!(100_000_000)),
        ("trialDays", json!(731)),
        ("trainingTextLimit", json!(5)),
        ("features", json!([""])),
        ("limits", json!({"cakes": 1})),
        ("creditsLimit", json!(-1)),
        ("x", json!(1)),
    ] {
        let mut body = form("Odd");
        body[name] = odd;
        ask(create, &body, 400).await;
    }
    // It is for sale like the others, and begins with its trial.
    let products = world.get("/api/stripe/products").await;
    let shop = products
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["metadata"]["plan"] == "shop-plus")
        .unwrap();
    assert_eq!(shop["prices"][0]["unit_amount"], 2_900);
    assert_eq!(shop["metadata"]["features"], json!(["Fast"]));
    let own = world.engine.default_workspace().to_string();
    let priced = json!({"workspaceId": own, "priceId": shop["prices"][0]["id"]});
    world.post("/stripe/checkout", priced.clone()).await;
    let asked = provider.asked();
    let session = &asked.iter().rfind(|it| it.0 == "checkout").unwrap().1;
    assert_eq!(session["subscription_data[trial_period_days]"], "14");
    assert_eq!(session["subscription_data[metadata][plan]"], "shop-plus");
    // Another price counts from now on; asked again, nothing is sold twice.
    let n = provider.prices().len();
    let dearer = json!({"name": "Shop plus", "price": 3_900, "limits": {"workflows": 1}});
    for _ in 0..2 {
        let changed = ask(update, &dearer, 200).await;
        assert_eq!(
            (&changed["plan"]["amount"], &changed["plan"]["creditsLimit"]),
            (&json!(3_900), &json!(500))
        );
    }
    let prices = provider.prices();
    assert_eq!(prices.len(), n + 1);
    assert_eq!(
        (&prices[n - 1]["active"], &prices[n]["product"]),
        (&json!(false), &prices[n - 1]["product"])
    );
    // Who has it meets its limits at once.
    let plan = json!({"workspaceId": own, "plan": "shop-plus"});
    assert_eq!(
        world.ask_as(token(&ada), "PUT", "/api/platform/plans", &plan).await.status,
        StatusCode::OK
    );
    let usage = world.get(&format!("/api/workspaces/{own}/usage")).await;
    assert_eq!((&usage["plan"], &usage["title"]), (&json!("shop-plus"), &json!("Shop Plus")));
    world.workflow(chain("One", &[set("Greet", "text", "hello")])).await;
    let document = chain("Two", &[set("Greet", "text", "hello")]);
    let past = world.ask("POST", "/api/workflows", &document).await;
    assert_eq!(past.json["error"]["details"]["plan"], "shop-plus", "{}", past.text);
    ask(update, &json!({"name": "shop-plus", "limits": {"workflows": null}}), 200).await;
    world.post("/api/workflows", document).await;
    // Off sale nobody begins; so it is with one that costs nothing.
    for off in [json!({"isActive": false}), json!({"isActive": true, "price": 0})] {
        let mut body = off;
        body["name"] = json!("Shop Plus");
        ask(update, &body, 200).await;
        let products = world.get("/api/stripe/products").await;
        assert!(
            products.as_array().unwrap().iter().all(|it| it["metadata"]["plan"] != "shop-plus")
        );
        let answer = world.ask("POST", "/stripe/checkout", &priced).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    }
    // Those that come with the product are changed as well, but for the one without limits.
    let pro = ask(update, &json!({"name": "Pro", "creditsLimit": 11_000}), 200).await;
    assert_eq!(
        (&pro["plan"]["creditsLimit"], &pro["plan"]["amount"]),
        (&json!(11_000), &json!(4_900))
    );
    ask(update, &json!({"name": "Unlimited", "creditsLimit": 1}), 400).await;
    ask(update, &json!({"name": "Free", "price": 1}), 400).await;
    ask(update, &json!({"name": "Nothing"}), 404).await;
}

#[tokio::test]
async fn a_product_that_was_made_at_the_provider_becomes_a_plan() {
    let (world, provider) = World::paying().await;
    let ada = world.operator("ada@example.com").await;
    let path = "/stripe/plans/sync-from-stripe";
    for (body, status) in [
        (json!({"planName": "gold", "creditsLimit": 700, "agentLimit": 3}), 200),
        (json!({"planName": "Gold", "trialDays": 7}), 200),
        (json!({"planName": "Silver"}), 404),
        (json!({"planName": "Free"}), 400),
    ] {
        let answer = world.ask_as(token(&ada), "POST", path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
        if status == 200 {
            let plan = &answer.json["plan"];
            assert_eq!((&plan["name"], &plan["amount"]), (&json!("Gold"), &json!(9_900)));
            assert_eq!((&plan["creditsLimit"], &plan["agentLimit"]), (&json!(700), &json!(3)));
        }
    }
    let gold = provider.prices().into_iter().find(|it| it["id"] == "price_gold").unwrap();
    assert_eq!(gold["lookup_key"], "tailorbird_gold");
    // What the provider says of it counts.
    let mut said = world.subscription("evt_1", 100, &[]);
    said["data"]["object"]["items"]["data"][0]["price"]["lookup_key"] = json!("tailorbird_gold");
    said["data"]["object"]["metadata"]["plan"] = json!("gold");
    assert_eq!(world.event(&said).await.status, StatusCode::OK);
    let own = world.engine.default_workspace();
    assert_eq!(world.get(&format!("/stripe/billing/status/{own}")).await["plan"]["id"], "gold");
}

#[tokio::test]
async fn limits_of_a_subscription_are_set_and_taken_back() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let own = world.engine.default_workspace().to_string();
    let plan = json!({"workspaceId": own, "plan": "free", "limits": {"members": 9}});
    world.ask_as(token(&ada), "PUT", "/api/platform/plans", &plan).await;
    let status = world.get(&format!("/stripe/billing/status/{own}")).await;
    assert_eq!(status["subscription"]["id"], own);
    let change = async |overrides: Value, status: u16| {
        let body = json!({"subscriptionId": own, "overrides": overrides});
        let path = "/stripe/subscription/update-overrides";
        let answer = world.ask_as(token(&ada), "POST", path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
        let usage = world.get(&format!("/api/workspaces/{own}/usage")).await;
        ["credits", "agents", "members"].map(|name| {
            let all = usage["limits"].as_array().unwrap();
            all.iter().find(|it| it["name"] == name).unwrap()["max"].as_u64()
        })
    };
    let set = |value: Value| json!({"value": value, "explicitlySet": true});
    let both = json!({"creditsLimitOverrides": set(json!(7)), "agentLimitOverrides": set(json!("UNLIMITED"))});
    assert_eq!(change(both, 200).await, [Some(7), None, Some(9)]);
    assert_eq!(change(json!({}), 200).await, [Some(7), None, Some(9)]);
    let not_set = json!({"value": 5, "explicitlySet": false});
    let back = json!({"creditsLimitOverrides": not_set, "agentLimitOverrides": null});
    assert_eq!(change(back, 200).await, [Some(100), Some(1), Some(9)]);
    for odd in [
        json!({"creditsLimitOverrides": {"explicitlySet": true}}),
        json!({"creditsLimitOverrides": set(json!("MANY"))}),
        json!({"trainingTextLimitOverrides": set(json!(3))}),
        json!({"featureOverrides": ["x"]}),
        json!({"customStripePriceId": "price_1"}),
    ] {
        assert_eq!(change(odd, 400).await, [Some(100), Some(1), Some(9)]);
    }
    let nobody = json!({"subscriptionId": model::id::WorkspaceId(Uuid::now_v7()).to_string(), "overrides": {}});
    let answer =
        world.ask_as(token(&ada), "POST", "/stripe/subscription/update-overrides", &nobody).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
}
