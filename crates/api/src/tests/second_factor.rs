//! A workspace that demands a second factor: who has none does nothing in it but set one up.

use super::{people::token, permissions::filled, *};
use crate::gate::GATES;

const NEEDED: &str = "second_factor_needed";

async fn demand(world: &World, by: &str, workspace: &Value, is_wanted: bool) -> Answer {
    let path = format!("/api/workspaces/{}/second-factor", workspace.as_str().unwrap());
    world.ask_as(by, "PUT", &path, &json!({"required": is_wanted})).await
}

#[tokio::test]
async fn who_has_no_second_factor_only_sets_one_up() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let own = &ada["workspace"]["id"];
    let bob = world.joined(token(&ada), own.as_str().unwrap(), "bob@example.com", "admin").await;
    // Who demands it has one.
    let refused = demand(&world, token(&ada), own, true).await;
    assert_eq!(
        (refused.status, &refused.json["error"]["code"]),
        (StatusCode::FORBIDDEN, &json!(NEEDED))
    );
    world.guarded(token(&ada)).await;
    assert_eq!(world.status(token(&bob), "GET", "/api/workflows").await, StatusCode::OK);
    let set = demand(&world, token(&ada), own, true).await;
    assert_eq!((set.status, set.json), (StatusCode::OK, json!({"required": true})));

    for (method, route, _) in GATES {
        let path = filled(&world, route);
        let answer = world.ask_as(token(&bob), method, &path, &Value::Null).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}: {}", answer.text);
        assert_eq!(answer.json["error"]["code"], NEEDED, "{method} {path}: {}", answer.text);
    }
    let me = world.ask_as(token(&bob), "GET", "/api/auth/me", &Value::Null).await.json;
    assert_eq!((&me["needsSecondFactor"], &me["permissions"]), (&json!(true), &json!([])));
    // Neither who has one nor a key is kept out, and another workspace is another one.
    assert_eq!(world.status(token(&ada), "GET", "/api/workflows").await, StatusCode::OK);
    world.get("/api/workflows").await;
    let made = world.ask_as(token(&bob), "POST", "/api/workspaces", &json!({"name": "Mine"})).await;
    let path = format!("/api/workspaces/{}/switch", made.json["id"].as_str().unwrap());
    let there = world.ask_as(token(&bob), "POST", &path, &json!({})).await.json;
    assert_eq!(world.status(token(&there), "GET", "/api/workflows").await, StatusCode::OK);

    world.guarded(token(&bob)).await;
    assert_eq!(world.status(token(&bob), "GET", "/api/workflows").await, StatusCode::OK);
    let me = world.ask_as(token(&bob), "GET", "/api/auth/me", &Value::Null).await.json;
    assert_eq!(me["needsSecondFactor"], false);
    let body = json!({"password": super::people::PASSWORD});
    let off = world.ask_as(token(&bob), "POST", "/api/auth/two-factor/disable", &body).await;
    assert_eq!(off.status, StatusCode::OK, "{}", off.text);
    assert_eq!(world.status(token(&bob), "GET", "/api/workflows").await, StatusCode::FORBIDDEN);
    // A passkey is one too, for who signs in with it: to have one and show a password does not count.
    let again = world.login("bob@example.com", super::people::PASSWORD).await.json;
    let device = world.device();
    let made = world.made(token(&again), &device).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let path = format!("/api/workspaces/{}/switch", own.as_str().unwrap());
    let workflows = async |session: &Value| {
        let there = world.ask_as(token(session), "POST", &path, &json!({})).await.json;
        world.status(token(&there), "GET", "/api/workflows").await
    };
    assert_eq!(workflows(&again).await, StatusCode::FORBIDDEN);
    let again = world.login("bob@example.com", super::people::PASSWORD).await.json;
    assert_eq!(workflows(&again).await, StatusCode::FORBIDDEN);
    let entered = world.enters(&device.sign(&world.asked().await)).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
    assert_eq!(workflows(&entered.json).await, StatusCode::OK);
    let set = demand(&world, token(&ada), own, false).await;
    assert_eq!(set.json, json!({"required": false}));
}
