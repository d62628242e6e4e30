//! What travels with every answer, and answers that need not travel again.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;

use super::*;

const SAFE: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "frame-ancestors"),
];

#[tokio::test]
async fn every_answer_of_ours_keeps_browsers_from_harm() {
    let world = World::new().await;
    for (path, status) in [
        ("/api/variables", 401),
        ("/api/auth/me", 401),
        ("/auth/me", 401),
        ("/api/nothing", 404),
        ("/nothing", 404),
        ("/api/docs", 200),
        ("/api/docs/errors/internal", 200),
        ("/api/openapi.json", 200),
        ("/health", 200),
        ("/metrics", 200),
        ("/", 307),
        ("/app/", 404),
    ] {
        let answer = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{path}");
        for (name, part) in SAFE {
            let found = answer.headers[name].to_str().unwrap();
            assert!(found.contains(part), "{path}: {name}: {found}");
        }
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
        assert!(!answer.headers.contains_key("strict-transport-security"), "{path}");
    }
    // A page of ours has its own policy, and an answer of a workflow only what the workflow says.
    let docs = world.send(Request::get("/api/docs").body(Body::empty()).unwrap()).await;
    let policy = docs.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("connect-src 'self'"), "{policy}");
    world.published(chain("Hook", &[webhook("open", json!({}))])).await;
    let hook = world.send(Request::post("/webhook/open").body(Body::empty()).unwrap()).await;
    assert!(!hook.headers.contains_key("content-security-policy"));
    assert!(hook.headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn tls_is_believed_of_trusted_proxies_alone() {
    let mut world = World::new().await;
    let options =
        Options { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Options::default() };
    world.router = Api::open(world.engine.clone(), world.accounts.clone(), options).router;
    for (peer, proto, expected) in [
        ("10.0.0.1:1", "https", true),
        ("10.0.0.1:1", "HTTPS, http", true),
        ("10.0.0.1:1", "http", false),
        ("198.51.100.7:1", "https", false),
    ] {
        let request = Request::get("/api/health").header("x-forwarded-proto", proto);
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let answer = world.send(request).await;
        let found = answer.headers.contains_key("strict-transport-security");
        assert_eq!(found, expected, "{peer} {proto}");
    }
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let world = World::new().await;
    let read = async |key: &str, tag: Option<&str>| {
        let mut request = Request::get("/api/variables").header("x-api-key", key);
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let first = read(&world.key, None).await;
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(first.headers["cache-control"], "private, no-cache");
    let strong = tag.trim_start_matches("W/").to_owned();
    for known in [tag.clone(), strong, format!("\"other\", {tag}"), "*".to_owned()] {
        let again = read(&world.key, Some(&known)).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{known}");
        assert_eq!(again.headers["etag"], tag.as_str());
    }
    assert_eq!(read(&world.key, Some("\"other\"")).await.status, StatusCode::OK);
    world.post("/api/variables", json!({"name": "a", "value": "b"})).await;
    let changed = read(&world.key, Some(&tag)).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.headers["etag"], tag.as_str());
    // A tag opens nothing.
    let refused = read("tbk_wrong", Some(&tag)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(!refused.headers.contains_key("etag"));
}
