//! Webhooks as things of their own: made, tried, called by a token, looked at and called again.

use super::*;

#[tokio::test]
async fn a_webhook_is_made_tried_called_and_called_again() {
    let world = World::new().await;
    let made = world.post("/api/webhooks", json!({"name": "Orders", "respond": "lastNode"})).await;
    let (id, token) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    assert_eq!(
        (&made["workflowName"], &made["nodeName"], &made["methods"], &made["active"]),
        (&json!("Orders"), &json!("Orders"), &json!(["POST"]), &json!(false))
    );
    // Nobody guesses an address that was not chosen.
    assert_eq!(made["path"], made["nodeId"]);
    let path = format!("/api/webhooks/{id}");
    let changed = world.ask("PUT", &path, &json!({"path": "orders/:id"})).await;
    assert_eq!(changed.json["path"], "orders/:id", "{}", changed.text);
    assert_eq!(changed.json["respond"], "lastNode");
    let odd = world.ask("PUT", &path, &json!({"path": "a b"})).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);

    let call = json!({"path": "orders/7", "query": {"a": "1"}, "body": "{\"name\": \"Ada\"}"});
    let drafts = world.get("/api/webhooks?active=false").await;
    assert_eq!((&drafts["total"], &drafts["items"][0]["id"]), (&json!(1), &made["id"]));
    assert_eq!(world.get("/api/webhooks?active=true").await["total"], 0);
    // A try goes past the one who listens for a call from elsewhere.
    let workflow = made["workflowId"].as_str().unwrap();
    world.post(&format!("/api/workflows/{workflow}/listen"), json!({"seconds": 60})).await;
    let tried = world.ask("POST", &format!("{path}/test"), &call).await;
    assert_eq!(
        world.ask("POST", "/webhook-test/orders/7", &json!({})).await.status,
        StatusCode::OK
    );
    let gone = world.ask("POST", "/webhook-test/orders/7", &json!({})).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "{}", gone.text);
    let odd = world.ask("POST", &format!("{path}/test"), &json!({"path": "elsewhere"})).await;
    assert_eq!(odd.json["status"], 404, "{}", odd.text);
    assert_eq!(tried.json["status"], 200, "{}", tried.text);
    let item: Value = serde_json::from_str(tried.json["body"].as_str().unwrap()).unwrap();
    assert_eq!(item["body"], json!({"name": "Ada"}));
    assert_eq!((&item["params"], &item["query"]), (&json!({"id": "7"}), &json!({"a": "1"})));
    assert!(tried.json["executionId"].is_string());

    let execute = format!("/api/webhooks/execute/{token}?b=2");
    let hello = json!({"hello": "there"});
    assert_eq!(world.ask("POST", &execute, &hello).await.status, StatusCode::NOT_FOUND);
    world.post(&format!("/api/workflows/{workflow}/publish"), json!({})).await;
    let listed = world.ask("GET", "/api/webhooks", &Value::Null).await;
    assert_eq!((&listed.json["items"][0]["id"], &listed.json["total"]), (&made["id"], &json!(1)));
    assert_eq!(listed.json["items"][0]["active"], true);
    let request = Request::post(&execute).header("content-type", "application/json");
    let request = request.header("cookie", "secret=1").body(Body::from(hello.to_string()));
    let answer = world.send(request.unwrap()).await;
    assert_eq!((&answer.json["body"], &answer.json["query"]), (&hello, &json!({"b": "2"})));

    let seen = world.until(&format!("{path}/logs?sort=-createdAt"), |it| it["total"] == 3).await;
    let first = &seen["items"][0];
    assert_eq!(first["request"]["headers"]["cookie"], "…");
    let replay = format!("{path}/logs/{}/replay", first["id"].as_str().unwrap());
    let again = world.ask("POST", &replay, &json!({"headers": {"X-More": "yes"}})).await;
    let item: Value = serde_json::from_str(again.json["body"].as_str().unwrap()).unwrap();
    assert_eq!((&item["body"], &item["query"]), (&hello, &json!({"b": "2"})), "{}", again.text);
    assert_eq!(
        (&item["headers"]["x-more"], &item["headers"]["cookie"]),
        (&json!("yes"), &Value::Null)
    );
    let draft = world.ask("POST", &replay, &json!({"draft": true})).await;
    assert_eq!(draft.json["status"], 200, "{}", draft.text);

    assert_eq!(world.ask("DELETE", &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        world.ask("GET", &path, &Value::Null).await.json["error"]["code"],
        "webhook_not_found"
    );
    // What is published listens until it is published anew, and its log can still be read.
    let logs = world.ask("GET", &format!("{path}/logs"), &Value::Null).await;
    assert_eq!(logs.status, StatusCode::OK);
}

#[tokio::test]
async fn a_webhook_joins_a_workflow_that_is_there_and_a_refusal_is_an_answer() {
    let world = World::new().await;
    let start = node("Webhook", "trigger.manual", json!({}));
    let workflow = world.workflow(chain("Here", &[start, set("Set", "text", "x")])).await;
    let fields =
        json!({"workflowId": workflow, "authentication": "headerAuth", "methods": ["GET", "POST"]});
    let made = world.post("/api/webhooks", fields).await;
    assert_eq!((&made["nodeName"], &made["revision"]), (&json!("Webhook 2"), &json!(2)));
    // It names no credential yet, so that everybody is refused.
    let path = format!("/api/webhooks/{}/test", made["id"].as_str().unwrap());
    let tried = world.ask("POST", &path, &json!({})).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    assert!(tried.json["status"].as_u64().unwrap() >= 400, "{}", tried.text);
    assert_eq!(tried.json["executionId"], Value::Null);
    assert!(tried.json["body"].as_str().unwrap().contains("\"error\""));
    for odd in ["nothing", "0.1", "execute/1.2"] {
        let answer = world.ask("GET", &format!("/api/webhooks/{odd}"), &Value::Null).await;
        assert!(answer.status.is_client_error(), "{odd}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_log_shows_nobody_how_callers_prove_themselves() {
    let world = World::new().await;
    let secret = "zebra-77";
    let fields = json!({"name": "X-Foo", "value": secret});
    let credential = json!({"name": "Callers", "type": "httpHeaderAuth", "fields": fields});
    world.post("/api/credentials", credential).await;
    let mut hook = webhook("proof", json!({"authentication": "headerAuth"}));
    hook["credentials"] = json!({"httpHeaderAuth": {"name": "Callers"}});
    let id = world.published(chain("Proof", &[hook, set("Set", "text", "x")])).await;
    let call = async |value: &str, body: &str| {
        let request = Request::post("/webhook/proof").header("content-type", "application/json");
        let request = request.header("x-foo", value).header("x-bar", "shown");
        world.send(request.body(Body::from(body.to_owned())).unwrap()).await.status.as_u16()
    };
    // Let in, refused with what is nearly the secret, and refused for another reason.
    let answers = [call(secret, "{}").await, call("zebra-7", "{}").await, call(secret, "{").await];
    assert_eq!(answers, [200, 403, 422]);
    let listed = world.get(&format!("/api/webhooks?workflowId={id}")).await;
    let logs = format!("/api/webhooks/{}/logs", listed["items"][0]["id"].as_str().unwrap());
    let seen = world.until(&logs, |it| it["total"] == 3).await;
    assert!(!seen.to_string().contains("zebra-7"), "{seen}");
    for call in seen["items"].as_array().unwrap() {
        let headers = &call["request"]["headers"];
        assert_eq!((&headers["x-foo"], &headers["x-bar"]), (&json!("…"), &json!("shown")));
    }
}
