//! What becomes a value, and the way to another library's JSON.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{Map, Value};

impl From<serde_json::Value> for Value {
    fn from(it: serde_json::Value) -> Value {
        match it {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(it) => Value::Bool(it),
            serde_json::Value::Number(it) => Value::Number(it.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(it) => Value::String(it.into()),
            serde_json::Value::Array(it) => Value::array(it.into_iter().map(Value::from)),
            serde_json::Value::Object(it) => {
                Value::object(it.into_iter().map(|(key, value)| (key, Value::from(value))))
            }
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(it: &Value) -> serde_json::Value {
        serde_json::to_value(it).expect("a value is always JSON")
    }
}

impl From<Map> for Value {
    fn from(it: Map) -> Value {
        Value::Object(Arc::new(it))
    }
}
impl From<Vec<Value>> for Value {
    fn from(it: Vec<Value>) -> Value {
        Value::Array(Arc::new(it))
    }
}
impl From<&str> for Value {
    fn from(it: &str) -> Value {
        Value::String(it.into())
    }
}
impl From<String> for Value {
    fn from(it: String) -> Value {
        Value::String(it.into())
    }
}
impl From<SmolStr> for Value {
    fn from(it: SmolStr) -> Value {
        Value::String(it)
    }
}
impl From<bool> for Value {
    fn from(it: bool) -> Value {
        Value::Bool(it)
    }
}
impl From<f64> for Value {
    fn from(it: f64) -> Value {
        Value::Number(it)
    }
}
impl From<i64> for Value {
    fn from(it: i64) -> Value {
        Value::Number(it as f64)
    }
}
impl From<i32> for Value {
    fn from(it: i32) -> Value {
        Value::Number(f64::from(it))
    }
}
impl From<u32> for Value {
    fn from(it: u32) -> Value {
        Value::Number(f64::from(it))
    }
}
impl From<usize> for Value {
    fn from(it: usize) -> Value {
        Value::Number(it as f64)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Value {
        it.map_or(Value::Null, Into::into)
    }
}
