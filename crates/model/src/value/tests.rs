//! What holds for values.

use std::sync::Arc;

use crate::{Map, Value, json};

#[test]
fn numbers_print_as_in_javascript() {
    let text = |it: f64| Value::Number(it).to_json();
    assert_eq!(text(1.0), "1");
    assert_eq!(text(-0.5), "-0.5");
    assert_eq!(text(1e20), "100000000000000000000");
    assert_eq!(text(f64::NAN), "null");
    assert_eq!(Value::Number(1e21).to_text(), "1e+21");
    assert_eq!(Value::Number(f64::NAN).to_text(), "NaN");
}

#[test]
fn index_keys_come_first_and_ascend() {
    let map: Map = [("b", json!(1)), ("10", json!(2)), ("2", json!(3)), ("01", json!(4))]
        .into_iter()
        .collect();
    assert_eq!(Value::from(map).to_json(), r#"{"2":3,"10":2,"b":1,"01":4}"#);
}

#[test]
fn large_objects_find_what_small_ones_find() {
    let mut map = Map::new();
    for n in 0..100 {
        map.insert(format!("k{n}"), n as i64);
    }
    map.remove("k50");
    assert_eq!(map.get("k50"), None);
    assert_eq!(map.get("k99"), Some(&json!(99)));
    assert_eq!(map.len(), 99);
}

#[test]
fn paths_reach_into_objects_and_arrays() {
    let value = json!({"a": {"b c": [1, {"d": "x"}]}});
    assert_eq!(value.at("a['b c'][1].d"), Some(&json!("x")));
    assert_eq!(value.at("a[\"b c\"].0"), Some(&json!(1)));
    assert_eq!(value.at("a.z"), None);
}

#[test]
fn a_clone_shares_its_parts() {
    let Value::Object(map) = json!({"a": [1]}) else { unreachable!() };
    let copy = Value::Object(map.clone());
    let Value::Object(other) = &copy else { unreachable!() };
    assert!(Arc::ptr_eq(&map, other));
}
