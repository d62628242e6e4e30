//! What an author sees of expressions and scripts.

use jiff::tz::TimeZone;
use model::{Item, Value, json};

use super::*;
use crate::Alone;

fn scope(json: Value) -> Arc<Scope> {
    Arc::new(Alone::scope(vec![Item::from_value(json)], TimeZone::UTC))
}

fn value(code: &str, json: Value) -> Result<Option<Value>, Error> {
    Sandbox::default().evaluate(&Template::parse(code), &scope(json), 0)
}

#[track_caller]
fn check(code: &str, json: Value, expected: Value) {
    assert_eq!(value(code, json).unwrap(), Some(expected), "{code}");
}

fn script(code: &str, json: Value) -> Result<Option<Value>, Error> {
    Sandbox::default().run(&Code::new(code, false), &scope(json), None)
}

#[test]
fn a_lone_segment_keeps_its_type() {
    check("{{ $json.a.b + 1 }}", json!({"a": {"b": 2}}), json!(3));
    check("{{ $json.list.map(x => x * 2) }}", json!({"list": [1, 2]}), json!([2, 4]));
    check("n: {{ $json.a }}!", json!({"a": null}), json!("n: !"));
}

#[test]
fn mistakes_of_expressions_are_undefined() {
    assert_eq!(value("{{ $json.a.b.c }}", json!({})).unwrap(), None);
    assert_eq!(value("{{ nothing }}", json!({})).unwrap(), None);
    assert!(value("{{ 1 + }}", json!({})).is_err());
}

#[test]
fn a_script_gives_what_it_returns() {
    let res = script("const r = await Promise.resolve($input.all()); return r", json!({"a": 1}));
    assert_eq!(res.unwrap(), Some(json!([{"json": {"a": 1}, "pairedItem": {"item": 0}}])));
    let why = script("const a = 1;\nnull.x", json!({})).unwrap_err();
    assert_eq!(why.line, Some(2), "{why:?}");
}

#[test]
fn undeclared_names_of_a_script_stay_in_it() {
    let sandbox = Sandbox::default();
    let scope = scope(json!({}));
    let run = |code: &str| sandbox.run(&Code::new(code, false), &scope, None);
    assert_eq!(run("x = 5; return x").unwrap(), Some(json!(5)));
    assert!(run("return x").is_err());
    run("Array.prototype.map = 1; globalThis.y = 1; Object.prototype.z = 1; return 1").unwrap();
    assert_eq!(
        run("return [typeof [].map, typeof y, typeof ({}).z]").unwrap(),
        Some(json!(["function", "undefined", "undefined"]))
    );
}
