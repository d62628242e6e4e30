//! The engine's errors in the words that people know from Node.js and browsers.

use crate::source::calls::Calls;

/// The same message in V8's words; `None` where it already is, or is somebody's own.
pub(crate) fn known(message: &str, stack: &str, calls: Option<&Calls>) -> Option<String> {
    if let Some(rest) = message.strip_prefix("cannot read property '") {
        let (property, what) = rest.rsplit_once("' of ")?;
        return Some(match property {
            "Symbol.iterator" => {
                format!("{what} is not iterable (cannot read property Symbol(Symbol.iterator))")
            }
            _ => format!("Cannot read properties of {what} (reading '{property}')"),
        });
    }
    if let Some(rest) = message.strip_prefix("cannot set property '") {
        let (property, what) = rest.rsplit_once("' of ")?;
        return Some(format!("Cannot set properties of {what} (setting '{property}')"));
    }
    if let Some(name) = message.strip_suffix(" is not initialized") {
        return Some(format!("Cannot access '{name}' before initialization"));
    }
    if message.starts_with('\'') && message.ends_with("' is read-only") {
        return Some("Assignment to constant variable.".to_owned());
    }
    Some(match message {
        "not a function" => {
            let (line, column) = place(stack)?;
            format!("{} is not a function", calls?.callee(line, column)?)
        }
        "value is not iterable" => {
            "object is not iterable (cannot read property Symbol(Symbol.iterator))".to_owned()
        }
        "empty array" => "Reduce of empty array with no initial value".to_owned(),
        "Date value is NaN" => "Invalid time value".to_owned(),
        "circular reference" => "Converting circular structure to JSON".to_owned(),
        "expecting hex digit" | "malformed UTF-8" => "URI malformed".to_owned(),
        "invalid array length" => "Invalid array length".to_owned(),
        "invalid string length" => "Invalid string length".to_owned(),
        "invalid repeat count" => "Invalid count value".to_owned(),
        "cannot convert BigInt to number" => {
            "Cannot mix BigInt and other types, use explicit conversions".to_owned()
        }
        "cannot convert symbol to string" => "Cannot convert a Symbol value to a string".to_owned(),
        _ => return None,
    })
}

/// Line and column of the topmost frame of the author's script, from 1; the wrapper around the
/// script has one line above it.
pub(crate) fn place(stack: &str) -> Option<(u32, u32)> {
    let frame = stack.lines().find(|it| it.contains("eval_script:"))?;
    let place = frame.rsplit("eval_script:").next()?.trim_end_matches(')');
    let (line, column) = place.split_once(':')?;
    let line: u32 = line.parse().ok()?;
    let line = line.checked_sub(1).filter(|it| *it > 0)?;
    Some((line, column.parse().ok()?))
}
