//! Webhooks, answers and requests of n8n's, with the defaults of each version.

use model::{Value, json};

use crate::read;

/// The node of ours that one of n8n's becomes: its type and parameters, and what is not quite as
/// before.
fn map(kind: &str, version: f64, parameters: Value) -> (String, Value, Vec<String>) {
    let node = Value::object([
        ("name", "N".into()),
        ("type", format!("n8n-nodes-base.{kind}").into()),
        ("typeVersion", version.into()),
        ("webhookId", "hook".into()),
        ("parameters", parameters),
    ]);
    let document = Value::object([("nodes", vec![node].into()), ("connections", json!({}))]);
    let imported = read(&document.to_json()).unwrap().remove(0);
    let node = imported.workflow.nodes[0].clone();
    let odd = imported.report.approximated.iter().map(|it| it.why.clone());
    let unsupported = imported.report.unsupported.iter().map(|it| it.why.clone());
    (node.node_type.into(), node.parameters, odd.chain(unsupported).collect())
}

fn check(kind: &str, version: f64, parameters: Value, expected: Value) {
    let (_, actual, odd) = map(kind, version, parameters.clone());
    assert_eq!((actual, odd), (expected, vec![]), "{kind} {version} {parameters:?}");
}

#[test]
fn a_webhook_keeps_its_address_and_its_answer() {
    let plain = |extra: &[(&str, Value)]| {
        let base = [
            ("methods", json!(["GET"])),
            ("path", "a".into()),
            ("authentication", "none".into()),
            ("respond", "atOnce".into()),
        ];
        let mut res = Value::object(base).as_object().cloned().unwrap();
        for (name, value) in extra {
            res.insert(*name, value.clone());
        }
        Value::from(res)
    };
    check("webhook", 2.0, json!({"path": "a"}), plain(&[]));
    check(
        "webhook",
        1.0,
        json!({"path": "a", "responseCode": 202, "options": {"responseData": "=OK"}}),
        plain(&[("statusCode", json!(202)), ("text", "OK".into())]),
    );
    check(
        "webhook",
        2.0,
        json!({"path": "a", "options": {"responseCode": {"values": {"responseCode": "customCode", "customCode": 418}}}}),
        plain(&[("statusCode", json!(418))]),
    );
    check(
        "webhook",
        2.1,
        json!({"path": "/a/:id", "multipleMethods": true, "responseMode": "responseNode"}),
        plain(&[
            ("methods", json!(["GET", "POST"])),
            ("path", "hook/a/:id".into()),
            ("respond", "node".into()),
        ]),
    );
    check(
        "webhook",
        1.1,
        json!({"httpMethod": "POST", "responseMode": "lastNode", "responseData": "allEntries", "authentication": "headerAuth"}),
        plain(&[
            ("methods", json!(["POST"])),
            ("path", "hook".into()),
            ("authentication", "headerAuth".into()),
            ("respond", "lastNode".into()),
            ("answerWith", "allItems".into()),
        ]),
    );
    let (_, _, odd) = map("webhook", 2.0, json!({"path": "={{ $vars.path }}"}));
    assert_eq!(odd.len(), 1);
    assert_eq!(map("webhook", 2.0, json!({"responseMode": "x"})).0, "placeholder");
}

#[test]
fn an_answer_has_the_defaults_of_its_version() {
    let first = json!({"respondWith": "firstItem"});
    let with_output = json!({"respondWith": "firstItem", "answerOutput": true});
    check("respondToWebhook", 1.0, json!({}), first.clone());
    check("respondToWebhook", 1.3, json!({}), with_output.clone());
    check("respondToWebhook", 1.4, json!({}), first.clone());
    check("respondToWebhook", 1.4, json!({"enableResponseOutput": true}), with_output);
    check(
        "respondToWebhook",
        1.5,
        json!({"respondWith": "text"}),
        json!({"respondWith": "text", "text": "", "stream": true}),
    );
    check(
        "respondToWebhook",
        1.1,
        json!({"respondWith": "json", "options": {"responseCode": "={{ $json.c }}", "responseHeaders": {"entries": [{"name": "a", "value": "b"}]}}}),
        json!({
            "respondWith": "json", "body": "{\n  \"myField\": \"value\"\n}",
            "statusCode": "={{ $json.c }}", "headers": [{"name": "a", "value": "b"}]
        }),
    );
    check(
        "respondToWebhook",
        1.1,
        json!({"respondWith": "binary", "responseDataSource": "set"}),
        json!({"respondWith": "file", "fileProperty": "data"}),
    );
}

#[test]
fn a_request_has_the_defaults_of_its_version() {
    let url = ("url", Value::from("https://a.example"));
    let with = |source: &[(&str, Value)]| {
        Value::object(source.iter().cloned().chain([url.clone()]).collect::<Vec<_>>())
    };
    let given = |source: Value| {
        let mut res = source.as_object().cloned().unwrap();
        res.insert("url", "https://a.example");
        Value::from(res)
    };
    let check = |version: f64, parameters: Value, expected: &[(&str, Value)]| {
        let base = [("method", Value::from("GET")), ("response", "auto".into())];
        let mut all = with(&base).as_object().cloned().unwrap();
        for (name, value) in expected {
            all.insert(*name, value.clone());
        }
        self::check("httpRequest", version, given(parameters), all.into());
    };
    let (json, whole) = (("response", Value::from("json")), ("lists", Value::from("whole")));
    check(4.2, json!({}), &[]);
    check(3.0, json!({}), &[("redirectsMax", json!(0))]);
    check(1.0, json!({}), &[json.clone(), whole.clone()]);
    check(
        1.0,
        json!({"requestMethod": "POST", "options": {"splitIntoItems": true, "followAllRedirects": true}}),
        &[("method", "POST".into()), json.clone()],
    );
    check(
        2.0,
        json!({"responseFormat": "file", "dataPropertyName": "f", "authentication": "genericCredentialType", "genericAuthType": "httpHeaderAuth"}),
        &[
            ("response", "file".into()),
            ("responseProperty", "f".into()),
            ("authentication", "credential".into()),
            ("credentialType", "httpHeaderAuth".into()),
            whole,
        ],
    );
    check(
        4.2,
        json!({"sendQuery": true, "queryParameters": {"parameters": [{"name": "a", "value": "1"}, {"name": "b"}, {"name": "a", "value": "2"}]}}),
        &[("query", json!([{"name": "a", "value": "2"}, {"name": "b", "value": ""}]))],
    );
    check(
        4.2,
        json!({"queryParameters": {"parameters": [{"name": "a", "value": "1"}]}, "sendBody": false, "jsonBody": "{}"}),
        &[],
    );
    check(
        4.2,
        json!({"options": {"batching": {"batch": {"batchSize": 1}}, "redirect": {"redirect": {"followRedirects": false}}, "timeout": "={{ 1000 * 60 }}"}}),
        &[
            ("batchSize", json!(1)),
            ("batchIntervalMs", json!(1000)),
            ("redirectsMax", json!(0)),
            ("timeoutMs", "={{ 1000 * 60 }}".into()),
        ],
    );
    check(
        4.1,
        json!({"options": {"pagination": {"pagination": {"limitPagesFetched": true, "parameters": {"parameters": [{"name": "page", "value": "={{ $pageCount + 1 }}"}]}}}}}),
        &[
            ("pagination", "parameter".into()),
            (
                "pageParameters",
                json!([{"in": "query", "name": "page", "value": "={{ $pageCount + 1 }}"}]),
            ),
            ("completeWhen", "empty".into()),
            ("pagesMax", json!(100)),
        ],
    );
}

#[test]
fn a_body_keeps_its_shape() {
    let check = |version: f64, parameters: Value, expected: Value| {
        let (_, actual, odd) = map("httpRequest", version, parameters.clone());
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(actual.get(name), Some(value), "{name} of {parameters:?}");
        }
        assert_eq!(odd, Vec::<String>::new());
    };
    check(
        4.2,
        json!({"method": "POST", "sendBody": true, "specifyBody": "=json", "jsonBody": "={{ $json }}"}),
        json!({"bodyType": "json", "bodyBy": "text", "bodyJson": "={{ $json }}"}),
    );
    check(
        4.2,
        json!({"method": "POST", "sendBody": true, "contentType": "multipart-form-data", "bodyParameters": {"parameters": [{"name": "a", "value": "1"}, {"parameterType": "formBinaryData", "name": "f", "inputDataFieldName": "data"}, {}]}}),
        json!({"bodyType": "multipart", "parts": [{"name": "a", "kind": "text", "value": "1"}, {"name": "f", "kind": "file", "fileProperty": "data"}]}),
    );
    check(
        4.2,
        json!({"method": "PUT", "sendBody": true, "contentType": "binaryData", "inputDataFieldName": "=data"}),
        json!({"bodyType": "file", "fileProperty": "=data"}),
    );
    check(
        1.0,
        json!({"requestMethod": "POST", "jsonParameters": true, "options": {"bodyContentType": "multipart-form-data"}, "sendBinaryData": true, "binaryPropertyName": "file:data,other", "bodyParametersJson": "{\"a\": 1}"}),
        json!({"bodyType": "multipart", "parts": [
            {"name": "a", "kind": "text", "value": 1},
            {"name": "file", "kind": "file", "fileProperty": "data"},
            {"name": "other", "kind": "file", "fileProperty": "other"}
        ]}),
    );
    check(
        1.0,
        json!({"requestMethod": "POST", "jsonParameters": true, "bodyParametersJson": "={{ $json }}", "headerParametersJson": "{}"}),
        json!({"bodyType": "json", "bodyBy": "text", "bodyJson": "={{ $json }}", "headersBy": "json", "headersJson": "{}"}),
    );
}
