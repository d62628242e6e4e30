//! Requests over the loopback: what is sent, what comes of the answers, what a second run repeats.

use model::{Value, json};

use crate::tests::{
    cases::{difference, run},
    host::TestHost,
};
use server::Server;

mod server;

/// A case with the server's address in it.
fn case(server: &Server, text: &str) -> Value {
    Value::from_json(&text.replace("{server}", &server.address)).unwrap()
}

async fn check(server: &Server, text: &str) {
    let difference = difference(&super::plugin(), &case(server, text)).await;
    assert!(difference.is_none(), "{text}\n{}", difference.unwrap());
}

/// Sends one request and gives its first line with headers, and its body.
async fn sent(server: &Server, parameters: &str, rest: &str) -> (String, String) {
    let text = format!(r#"{{"parameters": {{"url": "{{server}}/echo", {parameters}}}, {rest}}}"#);
    let case = case(server, &text);
    let ran = run(&super::plugin(), &case, &mut TestHost::new(&case)).await;
    assert_eq!(ran.key, "output", "{:?}", ran.actual);
    server.request()
}

const ONE: &str = r#""input": [[{"a": 1, "list": [1, "b"], "o": {"c": null, "d": [true]}}]]"#;

#[tokio::test]
async fn the_query_is_spelled_as_services_expect_it() {
    let server = Server::start().await;
    let check = async |parameters: &str, expected: &str| {
        let (head, _) = sent(&server, parameters, ONE).await;
        let line = head.lines().next().unwrap();
        assert_eq!(line, format!("GET /echo?{expected}"), "{parameters}");
    };
    let list = r#""query": [{"name": "l", "value": "={{ $json.list }}"}]"#;
    check(list, "l%5B%5D=1&l%5B%5D=b").await;
    check(&format!(r#"{list}, "queryArrays": "indices""#), "l%5B0%5D=1&l%5B1%5D=b").await;
    check(&format!(r#"{list}, "queryArrays": "repeat""#), "l=1&l=b").await;
    check(r#""query": [{"name": "o", "value": "={{ $json.o }}"}]"#, "o%5Bd%5D%5B%5D=true").await;
    check(
        r#""query": [{"name": "a", "value": "x y&z"}, {"name": "", "value": 1}, {"name": "n", "value": "={{ $json.none }}"}]"#,
        "a=x+y%26z",
    )
    .await;
    check(r#""queryArrays": "repeat", "query": [{"name": "a", "value": 1}, {"name": "a", "value": 2}]"#, "a=1&a=2").await;
    check(r#""queryBy": "json", "queryJson": "{\"a\": 1, \"b\": true}""#, "a=1&b=true").await;
}

#[tokio::test]
async fn a_body_is_sent_in_the_shape_that_the_form_says() {
    let server = Server::start().await;
    let check = async |parameters: &str, content_type: &str, expected: &str| {
        let parameters = format!(r#""method": "POST", {parameters}"#);
        let rest = r#""input": [[{"json": {"n": 7}, "binary": {"data": {"data": "aGk=", "mimeType": "image/png", "fileName": "p.png"}}}]]"#;
        let (head, body) = sent(&server, &parameters, rest).await;
        assert_eq!(body, expected);
        assert!(head.contains(&format!("\ncontent-type: {content_type}")), "{head}");
    };
    let fields = r#""bodyFields": [{"name": "n", "value": "={{ $json.n }}"}, {"name": "t", "value": "x y"}]"#;
    check(&format!(r#""bodyType": "json", {fields}"#), "application/json", r#"{"n":7,"t":"x y"}"#)
        .await;
    let holes = r#""bodyFields": [{"name": "n", "value": "={{ $json.n }}"}, {"name": "no", "value": "={{ $json.none }}"}, {"name": "null", "value": null}]"#;
    check(&format!(r#""bodyType": "json", {holes}"#), "application/json", r#"{"n":7,"null":null}"#)
        .await;
    check(
        r#""bodyType": "json", "bodyBy": "text", "bodyJson": "={\"n\": {{ $json.n }}}""#,
        "application/json",
        r#"{"n":7}"#,
    )
    .await;
    check(
        r#""bodyType": "json", "bodyBy": "text", "bodyJson": "={{ $json }}""#,
        "application/json",
        r#"{"n":7}"#,
    )
    .await;
    check(
        &format!(r#""bodyType": "form", {fields}"#),
        "application/x-www-form-urlencoded",
        "n=7&t=x+y",
    )
    .await;
    check(
        r#""bodyType": "form", "bodyBy": "text", "bodyText": "a=1""#,
        "application/x-www-form-urlencoded",
        "a=1",
    )
    .await;
    check(
        r#""bodyType": "raw", "contentType": "application/xml", "bodyText": "<n>{{ $json.n }}</n>""#,
        "application/xml",
        "<n>{{ $json.n }}</n>",
    )
    .await;
    check(
        r#""bodyType": "raw", "bodyText": "x", "headers": [{"name": "Content-Type", "value": "text/csv"}]"#,
        "text/csv",
        "x",
    )
    .await;
    check(r#""bodyType": "file""#, "image/png", "hi").await;
}

#[tokio::test]
async fn a_form_carries_fields_and_files() {
    let server = Server::start().await;
    let parameters = r#""method": "POST", "bodyType": "multipart", "parts": [{"name": "t", "value": "={{ $json.n }}"}, {"name": "f", "kind": "file"}]"#;
    let rest = r#""input": [[{"json": {"n": 7}, "binary": {"data": {"data": "aGk=", "mimeType": "image/png", "fileName": "p.png"}}}]]"#;
    let (head, body) = sent(&server, parameters, rest).await;
    let boundary = head.split("boundary=").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(
        body,
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n7\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"p.png\"\r\n\
             Content-Type: image/png\r\n\r\nhi\r\n--{boundary}--\r\n"
        )
    );
}

#[tokio::test]
async fn only_requests_that_change_something_carry_a_key() {
    let server = Server::start().await;
    for (method, carries) in
        [("GET", false), ("HEAD", false), ("POST", true), ("PUT", true), ("DELETE", true)]
    {
        let (head, _) = sent(&server, &format!(r#""method": "{method}""#), ONE).await;
        let key = "\nidempotency-key: execution:node:0:item:0";
        assert_eq!(head.contains(key), carries, "{head}");
    }
    let own = r#""method": "POST", "headers": [{"name": "Idempotency-Key", "value": "mine"}]"#;
    let (head, _) = sent(&server, own, ONE).await;
    assert!(head.contains("\nidempotency-key: mine") && !head.contains("item:0"), "{head}");
}

#[tokio::test]
async fn credentials_sign_requests() {
    let server = Server::start().await;
    let check = async |kind: &str, fields: &str, expected: &str| {
        let parameters = format!(r#""authentication": "credential", "credentialType": "{kind}""#);
        let rest = format!(r#"{ONE}, "credentials": {{"{kind}": {fields}}}"#);
        let (head, _) = sent(&server, &parameters, &rest).await;
        assert!(head.contains(expected), "{head}");
    };
    check("httpHeaderAuth", r#"{"name": "X-Key", "value": "s"}"#, "\nx-key: s").await;
    check("httpBearerAuth", r#"{"token": "s"}"#, "\nauthorization: Bearer s").await;
    check("httpBasicAuth", r#"{"user": "a", "password": "b"}"#, "\nauthorization: Basic YTpi")
        .await;
    check("httpQueryAuth", r#"{"name": "k", "value": "s t"}"#, "/echo?k=s+t\n").await;
    let custom = r#"{"json": "{\"headers\": {\"X-A\": \"1\"}, \"qs\": {\"b\": 2}}"}"#;
    check("httpCustomAuth", custom, "/echo?b=2\n").await;
    check("httpCustomAuth", custom, "\nx-a: 1").await;
    let digest = r#"{"parameters": {"url": "{server}/digest", "authentication": "credential", "credentialType": "httpDigestAuth"}, "credentials": {"httpDigestAuth": {"user": "a", "password": "b"}}, "input": [[{}]], "output": [[{"json": {"in": true}, "pairedItem": 0}]]}"#;
    self::check(&server, digest).await;
}

#[tokio::test]
async fn a_services_own_credential_signs_as_the_service_wants() {
    let server = Server::start().await;
    let sent = async |kind: &str, fields: &str, more: &str| {
        let parameters =
            format!(r#""authentication": "credential", "credentialType": "{kind}"{more}"#);
        let rest = format!(r#"{ONE}, "credentials": {{"{kind}": {fields}}}"#);
        sent(&server, &parameters, &rest).await.0
    };
    let head = sent("openAiApi", r#"{"apiKey": "k"}"#, "").await;
    assert!(head.contains("\nauthorization: Bearer k"), "{head}");
    assert!(!head.contains("openai-organization"), "an empty field sends no header: {head}");
    let head = sent("notionApi", r#"{"apiKey": "k"}"#, "").await;
    assert!(head.contains("\nnotion-version: 2022-06-28"), "{head}");
    let own = r#", "headers": [{"name": "Notion-Version", "value": "2030-01-01"}]"#;
    let head = sent("notionApi", r#"{"apiKey": "k"}"#, own).await;
    assert!(head.contains("\nnotion-version: 2030-01-01"), "{head}");
    assert!(!head.contains("2022-06-28"), "{head}");
    let head = sent("trelloApi", r#"{"apiKey": "k", "apiToken": "t"}"#, "").await;
    assert!(head.starts_with("GET /echo?key=k&token=t\n"), "{head}");
    let head = sent("zendeskApi", r#"{"email": "a@b.c", "apiToken": "t"}"#, "").await;
    assert!(head.contains("\nauthorization: Basic YUBiLmMvdG9rZW46dA=="), "{head}");
}

#[tokio::test]
async fn a_credential_that_cannot_sign_says_so() {
    let server = Server::start().await;
    check(&server, r#"{"parameters": {"url": "{server}/echo", "authentication": "credential", "credentialType": "oAuth2Api"}, "credentials": {"oAuth2Api": {}}, "input": [[{}]], "error": "credentials of type `oAuth2Api` cannot sign requests here yet; use a header, bearer or query credential instead"}"#).await;
    check(&server, r#"{"parameters": {"url": "{server}/echo", "authentication": "credential"}, "input": [[{}]], "error": "node `Node` has no credential; choose one in its form"}"#).await;
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_answer_is_read_by_its_type_or_as_the_form_says() {
    let server = Server::start().await;
    for text in [
        r#"{"parameters": {"url": "{server}/list"}, "input": [[{}]], "output": [[{"json": {"n": 1}, "pairedItem": 0}, {"json": {"n": 2}, "pairedItem": 0}, {"json": {"data": 3}, "pairedItem": 0}]]}"#,
        r#"{"parameters": {"url": "{server}/list", "lists": "whole"}, "input": [[{}]], "output": [[{"json": {"0": {"n": 1}, "1": {"n": 2}, "2": 3}, "pairedItem": 0}]]}"#,
        r#"{"parameters": {"url": "{server}/list", "response": "text", "responseProperty": "t"}, "input": [[{}]], "output": [[{"json": {"t": "[{\"n\":1},{\"n\":2},3]"}, "pairedItem": 0}]]}"#,
        r#"{"parameters": {"url": "{server}/text"}, "input": [[{}]], "output": [[{"json": {"data": "plain"}, "pairedItem": 0}]]}"#,
        r#"{"parameters": {"url": "{server}/empty"}, "input": [[{}]], "output": [[{"json": {}, "pairedItem": 0}]]}"#,
        r#"{"parameters": {"url": "{server}/pdf"}, "input": [[{"json": {"a": 1}, "binary": {"old": {"data": "aGk=", "mimeType": "image/png"}}}]], "output": [[{"json": {}, "pairedItem": 0, "binary": {"old": {"data": "aGk=", "mimeType": "image/png"}, "data": {"data": "JVBERg==", "mimeType": "application/pdf", "fileName": "a.pdf", "fileExtension": "pdf"}}}]]}"#,
        r#"{"parameters": {"url": "{server}/text", "response": "file", "responseProperty": "f"}, "input": [[{}]], "output": [[{"json": {}, "pairedItem": 0, "binary": {"f": {"data": "cGxhaW4=", "mimeType": "text/plain", "fileExtension": "txt"}}}]]}"#,
        r#"{"parameters": {"url": "{server}/missing", "neverError": true}, "input": [[{}]], "output": [[{"json": {"error": {"message": "no such thing"}}, "pairedItem": 0}]]}"#,
        r#"{"parameters": {"url": "{server}/odd", "neverError": true}, "input": [[{}]], "output": [[{"json": {}, "pairedItem": 0}]]}"#,
        r#"{"parameters": {"url": "{server}/moved"}, "input": [[{}]], "output": [[{"json": {"data": "plain"}, "pairedItem": 0}]]}"#,
    ] {
        check(&server, text).await;
    }
    let full = case(
        &server,
        r#"{"parameters": {"url": "{server}/cookies", "fullResponse": true}, "input": [[{}]]}"#,
    );
    let ran = run(&super::plugin(), &full, &mut TestHost::new(&full)).await;
    let item = ran.actual.at("[0][0].json").unwrap();
    assert_eq!(item.get("statusCode"), Some(&json!(200)));
    assert_eq!(item.get("statusMessage"), Some(&"OK".into()));
    assert_eq!(item.get("body"), Some(&json!({})));
    assert_eq!(item.at("headers.set-cookie"), Some(&json!(["a=1", "b=2, 3"])));
    assert_eq!(item.at("headers.via"), Some(&"x, y".into()));
}

#[tokio::test]
async fn a_refusal_fails_with_the_services_own_words() {
    let server = Server::start().await;
    let refused = r#""`{server}/missing` answered 404 (Not Found): no such thing""#;
    check(&server, &format!(r#"{{"parameters": {{"url": "{{server}}/missing?secret=1"}}, "input": [[{{}}]], "error": {refused}}}"#)).await;
    check(&server, &format!(
        r#"{{"parameters": {{"url": "={{server}}{{{{ $json.p }}}}"}}, "onError": "continue",
             "input": [[{{"p": "/text"}}, {{"p": "/missing"}}]],
             "output": [[{{"json": {{"data": "plain"}}, "pairedItem": 0}},
                         {{"json": {{"error": {{"message": {refused}, "status": 404, "httpCode": "404", "description": "{{\"error\":{{\"message\":\"no such thing\"}}}}"}}}}, "pairedItem": 1, "error": {refused}}}]]}}"#
    )).await;
    check(&server, r#"{"parameters": {"url": "{server}/moved", "redirectsMax": 0}, "input": [[{}]], "error": "`{server}/moved` answered 302 (Found)"}"#).await;
    check(&server, r#"{"parameters": {"url": "{server}/odd"}, "input": [[{}]], "error": "the answer of `{server}/odd` is not JSON (key must be a string at line 1 column 2); choose another format for the response"}"#).await;
}

#[tokio::test]
async fn what_was_answered_is_not_asked_again() {
    let server = Server::start().await;
    let text = r#"{"parameters": {"url": "={server}{{ $json.p }}", "method": "POST"},
                   "input": [[{"p": "/echo?0"}, {"p": "/missing"}, {"p": "/echo?2"}]]}"#;
    let case = case(&server, text);
    let mut host = TestHost::new(&case);
    let first = run(&super::plugin(), &case, &mut host).await;
    assert_eq!((first.key, server.requests().len()), ("error", 3));
    let again = run(&super::plugin(), &case, &mut host).await;
    let asked = server.requests();
    assert_eq!((again.key, asked.len()), ("error", 1));
    assert!(asked[0].starts_with("POST /missing"), "{}", asked[0]);
}

#[tokio::test]
async fn answers_come_out_of_the_journal_as_they_went_in() {
    let server = Server::start().await;
    for path in ["/list", "/text", "/empty", "/pdf", "/big", "/cookies"] {
        let text =
            r#"{"parameters": {"url": "{server}PATH", "fullResponse": true}, "input": [[{}]]}"#;
        let case = case(&server, &text.replace("PATH", path));
        let mut host = TestHost::new(&case);
        let first = run(&super::plugin(), &case, &mut host).await;
        let again = run(&super::plugin(), &case, &mut host).await;
        assert_eq!(server.requests().len(), 1, "{path}");
        assert_eq!((first.key, first.actual), (again.key, again.actual), "{path}");
    }
}

#[tokio::test]
async fn a_service_says_when_to_come_again() {
    let server = Server::start().await;
    let call = sdk::http::Call::new("GET", &format!("{}/busy", server.address)).unwrap();
    let policy = sdk::http::Policy { allow_private: true, ..sdk::http::Policy::default() };
    let reply = sdk::http::Client::new(policy).send(call).await.unwrap();
    let error = super::failure::of(&reply);
    assert_eq!(error.retry, sdk::Retry::After(std::time::Duration::from_secs(7)));
    assert_eq!(error.http_status, Some(503));
}

#[tokio::test]
async fn pages_are_asked_for_until_there_are_none() {
    let server = Server::start().await;
    let all = r#"[[{"json": {"n": 0}, "pairedItem": 0}, {"json": {"n": 1}, "pairedItem": 0}, {"json": {"n": 2}, "pairedItem": 0}, {"json": {"n": 3}, "pairedItem": 0}, {"json": {"n": 4}, "pairedItem": 0}, {"json": {"n": 5}, "pairedItem": 0}]]"#;
    let by_page = r#""pagination": "parameter", "pageParameters": [{"name": "page", "value": "={{ $pageCount }}"}]"#;
    let check = async |parameters: &str, expected: &str, requests: usize| {
        let text = format!(
            r#"{{"parameters": {{{parameters}}}, "input": [[{{}}]], "output": {expected}}}"#
        );
        self::check(&server, &text).await;
        assert_eq!(server.requests().len(), requests, "{parameters}");
    };
    check(&format!(r#""url": "{{server}}/pages", {by_page}"#), all, 4).await;
    check(
        &format!(r#""url": "{{server}}/pages?strict=1", "completeWhen": "status", "statusCodes": "404, 410", {by_page}"#),
        all,
        4,
    )
    .await;
    check(
        r#""url": "{server}/pages", "method": "POST", "pagination": "parameter", "pageParameters": [{"in": "body", "name": "page", "value": "={{ $pageCount }}"}], "bodyType": "json""#,
        all,
        4,
    )
    .await;
    check(
        r#""url": "{server}/pages", "pagination": "parameter", "pageParameters": [{"in": "headers", "name": "X-Page", "value": "={{ $pageCount }}"}]"#,
        all,
        4,
    )
    .await;
    check(
        &format!(r#""url": "{{server}}/pages?wrap=1", "completeWhen": "expression", "completeExpression": "={{{{ $response.body.last }}}}", {by_page}"#),
        r#"[[{"json": {"rows": [{"n": 0}, {"n": 1}], "last": false}, "pairedItem": 0}, {"json": {"rows": [{"n": 2}, {"n": 3}], "last": false}, "pairedItem": 0}, {"json": {"rows": [{"n": 4}, {"n": 5}], "last": true}, "pairedItem": 0}]]"#,
        3,
    )
    .await;
    check(
        &format!(r#""url": "{{server}}/pages", "pagesMax": 1, {by_page}"#),
        r#"[[{"json": {"n": 0}, "pairedItem": 0}, {"json": {"n": 1}, "pairedItem": 0}]]"#,
        1,
    )
    .await;
    check(
        r#""url": "{server}/next", "pagination": "nextUrl", "nextUrl": "={{ $response.body.next }}""#,
        r#"[[{"json": {"at": 0, "next": "/next?at=1"}, "pairedItem": 0}, {"json": {"at": 1, "next": "/next?at=2"}, "pairedItem": 0}, {"json": {"at": 2, "next": null}, "pairedItem": 0}]]"#,
        3,
    )
    .await;
}

#[tokio::test]
async fn pages_that_never_change_end_with_an_error() {
    let server = Server::start().await;
    check(&server, r#"{"parameters": {"url": "{server}/list", "pagination": "parameter", "pageParameters": [{"name": "x", "value": "1"}]}, "input": [[{}]], "error": "the same answer came 5 times; check the parameters of the pagination"}"#).await;
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn pages_that_came_are_not_asked_again() {
    let server = Server::start().await;
    let text = r#"{"parameters": {"url": "={server}{{ $json.p }}", "pagination": "parameter", "pageParameters": [{"name": "page", "value": "={{ $pageCount }}"}]}, "input": [[{"p": "/pages?strict=1"}]]}"#;
    let case = case(&server, text);
    let mut host = TestHost::new(&case);
    assert_eq!(run(&super::plugin(), &case, &mut host).await.key, "error");
    assert_eq!(server.requests().len(), 4);
    assert_eq!(run(&super::plugin(), &case, &mut host).await.key, "error");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn batches_keep_their_distance() {
    let server = Server::start().await;
    let text = r#"{"parameters": {"url": "{server}/text", "batchSize": 2, "batchIntervalMs": 40}, "input": [[{}, {}, {}, {}, {}]]}"#;
    let case = case(&server, text);
    let mut host = TestHost::new(&case);
    let began = std::time::Instant::now();
    assert_eq!(run(&super::plugin(), &case, &mut host).await.key, "output");
    assert!(began.elapsed().as_millis() >= 80);
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn three_hundred_items_keep_their_order() {
    let server = Server::start().await;
    let items: Vec<Value> = (0..300).map(|n| json!({"n": n})).collect();
    let case = Value::object([
        (
            "parameters",
            json!({"url": (format!("{}/echo", server.address)), "headers": [{"name": "X-Echo", "value": "={{ $json.n }}"}]}),
        ),
        ("input", json!([(Value::from(items))])),
    ]);
    let ran = run(&super::plugin(), &case, &mut TestHost::new(&case)).await;
    let given = ran.actual.at("[0]").unwrap().as_array().unwrap().to_vec();
    assert_eq!((given.len(), server.requests().len()), (300, 300));
    for (n, item) in given.iter().enumerate() {
        assert_eq!(item.at("json.header"), Some(&n.to_string().into()));
        assert_eq!(item.at("pairedItem.item"), Some(&Value::from(n)));
    }
}
