//! JSON values that are shared, not copied: a clone is a pointer, a change copies one level.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};
use smol_str::SmolStr;

pub use crate::value::map::Map;

mod from;
mod map;
#[cfg(test)]
mod tests;

/// A JSON value with JavaScript's number (an `f64`).
///
/// Cloning is O(1): strings, arrays and objects are shared. Use [`Arc::make_mut`] to change one.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    String(SmolStr),
    Array(Arc<Vec<Value>>),
    Object(Arc<Map>),
}

/// Deeper values than this are refused when they are read: a parser must not be a stack bomb.
pub const DEPTH_MAX: usize = 200;

impl Value {
    pub fn object(entries: impl IntoIterator<Item = (impl Into<SmolStr>, Value)>) -> Value {
        Value::Object(Arc::new(entries.into_iter().map(|(k, v)| (k.into(), v)).collect()))
    }

    pub fn array(values: impl IntoIterator<Item = Value>) -> Value {
        Value::Array(Arc::new(values.into_iter().collect()))
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(it) => Some(it),
            _ => None,
        }
    }

    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(it) => Some(*it),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(it) => Some(*it),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(it) => Some(it),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Value::Object(it) => Some(it),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// A field of an object; `None` for anything else.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// A value at a path such as `body.items[0].name` or `["a key"].b`; array indexes also as `.0`.
    pub fn at(&self, path: &str) -> Option<&Value> {
        parse_path(path).iter().try_fold(self, |value, step| match value {
            Value::Object(map) => map.get(step),
            Value::Array(array) => array.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// JavaScript's truth: everything but `null`, `false`, `0`, `NaN` and `""`.
    pub fn truthy(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(it) => *it,
            Value::Number(it) => *it != 0.0 && !it.is_nan(),
            Value::String(it) => !it.is_empty(),
            Value::Array(_) | Value::Object(_) => true,
        }
    }

    /// JavaScript's `typeof`-like word, with `null` and `array` told apart from `object`.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }

    /// What JavaScript's `String(value)` gives: `[object Object]` for objects, `1,2` for arrays.
    pub fn to_text(&self) -> SmolStr {
        match self {
            Value::Null => SmolStr::new_static("null"),
            Value::Bool(true) => SmolStr::new_static("true"),
            Value::Bool(false) => SmolStr::new_static("false"),
            Value::Number(it) => number_text(*it),
            Value::String(it) => it.clone(),
            Value::Array(array) => {
                let parts: Vec<SmolStr> = array
                    .iter()
                    .map(|it| if it.is_null() { SmolStr::default() } else { it.to_text() })
                    .collect();
                parts.join(",").into()
            }
            Value::Object(_) => SmolStr::new_static("[object Object]"),
        }
    }

    /// JSON text without white space, as `JSON.stringify` writes it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a value is always JSON")
    }

    /// Parses JSON text. Errors name the place; nesting past [`DEPTH_MAX`] is refused.
    pub fn from_json(text: &str) -> Result<Value, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub fn from_json_bytes(bytes: &[u8]) -> Result<Value, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Roughly how many bytes of memory the value holds, shared parts counted each time.
    pub fn size(&self) -> usize {
        const NODE: usize = size_of::<Value>();
        match self {
            Value::Null | Value::Bool(_) | Value::Number(_) => NODE,
            Value::String(it) => NODE + if it.is_heap_allocated() { it.len() + 16 } else { 0 },
            Value::Array(array) => NODE + 40 + array.iter().map(Value::size).sum::<usize>(),
            Value::Object(map) => {
                NODE + 40
                    + map
                        .iter()
                        .map(|(key, value)| 24 + key.len() / 24 * 24 + value.size())
                        .sum::<usize>()
            }
        }
    }
}

/// The steps of a path: `a.b[0]["c d"]` is `a`, `b`, `0`, `c d`.
pub fn parse_path(path: &str) -> Vec<SmolStr> {
    let mut steps = vec![];
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let quote = inner.chars().next().filter(|it| matches!(it, '"' | '\''));
            let (step, after) = match quote {
                Some(quote) => {
                    let inner = &inner[1..];
                    let end = inner.find(quote).unwrap_or(inner.len());
                    let after = inner.get(end + 1..).unwrap_or("");
                    (&inner[..end], after.strip_prefix(']').unwrap_or(after))
                }
                None => {
                    let end = inner.find(']').unwrap_or(inner.len());
                    (&inner[..end], inner.get(end + 1..).unwrap_or(""))
                }
            };
            steps.push(step.into());
            rest = after.strip_prefix('.').unwrap_or(after);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            steps.push(rest[..end].into());
            let after = &rest[end..];
            rest = after.strip_prefix('.').unwrap_or(after);
        }
    }
    steps
}

/// A number as JavaScript prints it: `1`, `0.1`, `1e+21`, `NaN`.
pub fn number_text(number: f64) -> SmolStr {
    with_number_text(number, |it| SmolStr::new(it))
}

/// The same text for one who looks at it and keeps nothing.
pub fn with_number_text<T>(number: f64, look: impl FnOnce(&str) -> T) -> T {
    // Most are whole; up to here they are exact, and -0 is written without its sign.
    let whole = number as i64;
    if whole as f64 == number && whole.unsigned_abs() < 1 << 53 {
        return look(itoa::Buffer::new().format(whole));
    }
    look(ryu_js::Buffer::new().format(number))
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(it) => serializer.serialize_bool(*it),
            Value::Number(it) if !it.is_finite() => serializer.serialize_unit(),
            Value::Number(it) if it.fract() == 0.0 && it.abs() < 9.007_199_254_740_992e15 => {
                serializer.serialize_i64(*it as i64)
            }
            Value::Number(it) if it.fract() == 0.0 && it.abs() < 1e21 => {
                serializer.serialize_i128(*it as i128)
            }
            Value::Number(it) => serializer.serialize_f64(*it),
            Value::String(it) => serializer.serialize_str(it),
            Value::Array(it) => serializer.collect_seq(it.iter()),
            Value::Object(it) => it.serialize(serializer),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key.as_str(), value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Map, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(map) => Ok(Arc::unwrap_or_clone(map)),
            other => {
                Err(serde::de::Error::custom(format!("expected an object, not {}", other.kind())))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_none<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, it: D) -> Result<Value, D::Error> {
                Value::deserialize(it)
            }
            fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
                Ok(Value::Bool(it))
            }
            fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
                Ok(Value::Number(it as f64))
            }
            fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
                Ok(Value::Number(it as f64))
            }
            fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
                Ok(Value::Number(it))
            }
            fn visit_str<E>(self, it: &str) -> Result<Value, E> {
                Ok(Value::String(SmolStr::new(it)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut res = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1024));
                while let Some(value) = seq.next_element()? {
                    res.push(value);
                }
                Ok(Value::Array(Arc::new(res)))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                let mut res = Map::new();
                while let Some((key, value)) = map.next_entry::<SmolStr, Value>()? {
                    res.insert(key, value);
                }
                Ok(Value::Object(Arc::new(res)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Value::from(self.clone()).to_json())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// Builds a [`Value`] from JSON-like text: `json!({"a": 1, "b": [x, null]})`.
#[macro_export]
macro_rules! json {
    (null) => { $crate::Value::Null };
    ([ $($it:tt),* $(,)? ]) => { $crate::Value::from(vec![$($crate::json!($it)),*]) };
    ({ $($key:literal : $it:tt),* $(,)? }) => {
        {
            let fields: Vec<(&str, $crate::Value)> = vec![$(($key, $crate::json!($it))),*];
            $crate::Value::object(fields)
        }
    };
    ($it:expr) => { $crate::Value::from($it) };
}
