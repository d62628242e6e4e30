//! What is told of small workflows, and what is not.

use std::sync::Arc;

use model::{
    json,
    workflow::{Connection, CredentialRef, Workflow},
};

use super::*;

const NOW: &str = "2026-06-01T00:00:00Z";

fn node(name: &str, kind: &str, parameters: Value) -> Node {
    Node {
        id: name.into(),
        name: name.into(),
        node_type: kind.into(),
        parameters,
        ..Node::default()
    }
}

fn wire(from: &str, output: usize, to: &str) -> Connection {
    Connection { from: from.into(), output, to: to.into(), ..Connection::default() }
}

fn told(nodes: Vec<Node>, connections: Vec<Connection>, zone: &str) -> Vec<(Kind, String, String)> {
    let document = Workflow { name: "W".into(), nodes, connections, ..Workflow::default() };
    let zone = TimeZone::get(zone).unwrap();
    let plan = Arc::new(Plan::compile(document, &nodes::all(), &zone));
    let known = [Known { kind: "httpBasicAuth".into(), names: vec!["Door".into(), "id-1".into()] }];
    let all = advice(&plan, &known, NOW.parse().unwrap());
    let plain = |it: Advice| (it.kind, it.node.unwrap_or_default().into(), it.subject.into());
    all.into_iter().map(plain).collect()
}

fn one(kind: Kind, node: &str, subject: &str) -> Vec<(Kind, String, String)> {
    vec![(kind, node.into(), subject.into())]
}

fn start() -> Node {
    node("Start", "trigger.manual", json!({}))
}

fn no_op(name: &str) -> Node {
    node(name, "flow.no_op", json!({}))
}

#[test]
fn a_script_that_cannot_be_read_is_told_with_its_line() {
    let script = |code: &str| node("Code", "code.javascript", json!({"code": code}));
    let of = |code: &Node| told(vec![start(), code.clone()], vec![wire("Start", 0, "Code")], "UTC");
    assert_eq!(of(&script("return [];")), []);
    assert_eq!(of(&script("= 5")), one(Kind::ScriptUnreadable, "Code", "1"));
    let broken = script("const a = 1;\nconst b = ;\nreturn [];");
    assert_eq!(of(&broken), one(Kind::ScriptUnreadable, "Code", "2"));
    assert_eq!(of(&script("return [\n;")), one(Kind::ScriptUnreadable, "Code", "2"));
    assert_eq!(of(&Node { disabled: true, ..broken }), []);
}

#[test]
fn what_no_trigger_leads_to_is_told_unless_it_is_off() {
    let wires = || vec![wire("Start", 0, "A"), wire("C", 0, "B")];
    let all = || vec![start(), no_op("A"), no_op("B"), Node { disabled: true, ..no_op("C") }];
    assert_eq!(told(all(), wires(), "UTC"), one(Kind::Unreachable, "B", ""));
    let off = vec![Node { disabled: true, ..start() }, no_op("A")];
    assert_eq!(told(off, vec![wire("Start", 0, "A")], "UTC"), one(Kind::NoTrigger, "", ""));
    assert_eq!(told(vec![], vec![], "UTC"), []);
}

#[test]
fn a_loop_that_nothing_leaves_is_told_once() {
    let wires = |back| vec![wire("Start", 0, "A"), wire("A", 0, "B"), wire("B", back, "A")];
    let all = |kind| vec![start(), no_op("A"), node("B", kind, json!({}))];
    assert_eq!(told(all("flow.no_op"), wires(0), "UTC"), one(Kind::EndlessLoop, "A", ""));
    // Its other output ends it, wired or not.
    assert_eq!(told(all("flow.if"), wires(1), "UTC"), []);
    let mut both = wires(1);
    both.push(wire("B", 0, "A"));
    assert_eq!(told(all("flow.if"), both, "UTC"), one(Kind::EndlessLoop, "A", ""));
}

#[test]
fn a_credential_that_is_needed_is_there_by_its_name_or_id() {
    let check = |chosen: Option<CredentialRef>, expected: Vec<(Kind, String, String)>| {
        let parameters = json!({
            "url": "http://a", "authentication": "credential", "credentialType": "httpBasicAuth",
        });
        let credentials = chosen.map(|it| ("httpBasicAuth".into(), it)).into_iter().collect();
        let ask = Node { credentials, ..node("Ask", "http.request", parameters) };
        assert_eq!(told(vec![start(), ask], vec![wire("Start", 0, "Ask")], "UTC"), expected);
    };
    let named = |id: Option<&str>, name: &str| {
        Some(CredentialRef { id: id.map(Into::into), name: name.into() })
    };
    check(None, one(Kind::CredentialNotChosen, "Ask", "httpBasicAuth"));
    check(named(None, "Door"), vec![]);
    check(named(Some("id-1"), "by another name"), vec![]);
    check(named(Some("id-2"), "Gate"), one(Kind::CredentialMissing, "Ask", "Gate"));
}

#[test]
fn a_credential_is_needed_while_the_form_says_so() {
    let check = |by: &str, chosen: Option<&str>, expected: Vec<(Kind, String, String)>| {
        let credential =
            |name: &str| ("httpBasicAuth".into(), CredentialRef { id: None, name: name.into() });
        let credentials = chosen.map(credential).into_iter().collect();
        let call = node("Call", "trigger.webhook", json!({ "authentication": by }));
        assert_eq!(told(vec![Node { credentials, ..call }], vec![], "UTC"), expected, "{by}");
    };
    check("none", None, vec![]);
    check("none", Some("Gate"), vec![]);
    check("basicAuth", Some("Door"), vec![]);
    check("basicAuth", None, one(Kind::CredentialNotChosen, "Call", "httpBasicAuth"));
    check("basicAuth", Some("Gate"), one(Kind::CredentialMissing, "Call", "Gate"));
    check("signature", Some("Door"), one(Kind::CredentialNotChosen, "Call", "hmacAuth"));
}

#[test]
fn a_time_that_a_change_of_the_clocks_moves_is_told() {
    let check = |cron: &str, zone: &str, expected: Vec<(Kind, String, String)>| {
        let rules = json!({ "rules": [{ "every": "cron", "cron": cron }] });
        assert_eq!(
            told(vec![node("At", "trigger.schedule", rules)], vec![], zone),
            expected,
            "{cron}"
        );
    };
    let skips = "2027-03-28T02:30:00[Europe/Berlin]";
    let repeats = "2026-10-25T02:30:00[Europe/Berlin]";
    let both = |kind, at: &str| one(kind, "At", at);
    check("30 2 * * *", "Europe/Berlin", both(Kind::ClockRepeats, repeats));
    check("30 2 * 3 *", "Europe/Berlin", both(Kind::ClockSkips, skips));
    check("30 3 * * *", "Europe/Berlin", vec![]);
    check("0 9 * * 1-5", "Europe/Berlin", vec![]);
    check("30 2 * * *", "UTC", vec![]);
    // One of many is not missed.
    check("*/10 * * * *", "Europe/Berlin", vec![]);
    check("30 * * * *", "Europe/Berlin", vec![]);
}
