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

    /// A parameter that names one of several choices, in our words; the first one is the default.
    /// An expression is wrapped so that it gives our word too.
    pub(super) fn choice(&self, path: &str, choices: &[(&str, &str)]) -> Value {
        let default = choices.first().map_or(Value::Null, |it| it.1.into());
        match self.parameters.at(path) {
            Some(Value::String(it)) if it.starts_with('=') => chosen(it, choices),
            Some(it) => {
                let text = it.to_text();
                choices.iter().find(|it| text == it.0).map_or(default, |it| it.1.into())
            }
            None => default,
        }
    }

    /// A switch that is the other way round here; null when it is absent.
    pub(super) fn inverse(&self, path: &str) -> Value {
        match self.parameters.at(path) {
            Some(Value::Bool(it)) => Value::Bool(!it),
            Some(it @ Value::String(_)) => match whole_expression(it) {
                Some(code) => format!("={{{{ !({code}) }}}}").into(),
                None => Value::Null,
            },
            _ => Value::Null,
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

/// An expression that gives n8n's word for a choice, made to give ours.
fn chosen(text: &SmolStr, choices: &[(&str, &str)]) -> Value {
    let text = Value::String(text.clone());
    let Some(code) = whole_expression(&text) else { return text };
    let words = Value::object(choices.iter().map(|it| (it.0, it.1.into()))).to_json();
    let default = Value::from(choices.first().map(|it| it.1)).to_json();
    format!("={{{{ ({words})[{code}] ?? {default} }}}}").into()
}

/// Rows however they are wrapped: an array, or one object as its only row.
pub(super) fn rows_of(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(it)) => it.to_vec(),
        Some(Value::Object(it)) if !it.is_empty() => vec![Value::Object(it.clone())],
        _ => vec![],
    }
}

/// The code of a parameter that is one `{{ … }}` and nothing else.
pub(super) fn whole_expression(value: &Value) -> Option<&str> {
    let inner = value.as_str()?.strip_prefix('=')?.trim();
    let code = inner.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    (!code.contains("}}") && !code.contains("//")).then_some(code)
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
