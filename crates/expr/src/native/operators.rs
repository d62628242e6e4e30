//! JavaScript's operators on values, where they need no objects' own methods.

use std::cmp::Ordering;

use model::{Value, value::with_number_text};

use super::{
    Stop,
    operands::Operand,
    texts::{self, Text},
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    Same,
    NotSame,
}

/// A text that operators build is left to JavaScript past this, in bytes: it counts memory.
pub(super) const TEXT_BYTES_MAX: usize = 1 << 20;

impl Operator {
    pub(super) fn apply(self, left: Operand, right: Operand) -> Result<Operand, Stop> {
        if let (Operand::Number(left), Operand::Number(right)) = (&left, &right) {
            return self.of_numbers(*left, *right);
        }
        let (left, right): (&Option<Value>, &Option<Value>) = (&left.into(), &right.into());
        Ok(match self {
            Operator::Add => {
                let mut res = Value::Null;
                put_sum(left.as_ref(), right.as_ref(), &mut res)?;
                Some(res).into()
            }
            Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Remainder
            | Operator::Power => return self.of_numbers(number(left)?, number(right)?),
            Operator::Less => (order(left, right)? == Some(Ordering::Less)).into(),
            Operator::Greater => (order(left, right)? == Some(Ordering::Greater)).into(),
            Operator::LessEqual => {
                matches!(order(left, right)?, Some(Ordering::Less | Ordering::Equal)).into()
            }
            Operator::GreaterEqual => {
                matches!(order(left, right)?, Some(Ordering::Greater | Ordering::Equal)).into()
            }
            Operator::Equal => equal(left, right)?.into(),
            Operator::NotEqual => (!equal(left, right)?).into(),
            Operator::Same => same(left, right)?.into(),
            Operator::NotSame => (!same(left, right)?).into(),
        })
    }

    /// What makes a number of numbers without a doubt.
    pub(super) fn arithmetic(self, left: f64, right: f64) -> Option<f64> {
        Some(match self {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide => left / right,
            Operator::Remainder => remainder(left, right),
            _ => return None,
        })
    }

    fn of_numbers(self, left: f64, right: f64) -> Result<Operand, Stop> {
        Ok(match self {
            Operator::Power => Operand::Number(power(left, right)?),
            Operator::Less => (left < right).into(),
            Operator::LessEqual => (left <= right).into(),
            Operator::Greater => (left > right).into(),
            Operator::GreaterEqual => (left >= right).into(),
            Operator::Equal | Operator::Same => (left == right).into(),
            Operator::NotEqual | Operator::NotSame => (left != right).into(),
            it => Operand::Number(it.arithmetic(left, right).ok_or(Stop::Unsure)?),
        })
    }
}

/// Of whole numbers without the library's long way, which works bit by bit.
fn remainder(left: f64, right: f64) -> f64 {
    let (a, b) = (left as i64, right as i64);
    let are_whole = a as f64 == left && b as f64 == right;
    // A negative one's may be -0, and past here whole numbers have gaps.
    if are_whole && a >= 0 && b > 0 && a < 1 << 53 && b < 1 << 53 && !left.is_sign_negative() {
        return (a % b) as f64;
    }
    left % right
}

/// Only small whole powers come out alike in every library.
pub(super) fn power(base: f64, exponent: f64) -> Result<f64, Stop> {
    let small = exponent.fract() == 0.0 && (0.0..=64.0).contains(&exponent);
    let res = if small { base.powi(exponent as i32) } else { f64::NAN };
    let exact = base.fract() == 0.0 && res.abs() < 9_007_199_254_740_992.0;
    if small && exact { Ok(res) } else { Err(Stop::Unsure) }
}

/// `left + right`, written where it is to lie.
pub(super) fn put_sum(
    left: Option<&Value>,
    right: Option<&Value>,
    to: &mut Value,
) -> Result<(), Stop> {
    let compound = |it: Option<&Value>| matches!(it, Some(Value::Array(_) | Value::Object(_)));
    match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => {
            *to = Value::Number(left + right);
        }
        (left, right) if compound(left) || compound(right) => return Err(Stop::Unsure),
        (Some(Value::String(_)), _) | (_, Some(Value::String(_))) => {
            let mut res = Text::default();
            append(&mut res, left)?;
            append(&mut res, right)?;
            *to = res.into();
        }
        _ => *to = Value::Number(number_of(left)? + number_of(right)?),
    }
    Ok(())
}

/// Appends a value as text; lists and objects may bring methods of their own.
pub(super) fn append(text: &mut Text, value: Option<&Value>) -> Result<(), Stop> {
    match value {
        None => text.push("undefined"),
        Some(it) => append_value(text, it),
    }
}

pub(super) fn append_value(text: &mut Text, value: &Value) -> Result<(), Stop> {
    match value {
        Value::Null => text.push("null"),
        Value::Bool(it) => text.push(if *it { "true" } else { "false" }),
        Value::Number(it) => with_number_text(*it, |it| text.push(it)),
        Value::String(it) => text.push(it),
        Value::Array(_) | Value::Object(_) => Err(Stop::Unsure),
    }
}

pub(super) fn is_compound(value: &Option<Value>) -> bool {
    matches!(value, Some(Value::Array(_) | Value::Object(_)))
}

/// `Number(value)`.
pub(super) fn number(value: &Option<Value>) -> Result<f64, Stop> {
    number_of(value.as_ref())
}

fn number_of(value: Option<&Value>) -> Result<f64, Stop> {
    Ok(match value {
        None => f64::NAN,
        Some(Value::Null) => 0.0,
        Some(Value::Bool(it)) => f64::from(*it),
        Some(Value::Number(it)) => *it,
        Some(Value::String(it)) => text_number(it)?,
        Some(Value::Array(_) | Value::Object(_)) => return Err(Stop::Unsure),
    })
}

/// A decimal number, or none; other notations are JavaScript's.
fn text_number(text: &str) -> Result<f64, Stop> {
    let text = texts::trim(text);
    if text.is_empty() {
        return Ok(0.0);
    }
    let decimal = text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'-' | b'+'));
    if !decimal {
        let odd = text.bytes().any(|it| it.is_ascii_digit()) || text.contains("Infinity");
        return if odd { Err(Stop::Unsure) } else { Ok(f64::NAN) };
    }
    Ok(text.parse().unwrap_or(f64::NAN))
}

/// `None` when one of the two is no number.
fn order(left: &Option<Value>, right: &Option<Value>) -> Result<Option<Ordering>, Stop> {
    if let (Some(Value::String(a)), Some(Value::String(b))) = (left, right) {
        if a.is_ascii() && b.is_ascii() {
            return Ok(Some(a.as_bytes().cmp(b.as_bytes())));
        }
        return Ok(Some(a.encode_utf16().cmp(b.encode_utf16())));
    }
    Ok(number(left)?.partial_cmp(&number(right)?))
}

/// `===`; whether two lists or objects are one and the same, only JavaScript knows.
pub(super) fn same(left: &Option<Value>, right: &Option<Value>) -> Result<bool, Stop> {
    if is_compound(left) && is_compound(right) {
        return Err(Stop::Unsure);
    }
    Ok(match (left, right) {
        (None, None) | (Some(Value::Null), Some(Value::Null)) => true,
        (Some(Value::Bool(a)), Some(Value::Bool(b))) => a == b,
        (Some(Value::Number(a)), Some(Value::Number(b))) => a == b,
        (Some(Value::String(a)), Some(Value::String(b))) => a == b,
        _ => false,
    })
}

/// `==`
fn equal(left: &Option<Value>, right: &Option<Value>) -> Result<bool, Stop> {
    let nothing = |it: &Option<Value>| matches!(it, None | Some(Value::Null));
    if nothing(left) || nothing(right) {
        return Ok(nothing(left) && nothing(right));
    }
    if is_compound(left) || is_compound(right) {
        return Err(Stop::Unsure);
    }
    match (left, right) {
        (Some(Value::String(a)), Some(Value::String(b))) => Ok(a == b),
        _ => Ok(number(left)? == number(right)?),
    }
}
