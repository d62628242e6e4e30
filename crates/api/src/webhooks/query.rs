//! Query texts as objects: `a=1&a=2` and `b[]=1` are lists, `c[d]=1` is an object.

use std::sync::Arc;

use model::{Map, Value};

/// Deeper brackets than this stay part of the name.
const DEPTH_MAX: usize = 5;
/// Most values of one query.
const VALUES_MAX: usize = 1_000;

pub(super) fn parse(text: &str) -> Map {
    let mut res = Map::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()).take(VALUES_MAX) {
        insert(&mut res, &keys(&name), Value::from(&*value));
    }
    res
}

/// `a[b][]` is `a`, `b`, and an empty key for "one more".
fn keys(name: &str) -> Vec<&str> {
    let Some((first, rest)) = name.split_once('[').filter(|it| !it.0.is_empty()) else {
        return vec![name];
    };
    let Some(rest) = rest.strip_suffix(']') else { return vec![name] };
    let mut res = vec![first];
    res.extend(rest.split("]["));
    if res.len() > DEPTH_MAX + 1 || res.iter().any(|it| it.contains(['[', ']'])) {
        return vec![name];
    }
    res
}

fn insert(map: &mut Map, keys: &[&str], value: Value) {
    let [key, rest @ ..] = keys else { return };
    match (rest, map.get_mut(key)) {
        ([], None) => drop(map.insert(*key, value)),
        ([], Some(old)) => add(old, value),
        ([""], None) => drop(map.insert(*key, Value::from(vec![value]))),
        ([""], Some(old)) => add(old, value),
        (rest, Some(Value::Object(inner))) => insert(Arc::make_mut(inner), rest, value),
        (rest, Some(Value::Array(all))) => {
            // `a[0]=…` after `a=…` adds to the list; anything else would lose what is there.
            let mut inner = Map::new();
            insert(&mut inner, rest, value);
            Arc::make_mut(all).push(inner.into());
        }
        (rest, _) => {
            let mut inner = Map::new();
            insert(&mut inner, rest, value);
            map.insert(*key, inner);
        }
    }
}

fn add(old: &mut Value, value: Value) {
    match old {
        Value::Array(all) => Arc::make_mut(all).push(value),
        one => *one = vec![one.clone(), value].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(Value::from(parse(text)).to_json(), expected, "{text}");
    }

    #[test]
    fn brackets_and_repeats_make_lists_and_objects() {
        check("", "{}");
        check("a=1&b=x%20y", r#"{"a":"1","b":"x y"}"#);
        check("a=1&a=2&a=3", r#"{"a":["1","2","3"]}"#);
        check("a[]=1", r#"{"a":["1"]}"#);
        check("a[]=1&a[]=2", r#"{"a":["1","2"]}"#);
        check("a[b]=1&a[c]=2", r#"{"a":{"b":"1","c":"2"}}"#);
        check("a[b][c]=1", r#"{"a":{"b":{"c":"1"}}}"#);
        check("a[=1&b]=2&[c]=3", r#"{"a[":"1","b]":"2","[c]":"3"}"#);
        check("flag", r#"{"flag":""}"#);
    }
}
