//! A node's parameters, compiled: constants as they are, expressions as numbers.

use std::sync::Arc;

use model::Value;
use smol_str::SmolStr;

/// A parameter tree. Made once per version; evaluated per item by [`crate::Ctx::eval`].
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Const(Value),
    /// An expression: its number in the plan, and its text without the leading `=`.
    Expr {
        number: u32,
        text: SmolStr,
    },
    Object(Arc<Vec<(SmolStr, Param)>>),
    Array(Arc<Vec<Param>>),
}

static NULL: Param = Param::Const(Value::Null);

impl Param {
    /// A field; a constant null when there is none.
    pub fn get(&self, name: &str) -> Param {
        match self {
            Param::Const(value) => value.get(name).cloned().map_or(NULL.clone(), Param::Const),
            Param::Object(fields) => fields
                .iter()
                .find(|(it, _)| it == name)
                .map_or(NULL.clone(), |(_, param)| param.clone()),
            Param::Expr { .. } | Param::Array(_) => NULL.clone(),
        }
    }

    /// The entries of a list; empty for anything else.
    pub fn entries(&self) -> Vec<Param> {
        match self {
            Param::Const(Value::Array(it)) => it.iter().cloned().map(Param::Const).collect(),
            Param::Array(it) => it.to_vec(),
            Param::Const(_) | Param::Expr { .. } | Param::Object(_) => vec![],
        }
    }

    /// The fields of an object; empty for anything else.
    pub fn fields(&self) -> Vec<(SmolStr, Param)> {
        match self {
            Param::Const(Value::Object(it)) => {
                it.iter().map(|(key, value)| (key.clone(), Param::Const(value.clone()))).collect()
            }
            Param::Object(it) => it.to_vec(),
            Param::Const(_) | Param::Expr { .. } | Param::Array(_) => vec![],
        }
    }

    /// The value, when no expression is inside.
    pub fn constant(&self) -> Option<&Value> {
        match self {
            Param::Const(it) => Some(it),
            Param::Expr { .. } | Param::Object(_) | Param::Array(_) => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Param::Const(Value::Null))
    }

    /// Compiles a tree; `number` is called with each expression's text (without `=`).
    /// A subtree without expressions stays one shared constant.
    pub fn compile(value: &Value, number: &mut dyn FnMut(&str) -> u32) -> Param {
        match value {
            Value::String(text) => match text.strip_prefix('=') {
                Some(text) => Param::Expr { number: number(text), text: text.into() },
                None => Param::Const(value.clone()),
            },
            Value::Array(it) => {
                let parts: Vec<Param> = it.iter().map(|it| Param::compile(it, number)).collect();
                if parts.iter().all(|it| it.constant().is_some()) {
                    return Param::Const(value.clone());
                }
                Param::Array(Arc::new(parts))
            }
            Value::Object(it) => {
                let parts: Vec<(SmolStr, Param)> =
                    it.iter().map(|(key, it)| (key.clone(), Param::compile(it, number))).collect();
                if parts.iter().all(|(_, it)| it.constant().is_some()) {
                    return Param::Const(value.clone());
                }
                Param::Object(Arc::new(parts))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Param::Const(value.clone()),
        }
    }
}
