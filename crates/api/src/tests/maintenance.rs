//! While the server is closed: who is told so, and what goes on.

use super::{people::PASSWORD, people::token, *};

const PLACE: &str = "/api/platform/maintenance";

async fn refused(world: &World, key: &str, path: &str) -> Answer {
    let answer = world.ask_as(key, "GET", path, &Value::Null).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", answer.text);
    let code =
        if path.starts_with("/api") { &answer.json["error"]["code"] } else { &answer.json["code"] };
    assert_eq!(code, "maintenance");
    answer
}

#[tokio::test]
async fn a_closed_server_answers_its_operator_and_no_one_else() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let bob = world.person("bob@example.com").await;
    let (ada, bob) = (token(&ada).to_owned(), token(&bob).to_owned());
    world.published(chain("Orders", &[webhook("orders", json!({}))])).await;
    for key in [&bob, &world.foreign_key, &world.key] {
        let answer = world.ask_as(key, "POST", PLACE, &json!({})).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    }
    let said = world.ask_as(&ada, "POST", PLACE, &json!({"message": "we move house"})).await;
    assert_eq!((said.status, &said.json["on"]), (StatusCode::OK, &json!(true)), "{}", said.text);
    for path in ["/api/workflows", "/api/v1/executions", "/workspaces", "/api/auth/me"] {
        let answer = refused(&world, &bob, path).await;
        assert!(answer.text.contains(r#""we move house""#), "{}", answer.text);
        assert_eq!(answer.headers["retry-after"], "60");
    }
    for key in [&world.key, &world.foreign_key] {
        refused(&world, key, "/api/workflows").await;
    }
    let nobody = Request::get("/api/workflows").body(Body::empty()).unwrap();
    assert_eq!(world.send(nobody).await.status, StatusCode::SERVICE_UNAVAILABLE);
    let body = json!({"email": "new@example.com", "password": PASSWORD});
    let made = world.knock(&people::ELSEWHERE, "/api/auth/register", &body).await;
    assert_eq!(made.status, StatusCode::SERVICE_UNAVAILABLE, "{}", made.text);
    // What goes on.
    for path in ["/api/workflows", "/api/auth/me"] {
        assert_eq!(world.status(&ada, "GET", path).await, StatusCode::OK, "{path}");
    }
    assert_eq!(world.login("ada@example.com", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(world.status(&bob, "POST", "/api/auth/logout").await, StatusCode::OK);
    for path in ["/health", "/api/health", "/api/docs", PLACE, "/api/docs/errors/maintenance"] {
        let open = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(open.status, StatusCode::OK, "{path}: {}", open.text);
    }
    let call = Request::post("/webhook/orders").body(Body::from("{}")).unwrap();
    assert_eq!(world.send(call).await.status, StatusCode::OK);
    let ended = world.ask_as(&ada, "DELETE", PLACE, &Value::Null).await;
    assert_eq!((ended.status, &ended.json["on"]), (StatusCode::OK, &json!(false)));
    assert_eq!(world.status(&world.foreign_key, "GET", "/api/workflows").await, StatusCode::OK);
}

#[tokio::test]
async fn it_is_over_when_its_time_is_and_another_process_knows() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let ada = token(&ada);
    let past = json!({"until": "2020-01-01T00:00:00Z"});
    let long = json!({"message": "x".repeat(501)});
    for odd in [past, long] {
        let answer = world.ask_as(ada, "POST", PLACE, &odd).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    }
    let until = Timestamp::now() + jiff::SignedDuration::from_hours(1);
    world.ask_as(ada, "POST", PLACE, &json!({"until": until.to_string(), "message": " "})).await;
    let answer = refused(&world, &world.foreign_key, "/api/workflows").await;
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((3_000..=3_601).contains(&seconds), "{seconds}");
    // Another process of the same platform reads the same.
    let other = world.app();
    assert!(other.notice().await.is_some());
    let over = crate::maintenance::Notice {
        message: "over".to_owned(),
        since: Timestamp::UNIX_EPOCH,
        until: Some(Timestamp::UNIX_EPOCH),
    };
    other.set_notice(Some(over)).await.unwrap();
    assert_eq!(other.notice().await, None);
    assert_eq!(world.app().notice().await, None);
}
