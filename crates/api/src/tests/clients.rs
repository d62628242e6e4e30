//! What clients of other systems read: their envelopes, their pages, their words for people and states.

use super::{
    people::{ELSEWHERE, PASSWORD, token},
    *,
};

async fn member(world: &World, by: &str, workspace: &str, email: &str) -> Value {
    let path = format!("/api/workspaces/{workspace}/invitations");
    let invited = world.ask_as(by, "POST", &path, &json!({"email": email, "role": "editor"})).await;
    let word = invited.json["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let body =
        json!({"email": email, "password": PASSWORD, "invitation": word, "name": "Vera Vermeer"});
    world.knock(&ELSEWHERE, "/api/auth/register", &body).await.json
}

#[tokio::test]
async fn who_signs_in_finds_it_where_they_look_for_it() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    assert_eq!(ada["success"], true);
    let data = &ada["data"];
    assert_eq!(data["token"], ada["accessToken"]);
    assert_eq!(data["tokens"]["accessToken"], ada["accessToken"]);
    assert_eq!(data["tokens"]["refreshToken"], ada["refreshToken"]);
    assert_eq!(data["tenant"]["id"], ada["workspace"]["id"]);
    assert_eq!(data["user"]["workspaceId"], ada["workspace"]["id"]);
    assert_eq!(data["user"]["role"], "PLATFORM_ADMIN");
    let me = world.ask_as(token(&ada), "GET", "/api/auth/me", &Value::Null).await.json;
    assert_eq!(me["data"]["user"]["email"], "ada@example.com");
    assert!(me["data"]["user"]["lastLogin"].is_string());
    assert_eq!(me["data"]["tenant"]["name"], me["workspace"]["name"]);
    let profile = world.ask_as(token(&ada), "GET", "/auth/profile", &Value::Null).await.json;
    assert_eq!(profile["data"]["email"], "ada@example.com");
    let body = json!({"firstName": "Ada", "lastName": "Lovelace"});
    let named = world.ask_as(token(&ada), "PUT", "/api/auth/me", &body).await.json;
    assert_eq!(named["data"]["user"]["name"], "Ada Lovelace");
    let body = json!({"email": "other@example.com"});
    let moved = world.ask_as(token(&ada), "PUT", "/api/users/me/profile", &body).await;
    assert_eq!(moved.status, StatusCode::BAD_REQUEST);
}

/// Their clients read nothing but `data`, show `error` as it is, and count pages by `totalPages`.
#[tokio::test]
async fn addresses_without_a_prefix_speak_as_their_clients_read() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let own = ada["workspace"]["id"].as_str().unwrap();
    let ask = async |method: &str, path: &str, body: Value| {
        world.ask_as(token(&ada), method, path, &body).await
    };
    for (path, field) in [
        (format!("/credits/remaining/{own}"), "planCreditsRemaining"),
        (format!("/stripe/billing/status/{own}"), "subscription"),
        (format!("/workspaces/{own}/detailed"), "members"),
        (format!("/workspaces/{own}/dashboard-metrics"), "running"),
    ] {
        let told = ask("GET", &path, Value::Null).await;
        assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.text);
        assert!(told.json["data"].get(field).is_some(), "{path}: {}", told.text);
        assert_eq!(told.json["data"][field], told.json[field], "{path}");
        let ours = ask("GET", &format!("/api{path}"), Value::Null).await;
        assert!(ours.json.get("data").is_none(), "{path}: {}", ours.text);
    }
    assert!(ask("GET", "/stripe/plans", Value::Null).await.json["data"].is_array());
    let list = ask("GET", "/workspaces?page=1", Value::Null).await.json;
    assert_eq!((&list["data"][0]["id"], &list["totalPages"]), (&json!(own), &json!(1)));
    // What has its shape already keeps it, and is not put into another one.
    let profile = ask("GET", "/auth/profile", Value::Null).await.json;
    assert_eq!(profile["data"]["email"], "ada@example.com");
    let name = ask("PUT", &format!("/workspaces/{own}/name"), json!({"name": ""})).await;
    assert_eq!(name.status, StatusCode::BAD_REQUEST, "{}", name.text);
    assert!(name.json["error"].is_string(), "{}", name.text);
    assert_eq!(
        (&name.json["code"], &name.json["statusCode"]),
        (&json!("invalid_request"), &json!(400))
    );
    let nobody = world.ask_as("none", "GET", "/workspaces", &Value::Null).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert!(nobody.json["error"].is_string(), "{}", nobody.text);
}

#[tokio::test]
async fn people_are_listed_changed_and_suspended_by_id() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let own = ada["workspace"]["id"].as_str().unwrap();
    let vera = member(&world, token(&ada), own, "vera@example.com").await;
    let id = vera["user"]["id"].as_str().unwrap().to_owned();
    let ask = async |method: &str, path: &str, body: Value| {
        world.ask_as(token(&ada), method, path, &body).await
    };
    let body = json!({"email": "gil@example.com", "firstName": "Gil", "role": "TENANT_USER"});
    let invited = ask("POST", "/api/users", body).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
    let guest = &invited.json["data"]["user"];
    assert_eq!((&guest["status"], &guest["firstName"]), (&json!("PENDING"), &json!("Gil")));
    assert!(invited.json["data"]["invitationLink"].is_string());
    let listed = ask("GET", "/api/v1/users?limit=2&sortBy=email&sortOrder=asc", Value::Null).await;
    let data = &listed.json["data"];
    let emails: Vec<_> = data["users"].as_array().unwrap().iter().map(|it| &it["email"]).collect();
    assert_eq!(emails, ["ada@example.com", "gil@example.com"]);
    assert_eq!(
        (&data["pagination"]["total"], &data["pagination"]["pages"]),
        (&json!(3), &json!(2))
    );
    for (query, expected) in [
        ("status=PENDING", 1),
        ("role=TEAM_MEMBER", 2),
        ("role=BUSINESS_OWNER", 1),
        ("role=editor", 1),
        ("search=VERM", 1),
        ("search=nobody", 0),
    ] {
        let it = ask("GET", &format!("/api/users?{query}"), Value::Null).await;
        assert_eq!(it.json["data"]["pagination"]["total"], expected, "{query}");
    }
    let odd = ask("GET", "/api/users?sortBy=password", Value::Null).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    // Her name is hers; the role is not.
    let path = format!("/api/users/{id}");
    let renamed = ask("PUT", &path, json!({"firstName": "Other"})).await;
    assert_eq!(renamed.status, StatusCode::FORBIDDEN);
    let body = json!({"firstName": "Vera", "lastName": "Vermeer", "role": "viewer"});
    let changed = ask("PUT", &path, body).await;
    assert_eq!(changed.json["data"]["user"]["workspaceRole"], "viewer", "{}", changed.text);
    let reads = async || world.status(token(&vera), "GET", "/api/workflows").await;
    assert_eq!(reads().await, StatusCode::OK);
    let status = format!("{path}/status");
    let off = ask("PATCH", &status, json!({"status": "SUSPENDED"})).await;
    assert_eq!(off.json["data"]["user"]["status"], "INACTIVE", "{}", off.text);
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    let about = format!("/api/workspaces/{own}/usage");
    assert_eq!(world.status(token(&vera), "GET", &about).await, StatusCode::NOT_FOUND);
    let again = world.login("vera@example.com", PASSWORD).await;
    assert_eq!(again.json["workspace"], Value::Null, "{}", again.text);
    let members = format!("/api/workspaces/{own}/members");
    let seen = ask("GET", &members, Value::Null).await.json;
    let seen = seen["items"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap();
    assert!(seen["suspendedAt"].is_string());
    assert_eq!(ask("PATCH", &status, json!({"status": "ACTIVE"})).await.status, StatusCode::OK);
    assert_eq!(reads().await, StatusCode::OK);
    // The owner, and oneself, are not suspended, at neither address.
    let body = json!({"role": "admin"});
    assert_eq!(ask("PUT", &format!("{members}/{id}"), body).await.status, StatusCode::OK);
    let body = json!({"role": "admin", "suspended": true});
    let own = world.ask_as(token(&vera), "PUT", &format!("{members}/{id}"), &body).await;
    assert_eq!(own.status, StatusCode::BAD_REQUEST, "{}", own.text);
    let body = json!({"role": "viewer"});
    assert_eq!(ask("PUT", &format!("{members}/{id}"), body).await.status, StatusCode::OK);
    let ada_status = format!("/api/users/{}/status", ada["user"]["id"].as_str().unwrap());
    let own = ask("PATCH", &ada_status, json!({"status": "INACTIVE"})).await;
    assert_eq!(own.status, StatusCode::BAD_REQUEST);
    let body = json!({"lastName": "Vermeer-Smith"});
    world.ask_as(token(&vera), "PUT", "/api/users/me/profile", &body).await;
    let seen = ask("GET", &format!("{path}/activity"), Value::Null).await;
    let entries = seen.json["data"]["activity"]["entries"].as_array().unwrap();
    assert!(entries.iter().any(|it| it["whoId"] == id), "{}", seen.text);
    assert_eq!(ask("DELETE", &path, Value::Null).await.status, StatusCode::OK);
    assert_eq!(ask("GET", &path, Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_is_limited_switched_off_and_counted() {
    let world = World::new().await;
    let body = json!({"name": "Client", "permissions": ["workflows:read"], "rateLimit": 1000});
    let made = world.post("/api/api-keys", body).await;
    let (id, key) = (made["apiKey"]["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    assert_eq!(made["apiKey"]["permissions"], json!(["workflows.read"]));
    assert_eq!(made["apiKey"]["rateLimit"], 1000);
    let ask = async |path: &str| world.status(key, "GET", path).await;
    assert_eq!(ask("/api/workflows").await, StatusCode::OK);
    assert_eq!(ask("/api/workflows").await, StatusCode::OK);
    assert_eq!(ask("/api/workflows?sort=odd").await, StatusCode::BAD_REQUEST);
    assert_eq!(ask("/api/variables").await, StatusCode::FORBIDDEN);
    let path = format!("/api/api-keys/{id}");
    assert_eq!(world.get(&path).await["usageCount"], 4);
    let stats = &world.get(&format!("{path}/stats?days=7")).await["stats"];
    assert_eq!((&stats["totalRequests"], &stats["requestsToday"]), (&json!(4), &json!(4)));
    assert_eq!(stats["topEndpoints"][0], json!({"endpoint": "GET /workflows", "count": 3}));
    assert_eq!(
        (stats["dailyUsage"].as_array().unwrap().len(), &stats["errorRate"]),
        (7, &json!(50.0))
    );
    assert_eq!(
        world.ask("GET", &format!("{path}/stats?days=0"), &Value::Null).await.status,
        StatusCode::BAD_REQUEST
    );
    let off = world.ask("PUT", &path, &json!({"isActive": false, "rateLimit": 50})).await;
    assert_eq!(
        (&off.json["apiKey"]["isActive"], &off.json["apiKey"]["rateLimit"]),
        (&json!(false), &json!(50))
    );
    let code = async |key: &str| {
        let answer = world.ask_as(key, "GET", "/api/workflows", &Value::Null).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        answer.json["error"]["code"].clone()
    };
    assert_eq!(code(key).await, "key_disabled");
    // Who does not have the whole key hears nothing of it.
    assert_eq!(code(&key[..key.len() - 1]).await, "unauthorized");
    let rotated = world.ask("POST", &format!("/api/keys/{id}/rotate"), &json!({})).await;
    assert_eq!(rotated.status, StatusCode::NOT_FOUND, "{}", rotated.text);
    let on = world.ask("PUT", &format!("/api/keys/{id}"), &json!({"active": true})).await;
    assert_eq!(on.json["active"], true, "{}", on.text);
    assert_eq!(ask("/api/workflows").await, StatusCode::OK);
    let ends = |at: &str| json!({"expiresAt": at});
    let over = world.ask("PUT", &format!("/api/keys/{id}"), &ends("2020-01-01T00:00:00Z")).await;
    assert_eq!(over.status, StatusCode::OK, "{}", over.text);
    assert_eq!(code(key).await, "key_expired");
    world.ask("PUT", &format!("/api/keys/{id}"), &json!({"expiresAt": null})).await;
    assert_eq!(ask("/api/workflows").await, StatusCode::OK);
    let unknown = world.ask("PUT", &path, &json!({"permissions": ["conversations:write"]})).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    // Who may less neither widens it nor switches it on.
    let fields = json!({"name": "Less", "permissions": ["keys.write", "keys.read"]});
    let less = world.post("/api/keys", fields).await;
    let less = less["key"].as_str().unwrap();
    let widened =
        world.ask_as(less, "PUT", &format!("/api/keys/{id}"), &json!({"name": "x"})).await;
    assert_eq!(widened.status, StatusCode::FORBIDDEN, "{}", widened.text);
    let listed = world.get("/api/tenants/api-keys?limit=1").await;
    assert_eq!(listed["data"]["apiKeys"].as_array().unwrap().len(), 1);
    assert_eq!(listed["data"]["pagination"]["hasNext"], true);
    assert_eq!(world.ask("DELETE", &path, &Value::Null).await.json["success"], true);
    assert_eq!(code(key).await, "unauthorized");
}

#[tokio::test]
async fn the_tenant_where_one_is_tells_what_it_keeps_and_uses() {
    let world = World::new().await;
    let body = json!({"name": "Ours", "settings": {"theme": "dark"}, "metadata": {"crm": 7}});
    let set = world.ask("PUT", "/api/tenants/settings", &body).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    world.ask("PUT", "/api/tenants/settings", &json!({"settings": {"theme": "light"}})).await;
    let it = world.get("/api/tenants/current").await["data"]["tenant"].clone();
    assert_eq!(
        (&it["name"], &it["status"], &it["plan"]),
        (&json!("Ours"), &json!("ACTIVE"), &json!("UNLIMITED"))
    );
    assert_eq!(
        (&it["settings"], &it["metadata"]),
        (&json!({"theme": "light"}), &json!({"crm": 7}))
    );
    for odd in [json!({}), json!({"settings": "x".repeat(70_000)})] {
        let answer = world.ask("PUT", "/api/tenants/settings", &odd).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    world.workflow(chain("One", &[node("Start", "trigger.manual", json!({}))])).await;
    let usage = world.get("/api/tenants/usage?period=90d").await["data"]["usage"].clone();
    assert_eq!(
        (&usage["current"]["workflows"], &usage["limits"]["workflows"]),
        (&json!(1), &json!(-1))
    );
    let odd = world.ask("GET", "/api/tenants/usage?period=1y", &Value::Null).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let activity = world.get("/api/tenants/activity?limit=100").await["data"].clone();
    let first = &activity["activities"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["type"] == "workflow.create");
    assert!(first.is_some(), "{activity}");
}

#[tokio::test]
async fn a_plan_is_chosen_by_their_names_and_what_was_paid_is_told() {
    let (world, provider) = World::paying().await;
    let ask = async |plan: Value| world.ask("PUT", "/api/tenants/subscription", &plan).await;
    let chosen = ask(json!({"plan": "PROFESSIONAL", "billingCycle": "MONTHLY"})).await;
    assert_eq!(chosen.status, StatusCode::OK, "{}", chosen.text);
    assert_eq!(chosen.json["data"]["url"], "https://pay.example/checkout", "{}", chosen.text);
    assert_eq!(provider.asked()[0].1["line_items[0][price]"], "price_pro");
    let odd = ask(json!({"plan": "PROFESSIONAL", "billingCycle": "YEARLY"})).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);
    assert_eq!(ask(json!({"plan": "nothing"})).await.status, StatusCode::BAD_REQUEST);
    let own = world.engine.default_workspace();
    let at = Timestamp::now();
    let paid =
        store::payments::Paid { id: "in_1".into(), amount: 2_900, currency: "usd".into(), at };
    let said = store::payments::Reported { event: "evt_1", at, now: at };
    world.engine.store().report_invoice(said, own, &paid).await.unwrap();
    let billing = world.get("/api/tenants/billing").await["data"]["billing"].clone();
    let today = at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    let expected = json!([{"date": today, "amount": 2_900, "currency": "usd", "for": "PLAN"}]);
    assert_eq!(billing["invoices"], expected, "{billing}");
    assert_eq!(billing["subscription"]["status"], "ACTIVE");
}
