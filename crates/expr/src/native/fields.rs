//! Fields of objects, entries of lists and places in texts.

use model::{Value, value::number_text};

use super::{Res, Stop, inherited, texts};

/// `object.name`.
pub(super) fn member(object: Option<&Value>, name: &str) -> Res {
    match object {
        None | Some(Value::Null) => Err(Stop::Thrown),
        Some(Value::Object(map)) => match map.get(name) {
            Some(it) => Ok(Some(it.clone())),
            None => absent(name).map(|()| None),
        },
        Some(Value::Array(list)) if name == "length" => Ok(Some(list.len().into())),
        Some(Value::String(text)) if name == "length" => Ok(Some(texts::length(text).into())),
        Some(_) => absent(name).map(|()| None),
    }
}

/// Nothing of its own by that name: undefined, unless JavaScript's prototypes have it.
pub(super) fn absent(name: &str) -> Result<(), Stop> {
    if inherited::is_inherited(name) { Err(Stop::Unsure) } else { Ok(()) }
}

/// `object[key]`.
pub(super) fn index(object: Option<&Value>, key: Option<Value>) -> Res {
    match (object, &key) {
        (None | Some(Value::Null), _) => Err(Stop::Thrown),
        (Some(Value::Array(list)), Some(Value::Number(at))) => {
            Ok(place(*at, list.len()).map(|it| list[it].clone()))
        }
        (Some(Value::String(text)), Some(Value::Number(at))) if text.is_ascii() => {
            Ok(place(*at, text.len()).map(|it| text[it..=it].into()))
        }
        (Some(it @ Value::Object(_)), Some(Value::Number(at)))
            if *at >= 0.0 && at.fract() == 0.0 =>
        {
            member(Some(it), &number_text(*at))
        }
        (Some(it @ Value::Object(_)), Some(Value::String(name)))
            if name.starts_with(|it: char| it.is_ascii_digit()) =>
        {
            member(Some(it), name)
        }
        (Some(it), Some(Value::String(name)))
            if !name.starts_with(|it: char| it.is_ascii_digit()) =>
        {
            if crate::source::is_blocked(name) { Err(Stop::Unsure) } else { member(Some(it), name) }
        }
        _ => Err(Stop::Unsure),
    }
}

/// A whole number within bounds.
pub(super) fn place(at: f64, len: usize) -> Option<usize> {
    (at >= 0.0 && at.fract() == 0.0 && at < len as f64).then_some(at as usize)
}
