//! The gateway: calls that go on to a service of this machine, and rules and limits of webhooks.

mod bodies;
mod service;
mod web_sockets;

use axum::http::Method;
use service::Service;

use super::{
    people::{PASSWORD, token},
    *,
};

impl World {
    /// Makes a route; gives its id.
    async fn route(&self, body: Value) -> String {
        let made = self.post("/api/gateway/routes", body).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// A call of its own kind, not held against the description.
    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }
}

/// A route of everybody's to a service.
fn open(path: &str, url: &str) -> Value {
    json!({"name": path, "path": path, "upstream": {"url": url, "access": "everybody"}})
}

fn with(mut route: Value, at: &str, value: Value) -> Value {
    *route.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = value;
    route
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.json["error"]["code"].as_str().unwrap_or(""))
}

#[tokio::test]
async fn a_call_goes_on_signed_and_told_who_called() {
    let (world, service) = (World::reaching().await, Service::start().await);
    let fields = json!({"name": "x-secret", "value": "lemon"});
    let new = json!({"type": "httpHeaderAuth", "name": "Shop", "fields": fields});
    let credential = world.post("/api/credentials", new).await["id"].clone();
    let upstream =
        json!({"url": format!("{}/base/{{id}}", service.url), "credentialId": credential});
    let rules = json!({
        "headers": [
            {"action": "rename", "name": "X-Old", "to": "X-New"},
            {"action": "add", "name": "X-Secret", "value": "overwritten by the credential"},
            {"action": "remove", "name": "x-gone"},
        ],
        "fields": [{"action": "rename", "path": "a", "to": "b"}],
    });
    world
        .route(
            json!({"name": "Shop", "path": "/shop/:id/*", "upstream": upstream, "request": rules}),
        )
        .await;
    let headers = [
        ("x-api-key", world.key.as_str()),
        ("content-type", "application/json"),
        ("connection", "close, x-private"),
        ("x-private", "1"),
        ("x-old", "2"),
        ("x-gone", "3"),
        ("x-forwarded-for", "6.6.6.6"),
        ("accept-encoding", "br"),
        ("x-request-id", "mine-1"),
        ("host", "flows.example"),
    ];
    let path = "/gateway/shop/4%2F2/x%20y/z?q=1&r";
    let answer = world.call("PATCH", path, &headers, r#"{"a": 12345678901234567}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let seen = &answer.json;
    assert_eq!(seen["method"], "PATCH");
    assert_eq!(seen["path"], "/base/4%2F2/x%20y/z?q=1&r");
    assert_eq!(seen["body"], r#"{"b":12345678901234567}"#);
    let header = |name: &str| seen["headers"][name].as_str();
    assert_eq!(header("x-secret"), Some("lemon"));
    assert_eq!((header("x-new"), header("x-old"), header("x-gone")), (Some("2"), None, None));
    for name in ["x-api-key", "x-private", "x-forwarded-for"] {
        assert_eq!(header(name), None, "{name}");
    }
    assert_eq!(header("x-forwarded-host"), Some("flows.example"));
    assert_eq!(
        (header("x-forwarded-proto"), header("via")),
        (Some("http"), Some("1.1 tailorbird"))
    );
    assert_eq!(header("x-request-id"), Some("mine-1"));
    assert_ne!(header("host"), Some("flows.example"));
    // In use, a credential is not removed by mistake.
    let path = format!("/api/credentials/{}", credential.as_str().unwrap());
    let removed = world.ask("DELETE", &path, &Value::Null).await;
    assert_eq!(code(&removed), (409, "credential_in_use"));
}

#[tokio::test]
async fn an_answer_loses_what_is_not_ours_to_say() {
    let (world, service) = (World::reaching().await, Service::start().await);
    let rules = json!({
        "headers": [{"action": "remove", "name": "x-powered-by"}, {"action": "add", "name": "x-shop", "value": "1"}],
        "fields": [{"action": "remove", "path": "items.price"}],
    });
    let route = open("/s/*", &service.url);
    let mut route = with(route, "/upstream/url", json!(service.url));
    route["response"] = rules;
    world.route(route).await;
    let answer = world.call("GET", "/gateway/s/priced", &[], "").await;
    assert_eq!(answer.json, json!({"items": [{"id": 1}, {"id": 2}]}), "{}", answer.text);
    assert_eq!(answer.headers["x-shop"], "1");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    let policy = answer.headers.get_all("content-security-policy");
    assert!(policy.iter().any(|it| it.to_str().unwrap().starts_with("sandbox")));
    for name in [
        "x-powered-by",
        "clear-site-data",
        "access-control-allow-origin",
        "strict-transport-security",
        "keep-alive",
    ] {
        assert!(!answer.headers.contains_key(name), "{name}");
    }
    // What streams has its headers changed only.
    let stream = world.call("GET", "/gateway/s/stream", &[], "").await;
    assert_eq!(stream.headers["x-shop"], "1");
    assert_eq!(stream.text, "data: {\"price\":1}\n\ndata: {\"price\":2}\n\n");
    // What calls itself JSON and is none might hold what is to be removed.
    let odd = world.call("GET", "/gateway/s/odd", &[], "").await;
    assert_eq!(code(&odd), (502, "upstream_failed"), "{}", odd.text);
    let head = world.call("HEAD", "/gateway/s/priced", &[], "").await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn only_who_may_calls_a_route() {
    let (world, service) = (World::reaching().await, Service::start().await);
    world.route(json!({"name": "Shop", "path": "/shop", "methods": ["GET"], "upstream": {"url": service.url}})).await;
    let check = async |key: Option<&str>, expected: (u16, &str)| {
        let headers: Vec<(&str, &str)> = key.map(|it| ("x-api-key", it)).into_iter().collect();
        let answer = world.call("GET", "/gateway/shop", &headers, "").await;
        assert_eq!(code(&answer), expected, "{}", answer.text);
    };
    check(Some(&world.key), (200, "")).await;
    check(None, (401, "unauthorized")).await;
    check(Some("tbk_guess"), (401, "unauthorized")).await;
    check(Some(&world.foreign_key), (404, "not_found")).await;
    for (may, expected) in [("gateway.call", (200, "")), ("gateway.read", (403, "forbidden"))] {
        let key = world.post("/api/keys", json!({"name": may, "permissions": [may]})).await;
        check(key["key"].as_str(), expected).await;
    }
    let ada = world.operator("ada@example.com").await;
    let bearer = format!("Bearer {}", token(&ada));
    let answer = world.call("GET", "/gateway/shop", &[("authorization", &bearer)], "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json["headers"]["authorization"], Value::Null, "what opens us goes nowhere");
    let own = world.engine.default_workspace();
    let named = world
        .call("GET", &format!("/w/{own}/gateway/shop"), &[("authorization", &bearer)], "")
        .await;
    assert_eq!(named.status, StatusCode::OK, "{}", named.text);
    let key = [("x-api-key", world.key.as_str())];
    let other = world.call("POST", "/gateway/shop", &key, "").await;
    assert_eq!(code(&other), (405, "method_not_allowed"));
    for path in ["/gateway/nothing", &format!("/w/{}/gateway/shop", world.foreign)] {
        assert_eq!(
            code(&world.call("GET", path, &key, "").await),
            (404, "route_not_found"),
            "{path}"
        );
    }
    assert_eq!(code(&world.call("GET", "/w/odd/gateway/shop", &key, "").await), (404, "not_found"));
    assert_eq!(service.calls(), 4);
    assert_eq!(world.login("ada@example.com", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn paths_lead_nowhere_else() {
    let (world, service) = (World::reaching().await, Service::start().await);
    world.route(open("/s/*", &format!("{}/base", service.url))).await;
    for odd in [
        "..",
        "%2e%2e/admin",
        "..%2fadmin",
        "a/%2e%2e/%2e%2e/admin",
        "%5c..%5cadmin",
        "%252e%252e/x",
        "a%00",
    ] {
        let answer = world.call("GET", &format!("/gateway/s/{odd}"), &[], "").await;
        assert_eq!(code(&answer), (400, "invalid_request"), "{odd}: {}", answer.text);
    }
    assert_eq!(service.calls(), 0);
}

#[tokio::test]
async fn what_may_be_done_twice_is_tried_again() {
    let (world, service) = (World::reaching().await, Service::start().await);
    let mut route = open("/s/*", &service.url);
    route["upstream"]["retries"] = json!(2);
    let id = world.route(route).await;
    for (method, expected, calls) in
        [(Method::GET, 200, 3), (Method::DELETE, 200, 3), (Method::POST, 503, 1)]
    {
        let before = service.calls();
        let path = format!("/gateway/s/away/{method}");
        let answer = world.call(method.as_str(), &path, &[], "").await;
        assert_eq!(answer.status.as_u16(), expected, "{method}: {}", answer.text);
        assert_eq!(service.calls() - before, calls, "{method}");
    }
    let route = world.get(&format!("/api/gateway/routes/{id}")).await;
    assert_eq!(route["health"]["failures"], 5);
    assert_eq!(route["health"]["lastStatus"], 503);
}

#[tokio::test]
async fn a_service_that_is_not_there_is_left_alone() {
    let world = World::reaching().await;
    // A place where nobody listens.
    let place = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let id = world.route(open("/s/*", &format!("http://{place}"))).await;
    let mut answer = world.call("POST", "/gateway/s/x", &[], "").await;
    assert_eq!(code(&answer), (502, "upstream_failed"));
    assert!(!answer.text.contains(&place.to_string()), "{}", answer.text);
    for _ in 0..5 {
        answer = world.call("POST", "/gateway/s/x", &[], "").await;
    }
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=11).contains(&seconds), "{seconds}");
    let path = format!("/api/gateway/routes/{id}");
    let health = world.get(&path).await["health"].clone();
    assert_eq!((&health["down"], &health["calls"]), (&json!(true), &json!(5)));
    let checked = world.post(&format!("{path}/check"), json!({})).await;
    assert_eq!(checked["works"], false);
    // Who says that it is elsewhere now begins anew.
    let service = Service::start().await;
    let moved = world.ask("PUT", &path, &open("/s/*", &service.url)).await;
    assert_eq!(moved.json["health"]["down"], false, "{}", moved.text);
    assert_eq!(world.call("POST", "/gateway/s/x", &[], "").await.status, StatusCode::OK);
    let checked = world.post(&format!("{path}/check"), json!({})).await;
    assert_eq!((&checked["works"], &checked["status"]), (&json!(true), &json!(200)));
}

#[tokio::test]
async fn addresses_inside_are_refused() {
    let (world, service) = (World::new().await, Service::start().await);
    let id = world.route(open("/s/*", &service.url)).await;
    let answer = world.call("GET", "/gateway/s/x", &[], "").await;
    assert_eq!(code(&answer), (502, "upstream_failed"));
    let health = &world.get(&format!("/api/gateway/routes/{id}")).await["health"];
    assert!(health["trouble"].as_str().unwrap().contains("--http-allow"), "{health}");
    assert_eq!(service.calls(), 0);
}

#[tokio::test]
async fn times_and_sizes_have_limits() {
    let (world, service) = (World::reaching().await, Service::start().await);
    let mut route = open("/s/*", &service.url);
    for (name, value) in [("timeoutMs", 200), ("bodyBytesMax", 100), ("answerBytesMax", 1_000)] {
        route["upstream"][name] = json!(value);
    }
    world.route(route).await;
    let slow = world.call("GET", "/gateway/s/never", &[], "").await;
    assert_eq!(code(&slow), (504, "upstream_timeout"), "{}", slow.text);
    for (len, expected) in [(100, (200, "")), (101, (413, "body_too_large"))] {
        let answer = world.call("POST", "/gateway/s/sized/10", &[], &"x".repeat(len)).await;
        assert_eq!(code(&answer), expected, "{len}: {}", answer.text);
    }
    for (len, expected) in [(1_000, (200, "")), (1_001, (502, "upstream_failed"))] {
        let answer = world.call("POST", &format!("/gateway/s/sized/{len}"), &[], "").await;
        assert_eq!(code(&answer), expected, "{len}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_route_has_limits_of_its_own() {
    let (world, service) = (World::reaching().await, Service::start().await);
    let mut route = open("/s", &service.url);
    route["limits"] = json!({"caller": "2/day", "together": "3/day"});
    world.route(route).await;
    let knock = async |from: &str| {
        let mut request = Request::get("/gateway/s").body(Body::empty()).unwrap();
        let peer: std::net::SocketAddr = from.parse().unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        let answer = world.send(request).await;
        let left = answer.headers["ratelimit-remaining"].to_str().unwrap().to_owned();
        (answer.status.as_u16(), left)
    };
    let (one, two) = ("203.0.113.1:1", "203.0.113.2:1");
    for (from, expected, left) in
        [(one, 200, "1"), (one, 200, "0"), (one, 429, "0"), (two, 200, "0"), (two, 429, "0")]
    {
        assert_eq!(knock(from).await, (expected, left.to_owned()), "{from}");
    }
    assert_eq!(service.calls(), 3);
    let own = format!("/api/workspaces/{}/limits", world.engine.default_workspace());
    let put = world.ask("PUT", &own, &json!({"own": {"gateway": "1/day"}})).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    world.route(open("/t", &service.url)).await;
    for expected in [200, 429] {
        assert_eq!(world.call("GET", "/gateway/t", &[], "").await.status.as_u16(), expected);
    }
}

#[tokio::test]
async fn webhooks_have_rules_and_limits() {
    let world = World::new().await;
    let hook = webhook("orders/:id", json!({"respond": "lastNode"}));
    let code = "return { got: $json.body, secret: $json.headers['x-new'], price: 1 }";
    let shape = node("Shape", "code.javascript", json!({"code": code, "mode": "eachItem"}));
    world.published(chain("Orders", &[hook, shape])).await;
    let plain = world.call("POST", "/webhook/orders/1", &[], "{}").await;
    assert!(
        !plain.headers.contains_key("ratelimit-limit"),
        "it is not limited until somebody says so"
    );
    let route = json!({
        "name": "Orders",
        "path": "/orders/:any",
        "methods": ["POST"],
        "limits": {"caller": "3/day"},
        "request": {
            "headers": [{"action": "rename", "name": "x-old", "to": "x-new"}],
            "fields": [{"action": "add", "path": "via", "value": {"gateway": true}}, {"action": "remove", "path": "card"}],
        },
        "response": {
            "headers": [{"action": "add", "name": "x-shop", "value": "1"}],
            "fields": [{"action": "remove", "path": "price"}],
        },
    });
    world.route(route).await;
    let headers = [("content-type", "application/json"), ("x-old", "lemon")];
    let answer = world.call("POST", "/webhook/orders/1", &headers, r#"{"card": 1, "n": 2}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let shaped = match &answer.json {
        Value::Array(all) => all[0].clone(),
        other => other.clone(),
    };
    assert_eq!(shaped, json!({"got": {"n": 2, "via": {"gateway": true}}, "secret": "lemon"}));
    assert_eq!(
        (&answer.headers["x-shop"], &answer.headers["ratelimit-remaining"]),
        (&"1".parse().unwrap(), &"2".parse().unwrap())
    );
    let odd = world.call("POST", "/webhook/orders/1", &headers, "{").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);
    assert_eq!(
        world.call("POST", "/webhook/orders/1", &headers, "{}").await.status,
        StatusCode::OK
    );
    let last = world.call("POST", "/webhook/orders/1", &headers, "{}").await;
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS, "{}", last.text);
    // Routes of services are no webhooks' business.
    assert_eq!(
        world.call("POST", "/gateway/orders/1", &headers, "{}").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_route_that_cannot_be_kept_says_all_that_is_wrong() {
    let world = World::new().await;
    let check = async |body: Value, status: u16, places: &[&str]| {
        let answer = world.ask("POST", "/api/gateway/routes", &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
        let details = answer.json["error"]["details"].as_array().cloned().unwrap_or_default();
        let found: Vec<&str> = details.iter().map(|it| it["path"].as_str().unwrap()).collect();
        assert_eq!(found, places, "{}", answer.text);
    };
    let fine = |name: &str, path: &str| json!({"name": name, "path": path});
    let mut odd = open("/s", "ftp://a.example");
    odd["name"] = json!("");
    odd["request"] = json!({"headers": [{"action": "add", "name": "Host", "value": "a"}]});
    check(odd, 400, &["name", "request.headers[0]", "upstream.url"]).await;
    check(open("/s", "https://a.example:port"), 400, &["upstream.url"]).await;
    check(fine("A", "a/*/b"), 400, &[]).await;
    check(json!({"name": "A", "path": "/a", "odd": 1}), 400, &[]).await;
    check(json!({"name": "A", "path": "/a", "limits": {"caller": "often"}}), 400, &[]).await;
    check(fine("A", "/a/:x"), 201, &[]).await;
    check(fine("A", "/b"), 409, &[]).await;
    check(fine("B", "/a/:y"), 409, &[]).await;
    check(json!({"name": "C", "path": "/a/:y", "methods": ["GET"]}), 201, &[]).await;
    let credential = "cred_00000000000000000000000000";
    let mut foreign = open("/s", "https://a.example");
    foreign["upstream"]["credentialId"] = json!(credential);
    check(foreign.clone(), 404, &[]).await;
    let key = world.post("/api/keys", json!({"name": "g", "permissions": ["gateway.write"]})).await;
    let answer =
        world.ask_as(key["key"].as_str().unwrap(), "POST", "/api/gateway/routes", &foreign).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
}
