//! The addresses of workflows: requests in, answers out.

use super::*;

async fn call(world: &World, method: &str, path: &str, kind: &str, body: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).header("content-type", kind);
    world.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_request_is_answered_by_its_workflow() {
    let world = World::new().await;
    let hook = webhook(
        "echo/:id",
        json!({"respond": "lastNode", "statusCode": 201,
        "headers": [{"name": "X-Answer", "value": "yes"}, {"name": "Content-Length", "value": "1"}]}),
    );
    let expression = "={{ $json.params.id + ' ' + $json.query.a.join() + ' ' + $json.body.name + ' ' + $json.headers['x-mine'] + ' ' + $json.webhookUrl }}";
    world.published(chain("Echo", &[hook, set("Echo", "text", expression)])).await;
    let request = Request::post("/webhook/echo/7?a=1&a=2")
        .header("content-type", "application/json")
        .header("x-mine", "one")
        .header("x-mine", "two")
        .body(Body::from(r#"{"name": "Ada"}"#));
    let answer = world.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let base = world.engine.base_url();
    assert_eq!(answer.json, json!({"text": format!("7 1,2 Ada one, two {base}/webhook/echo/7")}));
    assert_eq!(answer.headers["x-answer"], "yes");
    assert_eq!(answer.headers["content-type"], "application/json; charset=utf-8");
    let other = call(&world, "GET", "/webhook/echo/7", "", "").await;
    assert_eq!(other.status, StatusCode::METHOD_NOT_ALLOWED);
    let own = world.engine.default_workspace();
    let long =
        call(&world, "POST", &format!("/w/{own}/webhook/echo/8?a=1&a=2"), "application/json", "{}")
            .await;
    assert_eq!(long.status, StatusCode::CREATED, "{}", long.text);
    let foreign = format!("/w/{}/webhook/echo/8", world.foreign);
    assert_eq!(
        call(&world, "POST", &foreign, "application/json", "{}").await.status,
        StatusCode::NOT_FOUND
    );
    let broken = call(&world, "POST", "/webhook/echo/7", "application/json", "{").await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(broken.json["error"]["code"], "invalid_request");
}

#[tokio::test]
async fn forms_bring_their_files() {
    let world = World::new().await;
    let hook = webhook(
        "form",
        json!({"respond": "lastNode", "answerWith": "file", "fileProperty": "photo"}),
    );
    let pass = node("Pass", "flow.no_op", json!({}));
    world.published(chain("Form", &[hook, pass])).await;
    let form = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHi\r\n--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG bytes\r\n--b--\r\n";
    let answer =
        call(&world, "POST", "/webhook/form", "multipart/form-data; boundary=b", form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.text, "PNG bytes");
    assert_eq!(answer.headers["content-type"], "image/png");
    let broken =
        call(&world, "POST", "/webhook/form", "multipart/form-data; boundary=x", form).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST, "{}", broken.text);
}

#[tokio::test]
async fn pages_of_workflows_run_apart_from_the_interface() {
    let world = World::new().await;
    let hook = webhook("page", json!({"methods": ["GET"], "respond": "node"}));
    let answer =
        node("Answer", "webhook.respond", json!({"respondWith": "text", "text": "<h1>Hi</h1>"}));
    world.published(chain("Page", &[hook, answer])).await;
    let page = call(&world, "GET", "/webhook/page", "", "").await;
    assert_eq!(page.text, "<h1>Hi</h1>");
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"));
}

#[tokio::test]
async fn a_stream_comes_in_pieces() {
    let world = World::new().await;
    let hook = webhook("stream", json!({"respond": "stream"}));
    let piece = |name: &str, text: &str| {
        node(
            name,
            "webhook.respond",
            json!({"respondWith": "text", "text": text, "streaming": true}),
        )
    };
    world.published(chain("Stream", &[hook, piece("One", "first"), piece("Two", "second")])).await;
    let answer = call(&world, "POST", "/webhook/stream", "application/json", "{}").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("first"), "{}", answer.text);
}

#[tokio::test]
async fn a_draft_hears_the_next_test_call() {
    let world = World::new().await;
    let hook = webhook("draft", json!({"respond": "lastNode"}));
    let id = world
        .workflow(chain("Draft", &[hook, set("Set", "mode", "={{ $json.executionMode }}")]))
        .await;
    let path = format!("/api/workflows/{id}/listen");
    let listening = world.post(&path, json!({"seconds": 60})).await;
    assert!(listening["addresses"][0]["url"].as_str().unwrap().ends_with("/webhook-test/draft"));
    let answer = call(&world, "POST", "/webhook-test/draft", "application/json", "{}").await;
    assert_eq!(answer.json, json!({"mode": "test"}), "{}", answer.text);
    let again = call(&world, "POST", "/webhook-test/draft", "application/json", "{}").await;
    assert_eq!(again.json["error"]["code"], "webhook_not_listening");
    world.post(&path, json!({})).await;
    assert_eq!(world.ask("DELETE", &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    let after = call(&world, "POST", "/webhook-test/draft", "application/json", "{}").await;
    assert_eq!(after.json["error"]["code"], "webhook_not_listening");
    let manual = world.workflow(chain("M", &[node("Start", "trigger.manual", json!({}))])).await;
    let none = world.ask("POST", &format!("/api/workflows/{manual}/listen"), &json!({})).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_waiting_execution_goes_on_when_its_address_is_called() {
    let world = World::new().await;
    let start = node("Start", "trigger.manual", json!({}));
    let wait = node("Wait", "flow.wait", json!({"until": "webhook", "methods": ["POST"]}));
    let nodes = [
        start,
        set("Url", "url", "={{ $execution.resumeUrl }}"),
        wait,
        set("Last", "got", "={{ $json.body.word }}"),
    ];
    let id = world.workflow(chain("Waits", &nodes)).await;
    let run = world.post(&format!("/api/workflows/{id}/execute"), json!({})).await;
    let path = format!("/api/executions/{}", run["executionId"].as_str().unwrap());
    let seen = world.until(&path, |it| it["status"] == "waiting").await;
    let url = seen["steps"]["items"][1]["outputs"][0]["items"][0]["json"]["url"].as_str().unwrap();
    let address = url.strip_prefix(world.engine.base_url()).unwrap();
    let wrong = address.replace("token=", "token=x");
    let body = r#"{"word": "go"}"#;
    let refused = call(&world, "POST", &wrong, "application/json", body).await;
    assert_eq!(refused.json["error"]["code"], "wait_not_found", "{}", refused.text);
    let taken = call(&world, "POST", address, "application/json", body).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    let end = world.until(&path, |it| it["status"] == "success").await;
    let last = end["steps"]["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["outputs"][0]["items"][0]["json"], json!({"got": "go"}));
    let again = call(&world, "POST", address, "application/json", body).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_in_browsers_may_call_as_the_node_says() {
    let world = World::new().await;
    let hook = webhook("cross", json!({"allowedOrigins": "https://good.example"}));
    world.published(chain("Cross", &[hook])).await;
    let ask = async |method: &str, origin: &str| {
        let request = Request::builder()
            .method(method)
            .uri("/webhook/cross")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
            .body(Body::empty());
        world.send(request.unwrap()).await
    };
    let good = ask("OPTIONS", "https://good.example").await;
    assert_eq!(good.status, StatusCode::NO_CONTENT);
    assert_eq!(good.headers["access-control-allow-origin"], "https://good.example");
    assert_eq!(good.headers["access-control-allow-methods"], "POST");
    assert_eq!(good.headers["access-control-allow-headers"], "content-type");
    let call = ask("POST", "https://good.example").await;
    assert_eq!(call.headers["access-control-allow-origin"], "https://good.example");
    for method in ["OPTIONS", "POST"] {
        let bad = ask(method, "https://bad.example").await;
        assert!(!bad.headers.contains_key("access-control-allow-origin"), "{method}");
    }
}

#[tokio::test]
async fn calls_are_noted_without_their_secrets() {
    let world = World::new().await;
    let id = world.published(chain("Noted", &[webhook("noted", json!({}))])).await;
    let request = Request::post("/webhook/noted?page=2")
        .header("authorization", "Bearer top-secret")
        .header("x-plain", "shown")
        .body(Body::from("hello"));
    assert_eq!(world.send(request.unwrap()).await.status, StatusCode::OK);
    let path = format!("/api/workflows/{id}/requests");
    let calls = world.until(&path, |it| it["total"] == 1).await;
    assert_eq!(calls["items"][0]["path"], "noted");
    assert_eq!(calls["items"][0]["status"], 200);
    let text = calls.to_string();
    assert!(text.contains("shown") && !text.contains("top-secret"), "{text}");
}

#[tokio::test]
async fn a_form_is_shown_and_its_answer_goes_on() {
    let world = World::new().await;
    let fields = json!([
        {"label": "Name", "type": "text", "required": true},
        {"label": "Size \"<\"", "type": "dropdown", "options": ["S", "<L>"]},
    ]);
    let asked = json!({"until": "form", "title": "Order <1>", "fields": fields.to_string()});
    let start = node("Start", "trigger.manual", json!({}));
    let url = set("Url", "url", "={{ $execution.resumeFormUrl }}");
    let last = set("Last", "got", "={{ $json.Name }}");
    let nodes = [start, url, node("Wait", "flow.wait", asked), last];
    let id = world.workflow(chain("Asks", &nodes)).await;
    let run = world.post(&format!("/api/workflows/{id}/execute"), json!({})).await;
    let path = format!("/api/executions/{}", run["executionId"].as_str().unwrap());
    let seen = world.until(&path, |it| it["status"] == "waiting").await;
    let url = &seen["steps"]["items"][1]["outputs"][0]["items"][0]["json"]["url"];
    let wait = seen["waits"][0]["id"].as_str().unwrap();
    let told = world.get(&format!("{path}/waits/{wait}/address")).await;
    assert_eq!(told["url"], *url, "who may answer is told where");
    let address = url.as_str().unwrap().strip_prefix(world.engine.base_url()).unwrap();
    let page = call(&world, "GET", address, "", "").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("<h1>Order &lt;1&gt;</h1>"), "{}", page.text);
    assert!(page.text.contains("name=\"Name\" placeholder=\"\" required"), "{}", page.text);
    assert!(page.text.contains("<option>&lt;L&gt;</option>"), "{}", page.text);
    let wrong = call(&world, "GET", &address.replace("token=", "token=x"), "", "").await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let form = "--b\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\nAda\r\n--b--\r\n";
    let sent = call(&world, "POST", address, "multipart/form-data; boundary=b", form).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let end = world.until(&path, |it| it["status"] == "success").await;
    let last = end["steps"]["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["outputs"][0]["items"][0]["json"], json!({"got": "Ada"}));
}

#[tokio::test]
async fn a_large_file_goes_through_and_can_be_had_again() {
    let world = World::new().await;
    let hook = webhook("large", json!({"respond": "lastNode", "answerWith": "file"}));
    let pass = node("Pass", "flow.no_op", json!({}));
    world.published(chain("Large", &[hook, pass])).await;
    let bytes: String = "0123456789abcdef".repeat(1 << 16);
    let answer = call(&world, "POST", "/webhook/large", "application/pdf", &bytes).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text == bytes, "{} bytes came back", answer.text.len());
    assert_eq!(answer.headers["content-type"], "application/pdf");
    let ended = |it: &Value| it["items"][0]["status"] == "success";
    let listed = world.until("/api/executions", ended).await;
    let path = format!("/api/executions/{}", listed["items"][0]["id"].as_str().unwrap());
    let items = world.get(&format!("{path}/steps/Pass/0/items")).await;
    let file = &items["items"][0]["binary"]["data"];
    assert_eq!(file["bytes"], bytes.len());
    assert_eq!(file.get("data"), None, "it is too large to be shown with its item");
    let file = format!("{path}/steps/Pass/0/items/0/files/data");
    let again = world.ask("GET", &file, &Value::Null).await;
    assert!(again.text == bytes);
    assert_eq!(again.headers["content-type"], "application/pdf");
    assert!(again.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let none = world.ask("GET", &file.replace("items/0", "items/7"), &Value::Null).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let foreign = world.ask_as(&world.foreign_key, "GET", &file, &Value::Null).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let max = Options::default().webhook_body_bytes_max;
    let over =
        call(&world, "POST", "/webhook/large", "application/pdf", &"x".repeat(max + 1)).await;
    assert_eq!(over.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn cookies_of_workflows_stay_with_their_workspace() {
    let world = World::new().await;
    let cookie = |value: &str| json!({"name": "Set-Cookie", "value": value});
    let headers = json!([
        cookie("basket=1; Path=/; Domain=example.com; HttpOnly"),
        cookie("tailorbird-sign-in=mine; Path=/"),
        cookie("seen=1; Path=/webhook/shop"),
    ]);
    let hook = webhook("shop", json!({"respond": "lastNode", "headers": headers}));
    world.published(chain("Shop", &[hook])).await;
    let check = async |path: &str, expected: &[&str]| {
        let answer = call(&world, "POST", path, "application/json", "{}").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let all = answer.headers.get_all("set-cookie");
        let found: Vec<&str> = all.iter().map(|it| it.to_str().unwrap()).collect();
        assert_eq!(found, expected);
    };
    let kept = "seen=1; Path=/webhook/shop";
    check("/webhook/shop", &["basket=1; HttpOnly; Path=/webhook", kept]).await;
    let place = format!("/w/{}/webhook", world.engine.default_workspace());
    let basket = format!("basket=1; HttpOnly; Path={place}");
    let seen = format!("seen=1; Path={place}");
    check(&format!("{place}/shop"), &[basket.as_str(), seen.as_str()]).await;
}
