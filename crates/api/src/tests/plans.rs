//! Plans: what is past a limit is refused or waits, and a workspace that was deactivated begins nothing.

use super::{people::token, *};

impl World {
    /// Gives the default workspace a plan, with limits of its own.
    async fn give(&self, token: &str, plan: &str, limits: Value) -> Answer {
        let id = self.engine.default_workspace().to_string();
        let body = json!({"workspaceId": id, "plan": plan, "limits": limits});
        self.ask_as(token, "PUT", "/api/platform/plans", &body).await
    }

    async fn trigger(&self, path: &str) -> Answer {
        self.send(Request::post(path).body(Body::from("{}")).unwrap()).await
    }
}

fn limit<'a>(usage: &'a Value, name: &str) -> &'a Value {
    usage["limits"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()
}

#[tokio::test]
async fn a_thing_past_a_limit_is_refused_with_the_way_out() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let ada = token(&ada);
    assert_eq!(world.give(ada, "none", json!({})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.give(ada, "free", json!({"cakes": 1})).await.status, StatusCode::BAD_REQUEST);
    let given = world.give(ada, "free", json!({"workflows": 2, "members": 2})).await;
    assert_eq!(given.json["plan"], "free", "{}", given.text);
    for n in 0..3 {
        let document = chain(&format!("Nr. {n}"), &[set("Greet", "text", "hello")]);
        let answer = world.ask("POST", "/api/workflows", &document).await;
        if n < 2 {
            assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
            continue;
        }
        assert_eq!(answer.status, StatusCode::PAYMENT_REQUIRED, "{}", answer.text);
        assert_eq!(answer.json["error"]["code"], "plan_limit");
        let expected = json!({"plan": "free", "limit": "workflows", "max": 2, "used": 2});
        assert_eq!(answer.json["error"]["details"], expected);
    }
    let path = format!("/api/workspaces/{}", world.engine.default_workspace());
    for (email, status) in [("bob@example.com", 201), ("eve@example.com", 402)] {
        let body = json!({"email": email, "role": "viewer"});
        let answer = world.ask_as(ada, "POST", &format!("{path}/invitations"), &body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    }
    let usage = world.get(&format!("{path}/usage")).await;
    assert_eq!((&usage["plan"], &usage["status"]), (&json!("free"), &json!("active")));
    assert_eq!(limit(&usage, "workflows")["used"], 2);
    assert_eq!(
        limit(&usage, "members"),
        &json!({"name": "members", "max": 2, "used": 2, "resetsAt": null})
    );
    let info = world.ask_as(ada, "GET", "/api/users/trial-info", &Value::Null).await.json;
    assert_eq!((&info["isTrial"], &info["daysLeft"]), (&json!(false), &json!(0)));
    let id = world.engine.default_workspace();
    let given = format!("/api/platform/plans/given?workspaceId={id}");
    let given = world.ask_as(ada, "GET", &given, &Value::Null).await.json;
    let own = json!({"workflows": 2, "members": 2});
    assert_eq!((&given["plan"], &given["limits"]), (&json!("free"), &own));
    // A larger plan has room at once.
    world.give(ada, "pro", json!({})).await;
    let document = chain("One more", &[set("Greet", "text", "hello")]);
    assert_eq!(world.ask("POST", "/api/workflows", &document).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_trigger_past_the_limit_waits_and_past_the_backlog_is_refused() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let nodes = [webhook("till", json!({"respond": "lastNode"})), set("Greet", "text", "hello")];
    let workflow = world.workflow(chain("Till", &nodes)).await;
    world.post(&format!("/api/workflows/{workflow}/publish"), json!({})).await;
    world.give(token(&ada), "free", json!({"executions": 2, "backlog": 2})).await;
    for _ in 0..2 {
        let answer = world.trigger("/webhook/till").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(answer.text.contains("hello"));
    }
    let mut waiting = vec![];
    for _ in 0..2 {
        let answer = world.trigger("/webhook/till").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        waiting.push(answer.json["executionId"].as_str().unwrap().to_owned());
    }
    let refused = world.trigger("/webhook/till").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text);
    assert_eq!(refused.json["error"]["code"], "backlog_full");
    assert!(refused.headers.contains_key("retry-after"));
    for id in &waiting {
        let seen = world.get(&format!("/api/executions/{id}")).await;
        assert_eq!((&seen["status"], &seen["waitingFor"]), (&json!("waiting"), &json!("plan")));
    }
    let listed = world.get("/api/executions").await;
    assert_eq!(listed["total"], 4, "of the refused one nothing is there");
    world.give(token(&ada), "unlimited", json!({"executions": null, "backlog": null})).await;
    for id in &waiting {
        world.until(&format!("/api/executions/{id}"), |it| it["status"] == "success").await;
    }
}

#[tokio::test]
async fn a_burst_past_what_runs_at_once_runs_to_its_end() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let nodes = [webhook("burst", json!({})), set("Greet", "text", "hello")];
    let workflow = world.workflow(chain("Burst", &nodes)).await;
    world.post(&format!("/api/workflows/{workflow}/publish"), json!({})).await;
    let limits =
        json!({"concurrentRuns": 1, "executions": null, "storageBytes": null, "backlog": 50});
    world.give(token(&ada), "free", limits).await;
    for _ in 0..20 {
        assert_eq!(world.trigger("/webhook/burst").await.status, StatusCode::OK);
    }
    let done = |it: &Value| it["total"] == 20;
    world.until("/api/executions?status=success", done).await;
}

#[tokio::test]
async fn nothing_begins_in_a_workspace_that_was_deactivated() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let nodes = [webhook("shut", json!({})), set("Greet", "text", "hello")];
    let workflow = world.workflow(chain("Shut", &nodes)).await;
    world.post(&format!("/api/workflows/{workflow}/publish"), json!({})).await;
    let path = format!("/api/workspaces/{}", world.engine.default_workspace());
    let ask = async |verb: &str| {
        world.ask_as(token(&ada), "PUT", &format!("{path}/{verb}"), &Value::Null).await.json
    };
    assert_eq!(ask("deactivate").await["isActive"], false);
    let refused = world.trigger("/webhook/shut").await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert_eq!(refused.json["error"]["code"], "workspace_inactive");
    let run = format!("/api/workflows/{workflow}/execute");
    assert_eq!(world.ask("POST", &run, &json!({})).await.status, StatusCode::CONFLICT);
    assert_eq!(world.get("/api/executions").await["total"], 0);
    assert!(world.get(&format!("{path}/usage")).await["deactivatedAt"].is_string());
    assert_eq!(ask("activate").await["isActive"], true);
    assert_eq!(world.trigger("/webhook/shut").await.status, StatusCode::OK);
}
