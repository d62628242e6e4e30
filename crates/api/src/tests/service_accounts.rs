//! Service accounts: what their keys may do, and that they end with them.

use super::*;

impl World {
    async fn robot(&self, role: &str) -> String {
        let made = self.post("/api/service-accounts", json!({"name": "Robot", "role": role})).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// A key of it: its id, and itself.
    async fn key_for(&self, account: &str) -> (String, String) {
        let body = json!({"name": "deploys", "serviceAccountId": account});
        let made = self.post("/api/keys", body).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("id"), text("key"))
    }

    async fn status_of(&self, key: &str, method: &str, path: &str) -> StatusCode {
        self.ask_as(key, method, path, &Value::Null).await.status
    }
}

#[tokio::test]
async fn its_keys_do_what_its_role_may_and_end_with_it() {
    let world = World::new().await;
    let robot = world.robot("viewer").await;
    let path = format!("/api/service-accounts/{robot}");
    let (id, key) = world.key_for(&robot).await;
    let variable = json!({"name": "shop", "value": "x"});
    assert_eq!(world.status_of(&key, "GET", "/api/variables").await, StatusCode::OK);
    let refused = world.ask_as(&key, "POST", "/api/variables", &variable).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    // Another role counts at once.
    let changed = json!({"name": "Robot", "role": "editor"});
    assert_eq!(world.ask("PUT", &path, &changed).await.status, StatusCode::OK);
    let made = world.ask_as(&key, "POST", "/api/variables", &variable).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    // It acts under its own name.
    let log = world.get("/api/audit?action=variable.create").await;
    let entry = &log["items"][0];
    assert_eq!(
        (&entry["who"], &entry["whoId"], &entry["whoName"]),
        (&json!("service"), &json!(robot), &json!("Robot"))
    );
    assert_eq!(world.get(&format!("/api/audit?who={robot}")).await["total"], 1);
    let listed = world.get("/api/keys?search=deploys").await;
    assert_eq!(listed["items"][0]["serviceAccountId"], json!(robot));
    // A key that takes its place is the account's too.
    let next = world.post(&format!("/api/keys/{id}/rotate"), json!({})).await;
    let next = next["key"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&path).await["nKeys"], 2);

    let off = json!({"name": "Robot", "role": "editor", "disabled": true});
    assert_eq!(world.ask("PUT", &path, &off).await.json["disabled"], true);
    for it in [&key, &next] {
        assert_eq!(world.status_of(it, "GET", "/api/variables").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.ask("PUT", &path, &changed).await.json["disabled"], false);
    assert_eq!(world.status_of(&next, "GET", "/api/variables").await, StatusCode::OK);
    assert_eq!(world.ask("DELETE", &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    for it in [&key, &next] {
        assert_eq!(world.status_of(it, "GET", "/api/variables").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.get("/api/keys?search=deploys").await["total"], 0);
}

#[tokio::test]
async fn odd_service_accounts_are_refused() {
    let world = World::new().await;
    let robot = world.robot("viewer").await;
    let check = async |path: &str, body: Value, status: u16| {
        let answer = world.ask("POST", path, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
    };
    let accounts = "/api/service-accounts";
    check(accounts, json!({"name": "Robot", "role": "viewer"}), 409).await;
    check(accounts, json!({"name": " ", "role": "viewer"}), 400).await;
    check(accounts, json!({"name": "n".repeat(101), "role": "viewer"}), 400).await;
    check(accounts, json!({"name": "n".repeat(100), "role": "viewer"}), 201).await;
    check(accounts, json!({"name": "Boss", "role": "owner"}), 400).await;
    check(accounts, json!({"name": "Boss", "role": "nobody"}), 400).await;
    let both = json!({"name": "a", "serviceAccountId": robot, "role": "viewer"});
    check("/api/keys", both, 400).await;
    let absent = json!({"name": "a", "serviceAccountId": "svc_00000000000000000000000000"});
    check("/api/keys", absent, 400).await;
    // A role that it has stays.
    world.post("/api/roles", json!({"name": "house", "permissions": ["keys.read"]})).await;
    check(accounts, json!({"name": "Maid", "role": "house"}), 201).await;
    let kept = world.ask("DELETE", "/api/roles/house", &Value::Null).await;
    assert_eq!(kept.status, StatusCode::CONFLICT, "{}", kept.text);
}

/// Nobody makes an account, or a key of one, that may do more than he may.
#[tokio::test]
async fn a_service_account_gives_nobody_more() {
    let world = World::new().await;
    let admin = world.robot("admin").await;
    let may = json!(["keys.read", "keys.write", "nodes.read"]);
    let made = world.post("/api/keys", json!({"name": "little", "permissions": may})).await;
    let little = made["key"].as_str().unwrap();
    let path = format!("/api/service-accounts/{admin}");
    for (method, path, body) in [
        ("POST", "/api/keys", json!({"name": "a", "serviceAccountId": admin})),
        ("POST", "/api/service-accounts", json!({"name": "a", "role": "viewer"})),
        ("PUT", &path, json!({"name": "a", "role": "admin"})),
    ] {
        let answer = world.ask_as(little, method, path, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}: {}", answer.text);
    }
}
