//! What webhooks take in and refuse, and what their callers get.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, prelude::*};
use jiff::Timestamp;
use model::{Item, Items, Map, Value, item::Blob, json};
use sdk::{
    Credential,
    trigger::{AnswerWhen, Listen, Part, ReceiveCtx, Received, Refusal, Request, ResponseBody},
};

mod signature;

const NOW: i64 = 1_750_000_000;

fn request(method: &str, headers: &[(&str, &str)], body: &str) -> Request {
    Request {
        method: method.into(),
        path: "orders/7".into(),
        url: "https://example.com/webhook/orders/7?page=2".into(),
        headers: headers.iter().map(|(name, it)| ((*name).into(), (*it).into())).collect(),
        query: Map::from_iter([("page", "2".into())]),
        params: Map::from_iter([("id", "7".into())]),
        body: body.to_owned().into(),
        parts: vec![],
        remote: Some("203.0.113.9".parse().unwrap()),
        test: false,
    }
}

fn receive(
    request: &Request,
    parameters: &Value,
    credential: Option<(&str, Value)>,
) -> Result<Received, Refusal> {
    let node_type = super::plugin();
    let parameters = node_type.form.fill(parameters);
    let credential = credential.map(|(kind, fields)| {
        Credential::new(kind, "C", fields.as_object().cloned().unwrap_or_default())
    });
    let ctx = ReceiveCtx {
        parameters: &parameters,
        credential: credential.as_ref(),
        now: Timestamp::from_second(NOW).unwrap(),
    };
    node_type.run.receive(request, &ctx)
}

fn item(received: &Received) -> Item {
    received.items[0].get(0).unwrap().unwrap()
}

/// The status of a call: 200 when it was taken in.
fn status(request: &Request, parameters: &Value, credential: Option<(&str, Value)>) -> u16 {
    receive(request, parameters, credential).map_or_else(|it| it.status, |_| 200)
}

#[test]
fn a_request_becomes_the_item_that_expressions_expect() {
    let request = request("POST", &[("content-type", "application/json")], r#"{"a": [1]}"#);
    let received = receive(&request, &json!({"methods": ["POST"]}), None).unwrap();
    assert_eq!(
        item(&received).value().to_json(),
        r#"{"headers":{"content-type":"application/json"},"params":{"id":"7"},"query":{"page":"2"},"body":{"a":[1]},"webhookUrl":"https://example.com/webhook/orders/7","executionMode":"production"}"#
    );
    let test = Request { test: true, ..request };
    let received = receive(&test, &Value::Null, None).unwrap();
    assert_eq!(item(&received).json.get("executionMode"), Some(&"test".into()));
}

#[test]
fn a_body_is_read_by_its_type() {
    let check = |content_type: &str, body: &str, expected: Result<Value, u16>| {
        let request = request("POST", &[("content-type", content_type)], body);
        let actual = receive(&request, &Value::Null, None)
            .map(|it| item(&it).json.get("body").cloned().unwrap())
            .map_err(|it| it.status);
        assert_eq!(actual, expected, "{content_type} {body}");
    };
    check("application/json; charset=utf-8", "[1, 2]", Ok(json!([1, 2])));
    check("application/cloudevents+json", r#"{"a": 1}"#, Ok(json!({"a": 1})));
    check("application/json", "", Ok(json!({})));
    check("application/json", "{", Err(422));
    check("text/plain", "hi", Ok("hi".into()));
    check("text/xml", "<a>1</a>", Ok(json!({"a": "1"})));
    check("application/soap+xml", "<a>", Err(422));
    check(
        "application/x-www-form-urlencoded",
        "a=1&b=x+y&a=%C3%A9",
        Ok(json!({"a": ["1", "é"], "b": "x y"})),
    );
    check("application/pdf", "%PDF", Ok(json!({})));
    check("", r#"{"a": 1}"#, Ok(json!({"a": 1})));
}

#[test]
fn bytes_and_files_lie_beside_the_item() {
    let names = |request: &Request, parameters: &Value| -> Vec<String> {
        let received = receive(request, parameters, None).unwrap();
        let files = item(&received).binary.unwrap_or_default();
        files
            .iter()
            .map(|(name, file)| {
                let file_name = file.file_name.as_deref().unwrap_or("");
                format!("{name} {} {file_name} {}", file.mime_type, file.data.len())
            })
            .collect()
    };
    let headers =
        [("content-type", "application/pdf"), ("content-disposition", "x; filename=a.pdf")];
    let pdf = request("POST", &headers, "%PDF");
    assert_eq!(names(&pdf, &Value::Null), ["data application/pdf a.pdf 4"]);
    assert_eq!(names(&pdf, &json!({"binaryProperty": "doc"})), ["doc application/pdf a.pdf 4"]);
    let json = request("POST", &[("content-type", "application/json")], "{}");
    assert_eq!(names(&json, &json!({"rawBody": true})), ["data application/json  2"]);

    let part = |name: &str, file_name: Option<&str>, body: &str| Part {
        name: name.into(),
        file_name: file_name.map(Into::into),
        content_type: Some("text/plain".into()),
        body: body.to_owned().into(),
    };
    let mut form = request("POST", &[("content-type", "multipart/form-data; boundary=x")], "");
    form.parts = vec![
        part("title", None, "T"),
        part("tag", None, "a"),
        part("tag", None, "b"),
        part("cv", Some("cv.txt"), "1"),
        part("more[]", Some("x.txt"), "22"),
        part("more[]", Some("y.txt"), "333"),
    ];
    let received = receive(&form, &Value::Null, None).unwrap();
    let body = item(&received).json.get("body").cloned().unwrap();
    assert_eq!(body, json!({"title": "T", "tag": ["a", "b"]}));
    assert_eq!(
        names(&form, &Value::Null),
        ["cv text/plain cv.txt 1", "more0 text/plain x.txt 2", "more1 text/plain y.txt 3"]
    );
    assert_eq!(
        names(&form, &json!({"binaryProperty": "f"})),
        ["f0 text/plain cv.txt 1", "f1 text/plain x.txt 2", "f2 text/plain y.txt 3"]
    );
}

#[test]
fn several_methods_have_an_output_each() {
    let parameters = json!({"methods": ["GET", "POST"]});
    let ports = super::plugin().ports(&parameters).outputs;
    assert_eq!(ports.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["GET", "POST"]);
    let received = receive(&request("POST", &[], ""), &parameters, None).unwrap();
    assert_eq!(received.items.iter().map(Items::len).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(super::plugin().ports(&Value::Null).outputs[0].name, "out");
}

#[test]
fn a_path_is_checked_before_it_is_listened_to() {
    let check = |path: &str, expected: Result<&str, ()>| {
        let parameters = super::plugin().form.fill(&json!({"path": path}));
        let actual = super::plugin().run.listens("node-id", &parameters).map_err(drop);
        let listen =
            |path: &str| vec![Listen::Webhook { methods: vec!["GET".into()], path: path.into() }];
        assert_eq!(actual, expected.map(listen), "{path}");
    };
    check("/orders/:id/", Ok("orders/:id"));
    check("", Ok("node-id"));
    check("a//b", Err(()));
    check("a/../b", Err(()));
    check("a b", Err(()));
    check("a?b", Err(()));
    check(":a/:a", Err(()));
    check("a/:", Err(()));
    check("={{ 1 }}", Err(()));
    let none = json!({"methods": [], "path": "x"});
    assert!(super::plugin().run.listens("n", &none).is_err());
    let odd = json!({"methods": ["GET"], "path": "x", "allowedAddresses": "10.0.0.0/99"});
    assert!(super::plugin().run.listens("n", &odd).is_err());
}

#[test]
fn only_listed_addresses_may_call() {
    let check = |list: &str, from: Option<&str>, expected: u16| {
        let remote = from.map(|it| it.parse().unwrap());
        let request = Request { remote, ..request("GET", &[], "") };
        assert_eq!(status(&request, &json!({"allowedAddresses": list}), None), expected, "{list}");
    };
    check("203.0.113.9", Some("203.0.113.9"), 200);
    check("203.0.113.9", Some("203.0.113.99"), 403);
    check("10.0.0.0/8, 203.0.113.0/24", Some("203.0.113.9"), 200);
    check("203.0.113.0/24", Some("::ffff:203.0.113.9"), 200);
    check("2001:db8::/32", Some("2001:db8::1"), 200);
    check("2001:db8::/32", Some("203.0.113.9"), 403);
    check("203.0.113.9", None, 403);
    check("nonsense", Some("203.0.113.9"), 500);
    check(" ", Some("203.0.113.9"), 200);
}

#[test]
fn bots_are_refused_on_demand() {
    let check = |agent: &str, expected: u16| {
        let request = request("GET", &[("user-agent", agent)], "");
        assert_eq!(status(&request, &json!({"ignoreBots": true}), None), expected, "{agent}");
        assert_eq!(status(&request, &Value::Null, None), 200);
    };
    check("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 403);
    check("facebookexternalhit/1.1", 403);
    check("WhatsApp/2.23", 403);
    check("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", 200);
    check("curl/8.5.0", 200);
}

#[test]
fn origins_are_checked_when_they_are_listed() {
    let allows = |list: &str, origin: &str| {
        super::plugin().run.allows_origin(&json!({"allowedOrigins": list}), origin)
    };
    assert!(allows("*", "https://a.example"));
    assert!(allows("", "https://a.example"));
    assert!(allows("https://b.example, https://a.example", "https://a.example"));
    assert!(!allows("https://a.example", "https://a.example.evil.example"));
}

#[test]
fn user_and_password_must_both_fit() {
    let check = |header: Option<&str>, fields: Value, expected: u16| {
        let pair = header.map(|it| format!("Basic {}", BASE64_STANDARD.encode(it)));
        let headers: Vec<_> = pair.iter().map(|it| ("authorization", it.as_str())).collect();
        let request = request("GET", &headers, "");
        let parameters = json!({"authentication": "basicAuth"});
        let actual = status(&request, &parameters, Some(("httpBasicAuth", fields)));
        assert_eq!(actual, expected, "{header:?}");
    };
    let fields = json!({"user": "ada", "password": "pa:ss"});
    check(Some("ada:pa:ss"), fields.clone(), 200);
    check(Some("ada:pa"), fields.clone(), 403);
    check(Some("eve:pa:ss"), fields.clone(), 403);
    check(Some(":"), fields.clone(), 403);
    check(None, fields, 401);
    check(Some("ada:"), json!({"user": "ada", "password": ""}), 500);
    let request = request("GET", &[], "");
    assert_eq!(status(&request, &json!({"authentication": "basicAuth"}), None), 500);
    let other = Some(("httpHeaderAuth", json!({"name": "a", "value": "b"})));
    assert_eq!(status(&request, &json!({"authentication": "basicAuth"}), other), 500);
}

#[test]
fn a_header_must_fit() {
    let check = |headers: &[(&str, &str)], expected: u16| {
        let fields = json!({"name": "X-Key", "value": "s3cret"});
        let parameters = json!({"authentication": "headerAuth"});
        let request = request("GET", headers, "");
        assert_eq!(status(&request, &parameters, Some(("httpHeaderAuth", fields))), expected);
    };
    check(&[("x-key", "s3cret")], 200);
    check(&[("x-key", "s3cre")], 403);
    check(&[("x-key", "")], 403);
    check(&[], 403);
}

#[test]
fn what_callers_prove_themselves_by_is_not_kept() {
    let kept = |how: &str, credential: Option<(&str, Value)>, name: &str| {
        let basic = format!("Basic {}", BASE64_STANDARD.encode("ada:pass"));
        let headers = [("authorization", basic.as_str()), ("x-key", "s3cret"), ("x-other", "o")];
        let request = request("GET", &headers, "");
        let received = receive(&request, &json!({"authentication": how}), credential).unwrap();
        let headers = item(&received).json.get("headers").cloned().unwrap();
        headers.get(name).unwrap().to_text().to_string()
    };
    let basic = || Some(("httpBasicAuth", json!({"user": "ada", "password": "pass"})));
    let header = || Some(("httpHeaderAuth", json!({"name": "X-Key", "value": "s3cret"})));
    assert_eq!(kept("basicAuth", basic(), "authorization"), "…");
    assert_eq!(kept("basicAuth", basic(), "x-key"), "s3cret");
    assert_eq!(kept("headerAuth", header(), "x-key"), "…");
    assert_eq!(kept("headerAuth", header(), "x-other"), "o");
    // Where the workflow itself looks at it, it is the workflow's.
    assert!(kept("headerAuth", header(), "authorization").starts_with("Basic "));
    assert!(kept("none", None, "authorization").starts_with("Basic "));
    assert_eq!(kept("none", None, "x-key"), "s3cret");
}

#[test]
fn the_answer_is_what_the_form_says() {
    let at_once = |parameters: &Value| match receive(&request("GET", &[], ""), parameters, None) {
        Ok(Received { answer: AnswerWhen::AtOnce(it), .. }) => {
            (it.status, format!("{:?} {:?}", it.headers, it.body))
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        at_once(&Value::Null),
        (200, r#"[] Json({"message":"Workflow was started"})"#.into())
    );
    assert_eq!(
        at_once(&json!({"text": "OK", "statusCode": 202})),
        (202, r#"[("content-type", "text/html; charset=utf-8")] Text("OK")"#.into())
    );
    assert_eq!(
        at_once(&json!({"text": "{\"ok\": true}", "headers": [{"name": "X-A", "value": 1}]})),
        (200, r#"[("x-a", "1")] Json({"ok":true})"#.into())
    );
    assert_eq!(at_once(&json!({"noBody": true, "statusCode": 204})), (204, "[] Empty".into()));

    let mut first = Item::new(Map::from_iter([("a", json!({"b": "<p>"}))]));
    let file = crate::file::binary(Blob::Inline(vec![1].into()), "image/png", None);
    first.binary = Some(Arc::new(BTreeMap::from([("data".into(), file)])));
    let last = vec![Items::default(), [first, Item::default()].into_iter().collect()];
    let last_node = |parameters: Value| {
        let it = super::plugin().run.answer(&super::plugin().form.fill(&parameters), &last);
        let body = match &it.body {
            ResponseBody::Items(items) => format!("{} items", items.len()),
            ResponseBody::File(file) => format!("{} file", file.mime_type),
            other => format!("{other:?}"),
        };
        format!("{} {:?} {body}", it.status, it.headers)
    };
    assert_eq!(last_node(json!({})), r#"200 [] Json({"a":{"b":"<p>"}})"#);
    assert_eq!(last_node(json!({"property": "a.b"})), r#"200 [] Json("<p>")"#);
    assert_eq!(
        last_node(json!({"property": "a.b", "contentType": "text/html"})),
        r#"200 [("content-type", "text/html")] Text("<p>")"#
    );
    assert_eq!(last_node(json!({"answerWith": "allItems"})), "200 [] 2 items");
    assert_eq!(last_node(json!({"answerWith": "file"})), "200 [] image/png file");
    assert!(last_node(json!({"answerWith": "file", "fileProperty": "x"})).starts_with("500"));
    assert_eq!(last_node(json!({"answerWith": "nothing", "statusCode": 204})), "204 [] Empty");
    let nothing = super::plugin().run.answer(&Value::Null, &[]);
    assert_eq!(nothing.status, 500);
}
