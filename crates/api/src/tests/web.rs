//! The web app's files and the addresses below it.

use super::*;
use crate::WebFile;

const FILES: &[WebFile] = &[
    WebFile {
        name: "assets/a-1.js",
        plain: b"plain",
        brotli: Some(b"brotli"),
        gzip: Some(b"gzip"),
    },
    WebFile { name: "index.html", plain: b"<p>page", brotli: None, gzip: None },
];

async fn get(router: &Router, path: &str, takes: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, takes);
    let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, headers, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn the_web_app_is_served_and_knows_its_own_addresses() {
    let world = World::new().await;
    let options = Options { web: FILES, ..Options::default() };
    let router = Api::open(world.engine.clone(), world.accounts.clone(), options).router;
    let (status, headers, _) = get(&router, "/", "").await;
    assert_eq!((status.as_u16(), headers[header::LOCATION].to_str().unwrap()), (307, "/app/"));
    for path in ["/app", "/app/", "/app/workflows/wf_1", "/app/index.html"] {
        let (status, headers, text) = get(&router, path, "gzip").await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, "<p>page"), "{path}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
    }
    for (takes, wanted) in [("gzip, br", "brotli"), ("gzip", "gzip"), ("", "plain")] {
        let (_, headers, text) = get(&router, "/app/assets/a-1.js", takes).await;
        assert_eq!(text, wanted);
        assert_eq!(headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert!(headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    }
    let (status, ..) = get(&router, "/app/assets/gone.js", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_of_the_api_is_found_where_others_have_it() {
    let world = World::new().await;
    for root in ["/api", "/api/v1"] {
        let (status, headers, _) = get(&world.router, root, "").await;
        let to = headers[header::LOCATION].to_str().unwrap();
        assert_eq!((status.as_u16(), to), (307, format!("{root}/docs").as_str()));
        let (status, _, text) = get(&world.router, to, "").await;
        assert!(status.is_success() && text.contains("openapi.json"), "{to}");
    }
}

#[tokio::test]
async fn a_binary_without_the_web_app_says_how_to_build_it() {
    let world = World::new().await;
    let (status, _, text) = get(&world.router, "/app/", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(text.contains("npm run build"), "{text}");
}
