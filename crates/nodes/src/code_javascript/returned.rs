//! What a script may return, and what is said when it returns something else.

use std::sync::Arc;

use model::{ItemRef, Map, Value, item::Paired};
use sdk::NodeError;

/// An item as a script returns it.
pub(super) struct Returned {
    pub(super) json: Arc<Map>,
    pub(super) binary: Option<Arc<Map>>,
    pub(super) paired: Paired,
    pub(super) error: Option<Arc<str>>,
}

/// Keys that an item may have beside its own; `index` is no use to us but is written by old nodes.
const OTHER_KEYS: &[&str] = &["pairedItem", "error", "index"];

/// The items of a script that runs once: a list, one item, or plain objects to be wrapped.
pub(super) fn many(value: Option<&Value>) -> Result<Vec<Returned>, NodeError> {
    match value {
        // `null` is no items; nothing at all is most likely a forgotten `return`.
        Some(Value::Null) => Ok(vec![]),
        Some(Value::Array(list)) => listed(list),
        Some(object @ Value::Object(map)) => match map.get("json") {
            Some(json) if json.truthy() => Ok(vec![item(object, 0)?]),
            _ => Ok(vec![plain(map.clone())]),
        },
        _ => Err(not_items()),
    }
}

/// The item of a script that runs for one item.
pub(super) fn one(value: &Value) -> Result<Returned, NodeError> {
    match value {
        Value::Object(map) if map.contains_key("json") => item_of(map).map_err(NodeError::never),
        Value::Object(map) => {
            let mut res = plain(map.clone());
            if let Some(files) = map.get("binary") {
                res.binary = Some(object("binary", files).map_err(NodeError::never)?);
            }
            Ok(res)
        }
        Value::Array(_) => Err(NodeError::never("Code doesn't return a single object").described(
            "Please return an object representing the output item. An array was returned instead.",
        )),
        other => Err(NodeError::never("Code doesn't return an object").described(format!(
            "Please return an object representing the output item. A {} was returned instead.",
            other.kind()
        ))),
    }
}

fn listed(list: &[Value]) -> Result<Vec<Returned>, NodeError> {
    let (mut items, mut files, mut are_items, mut odd) = (0, 0, false, None);
    for (index, it) in list.iter().enumerate() {
        if it.is_null() {
            return Err(not_items());
        }
        for key in it.as_object().into_iter().flat_map(|it| it.keys()) {
            match key.as_str() {
                "json" => items += 1,
                "binary" => files += 1,
                other if OTHER_KEYS.contains(&other) => are_items = true,
                _ => odd = odd.or(Some((key, index))),
            }
        }
    }
    are_items |= items + files > 0;
    if let Some((key, index)) = odd.filter(|_| are_items) {
        return Err(at(wrong_key(key), index));
    }
    let read = |(index, it): (usize, &Value)| match it {
        Value::Object(_) if items > 0 => item(it, index),
        Value::Object(map) if files > 0 => {
            let mut json = Map::clone(map);
            let binary = json.remove("binary").unwrap_or_default();
            let binary = Some(object("binary", &binary).map_err(NodeError::never)?);
            Ok(Returned { binary, ..plain(json.into()) })
        }
        Value::Object(map) => Ok(plain(map.clone())),
        _ => Err(at(NodeError::never(not_an_object("json")), index)),
    };
    if (items > 0 && items < list.len()) || (items == 0 && files > 0 && files < list.len()) {
        return Err(NodeError::never("Inconsistent item format"));
    }
    list.iter().enumerate().map(read).collect()
}

fn item(value: &Value, index: usize) -> Result<Returned, NodeError> {
    let written = value.as_object().ok_or_else(not_items)?;
    item_of(written).map_err(|why| at(NodeError::never(why), index))
}

fn item_of(written: &Map) -> Result<Returned, String> {
    if let (1, Some(json)) = (written.len(), written.get("json")) {
        return object("json", json).map(plain);
    }
    Ok(Returned {
        json: object("json", written.get("json").unwrap_or(&Value::Null))?,
        binary: match written.get("binary") {
            None | Some(Value::Null) => None,
            Some(files) => Some(object("binary", files)?),
        },
        paired: paired(written.get("pairedItem")),
        error: written.get("error").filter(|it| it.truthy()).map(error_text),
    })
}

fn plain(json: Arc<Map>) -> Returned {
    Returned { json, binary: None, paired: Paired::Unknown, error: None }
}

fn object(key: &str, value: &Value) -> Result<Arc<Map>, String> {
    match value {
        Value::Object(it) => Ok(it.clone()),
        _ => Err(not_an_object(key)),
    }
}

fn error_text(error: &Value) -> Arc<str> {
    let text = error.get("message").unwrap_or(error);
    sdk::ctx::text_of(text).as_str().into()
}

fn paired(written: Option<&Value>) -> Paired {
    match written {
        Some(Value::Array(all)) => {
            let refs: Vec<ItemRef> = all.iter().filter_map(one_ref).collect();
            Paired::Many(refs.into())
        }
        Some(one) => one_ref(one).map_or(Paired::Unknown, Paired::One),
        None => Paired::Unknown,
    }
}

fn one_ref(written: &Value) -> Option<ItemRef> {
    let index = |it: &Value| it.as_f64().filter(|it| *it >= 0.0).map(|it| it as usize);
    match written {
        Value::Object(it) => {
            let input = it.get("input").and_then(index).unwrap_or(0);
            Some(ItemRef::new(input, index(it.get("item")?)?))
        }
        number => Some(ItemRef::new(0, index(number)?)),
    }
}

fn wrong_key(key: &str) -> NodeError {
    NodeError::never(format!("Unknown top-level item key: {key}"))
        .described("Access the properties of an item under `.json`, e.g. `item.json`")
}

fn not_items() -> NodeError {
    NodeError::never("Code doesn't return items properly")
        .described("Please return an array of objects, one for each item you would like to output.")
}

fn not_an_object(key: &str) -> String {
    format!("A '{key}' property isn't an object")
}

fn at(mut error: NodeError, index: usize) -> NodeError {
    error.message += &format!(" [item {index}]");
    error.at(index)
}
