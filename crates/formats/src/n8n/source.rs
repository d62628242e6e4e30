//! A node of n8n as mappers read it, and the node of ours that they write.

use model::{Map, Value};
use smol_str::SmolStr;

/// Maps one node; `Err` says why it cannot be mapped.
pub(super) type MapFn = fn(&Source) -> Result<Target, String>;

/// A node of an n8n file.
pub(super) struct Source {
    pub name: SmolStr,
    /// In full, such as `n8n-nodes-base.set`.
    pub node_type: SmolStr,
    /// Its `typeVersion`; 1 when the file has none.
    pub version: f64,
    pub parameters: Value,
    /// The node's whole object.
    pub whole: Value,
}

impl Source {
    /// The type without its package.
    pub(super) fn kind(&self) -> &str {
        self.node_type.rsplit('.').next().unwrap_or(&self.node_type)
    }

    /// A parameter as written, by a path such as `options.timeout`; null when it is absent.
    pub(super) fn at(&self, path: &str) -> Value {
        self.parameters.at(path).cloned().unwrap_or_default()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.parameters.at(path).is_some_and(|it| !it.is_null())
    }

    /// A parameter as written, or n8n's default for it.
    pub(super) fn or(&self, path: &str, default: impl Into<Value>) -> Value {
        match self.parameters.at(path) {
            None | Some(Value::Null) => default.into(),
            Some(it) => it.clone(),
        }
    }

    /// A parameter that chooses a shape, as text; an expression stays as written, with its `=`.
    pub(super) fn text(&self, path: &str, default: &str) -> SmolStr {
        match self.parameters.at(path) {
            None | Some(Value::Null) => default.into(),
            Some(it) => it.to_text(),
        }
    }

    /// A switch; an expression counts as the default.
    pub(super) fn flag(&self, path: &str, default: bool) -> bool {
        match self.parameters.at(path) {
            Some(Value::Bool(it)) => *it,
            Some(Value::String(it)) if it == "true" => true,
            Some(Value::String(it)) if it == "false" => false,
            _ => default,
        }
    }

    /// Rows of a fixed collection: `{"group": [..]}`, `{"group": {..}}` or a bare list.
    pub(super) fn rows(&self, path: &str) -> Vec<Value> {
        rows_of(self.parameters.at(path))
    }

    /// The value of a resource locator, or a plain value.
    pub(super) fn locator(&self, path: &str) -> Value {
        let value = self.at(path);
        match value.get("value") {
            Some(inner) if value.get("mode").is_some() || value.get("__rl").is_some() => {
                inner.clone()
            }
            _ => value,
        }
    }
}

/// Rows however they are wrapped: an array, or one object as its only row.
pub(super) fn rows_of(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(it)) => it.to_vec(),
        Some(Value::Object(it)) if !it.is_empty() => vec![Value::Object(it.clone())],
        _ => vec![],
    }
}

/// A node of ours in the making.
#[derive(Debug)]
pub(super) struct Target {
    pub node_type: &'static str,
    pub parameters: Map,
    /// What will not be quite as before.
    pub approximations: Vec<String>,
    /// The credential types that the node still uses; `None` keeps all that it names.
    pub credentials: Option<Vec<SmolStr>>,
}

impl Target {
    pub(super) fn new(node_type: &'static str) -> Target {
        Target { node_type, parameters: Map::new(), approximations: vec![], credentials: None }
    }

    /// Writes a parameter; null is left out.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_null() {
            self.parameters.insert(name, value);
        }
    }

    /// Says what will not be quite as before.
    pub(super) fn approximate(&mut self, why: impl Into<String>) {
        self.approximations.push(why.into());
    }
}
