//! The description says everything, and nothing that is not so.

use super::*;

/// What may be any object or value: parameters of nodes, items, and data of runs.
const FREE: &[&str] = &["Parameters", "Data"];

#[test]
fn no_body_is_an_untyped_object() {
    let mut untyped = vec![];
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            bodies(&operation["requestBody"], &place, &mut untyped);
            bodies(&operation["responses"], &place, &mut untyped);
        }
    }
    for (name, schema) in DESCRIPTION["components"]["schemas"].as_object().unwrap() {
        if !FREE.contains(&name.as_str()) {
            look_into(schema, name, &mut untyped);
        }
    }
    assert!(untyped.is_empty(), "{} untyped: {untyped:#?}", untyped.len());
}

fn bodies(value: &Value, place: &str, untyped: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, it) in map {
                if key == "schema" {
                    look_into(it, place, untyped);
                } else {
                    bodies(it, place, untyped);
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|it| bodies(it, place, untyped)),
        _ => {}
    }
}

/// Looks into a schema, part by part.
fn look_into(schema: &Value, place: &str, untyped: &mut Vec<String>) {
    let said = ["$ref", "oneOf", "anyOf", "allOf", "enum", "const"];
    let is_said = said.iter().any(|it| schema.get(it).is_some());
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(it) => vec![it],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let has = |it: &str| schema.get(it).is_some();
    let bare_list = kinds.contains(&"array") && !has("items") && !has("prefixItems");
    let is_map = schema["additionalProperties"].is_object();
    let bare_object = kinds.contains(&"object") && !has("properties") && !is_map;
    if !is_said && (kinds.is_empty() || bare_list || bare_object) {
        untyped.push(format!("{place}: {schema}"));
    }
    for key in ["oneOf", "anyOf", "allOf", "prefixItems"] {
        for it in schema[key].as_array().into_iter().flatten() {
            look_into(it, place, untyped);
        }
    }
    for (name, it) in schema["properties"].as_object().into_iter().flatten() {
        look_into(it, &format!("{place}.{name}"), untyped);
    }
    for key in ["items", "additionalProperties"] {
        if schema[key].is_object() {
            look_into(&schema[key], place, untyped);
        }
    }
}

#[test]
fn each_operation_is_told_to_people() {
    let mut names = HashSet::new();
    assert_eq!(DESCRIPTION["openapi"], "3.1.0");
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/"), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "two operations are called {name}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{method} {path}");
        }
    }
    assert!(names.len() >= 55, "{}", names.len());
}

#[test]
fn each_reference_leads_somewhere() {
    let text = DESCRIPTION.to_string();
    let known = DESCRIPTION["components"]["schemas"].as_object().unwrap();
    for it in text.split("#/components/schemas/").skip(1) {
        let name = it.split('"').next().unwrap();
        assert!(known.contains_key(name), "there is no schema {name}");
    }
}

/// Every field that the model writes is described, and everything described is a field of it.
#[test]
fn the_workflow_is_described_as_the_model_writes_it() {
    let written = serde_json::to_value(full_document()).unwrap();
    let found = faults(r##"{"$ref": "#/components/schemas/Workflow"}"##, &written);
    assert!(found.is_empty(), "{found:#?}");
    let text = written.to_string();
    let schemas = &DESCRIPTION["components"]["schemas"];
    let parts = [
        "Workflow",
        "Node",
        "Connection",
        "Settings",
        "Save",
        "Retry",
        "StickyNote",
        "Group",
        "CredentialRef",
    ];
    for name in parts {
        for field in schemas[name]["properties"].as_object().unwrap().keys() {
            let written = text.contains(&format!("\"{field}\":"));
            assert!(written, "{name}.{field} is no field of the model");
        }
    }
}

fn full_document() -> model::workflow::Workflow {
    use model::workflow::*;
    let note = StickyNote {
        id: "s".into(),
        content: "c".into(),
        color: Some("red".into()),
        ..StickyNote::default()
    };
    let group =
        Group { id: "g".into(), name: "n".into(), nodes: vec!["1".into()], ..Group::default() };
    let wire = Connection {
        from: "Send".into(),
        output: 1,
        to: "Send".into(),
        input: 2,
        kind: "ai_tool".into(),
        extra: Default::default(),
    };
    let settings = Settings {
        time_zone: Some("UTC".into()),
        order: Order::Parallel,
        error_workflow: Some("e".into()),
        timeout_ms: Some(1),
        save: Save { success: false, error: false, manual: false },
        business_key: Some("=x".into()),
        priority: 3,
        caller_policy: Some(CallerPolicy::Listed(vec!["a".into()])),
        extra: Default::default(),
    };
    let item = model::item::ItemJson {
        json: model::json!({"a": 1}),
        binary: Some(
            [("data".into(), model::json!({"mimeType": "text/plain", "data": "aGk="}))].into(),
        ),
        paired_item: Some(model::json!({"item": 0})),
        error: Some("bad".into()),
    };
    Workflow {
        format: FORMAT,
        name: "Full".into(),
        description: "d".into(),
        nodes: vec![full_node()],
        connections: vec![wire],
        settings,
        pinned_data: [("Send".into(), vec![item])].into(),
        sticky_notes: vec![note],
        groups: vec![group],
        tags: vec!["t".into()],
        folder: Some("f".into()),
        extra: Default::default(),
    }
}

fn full_node() -> model::workflow::Node {
    use model::workflow::*;
    Node {
        id: "1".into(),
        name: "Send".into(),
        node_type: "http.request".into(),
        version: 1,
        position: [1.0, 2.5],
        parameters: model::json!({"url": "x"}),
        credentials: [("t".into(), CredentialRef { id: Some("i".into()), name: "n".into() })]
            .into(),
        disabled: true,
        notes: "n".into(),
        notes_in_flow: true,
        on_error: OnError::ErrorOutput,
        retry: Some(Retry { backoff: Backoff::Exponential, ..Retry::default() }),
        always_output_data: true,
        execute_once: true,
        timeout_ms: Some(1),
        in_doubt: Some(InDoubt::Ask),
        webhook_id: Some("w".into()),
        imported: Some(Imported { parameters: model::json!({"u": 1}), fingerprint: "f".into() }),
        extra: Default::default(),
    }
}

/// The published schema is the one that the API describes. `UPDATE_EXPECT=1` writes it.
#[test]
fn the_published_schema_is_current() {
    let text = serde_json::to_string_pretty(&crate::workflow_schema()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/workflow.schema.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap();
    assert!(published == text, "the schema is old; run this test with UPDATE_EXPECT=1");
}
