//! What the audit log says, and to whom.

use store::audit::PLATFORM;

use super::{
    people::{ELSEWHERE, token},
    *,
};

/// Routes that are called with other methods than GET and change nothing that the log is about.
const QUIET: &[(&str, &str, &str)] = &[
    ("POST", "/auth/passkeys/set-up", "draws a challenge"),
    ("POST", "/expressions/evaluate", "computes"),
    ("POST", "/workflows/nodes/validate", "looks"),
    ("POST", "/workflows/ports", "looks"),
    ("POST", "/workflows/convert", "computes"),
    ("POST", "/workflows/validate", "looks"),
    ("POST", "/workflows/{id}/editors", "is seen by others for a while"),
    ("DELETE", "/workflows/{id}/editors/{tab}", "is seen no more"),
    ("POST", "/workflows/{id}/listen", "waits for one call in memory"),
    ("DELETE", "/workflows/{id}/listen", "waits no more"),
    ("POST", "/webhooks/{id}/test", "waits for one call in memory"),
    ("PUT", "/users/preferences", "how things look to oneself"),
    ("POST", "/workspaces/{id}/switch", "where oneself looks next"),
    ("POST", "/auth/identities", "goes to the provider; what comes back is noted"),
    ("POST", "/workspaces/{id}/billing/checkout", "goes to the provider; what it says is noted"),
    ("POST", "/workspaces/{id}/billing/credits", "goes to the provider; what it says is noted"),
    ("POST", "/workspaces/{id}/billing/portal", "goes to the provider; what it says is noted"),
    ("POST", "/stripe/checkout", "goes to the provider; what it says is noted"),
    ("POST", "/stripe/purchase-credits", "goes to the provider; what it says is noted"),
    (
        "POST",
        "/stripe/billing/customer-portal/{workspaceId}",
        "goes to the provider; what it says is noted",
    ),
    ("POST", "/workspaces/{id}/credits/reservations", "stands in the ledger"),
    ("DELETE", "/workspaces/{id}/credits/reservations/{key}", "stands in the ledger"),
    ("POST", "/workspaces/{id}/credits/reservations/{key}/settle", "stands in the ledger"),
];

pub(super) fn is_quiet(method: &str, route: &str) -> bool {
    method == "GET" || QUIET.iter().any(|it| (it.0, it.1) == (method, route))
}

/// How many entries all chains have.
pub(super) async fn entries(world: &World) -> u64 {
    let app = world.app();
    let mut all: Vec<_> =
        app.store().workspaces().await.unwrap().into_iter().map(|it| it.id).collect();
    all.push(PLATFORM);
    let mut n = 0;
    for it in all {
        let verdict = app.store().verify_audit(it).await.unwrap();
        assert_eq!(verdict.broken, None);
        n += verdict.last;
    }
    n
}

#[tokio::test]
async fn a_change_tells_who_what_and_from_where_but_no_secret() {
    let world = World::new().await;
    let fields = |it: &str| json!({"name": "x-key", "value": it});
    let body = json!({"type": "httpHeaderAuth", "name": "One", "fields": fields("marker-1")});
    let made = world.post("/api/credentials", body).await;
    let id = made["id"].as_str().unwrap();
    let body = json!({"name": "Two", "fields": fields("marker-2")});
    let changed = world.ask("PUT", &format!("/api/credentials/{id}"), &body).await;
    assert_eq!(changed.status, StatusCode::OK);
    world.post("/api/variables", json!({"name": "hidden", "value": "marker-3"})).await;
    let found = world.get(&format!("/api/audit?thing={id}&action=credential.update")).await;
    assert_eq!(found["total"], 1, "{found}");
    let entry = &found["items"][0];
    assert_eq!(entry["who"], "key");
    assert_eq!(entry["whoName"], "own");
    assert_eq!(entry["before"]["name"], "One");
    assert_eq!(entry["after"]["name"], "Two");
    assert_eq!(entry["requestId"], changed.headers["x-request-id"].to_str().unwrap());
    let found = world.get("/api/audit?action=credential&search=TWO").await;
    assert_eq!(found["total"], 1, "{found}");
    for format in ["csv", "jsonl"] {
        let path = format!("/api/audit/export?format={format}");
        let answer = world.ask("GET", &path, &Value::Null).await;
        assert!(answer.text.contains("credential.create"), "{}", answer.text);
        assert!(!answer.text.contains("marker-"), "{}", answer.text);
    }
    let verdict = world.get("/api/audit/verify").await;
    assert_eq!(verdict["intact"], true, "{verdict}");
    let foreign = world.ask_as(&world.foreign_key, "GET", "/api/audit?thing=x", &Value::Null).await;
    assert_eq!(foreign.json["total"], 0);
}

#[tokio::test]
async fn sign_ins_are_noted_and_those_that_fail() {
    let world = World::new().await;
    let ada = world.operator("ada@example.com").await;
    let body = json!({"email": "ada@example.com", "password": "not that one at all"});
    world.knock(&ELSEWHERE, "/api/auth/login", &body).await;
    let seen = async |path: &str| world.ask_as(token(&ada), "GET", path, &Value::Null).await.json;
    // Away from who tries, so that the answer does not tell who has an account.
    let noted = async |path: &str| {
        world.until_as(token(&ada), path, |it| it["total"] == 1).await;
    };
    noted("/api/audit?action=sign_in.failed").await;
    assert!(seen("/api/audit?action=sign_in.succeeded").await["total"].as_u64() >= Some(1));
    // Of who does not exist, the platform hears.
    let body = json!({"email": "nobody@example.com", "password": "not that one at all"});
    world.knock(&ELSEWHERE, "/api/auth/login", &body).await;
    noted("/api/audit?chain=platform&action=sign_in.failed").await;
    let bob = world.person("bob@example.com").await;
    let refused = world.ask_as(token(&bob), "GET", "/api/audit?chain=platform", &Value::Null).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let refused = world.ask("GET", "/api/audit?chain=platform", &Value::Null).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let odd = world.ask("GET", "/api/audit?who=ada", &Value::Null).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

/// What runs is noted before it does, and what does not run is noted with what it was answered.
#[tokio::test]
async fn attempts_are_noted_and_those_that_are_refused() {
    let world = World::new().await;
    let start = node("Start", "trigger.manual", json!({}));
    let id = world.workflow(chain("Run", &[start, set("Greet", "text", "hello")])).await;
    let path = format!("/api/workflows/{id}/execute");
    world.post(&path, json!({})).await;
    let listed = format!("/api/audit?thing={id}&action=workflow.execute");
    let found = world.get(&listed).await;
    assert_eq!((&found["total"], &found["items"][0]["after"]), (&json!(1), &Value::Null));
    let refused = world.ask("POST", &path, &json!({"until": "Nobody"})).await;
    assert!(refused.status.is_client_error(), "{}", refused.text);
    let found = world.get(&listed).await;
    assert_eq!(found["total"], 3, "{found}");
    assert_eq!(found["items"][0]["after"]["status"], refused.status.as_u16());
}

#[tokio::test]
async fn what_is_made_of_others_is_called_so() {
    let world = World::new().await;
    let id = world.workflow(chain("Made", &[set("Greet", "text", "hello")])).await;
    world.post(&format!("/api/workflows/{id}/duplicate"), json!({})).await;
    let first = world.get("/api/audit?action=workflow").await;
    let names: Vec<_> = first["items"].as_array().unwrap().iter().map(|it| &it["action"]).collect();
    assert_eq!(names, ["workflow.duplicate", "workflow.create"]);
}
