//! Functions that stand alone: `Math`, `Number`, `JSON.stringify`, `Object.keys` and their kin.

use model::Value;

use super::{
    Res, Stop, operators,
    texts::{self, Text},
    truthy,
};

macro_rules! functions {
    ($($variant:ident $object:literal $name:literal)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Function { $($variant),* }

        impl Function {
            /// By the object that it is a method of; empty for a global function.
            pub(super) fn named(object: &str, name: &str) -> Option<Function> {
                Some(match (object, name) {
                    $(($object, $name) => Function::$variant,)*
                    _ => return None,
                })
            }
        }
    };
}

functions! {
    Abs "Math" "abs"
    Ceil "Math" "ceil"
    Floor "Math" "floor"
    Max "Math" "max"
    Min "Math" "min"
    Round "Math" "round"
    Trunc "Math" "trunc"
    ToNumber "" "Number"
    ToText "" "String"
    ToBoolean "" "Boolean"
    ParseInt "" "parseInt"
    ParseFloat "" "parseFloat"
    If "" "$if"
    IfEmpty "" "$ifEmpty"
    Keys "Object" "keys"
    Values "Object" "values"
    Entries "Object" "entries"
    IsArray "Array" "isArray"
    Stringify "JSON" "stringify"
}

/// What a function takes out of a list or an object that it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reads {
    /// It may give back the very thing.
    All,
    /// It gives its entries.
    Entries,
    /// Nothing that could change later.
    Nothing,
}

impl Function {
    pub(super) fn reads(self) -> Reads {
        match self {
            Function::Values | Function::Entries => Reads::Entries,
            Function::Keys | Function::IsArray | Function::Stringify => Reads::Nothing,
            _ => Reads::All,
        }
    }

    /// Whether expressions have it and scripts have not, or otherwise.
    pub(super) fn is_extension(self) -> bool {
        matches!(self, Function::If | Function::IfEmpty)
    }

    pub(super) fn call(self, given: &[Option<Value>]) -> Res {
        use Function::*;
        let first = given.first().unwrap_or(&None);
        let number = || operators::number(first);
        Ok(Some(match self {
            Abs => number()?.abs().into(),
            Ceil => number()?.ceil().into(),
            Floor => number()?.floor().into(),
            Trunc => number()?.trunc().into(),
            Round => rounded(number()?)?.into(),
            Max => extreme(given, f64::NEG_INFINITY, |a, b| a > b)?.into(),
            Min => extreme(given, f64::INFINITY, |a, b| a < b)?.into(),
            ToNumber if given.len() == 1 => number()?.into(),
            ToText if given.len() == 1 => {
                let mut res = Text::default();
                operators::append(&mut res, first.as_ref())?;
                res.into()
            }
            ToBoolean => truthy(first).into(),
            ParseInt if given.len() == 1 => parse_int(first)?.into(),
            ParseFloat if given.len() == 1 => parse_float(first)?.into(),
            If if given.len() == 3 => {
                return Ok(if truthy(first) { &given[1] } else { &given[2] }.clone());
            }
            IfEmpty if given.len() == 2 => {
                return Ok(if is_empty(first) { &given[1] } else { first }.clone());
            }
            Keys => match first {
                Some(Value::Object(map)) => {
                    Value::array(map.keys().map(|it| Value::from(it.clone())))
                }
                _ => return Err(Stop::Unsure),
            },
            Values => match first {
                Some(Value::Object(map)) => Value::array(map.values().cloned()),
                _ => return Err(Stop::Unsure),
            },
            Entries => match first {
                Some(Value::Object(map)) => Value::array(
                    map.iter().map(|(key, it)| Value::array([key.clone().into(), it.clone()])),
                ),
                _ => return Err(Stop::Unsure),
            },
            IsArray => matches!(first, Some(Value::Array(_))).into(),
            Stringify if given.len() == 1 => match first {
                Some(it) if is_plain(it) => it.to_json().into(),
                _ => return Err(Stop::Unsure),
            },
            _ => return Err(Stop::Unsure),
        }))
    }
}

/// `Math.round`: halves go up, also below zero.
fn rounded(it: f64) -> Result<f64, Stop> {
    // The sign of zero, and what adding a half does to large numbers, is left to JavaScript.
    if it.abs() > 1e15 || (-0.5..0.5).contains(&it) {
        Err(Stop::Unsure)
    } else {
        Ok((it + 0.5).floor())
    }
}

fn extreme(given: &[Option<Value>], start: f64, wins: fn(f64, f64) -> bool) -> Result<f64, Stop> {
    let mut res = start;
    for it in given {
        let it = operators::number(it)?;
        if it.is_nan() || (it == 0.0 && res == 0.0) {
            return Err(Stop::Unsure);
        }
        if wins(it, res) {
            res = it;
        }
    }
    Ok(res)
}

fn is_empty(it: &Option<Value>) -> bool {
    match it {
        None | Some(Value::Null) => true,
        Some(Value::String(it)) => it.is_empty(),
        Some(Value::Array(it)) => it.is_empty(),
        Some(Value::Object(it)) => it.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }
}

/// Leading digits of a text; other notations are JavaScript's.
fn parse_int(it: &Option<Value>) -> Result<f64, Stop> {
    let Some(Value::String(text)) = it else { return Err(Stop::Unsure) };
    let text = texts::trim_start(text);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.bytes().position(|it| !it.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 {
        return if text.contains(|it: char| it.is_ascii_digit()) {
            Err(Stop::Unsure)
        } else {
            Ok(f64::NAN)
        };
    }
    if end > 15 || digits[..end].starts_with('0') {
        return Err(Stop::Unsure);
    }
    digits[..end].parse::<f64>().map(|it| sign * it).map_err(|_| Stop::Unsure)
}

fn parse_float(it: &Option<Value>) -> Result<f64, Stop> {
    match it {
        Some(Value::Number(it)) if *it != 0.0 => Ok(*it),
        Some(Value::String(text)) => {
            let plain = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
            let dots = text.bytes().filter(|it| *it == b'.').count();
            let digits = text.bytes().any(|it| it.is_ascii_digit());
            if !plain || dots > 1 || !digits {
                return Err(Stop::Unsure);
            }
            text.parse().map_err(|_| Stop::Unsure)
        }
        _ => Err(Stop::Unsure),
    }
}

/// What JSON writes just as it stands: no `toJSON` of its own, no number that JSON lacks.
fn is_plain(it: &Value) -> bool {
    match it {
        Value::Null | Value::Bool(_) => true,
        Value::Number(it) if it.fract() == 0.0 => {
            it.abs() < 1e15 && (*it != 0.0 || it.is_sign_positive())
        }
        // Beyond these JavaScript writes other exponents.
        Value::Number(it) => (1e-4..1e15).contains(&it.abs()),
        Value::String(it) => !it.contains(['\u{2028}', '\u{2029}', '\u{7f}']),
        Value::Array(it) => it.iter().all(is_plain),
        Value::Object(it) => it.iter().all(|(key, it)| key != "toJSON" && is_plain(it)),
    }
}
