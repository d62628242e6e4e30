//! Credentials and variables.

use super::*;

#[tokio::test]
async fn a_secret_goes_in_and_never_comes_out() {
    let world = World::new().await;
    let fields = json!({"name": "x-key", "value": "very-secret"});
    let body = json!({"type": "httpHeaderAuth", "name": "Shop", "fields": fields});
    let made = world.ask("POST", "/api/credentials", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let path = format!("/api/credentials/{}", made.json["id"].as_str().unwrap());
    let shown = world.get(&path).await;
    assert_eq!(shown["fields"], json!({"name": "x-key", "value": "__kept__"}));
    // What comes back as it was shown keeps the secret.
    let changed = json!({"name": "Shop 2", "fields": {"name": "x-other", "value": "__kept__"}});
    let answer = world.ask("PUT", &path, &changed).await;
    assert_eq!(answer.json["name"], "Shop 2");
    let id = made.json["id"].as_str().unwrap().parse().unwrap();
    let own = world.engine.default_workspace();
    let opened = world.engine.store().open_credential_by_id(own, id).await.unwrap().unwrap();
    assert_eq!(opened.fields.get("value").and_then(|it| it.as_str()), Some("very-secret"));
    assert_eq!(opened.fields.get("name").and_then(|it| it.as_str()), Some("x-other"));
    for text in [made.text, answer.text, world.get("/api/credentials").await.to_string()] {
        assert!(!text.contains("very-secret"), "{text}");
    }
    let wrong = json!({"type": "noSuchType", "name": "X", "fields": {}});
    let wrong = world.ask("POST", "/api/credentials", &wrong).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let taken = json!({"type": "httpHeaderAuth", "name": "Shop 2", "fields": fields});
    let taken = world.ask("POST", "/api/credentials", &taken).await;
    assert_eq!(taken.json["error"]["code"], "name_taken");
    let untestable = world.ask("POST", &format!("{path}/test"), &Value::Null).await;
    assert_eq!(untestable.status, StatusCode::BAD_REQUEST, "{}", untestable.text);
    let mut user = node("Call", "http.request", json!({"url": "https://example.com"}));
    user["credentials"] = json!({"httpHeaderAuth": {"name": "Shop 2"}});
    let workflow = world.workflow(chain("Uses it", &[user])).await;
    let used = world.ask("DELETE", &path, &Value::Null).await;
    assert_eq!(used.json["error"]["code"], "credential_in_use", "{}", used.text);
    assert_eq!(used.json["error"]["details"], json!([{"workflowId": workflow, "name": "Uses it"}]));
    let forced = world.ask("DELETE", &format!("{path}?force=true"), &Value::Null).await;
    assert_eq!(forced.status, StatusCode::NO_CONTENT);
    assert_eq!(world.ask("GET", &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn variables_are_kept_and_found() {
    let world = World::new().await;
    for (name, value) in [("beta", "2"), ("alpha", "1"), ("gamma", "3")] {
        world.post("/api/variables", json!({"name": name, "value": value})).await;
    }
    let names = async |query: &str| -> Vec<String> {
        let list = world.get(&format!("/api/variables{query}")).await;
        let items = list["items"].as_array().unwrap();
        items.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("").await, ["alpha", "beta", "gamma"]);
    assert_eq!(names("?sort=-name").await, ["gamma", "beta", "alpha"]);
    assert_eq!(names("?sort=createdAt").await, ["beta", "alpha", "gamma"]);
    assert_eq!(names("?search=ET").await, ["beta"]);
    assert_eq!(names("?pageSize=2&page=2").await, ["gamma"]);
    assert_eq!(names("?from=2100-01-01").await, Vec::<String>::new());
    assert_eq!(names("?until=2100-01-01T00:00:00Z").await.len(), 3);
    let taken = world.ask("POST", "/api/variables", &json!({"name": "beta", "value": ""})).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    for bad in ["", "1a", "a-b", "ä"] {
        let answer = world.ask("POST", "/api/variables", &json!({"name": bad, "value": ""})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let first = world.get("/api/variables").await["items"][0].clone();
    let path = format!("/api/variables/{}", first["id"].as_str().unwrap());
    let answer = world.ask("PUT", &path, &json!({"name": "alpha", "value": "9"})).await;
    assert_eq!(answer.json["value"], "9");
    assert_eq!(world.get(&path).await["value"], "9");
    assert_eq!(world.ask("DELETE", &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(names("").await, ["beta", "gamma"]);
}
