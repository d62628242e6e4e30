//! What imports and native documents promise, seen from outside.

mod http;
mod mappers;

use model::{Value, workflow::Order};

use crate::{Imported, read};

fn one(text: &str) -> Imported {
    let mut all = read(text).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

const SMALL: &str = r#"{"name": "Small", "nodes": [
    {"id": "a", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
    {"id": "b", "name": "Slack", "type": "n8n-nodes-base.slack", "typeVersion": "2.2", "position": [100, 0], "parameters": {"text": "=hi {{ $json.a }}"}, "onError": "continueErrorOutput", "credentials": {"slackApi": {"id": "7", "name": "Our Slack"}}, "color": "red"}
  ], "connections": {"Start": {"main": [[{"node": "Slack", "type": "main", "index": 0}, {"node": "Ghost", "type": "main", "index": 0}]]}, "Slack": {"main": [null, [{"node": "Start", "type": "main", "index": 0}]]}}, "meta": {"x": 1}}"#;

#[test]
fn every_wrapping_gives_the_same_workflow() {
    let plain = one(SMALL).workflow;
    for text in [
        format!("[{SMALL}]"),
        format!(r#"{{"workflow": {SMALL}}}"#),
        format!(r#"{{"workflow": {{"workflow": {SMALL}}}}}"#),
    ] {
        assert_eq!(one(&text).workflow, plain);
    }
}

#[test]
fn an_unknown_node_keeps_everything_and_is_reported() {
    let imported = one(SMALL);
    assert_eq!((imported.report.nodes, imported.report.converted), (2, 1));
    assert_eq!(imported.report.unsupported[0].node_type, "n8n-nodes-base.slack");
    assert_eq!(imported.report.needs_credential[0].credential, "slackApi");
    let node = imported.workflow.node("Slack").unwrap();
    assert_eq!(node.node_type, "placeholder");
    assert_eq!(node.parameters.at("parameters.text"), Some(&Value::from("=hi {{ $json.a }}")));
    assert_eq!(node.parameters.at("typeVersion"), Some(&Value::from(2.2)));
    assert_eq!(node.parameters.at("outputs").unwrap().as_array().unwrap().len(), 1);
    assert_eq!(node.extra.get("n8n").unwrap().at("color"), Some(&Value::from("red")));
}

#[test]
fn a_wire_to_nowhere_is_left_out_and_told() {
    let imported = one(SMALL);
    assert_eq!(imported.workflow.connections.len(), 2);
    assert!(imported.report.notes[0].contains("`Ghost`"), "{:?}", imported.report.notes);
}

#[test]
fn an_export_without_an_order_runs_in_the_old_one() {
    assert_eq!(one(SMALL).workflow.settings.order, Order::V0);
    let newer = SMALL.replace(r#""meta""#, r#""settings": {"executionOrder": "v1"}, "meta""#);
    assert_eq!(one(&newer).workflow.settings.order, Order::V1);
}

#[test]
fn a_native_document_comes_back_as_it_was_with_what_it_does_not_know() {
    let mut workflow = one(SMALL).workflow;
    workflow.extra.insert("future", 1.0);
    let again = one(&crate::write(&workflow)).workflow;
    assert_eq!(again, workflow);
}

#[test]
fn a_file_whose_expressions_look_at_parameters_keeps_them_as_they_stood() {
    assert!(one(SMALL).workflow.nodes.iter().all(|it| it.imported.is_none()));
    let note = r#"{"name": "Note", "type": "n8n-nodes-base.stickyNote", "parameters": {"content": "x"}}, "#;
    for mark in [
        "{{ $parameter.text }}",
        "{{ $('Start').params.a }}",
        "{{ $node[\\\"Start\\\"].parameter.a }}",
    ] {
        let looking = SMALL.replace("hi {{ $json.a }}", mark).replacen(
            r#""nodes": ["#,
            &format!(r#""nodes": [{note}"#),
            1,
        );
        let workflow = one(&looking).workflow;
        // The same on both sides needs no second copy.
        assert_eq!(workflow.node("Start").unwrap().imported, None);
        let node = workflow.node("Slack").unwrap();
        let original = node.imported.as_ref().unwrap();
        assert_eq!(
            original.parameters.get("text"),
            Some(&Value::from(format!("={}", mark.replace('\\', ""))))
        );
        assert_eq!(node.named_parameters(), &original.parameters);
        assert_eq!(one(&crate::write(&workflow)).workflow, workflow);
    }
}

#[test]
fn parameters_that_a_file_leaves_out_are_what_they_are_by_default() {
    let check = |kind: &str, version: f64, parameters: &str, wanted: &str| {
        let text = format!(
            r#"{{"name": "Defaults", "nodes": [
                {{"name": "It", "type": "n8n-nodes-base.{kind}", "typeVersion": {version}, "parameters": {parameters}}},
                {{"name": "Look", "type": "n8n-nodes-base.set", "typeVersion": 3.4,
                  "parameters": {{"x": "={{{{ $('It').params.mode }}}}"}}}}], "connections": {{}}}}"#
        );
        let workflow = one(&text).workflow;
        let found = workflow.node("It").unwrap().named_parameters();
        assert_eq!(found, &Value::from_json(wanted).unwrap(), "{kind} {version} {parameters}");
    };
    let set = r#"{"mode": "manual", "duplicateItem": false, "assignments": {}, "includeOtherFields": false, "options": {}}"#;
    check("set", 3.4, "{}", set);
    check(
        "set",
        3.3,
        r#"{"mode": "raw", "includeOtherFields": true}"#,
        r#"{"mode": "raw", "includeOtherFields": true, "duplicateItem": false, "include": "all", "options": {}}"#,
    );
    check(
        "set",
        1.0,
        r#"{"values": {"number": [{"name": "n"}, {}]}, "options": {"dotNotation": false}}"#,
        r#"{"values": {"number": [{"name": "n", "value": 0}, {"name": "propertyName", "value": 0}]},
            "options": {"dotNotation": false}, "keepOnlySet": false}"#,
    );
    let open = r#"{"authentication": "none", "method": "GET", "url": "", "provideSslCertificates": false,
        "sendQuery": false, "sendHeaders": false, "sendBody": false, "options": {}}"#;
    check("httpRequest", 4.2, "{}", open);
    check("splitInBatches", 3.0, "{}", r#"{"batchSize": 1, "options": {}}"#);
    check("splitInBatches", 2.0, "{}", r#"{"batchSize": 10, "options": {}}"#);
    check("wait", 1.1, "{}", r#"{"resume": "timeInterval", "amount": 5, "unit": "seconds"}"#);
    check(
        "wait",
        1.0,
        r#"{"resume": "specificTime"}"#,
        r#"{"resume": "specificTime", "dateTime": ""}"#,
    );
    // What an expression decides may be anything.
    let shown = r#"{"resume": "={{ $json.how }}", "dateTime": "", "amount": 5, "unit": "seconds",
        "incomingAuthentication": "none", "httpMethod": "GET", "responseMode": "onReceived",
        "limitWaitTime": false}"#;
    check("wait", 1.1, r#"{"resume": "={{ $json.how }}"}"#, shown);
    let hook = r#"{"httpMethod": "POST", "path": "a", "multipleMethods": false, "authentication": "none",
        "responseMode": "onReceived", "options": {}}"#;
    check("webhook", 2.0, r#"{"httpMethod": "POST", "path": "a"}"#, hook);
    check("slack", 2.2, r#"{"text": "hi"}"#, r#"{"text": "hi"}"#);
}
