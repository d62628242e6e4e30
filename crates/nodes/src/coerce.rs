//! JavaScript's conversions between types, as fields and conditions need them.

use std::cmp::Ordering;

use model::Value;
use sdk::ctx::text_of;
use smol_str::{SmolStr, format_smolstr};

mod lenient;
mod repair;

use lenient::object_like;
pub(crate) use repair::repaired_object;

/// What `Number(value)` gives; NaN when it is no number.
pub(crate) fn number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(it) => f64::from(u8::from(*it)),
        Value::Number(it) => *it,
        Value::String(it) => number_in(it),
        Value::Array(_) => number_in(&value.to_text()),
        Value::Object(_) => f64::NAN,
    }
}

/// A number that is one, or text that reads as one.
pub(crate) fn to_number(value: &Value) -> Option<f64> {
    Some(number(value)).filter(|it| !it.is_nan())
}

/// A switch, or what people write for one: `"true"`, `"FALSE"`, 1, `"0"`.
pub(crate) fn to_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(it) => return Some(*it),
        Value::String(it) if it.eq_ignore_ascii_case("true") => return Some(true),
        Value::String(it) if it.eq_ignore_ascii_case("false") => return Some(false),
        Value::String(it) if it.trim().is_empty() => return None,
        _ => {}
    }
    match number(value) {
        0.0 => Some(false),
        1.0 => Some(true),
        _ => None,
    }
}

/// A list, or JSON text of one; single quotes pass for double ones.
pub(crate) fn to_array(value: &Value) -> Option<Value> {
    if let Value::Array(_) = value {
        return Some(value.clone());
    }
    let text = value.to_text();
    let read = Value::from_json(&text).or_else(|_| Value::from_json(&text.replace('\'', "\"")));
    read.ok().filter(|it| it.as_array().is_some())
}

/// An object, or text of one: JSON, or as JavaScript writes it.
pub(crate) fn to_object(value: &Value) -> Option<Value> {
    match value {
        Value::Object(_) => Some(value.clone()),
        Value::String(text) => match Value::from_json(text) {
            Ok(it @ (Value::Object(_) | Value::Null)) => Some(it),
            Ok(_) => None,
            Err(_) => object_like(text),
        },
        _ => None,
    }
}

/// A value as a sentence names it.
pub(crate) fn described(value: Option<&Value>) -> SmolStr {
    match value {
        None => "undefined".into(),
        Some(Value::Array(_)) => "array".into(),
        Some(Value::Object(_)) => "object".into(),
        Some(other) => format_smolstr!("'{}'", other.to_text()),
    }
}

/// JavaScript's `<` and `>`: text by its letters when both are text, else as numbers; `None` when
/// there is no order, as with `undefined`.
pub(crate) fn order(a: Option<&Value>, b: Option<&Value>) -> Option<Ordering> {
    let (a, b) = (a?, b?);
    let is_text = |it: &Value| matches!(it, Value::String(_) | Value::Array(_) | Value::Object(_));
    if !is_text(a) || !is_text(b) {
        return number(a).partial_cmp(&number(b));
    }
    let (a, b) = (a.to_text(), b.to_text());
    if a.is_ascii() && b.is_ascii() {
        return Some(a.cmp(&b));
    }
    Some(a.encode_utf16().cmp(b.encode_utf16()))
}

/// Text of a value in a text field: JSON for lists and objects, words for the rest.
pub(crate) fn to_text(value: &Value) -> SmolStr {
    match value {
        Value::Null => "null".into(),
        other => text_of(other),
    }
}

fn number_in(text: &str) -> f64 {
    let text = text.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
    let radix = |digits: &str, radix: u32| {
        u64::from_str_radix(digits, radix).map_or(f64::NAN, |it| it as f64)
    };
    match text.as_bytes() {
        [] => 0.0,
        [b'0', b'x' | b'X', digit, ..] if *digit != b'+' => radix(&text[2..], 16),
        [b'0', b'b' | b'B', digit, ..] if *digit != b'+' => radix(&text[2..], 2),
        [b'0', b'o' | b'O', digit, ..] if *digit != b'+' => radix(&text[2..], 8),
        _ => match text.trim_start_matches(['+', '-']) {
            "Infinity" if text.len() <= 9 => match text.starts_with('-') {
                true => f64::NEG_INFINITY,
                false => f64::INFINITY,
            },
            // Rust also reads `inf` and `nan`, which JavaScript does not.
            _ if text.bytes().all(|it| it.is_ascii_digit() || b"+-.eE".contains(&it)) => {
                text.parse().unwrap_or(f64::NAN)
            }
            _ => f64::NAN,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_a_number_as_in_javascript() {
        for (text, number) in [
            ("", 0.0),
            (" 12 ", 12.0),
            ("+1.5e3", 1500.0),
            ("0x1F", 31.0),
            ("0b101", 5.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(number_in(text), number, "{text}");
        }
        for text in ["inf", "nan", "1_000", "12px", "--1", "e5", "0x", "."] {
            assert!(number_in(text).is_nan(), "{text}");
        }
    }

    #[test]
    fn switches_are_read_from_words_and_numbers() {
        let read = |it: Value| to_bool(&it);
        assert_eq!(read("TRUE".into()), Some(true));
        assert_eq!(read("0".into()), Some(false));
        assert_eq!(read(1.0.into()), Some(true));
        assert_eq!(read("yes".into()), None);
        assert_eq!(read(" ".into()), None);
    }
}
