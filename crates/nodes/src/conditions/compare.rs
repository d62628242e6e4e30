//! Whether the two sides of a row, brought to its type, stand as the row asks.

use model::Value;
use sdk::NodeError;
use smol_str::SmolStr;

use super::{
    Row,
    operand::Kind,
    operation::{Order, Verb},
    pattern::Pattern,
};
use crate::coerce;

pub(super) enum Answer {
    Is(bool),
    /// Only JavaScript can tell.
    Ask {
        script: String,
        negated: bool,
    },
}

pub(super) fn answer(
    row: &Row,
    ignore_case: bool,
    left: Option<Value>,
    right: Option<Value>,
) -> Result<Answer, NodeError> {
    let negated = row.operation.negated;
    let (left, right) = (left.as_ref(), right.as_ref());
    let is = match row.operation.verb {
        Verb::Unknown if row.kind == Kind::Any => {
            return Err(NodeError::never(
                "the operation of a condition is not known; choose one of the list",
            ));
        }
        Verb::Unknown => false,
        Verb::Regex => return Ok(matches(row, ignore_case, left, right)),
        Verb::Exists => exists(left),
        Verb::Empty => is_empty(row.kind, left),
        Verb::True => left.is_some_and(Value::truthy),
        Verb::Equals => equals(row.kind, ignore_case, left, right),
        Verb::Contains if row.kind == Kind::Array => holds(left, right, ignore_case),
        Verb::Contains => texts(row, ignore_case, left, right, |left, right| left.contains(right)),
        Verb::StartsWith => {
            texts(row, ignore_case, left, right, |left, right| left.starts_with(right))
        }
        Verb::EndsWith => texts(row, ignore_case, left, right, |left, right| left.ends_with(right)),
        Verb::Order(order) => in_order(row.kind, order, left, right),
        Verb::Length(order) => {
            let length = left.and_then(Value::as_array).map_or(0, <[Value]>::len) as f64;
            right.is_some_and(|it| order.holds(length, coerce::number(it)))
        }
    };
    // A date that is not there is neither before, nor after, nor other than another.
    let both = present(left) && present(right);
    if row.kind == Kind::Date && row.operation.right_kind(row.kind).is_some() && !both {
        return Ok(Answer::Is(false));
    }
    Ok(Answer::Is(is != negated))
}

fn present(value: Option<&Value>) -> bool {
    value.is_some_and(|it| !it.is_null())
}

fn exists(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Number(it)) => !it.is_nan(),
        Some(_) => true,
    }
}

fn is_empty(kind: Kind, value: Option<&Value>) -> bool {
    match (kind, value) {
        (Kind::Number | Kind::Date | Kind::Bool, value) => !exists(value),
        (_, None | Some(Value::Null)) => true,
        (_, Some(Value::String(it))) => it.is_empty(),
        (_, Some(Value::Array(it))) => it.is_empty(),
        (_, Some(Value::Object(it))) => it.is_empty(),
        (Kind::Any, Some(Value::Number(it))) => it.is_nan(),
        (_, Some(_)) => false,
    }
}

fn equals(kind: Kind, ignore_case: bool, left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(Value::String(left)), Some(Value::String(right))) if ignore_case => {
            left.to_lowercase() == right.to_lowercase()
        }
        (left, right) if kind == Kind::Text => {
            left.map_or("", as_text) == right.map_or("", as_text)
        }
        (left, right) => left == right,
    }
}

/// Text of a side that is text or null.
fn as_text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn texts(
    row: &Row,
    ignore_case: bool,
    left: Option<&Value>,
    right: Option<&Value>,
    holds: impl Fn(&str, &str) -> bool,
) -> bool {
    let text = |value: Option<&Value>| match value {
        // Where types do not count, nothing is no text, and everything else is some.
        Some(value) if row.kind == Kind::Any && value.truthy() => value.to_text(),
        Some(Value::String(it)) => it.clone(),
        _ => SmolStr::default(),
    };
    let (left, right) = (text(left), text(right));
    if ignore_case {
        return holds(&left.to_lowercase(), &right.to_lowercase());
    }
    holds(&left, &right)
}

fn holds(list: Option<&Value>, value: Option<&Value>, ignore_case: bool) -> bool {
    let list = list.and_then(Value::as_array).unwrap_or_default();
    list.iter().any(|it| match (it, value) {
        (Value::String(it), Some(Value::String(value))) if ignore_case => {
            it.to_lowercase() == value.to_lowercase()
        }
        (it, Some(value)) => it == value,
        (_, None) => false,
    })
}

/// As JavaScript orders. Dates are numbers here.
fn in_order(kind: Kind, order: Order, left: Option<&Value>, right: Option<&Value>) -> bool {
    // The untyped rows take nothing for 0, as n8n's first conditions did.
    let zero = Value::Number(0.0);
    let side = |it: Option<&'_ Value>| match it {
        it if kind == Kind::Any && !it.is_some_and(Value::truthy) => Some(zero.clone()),
        it => it.cloned(),
    };
    let (left, right) = (side(left), side(right));
    coerce::order(left.as_ref(), right.as_ref()).is_some_and(|it| order.fits(it))
}

fn matches(row: &Row, ignore_case: bool, left: Option<&Value>, right: Option<&Value>) -> Answer {
    let mut text = match left {
        Some(it) if row.kind == Kind::Any && it.truthy() => it.to_text(),
        Some(it) => as_text(it).into(),
        None => SmolStr::default(),
    };
    if ignore_case {
        text = text.to_lowercase().into();
    }
    let fresh;
    let pattern = match &row.pattern {
        Some(it) => it,
        None => {
            let right = right.filter(|it| it.truthy());
            fresh = Pattern::new(&right.map_or("".into(), Value::to_text));
            &fresh
        }
    };
    let negated = row.operation.negated;
    match pattern {
        Pattern::Compiled(regex) => Answer::Is(regex.is_match(&text) != negated),
        Pattern::Foreign { source, flags } => {
            Answer::Ask { script: Pattern::script(source, flags, &text), negated }
        }
    }
}
