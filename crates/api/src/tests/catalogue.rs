//! Node types, credential types, expressions, health, pages.

use super::*;

#[tokio::test]
async fn node_types_are_listed_with_their_forms() {
    let world = World::new().await;
    let all = world.get("/api/node-types?pageSize=500").await;
    assert_eq!(all["total"], nodes::all().iter().count());
    for it in all["items"].as_array().unwrap() {
        let name = it["name"].as_str().unwrap();
        assert_eq!(world.get(&format!("/api/node-types/{name}")).await["name"], name);
        let config = world.get(&format!("/api/workflows/nodes/config-schema/{name}")).await;
        assert_eq!(config["schema"]["type"], "object", "{name}");
        jsonschema::options().build(&config["schema"]).unwrap_or_else(|it| panic!("{name}: {it}"));
    }
    let found = world.get("/api/node-types?search=WEBHOOK&trigger=true").await;
    assert_eq!(found["items"][0]["name"], "trigger.webhook");
    let last = world.get("/api/node-types?sort=-name&pageSize=1").await;
    let names = all["items"].as_array().unwrap();
    assert_eq!(last["items"][0]["name"], names.last().unwrap()["name"]);
    let unknown = world.ask("GET", "/api/node-types/no.such", &Value::Null).await;
    assert_eq!(unknown.json["error"]["code"], "node_type_unknown");
    let types = world.get("/api/credential-types?pageSize=500").await;
    for it in types["items"].as_array().unwrap() {
        world.get(&format!("/api/credential-types/{}", it["name"].as_str().unwrap())).await;
    }
}

#[tokio::test]
async fn the_catalogue_has_its_other_names() {
    let world = World::new().await;
    let categories = world.get("/api/workflows/nodes/categories").await;
    let categories = categories["items"].as_array().unwrap();
    let names: Vec<&str> = categories.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["AI", "Action", "Data", "Flow", "Core", "Human"]);
    let templates = world.get("/api/workflows/nodes/templates?category=Flow").await;
    assert!(templates["total"].as_u64().unwrap() > 0);
    let triggers = world.get("/api/workflows/nodes/triggers").await;
    assert!(triggers["items"].as_array().unwrap().iter().all(|it| it["trigger"] == true));
}

#[tokio::test]
async fn a_node_is_checked_and_tried_by_itself() {
    let world = World::new().await;
    let bad = json!({"type": "http.request", "parameters": {"url": "={{ ( }}"}});
    let checked = world.post("/api/workflows/nodes/validate", bad).await;
    assert_eq!(checked["valid"], false, "{checked}");
    assert_eq!(checked["faults"][0]["path"], "url", "{checked}");
    let row = json!({"name": "double", "type": "number", "value": "={{ $json.n * 2 }}"});
    let trial = json!({
        "node": {"type": "data.set", "parameters": {"fields": [row]}},
        "items": [{"json": {"n": 21}}, {"json": {"n": 4}}],
    });
    let tried = world.post("/api/workflows/nodes/test", trial).await;
    assert_eq!(tried["status"], "success", "{tried}");
    let made = &tried["outputs"][0];
    assert_eq!(made["total"], 2);
    assert_eq!(made["items"][0]["json"], json!({"double": 42}));
    assert_eq!(made["items"][1]["json"], json!({"double": 8}));
    world.post("/api/variables", json!({"name": "shop", "value": "Lisbon"})).await;
    let row = json!({"name": "shop", "type": "string", "value": "={{ $vars.shop }}"});
    let node = json!({"type": "data.set", "parameters": {"fields": [row]}});
    let trial = json!({"node": node, "items": [{"json": {}}]});
    let tried = world.post("/api/workflows/nodes/test", trial).await;
    assert_eq!(tried["outputs"][0]["items"][0]["json"]["shop"], "Lisbon", "{tried}");
    let code = json!({"code": "throw new Error('no')"});
    let failing = json!({"node": {"type": "code.javascript", "parameters": code}});
    let tried = world.post("/api/workflows/nodes/test", failing).await;
    assert_eq!(tried["status"], "error", "{tried}");
    assert!(tried["error"]["message"].as_str().unwrap().contains("no"), "{tried}");
}

#[tokio::test]
async fn expressions_are_evaluated() {
    let world = World::new().await;
    world.post("/api/variables", json!({"name": "shop", "value": "Lisbon"})).await;
    let check = async |body: Value, expected: Value| {
        let found = world.post("/api/expressions/evaluate", body.clone()).await;
        assert_eq!(found, expected, "{body}");
    };
    let body = json!({"expression": "={{ $json.name.toUpperCase() }}", "item": {"name": "ada"}});
    check(body, json!({"result": "ADA", "type": "string"})).await;
    check(json!({"expression": "{{ $json.none }}"}), json!({"type": "undefined"})).await;
    let body = json!({"expression": "{{ $vars.shop }}"});
    check(body, json!({"result": "Lisbon", "type": "string"})).await;
    let failing = json!({"expression": "{{ ( }}"});
    let failed = world.ask("POST", "/api/expressions/evaluate", &failing).await;
    assert_eq!(failed.json["error"]["code"], "expression_failed", "{}", failed.text);
}

#[tokio::test]
async fn large_answers_are_packed_for_whom_asks() {
    let world = World::new().await;
    let request = Request::get("/api/openapi.json").header("accept-encoding", "gzip");
    let packed = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    let request = Request::get("/api/executions/events")
        .header("accept-encoding", "gzip")
        .header("x-api-key", &world.key);
    let live = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert!(!live.headers().contains_key("content-encoding"), "events must come at once");
}

#[tokio::test]
async fn everybody_may_ask_how_it_is() {
    let world = World::new().await;
    let open = async |path: &str| world.send(Request::get(path).body(Body::empty()).unwrap()).await;
    for path in ["/health", "/api/health", "/api/v1/health"] {
        let answer = open(path).await;
        assert_eq!(
            (answer.status, &answer.json["ready"]),
            (StatusCode::OK, &json!(true)),
            "{path}"
        );
    }
    for path in ["/healthz", "/api/health/live"] {
        assert_eq!(open(path).await.json["live"], true, "{path}");
    }
    let metrics = open("/metrics").await;
    assert!(metrics.text.contains("tailorbird_http_requests_total"), "{}", metrics.text);
    let page = open("/api/docs").await;
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "it loads nothing");
    let described = open("/api/openapi.json").await;
    assert_eq!(described.json, *DESCRIPTION);
    // When the database is gone, it lives on and says that it is not ready.
    world.engine.close().await;
    world.engine.store().close().await;
    assert_eq!(open("/health").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(open("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_asked_is_counted_by_its_route() {
    let world = World::new().await;
    let open = async |path: &str| world.send(Request::get(path).body(Body::empty()).unwrap()).await;
    for (path, route) in [
        ("/api/v1/workflows/counted", "/api/v1/workflows/{id}"),
        ("/api/docs/counted", "none"),
        ("/workspaces/counted", "/workspaces/{id}"),
        ("/webhook/counted", "/webhook/{*path}"),
    ] {
        open(path).await;
        let metrics = open("/metrics").await.text;
        assert!(metrics.contains(&format!("route=\"{route}\"")), "{route} in {metrics}");
        assert!(!metrics.contains("counted"), "{metrics}");
    }
}

#[tokio::test]
async fn ports_are_told_as_parameters_make_them() {
    let world = World::new().await;
    let document = json!({"name": "Ports", "nodes": [
        {"name": "Way", "type": "flow.switch", "onError": "errorOutput",
         "parameters": {"rules": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}},
        {"name": "Odd", "type": "no.such"},
    ]});
    let ports = world.post("/api/workflows/ports", document).await;
    let names: Vec<&str> = ports["nodes"][0]["outputs"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c", "error"]);
    assert_eq!(ports["nodes"].as_array().unwrap().len(), 1);
}
