//! How often one caller may ask, and that nobody uses up what is another's.

use super::{
    people::{ELSEWHERE, From, PASSWORD, token},
    *,
};
use crate::{Rates, gate};

/// Rates per day, so that no token comes back while a test runs.
fn rates(auth: u32, api: u32, upload: u32) -> Rates {
    let rate = |it: u32| Some(format!("{it}/day").parse().unwrap());
    Rates { auth: rate(auth), api: rate(api), upload: rate(upload) }
}

impl World {
    /// The same server, where one caller may ask only so often from now on.
    async fn limited(mut self, rates: Rates) -> World {
        let options = Options { rates, ..Options::default() };
        self.router = Api::open(self.engine.clone(), self.accounts.clone(), options).router;
        self
    }
}

fn left(answer: &Answer) -> Option<u64> {
    answer.headers.get("ratelimit-remaining")?.to_str().unwrap().parse().ok()
}

#[tokio::test]
async fn each_caller_may_ask_so_often_and_no_more() {
    let world = World::new().await.limited(rates(5, 3, 1)).await;
    // The three beginnings of an address are one.
    for (path, expected) in [
        ("/api/variables", 2),
        ("/api/v1/variables", 1),
        ("/api/workflows/wf_00000000000000000000000000", 0),
    ] {
        let answer = world.ask("GET", path, &Value::Null).await;
        assert_eq!(left(&answer), Some(expected), "{path}: {}", answer.text);
        assert_eq!(answer.headers["ratelimit-limit"], "3");
        assert!(answer.headers.contains_key("ratelimit-reset"));
        assert!(!answer.headers.contains_key("retry-after"));
    }
    let answer = world.ask("GET", "/api/variables", &Value::Null).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json["error"]["code"], "too_many_requests");
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((28_000..=28_800).contains(&seconds), "{seconds}");
    assert_eq!(left(&answer), Some(0));
    // Others are not concerned, nor is what is counted apart.
    let foreign = world.ask_as(&world.foreign_key, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(left(&foreign), Some(2));
    let document = chain("From a file", &[]);
    let imported = world.ask("POST", "/api/workflows/import", &document).await;
    assert_eq!(
        (imported.status, left(&imported)),
        (StatusCode::CREATED, Some(0)),
        "{}",
        imported.text
    );
    let again = world.ask("POST", "/api/workflows/import", &document).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    let said = again.json["error"]["message"].as_str().unwrap();
    assert!(said.ends_with("the server's option --rate-upload allows more"), "{said}");
}

#[tokio::test]
async fn what_is_no_call_of_the_api_is_not_limited() {
    let world = World::new().await;
    world.published(chain("Hook", &[webhook("open", json!({}))])).await;
    let world = world.limited(rates(1, 1, 1)).await;
    world.get("/api/variables").await;
    for path in [
        "/health",
        "/healthz",
        "/api/health",
        "/metrics",
        "/app/",
        "/api/docs",
        "/api/openapi.json",
        "/api/docs/errors/internal",
    ] {
        for _ in 0..3 {
            let answer = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
            assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert_eq!(left(&answer), None, "{path}");
        }
    }
    for _ in 0..3 {
        let answer = world.send(Request::post("/webhook/open").body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    for path in ["/api/executions/events", "/api/v1/executions/events"] {
        let request = Request::get(path).header("x-api-key", &world.key).body(Body::empty());
        let response = world.router.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn the_anonymous_are_counted_by_their_address() {
    let world = World::new().await;
    world.operator("ada@example.com").await;
    let world = world.limited(rates(3, 2, 1)).await;
    for status in [401, 401, 401, 429] {
        assert_eq!(world.login("ada@example.com", "wrong wrong wrong").await.status, status);
    }
    // All that tries a word or writes a mail is one class, under all its names.
    let body = json!({"email": "ada@example.com"});
    for path in ["/api/auth/forgot", "/api/v1/auth/forgot", "/auth/forgot-password"] {
        let answer = world.knock(&ELSEWHERE, path, &body).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    // From elsewhere the right password opens, and a token has its own count.
    let home = From { peer: Some("203.0.113.9:1"), headers: &[] };
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let signed_in = world.knock(&home, "/api/auth/login", &body).await;
    assert_eq!((signed_in.status, left(&signed_in)), (StatusCode::OK, Some(2)));
    let me = world.ask_as(token(&signed_in.json), "GET", "/api/auth/me", &Value::Null).await;
    assert_eq!((me.status, left(&me)), (StatusCode::OK, Some(1)));
    // Whoever guesses at keys is counted, wherever he tries them.
    for (path, status) in
        [("/api/variables", 401), ("/auth/me", 401), ("/api/executions/events", 429)]
    {
        let answer = world.ask_as("tbk_guess", "GET", path, &Value::Null).await;
        assert_eq!(answer.status, status, "{path}");
    }
    assert_eq!(world.ask("GET", "/api/variables", &Value::Null).await.status, StatusCode::OK);
}

#[tokio::test]
async fn strangers_cannot_use_up_the_sign_ins_of_an_account() {
    let world = World::new().await;
    world.operator("ada@example.com").await; // From 198.51.100.7.
    let world = world.limited(rates(2, 100, 1)).await;
    let tries = async |address: &str, password: &str| {
        let peer = format!("{address}:1");
        let from = From { peer: Some(&peer), headers: &[] };
        let body = json!({"email": "Ada@example.com", "password": password});
        world.knock(&from, "/api/auth/login", &body).await.status.as_u16()
    };
    for it in 0..20 {
        let address = format!("203.0.113.{}", it % 10);
        assert_eq!(tries(&address, "wrong wrong wrong").await, 401, "{it}");
    }
    assert_eq!(tries("203.0.113.77", PASSWORD).await, 429, "the account has no more");
    assert_eq!(tries("198.51.100.7", PASSWORD).await, 200, "its owner is known from there");
}

#[tokio::test]
async fn the_second_step_of_a_sign_in_is_counted_with_the_first() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let factor = async |verb: &str, body: Value| {
        let path = format!("/api/auth/two-factor/{verb}");
        world.ask_as(token(&ada), "POST", &path, &body).await.json
    };
    let made = factor("set-up", json!({"password": PASSWORD})).await;
    let secret = made["secret"].as_str().unwrap();
    let codes = factor("confirm", json!({"code": testkit::authenticator::code(secret, 0)})).await;
    let codes = codes["recoveryCodes"].as_array().unwrap();
    let world = world.limited(rates(2, 100, 1)).await;
    let answer = async |challenge: &Value, code: &str| {
        let body = json!({"challenge": challenge, "code": code});
        world.knock(&ELSEWHERE, "/api/auth/two-factor/sign-in", &body).await
    };
    let challenge = world.login("ada@example.com", PASSWORD).await.json["challenge"].clone();
    // As many codes as the challenge takes, and no more.
    for _ in 0..4 {
        assert_eq!(answer(&challenge, "wrong wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    let came = answer(&challenge, codes[0].as_str().unwrap()).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    assert_eq!(left(&came), Some(95), "it is counted as other calls are");
    // Words that nothing waits for are guesses of the address.
    assert_eq!(answer(&json!("guess"), "x").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer(&challenge, "x").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        world.login("ada@example.com", PASSWORD).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn a_key_has_a_limit_of_its_own() {
    let world = World::new().await.limited(rates(5, 10, 1)).await;
    let more = json!({"name": "more", "rate": "11/day"});
    let refused = world.ask("POST", "/api/keys", &more).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    let made = world.post("/api/keys", json!({"name": "slow", "rate": "2/day"})).await;
    let key = made["key"].as_str().unwrap();
    for expected in [Some(1), Some(0)] {
        let answer = world.ask_as(key, "GET", "/api/variables", &Value::Null).await;
        assert_eq!((answer.status, left(&answer)), (StatusCode::OK, expected));
    }
    let after = world.ask_as(key, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(after.status, StatusCode::TOO_MANY_REQUESTS);
    // Files are counted apart.
    let imported = world.ask_as(key, "POST", "/api/workflows/import", &chain("A", &[])).await;
    assert_eq!(imported.status, StatusCode::CREATED, "{}", imported.text);
    let path = format!("/api/keys/{}/rate", made["id"].as_str().unwrap());
    let odd = world.ask("PUT", &path, &json!({"rate": "often"})).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);
    let changed = world.ask("PUT", &path, &json!({"rate": "5/day"})).await;
    assert_eq!(changed.json["rate"], "5/day", "{}", changed.text);
    let next = world.ask_as(key, "GET", "/api/variables", &Value::Null).await;
    assert_eq!(next.headers["ratelimit-limit"], "5", "{}", next.text);
}

/// A client says how often in an hour, hears exactly that, and still does not come more at once than everybody may.
#[tokio::test]
async fn an_hourly_limit_is_told_as_it_was_said() {
    let world = World::new().await.limited(rates(5, 4, 1)).await;
    for said in [1_000, 17, 10_000] {
        let body = json!({"name": "client", "rateLimit": said});
        let made = world.ask_as(&world.foreign_key, "POST", "/api/api-keys", &body).await;
        assert_eq!(made.json["apiKey"]["rateLimit"], said, "{}", made.text);
    }
    let body = json!({"name": "heaps", "rateLimit": 5});
    let made = world.post("/api/api-keys", body).await;
    let key = made["key"].as_str().unwrap();
    let path = format!("/api/api-keys/{}", made["apiKey"]["id"].as_str().unwrap());
    for expected in [Some(3), Some(2), Some(1), Some(0)] {
        let answer = world.ask_as(key, "GET", "/api/workflows", &Value::Null).await;
        assert_eq!((answer.status, left(&answer)), (StatusCode::OK, expected));
    }
    let fifth = world.ask_as(key, "GET", "/api/workflows", &Value::Null).await;
    assert_eq!(fifth.status, StatusCode::TOO_MANY_REQUESTS, "{}", fifth.text);
    assert_eq!(fifth.headers["ratelimit-limit"], "4");
    // What was refused is counted too.
    let seen = world.get(&path).await;
    assert_eq!((&seen["rateLimit"], &seen["usageCount"]), (&json!(5), &json!(5)));
}

#[tokio::test]
async fn a_workspace_gives_its_callers_what_it_was_granted_or_less() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let of =
        |it: &Value| format!("/api/workspaces/{}/limits", it["workspace"]["id"].as_str().unwrap());
    let (own, bobs) = (of(&ada), of(&bob));
    let world = world.limited(rates(50, 100, 10)).await;
    let set = async |who: &Value, path: &str, body: Value| {
        world.ask_as(token(who), "PUT", path, &body).await
    };
    let less = set(&bob, &bobs, json!({"own": {"api": "20/day"}})).await;
    assert_eq!(less.json["effective"]["api"], "20/day", "{}", less.text);
    let more = set(&bob, &bobs, json!({"own": {"api": "200/day"}})).await;
    assert_eq!(more.status, StatusCode::BAD_REQUEST, "{}", more.text);
    let granting = json!({"granted": {"api": "1000/day"}});
    let refused = set(&bob, &bobs, granting.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let granted = set(&ada, &bobs, granting).await;
    assert_eq!(granted.json["effective"]["api"], "1000/day", "{}", granted.text);
    let now = set(&bob, &bobs, json!({"own": {"api": "200/day"}})).await;
    assert_eq!(now.json["effective"]["api"], "200/day", "{}", now.text);
    let next = world.ask_as(token(&bob), "GET", "/api/variables", &Value::Null).await;
    assert_eq!(next.headers["ratelimit-limit"], "200");
    let others = world.ask_as(token(&ada), "GET", &own, &Value::Null).await;
    assert_eq!(others.headers["ratelimit-limit"], "100");
}

#[tokio::test]
async fn a_plan_says_how_often_a_workspace_and_each_of_its_callers_may_ask() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let id = bob["workspace"]["id"].as_str().unwrap();
    let world = world.limited(rates(50, 100, 10)).await;
    let give = async |plan: &str, limits: Value| {
        let body = json!({"workspaceId": id, "plan": plan, "limits": limits});
        world.ask_as(token(&ada), "PUT", "/api/platform/plans", &body).await
    };
    let none = give("free", json!({"callerRequestsPerMinute": 0})).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST, "{}", none.text);
    let given = give("free", json!({"callerRequestsPerMinute": 3, "requestsPerMinute": 5})).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let path = format!("/api/workspaces/{id}/limits");
    let limits = world.ask_as(token(&bob), "GET", &path, &Value::Null).await;
    let plan = json!({"name": "free", "api": "3/min", "together": "5/min"});
    assert_eq!(limits.json["plan"], plan, "{}", limits.text);
    assert_eq!(limits.json["effective"]["api"], "3/min");
    // A key has no more than that, and what all have together is the lowest for it.
    let more = json!({"name": "more", "rate": "4/min"});
    let refused = world.ask_as(token(&bob), "POST", "/api/keys", &more).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    let made = world.ask_as(token(&bob), "POST", "/api/keys", &json!({"name": "a"})).await;
    assert_eq!((made.status, left(&made)), (StatusCode::CREATED, Some(0)), "{}", made.text);
    let check = |answer: &Answer| {
        let error = &answer.json["error"];
        assert_eq!(error["code"], "too_many_requests", "{}", answer.text);
        assert_eq!(error["details"]["plan"], "free", "{}", answer.text);
        assert!(error["message"].as_str().unwrap().contains("the plan `free`"));
    };
    check(&world.ask_as(token(&bob), "GET", "/api/variables", &Value::Null).await);
    let key = made.json["key"].as_str().unwrap();
    for expected in [Some(1), Some(0)] {
        let answer = world.ask_as(key, "GET", "/api/variables", &Value::Null).await;
        assert_eq!((answer.status, left(&answer)), (StatusCode::OK, expected));
    }
    check(&world.ask_as(key, "GET", "/api/variables", &Value::Null).await);
    // A larger plan counts at once, and others are not concerned.
    let given = give("pro", json!({})).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let answer = world.ask_as(token(&bob), "GET", "/api/variables", &Value::Null).await;
    assert_eq!(answer.headers["ratelimit-limit"], "600", "{}", answer.text);
    let others = world.ask_as(token(&ada), "GET", "/api/variables", &Value::Null).await;
    assert_eq!(others.headers["ratelimit-limit"], "100");
}

#[tokio::test]
async fn a_household_of_version_6_is_one_address() {
    let world = World::new().await.limited(rates(1, 1, 1)).await;
    let knock = async |peer: &str| {
        let from = From { peer: Some(peer), headers: &[] };
        let body = json!({"refreshToken": "nothing"});
        world.knock(&from, "/api/auth/refresh", &body).await.status.as_u16()
    };
    assert_eq!(knock("[2001:db8::1]:1").await, 401);
    assert_eq!(knock("[2001:db8::2]:1").await, 429);
    assert_eq!(knock("[2001:db8:0:1::1]:1").await, 401);
}

#[test]
fn every_row_about_a_class_is_about_a_route() {
    let described = |method: &str, path: &str| {
        DESCRIPTION["paths"][format!("/api{path}")].get(method.to_lowercase()).is_some()
    };
    for (method, path, _) in gate::CLASSES {
        assert!(described(method, path), "{method} {path}");
    }
}
