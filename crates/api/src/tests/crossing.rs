//! Pages of other origins: a workspace's own list says who may read its answers.

use super::{
    sockets::{Client, Heard},
    *,
};

const SHOP: &str = "https://shop.example";

impl World {
    async fn page(&self, origin: &str, method: &str, path: &str, key: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("host", "flows.example").header("origin", origin);
        if method == "OPTIONS" {
            request = request.header("access-control-request-method", "PUT");
        }
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

fn readable(headers: &HeaderMap) -> Option<&str> {
    headers.get("access-control-allow-origin").map(|it| it.to_str().unwrap())
}

#[tokio::test]
async fn a_page_reads_what_is_of_a_workspace_that_lists_it() {
    let world = World::new().await;
    let own = format!("/api/workspaces/{}/origins", world.engine.default_workspace());
    let key = Some(world.key.clone());
    // Nobody lists it.
    let asked = world.page(SHOP, "OPTIONS", "/api/workflows", None).await;
    assert_eq!((asked.status, readable(&asked.headers)), (StatusCode::NO_CONTENT, None));
    let read = world.page(SHOP, "GET", "/api/workflows", key.as_deref()).await;
    assert_eq!((read.status, readable(&read.headers)), (StatusCode::OK, None));
    let given = world.ask("PUT", &own, &json!({"origins": ["https://Shop.example:443/"]})).await;
    assert_eq!(given.json, json!({"origins": [SHOP]}));
    for path in ["/api/workflows", "/api/v1/workflows", "/workspaces"] {
        let asked = world.page(SHOP, "OPTIONS", path, None).await;
        assert_eq!((asked.status, readable(&asked.headers)), (StatusCode::NO_CONTENT, Some(SHOP)));
        let text = |name: &str| asked.headers[name].to_str().unwrap().to_owned();
        assert!(text("access-control-allow-methods").contains("PUT"));
        assert!(text("access-control-allow-headers").contains("authorization"));
        assert_eq!(text("access-control-max-age"), "300");
        assert_eq!(asked.headers.get("access-control-allow-credentials"), None);
    }
    let read = world.page(SHOP, "GET", "/api/v1/workflows", key.as_deref()).await;
    assert_eq!(readable(&read.headers), Some(SHOP));
    assert!(read.headers.get_all("vary").iter().any(|it| it == "origin"));
    // Why the door is closed is readable, too; what is another workspace's is not.
    let refused = world.page(SHOP, "GET", "/api/workflows", None).await;
    assert_eq!(
        (refused.status, readable(&refused.headers)),
        (StatusCode::UNAUTHORIZED, Some(SHOP))
    );
    let foreign = world.page(SHOP, "GET", "/api/workflows", Some(&world.foreign_key)).await;
    assert_eq!((foreign.status, readable(&foreign.headers)), (StatusCode::OK, None));
    for other in ["http://shop.example", "https://shop.example:8443", "null", "https://x.example"] {
        let read = world.page(other, "GET", "/api/workflows", key.as_deref()).await;
        assert_eq!(readable(&read.headers), None, "{other}");
    }
    // Our own pages need no leave.
    let ours = world.page("https://flows.example", "GET", "/api/workflows", None).await;
    assert!(
        readable(&ours.headers).is_none()
            && ours.headers.get("vary").is_none_or(|it| it != "origin")
    );
    world.ask("PUT", &own, &json!({"origins": []})).await;
    let read = world.page(SHOP, "GET", "/api/workflows", key.as_deref()).await;
    assert_eq!(readable(&read.headers), None);
}

#[tokio::test]
async fn what_is_no_origin_is_refused() {
    let world = World::new().await;
    let own = format!("/api/workspaces/{}/origins", world.engine.default_workspace());
    let many: Vec<String> = (0..51).map(|it| format!("https://{it}.example")).collect();
    for odd in [json!(["*"]), json!(["https://a.example/page"]), json!([""]), json!(many)] {
        let answer = world.ask("PUT", &own, &json!({"origins": odd})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    }
    assert_eq!(world.get(&own).await, json!({"origins": []}));
}

#[tokio::test]
async fn a_socket_of_a_page_opens_where_its_origin_is_listed() {
    let world = World::new().await;
    let greet = async || {
        let client = Client::open_on(&world, Some(SHOP)).await;
        client.say(format!("40{}", json!({"token": world.key}))).await;
        let Heard { mut packets, headers } = client.listen().await;
        (packets.remove(0), readable(&headers).map(str::to_owned))
    };
    let (text, reads) = greet().await;
    assert!(text.starts_with("44") && text.contains("origin") && reads.is_none(), "{text}");
    let own = format!("/api/workspaces/{}/origins", world.engine.default_workspace());
    world.ask("PUT", &own, &json!({"origins": [SHOP]})).await;
    let (text, reads) = greet().await;
    assert!(text.starts_with("40") && reads.as_deref() == Some(SHOP), "{text}");
}
