//! Which calls end a wait.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{Map, Value, json};
use sdk::{
    Run,
    trigger::{AnswerWhen, ReceiveCtx, Refusal, Request},
};

use super::FlowWait;

fn call(method: &str, details: &Value) -> Result<(Map, AnswerWhen), Refusal> {
    let request = Request {
        method: method.into(),
        path: "execution".into(),
        url: "https://example.com/webhook-waiting/execution".into(),
        headers: BTreeMap::from([("content-type".into(), "application/json".to_owned())]),
        query: Map::new(),
        params: Map::new(),
        body: "{\"a\": 1}".into(),
        parts: vec![],
        remote: None,
        test: false,
    };
    let ctx = ReceiveCtx { parameters: details, credential: None, now: Timestamp::UNIX_EPOCH };
    let received = FlowWait.receive(&request, &ctx)?;
    let item = received.items[0].get(0).unwrap().unwrap();
    Ok((Map::clone(&item.json), received.answer))
}

#[test]
fn a_call_of_its_method_gives_the_request() {
    let details = json!({"methods": ["PUT"], "respond": "lastNode"});
    let (json, answer) = call("PUT", &details).unwrap();
    assert_eq!(json.get("body"), Some(&json!({"a": 1})));
    assert!(matches!(answer, AnswerWhen::LastNode));
}

#[test]
fn a_call_of_another_method_is_refused() {
    assert_eq!(call("GET", &json!({"methods": ["PUT"]})).unwrap_err().status, 404);
}

#[test]
fn a_form_is_sent_by_post() {
    let (json, _) = call("POST", &json!({"title": "Hi"})).unwrap();
    let sent = json!({"a": 1, "submittedAt": "1970-01-01T00:00:00Z", "formMode": "production"});
    assert_eq!(Value::from(json), sent);
    assert_eq!(call("GET", &json!({"title": "Hi"})).unwrap_err().status, 404);
}

#[test]
fn a_call_must_prove_who_it_is() {
    let details = json!({"methods": ["POST"], "authentication": "headerAuth"});
    assert!(call("POST", &details).is_err());
}
