//! Fields by path, read and written as `a.b[0].c`, with one level copied per change.

use std::sync::Arc;

use model::{Map, Value, value::parse_path};
use sdk::NodeError;
use smol_str::SmolStr;

/// The longest list that a path may make by naming an entry.
const ENTRIES_MAX: usize = 100_000;

/// Where a field lies. Made once per run, not per item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    whole: SmolStr,
    /// Empty when the name is one step as it stands.
    steps: Vec<SmolStr>,
}

impl Path {
    /// A name in which dots and brackets lead deeper.
    pub(crate) fn dotted(name: &str) -> Path {
        let whole = unbracketed(name);
        let deep = whole.contains('.') || (whole.contains('[') && whole.contains(']'));
        let mut steps = if deep { parse_path(whole) } else { vec![] };
        if deep && whole.ends_with('.') {
            steps.push(SmolStr::default());
        }
        Path { whole: whole.into(), steps }
    }

    /// A name that is taken as it is.
    pub(crate) fn plain(name: &str) -> Path {
        Path { whole: name.into(), steps: vec![] }
    }

    pub(crate) fn new(name: &str, dotted: bool) -> Path {
        if dotted { Path::dotted(name) } else { Path::plain(name) }
    }

    pub(crate) fn name(&self) -> &SmolStr {
        &self.whole
    }

    /// A field of that very name goes before one that lies deeper.
    pub(crate) fn get<'a>(&self, map: &'a Map) -> Option<&'a Value> {
        if self.is_whole_in(map) {
            return map.get(&self.whole);
        }
        let (first, rest) = self.steps.split_first()?;
        rest.iter().try_fold(map.get(first)?, |value, step| match value {
            Value::Object(map) => map.get(step),
            Value::Array(entries) => entries.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Writes a field, and makes what is missing on the way; `None` writes `undefined`: the way is
    /// made, but the field is not there.
    pub(crate) fn set(&self, map: &mut Map, value: Option<Value>) -> Result<(), NodeError> {
        if self.is_whole_in(map) {
            match value {
                Some(value) => drop(map.insert(self.whole.clone(), value)),
                None => drop(map.remove(&self.whole)),
            }
            return Ok(());
        }
        let Some((first, rest)) = self.steps.split_first() else { return Ok(()) };
        if rest.is_empty() && value.is_none() {
            map.remove(first);
            return Ok(());
        }
        let mut place = entry(map, first);
        let mut left = rest;
        while let Some((step, after)) = left.split_first() {
            let last = after.is_empty();
            if last && value.is_none() {
                remove(place, step);
                return Ok(());
            }
            // A list has no named fields that JSON could show.
            if matches!(place, Value::Array(_)) && list_index(step).is_none() {
                return Ok(());
            }
            place = self.descend(place, step)?;
            left = after;
        }
        *place = value.unwrap_or_default();
        Ok(())
    }

    pub(crate) fn remove(&self, map: &mut Map) {
        if self.is_whole_in(map) {
            map.remove(&self.whole);
            return;
        }
        let Some((last, way)) = self.steps.split_last() else { return };
        let Some((first, way)) = way.split_first() else { return };
        let Some(mut place) = map.get_mut(first) else { return };
        for step in way {
            let next = match place {
                Value::Object(map) => Arc::make_mut(map).get_mut(step),
                Value::Array(entries) => {
                    step.parse::<usize>().ok().and_then(|it| Arc::make_mut(entries).get_mut(it))
                }
                _ => None,
            };
            match next {
                Some(next) => place = next,
                None => return,
            }
        }
        remove(place, last);
    }

    fn is_whole_in(&self, map: &Map) -> bool {
        self.steps.is_empty() || map.contains_key(&self.whole)
    }

    /// The place of a step below another place, which becomes a list or an object if it is none.
    fn descend<'a>(&self, place: &'a mut Value, step: &str) -> Result<&'a mut Value, NodeError> {
        let index = list_index(step);
        if !matches!(place, Value::Array(_) | Value::Object(_)) {
            *place = if index.is_some() { vec![].into() } else { Map::new().into() };
        }
        let missing = || {
            NodeError::never(format!(
                "the field `{}` reaches past entry {ENTRIES_MAX} of a list",
                self.whole
            ))
        };
        match place {
            Value::Object(map) => Ok(entry(Arc::make_mut(map), step)),
            Value::Array(entries) => {
                let index = index.filter(|it| *it < ENTRIES_MAX).ok_or_else(missing)?;
                let entries = Arc::make_mut(entries);
                if entries.len() <= index {
                    entries.resize(index + 1, Value::Null);
                }
                Ok(&mut entries[index])
            }
            _ => Err(missing()),
        }
    }
}

fn entry<'a>(map: &'a mut Map, key: &str) -> &'a mut Value {
    if !map.contains_key(key) {
        map.insert(key, Value::Null);
    }
    map.get_mut(key).expect("it was written just now")
}

fn remove(place: &mut Value, step: &str) {
    match place {
        Value::Object(map) => drop(Arc::make_mut(map).remove(step)),
        Value::Array(entries) => {
            let entries = Arc::make_mut(entries);
            if let Some(entry) = list_index(step).and_then(|it| entries.get_mut(it)) {
                *entry = Value::Null;
            }
        }
        other => {
            *other = match list_index(step) {
                Some(_) => vec![].into(),
                None => Map::new().into(),
            }
        }
    }
}

/// `0` or `17`, but not `01`.
fn list_index(step: &str) -> Option<usize> {
    let plain = step == "0" || !step.starts_with('0');
    (plain && step.bytes().all(|it| it.is_ascii_digit())).then(|| step.parse().ok())?
}

/// `["a key"]` names the field `a key`.
fn unbracketed(name: &str) -> &str {
    ["\"", "'"]
        .iter()
        .find_map(|quote| {
            let inner = name.strip_prefix('[')?.strip_prefix(quote)?;
            let inner = inner.strip_suffix(']')?.strip_suffix(quote)?;
            (!inner.contains(quote)).then_some(inner)
        })
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, name: &str, value: Option<Value>, after: &str) {
        let mut map: Map = Value::from_json(before).unwrap().as_object().unwrap().clone();
        Path::dotted(name).set(&mut map, value).unwrap();
        assert_eq!(Value::from(map).to_json(), after);
    }

    #[test]
    fn writing_makes_what_is_missing_on_the_way() {
        check(r#"{}"#, "a.b[1].c", Some(1.0.into()), r#"{"a":{"b":[null,{"c":1}]}}"#);
        check(r#"{"a":5}"#, "a.b", Some(1.0.into()), r#"{"a":{"b":1}}"#);
        check(r#"{"a.b":5}"#, "a.b", Some(1.0.into()), r#"{"a.b":1}"#);
        check(r#"{"a":[1,2]}"#, "a[0]", Some(9.0.into()), r#"{"a":[9,2]}"#);
        check(r#"{}"#, "[\"a.b\"].c", Some(1.0.into()), r#"{"a.b":{"c":1}}"#);
        check(r#"{}"#, "", Some(1.0.into()), r#"{"":1}"#);
        check(r#"{}"#, "a.", Some(1.0.into()), r#"{"a":{"":1}}"#);
    }

    #[test]
    fn writing_undefined_takes_the_field_away_and_keeps_the_way() {
        check(r#"{"a":{"b":1}}"#, "a.b", None, r#"{"a":{}}"#);
        check(r#"{}"#, "a.b", None, r#"{"a":{}}"#);
        check(r#"{"a":1}"#, "a", None, r#"{}"#);
    }

    #[test]
    fn a_change_leaves_shared_values_alone() {
        let shared = Value::from_json(r#"{"a":{"b":1}}"#).unwrap();
        let mut map = shared.as_object().unwrap().clone();
        Path::dotted("a.b").set(&mut map, Some(2.0.into())).unwrap();
        Path::dotted("a.b").remove(&mut map);
        assert_eq!(shared.to_json(), r#"{"a":{"b":1}}"#);
        assert_eq!(Value::from(map).to_json(), r#"{"a":{}}"#);
    }

    #[test]
    fn a_list_does_not_grow_without_limit() {
        let fault = Path::dotted("a[100000]").set(&mut Map::new(), Some(1.0.into()));
        assert!(fault.unwrap_err().message.contains("reaches past"));
        assert!(Path::dotted("a[99999]").set(&mut Map::new(), Some(1.0.into())).is_ok());
    }
}
