//! What is renamed, added and removed on the way: headers, and fields of JSON bodies.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What rules may add to one body.
const ADDED_BYTES_MAX: usize = 4 << 20;

/// They happen in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    pub headers: Vec<HeaderRule>,
    pub fields: Vec<FieldRule>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "action")]
pub enum HeaderRule {
    Rename {
        name: String,
        to: String,
    },
    /// In the place of one of that name.
    Add {
        name: String,
        value: String,
    },
    Remove {
        name: String,
    },
}

/// A path is written `customer.address.city`; where it meets a list, it goes on in each entry. A dot in a name is
/// written `\.`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "action")]
pub enum FieldRule {
    /// The field stays where it is.
    Rename {
        path: String,
        to: String,
    },
    /// In the place of one of that name. Objects on the way are made.
    Add {
        path: String,
        value: Value,
    },
    Remove {
        path: String,
    },
}

/// Rules would make a body larger than anybody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rules of the route add more than {ADDED_BYTES_MAX} bytes to this body")]
pub struct TooMuch;

impl Rules {
    pub fn len(&self) -> usize {
        self.headers.len() + self.fields.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// # Errors
    /// [`TooMuch`].
    pub fn change(&self, body: &mut Value) -> Result<(), TooMuch> {
        let mut left = ADDED_BYTES_MAX;
        for rule in &self.fields {
            let path = parts(rule.path());
            change(rule, &path, body, &mut left)?;
        }
        Ok(())
    }
}

impl FieldRule {
    pub(super) fn path(&self) -> &str {
        match self {
            FieldRule::Rename { path, .. }
            | FieldRule::Add { path, .. }
            | FieldRule::Remove { path } => path,
        }
    }
}

/// The names of a path.
pub(super) fn parts(path: &str) -> Vec<String> {
    let mut res = vec![String::new()];
    let mut chars = path.chars();
    while let Some(it) = chars.next() {
        let last = res.last_mut().expect("it begins with one");
        match it {
            '\\' => last.extend(chars.next()),
            '.' => res.push(String::new()),
            it => last.push(it),
        }
    }
    res
}

fn change(
    rule: &FieldRule,
    path: &[String],
    at: &mut Value,
    left: &mut usize,
) -> Result<(), TooMuch> {
    let object = match at {
        Value::Array(all) => {
            return all.iter_mut().try_for_each(|it| change(rule, path, it, left));
        }
        Value::Object(it) => it,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Ok(()),
    };
    let Some((name, behind)) = path.split_first() else { return Ok(()) };
    if behind.is_empty() {
        return change_here(rule, name, object, left);
    }
    if matches!(rule, FieldRule::Add { .. }) && !object.contains_key(name) {
        spend(left, name.len())?;
        object.insert(name.clone(), Value::Object(Map::new()));
    }
    match object.get_mut(name) {
        Some(it) => change(rule, behind, it, left),
        None => Ok(()),
    }
}

fn change_here(
    rule: &FieldRule,
    name: &str,
    object: &mut Map<String, Value>,
    left: &mut usize,
) -> Result<(), TooMuch> {
    match rule {
        FieldRule::Rename { to, .. } => {
            if let Some(value) = object.remove(name) {
                spend(left, to.len())?;
                // One name, in which a dot is written as in a path.
                object.insert(parts(to).join("."), value);
            }
        }
        FieldRule::Add { value, .. } => {
            spend(left, name.len() + size(value))?;
            object.insert(name.to_owned(), value.clone());
        }
        FieldRule::Remove { .. } => drop(object.remove(name)),
    }
    Ok(())
}

fn spend(left: &mut usize, bytes: usize) -> Result<(), TooMuch> {
    *left = left.checked_sub(bytes + PER_FIELD).ok_or(TooMuch)?;
    Ok(())
}

/// What a field takes beside its name and value.
const PER_FIELD: usize = 8;

/// About as long as it is written.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => PER_FIELD,
        Value::String(it) => it.len(),
        Value::Array(all) => all.iter().map(|it| size(it) + PER_FIELD).sum(),
        Value::Object(all) => all.iter().map(|(key, it)| key.len() + size(it) + PER_FIELD).sum(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(rules: Value, mut body: Value, expected: Value) {
        let fields = serde_json::from_value(rules.clone()).unwrap();
        let rules_of = Rules { headers: vec![], fields };
        rules_of.change(&mut body).unwrap();
        assert_eq!(body, expected, "{rules}");
    }

    #[test]
    fn fields_are_renamed_added_and_removed() {
        let rename = |path: &str, to: &str| json!({"action": "rename", "path": path, "to": to});
        let add = |path: &str, value: Value| json!({"action": "add", "path": path, "value": value});
        let remove = |path: &str| json!({"action": "remove", "path": path});
        check(json!([rename("a", "b")]), json!({"a": 1, "c": 2}), json!({"b": 1, "c": 2}));
        check(json!([rename("a", "b\\.c")]), json!({"a": 1}), json!({"b.c": 1}));
        check(json!([rename("a", "b")]), json!({"c": 2}), json!({"c": 2}));
        check(json!([rename("a", "b")]), json!({"a": 1, "b": 2}), json!({"b": 1}));
        check(json!([add("x.y", json!([1]))]), json!({}), json!({"x": {"y": [1]}}));
        check(json!([add("x.y", json!(1))]), json!({"x": 2}), json!({"x": 2}));
        check(
            json!([add("x", json!(1))]),
            json!([{}, {"x": 0}, 3]),
            json!([{"x": 1}, {"x": 1}, 3]),
        );
        check(
            json!([remove("a.b")]),
            json!({"a": [{"b": 1, "c": 2}, {"b": 3}]}),
            json!({"a": [{"c": 2}, {}]}),
        );
        check(json!([remove("a\\.b")]), json!({"a.b": 1, "a": {"b": 2}}), json!({"a": {"b": 2}}));
        // In their order.
        check(
            json!([rename("a", "b"), remove("b"), add("c", json!(null))]),
            json!({"a": 1}),
            json!({"c": null}),
        );
        check(json!([remove("a")]), json!("text"), json!("text"));
        // No number is read as another.
        check(
            json!([remove("a")]),
            json!({"n": 9_007_199_254_740_993_u64}),
            json!({"n": 9_007_199_254_740_993_u64}),
        );
    }

    #[test]
    fn what_is_added_has_a_limit() {
        let value = json!("x".repeat(1_000 - 1 - PER_FIELD));
        let fields = vec![FieldRule::Add { path: "a".to_owned(), value }];
        let rules = Rules { headers: vec![], fields };
        let body = |n: usize| Value::Array(vec![json!({}); n]);
        assert_eq!(rules.change(&mut body(ADDED_BYTES_MAX / 1_000)), Ok(()));
        assert_eq!(rules.change(&mut body(ADDED_BYTES_MAX / 1_000 + 1)), Err(TooMuch));
    }
}
