//! Conditions of n8n's, old and new, as ours.

use model::{Map, Value};
use smol_str::{SmolStr, format_smolstr};

use super::source::{rows_of, whole_expression};

/// The `filter` parameter: what nodes have had since 2023.
pub(super) fn modern(filter: &Value) -> Value {
    let options = filter.get("options").filter(|it| it.as_object().is_some());
    let text = |key: &str| options.and_then(|it| it.get(key)).and_then(Value::as_str);
    // Without options, the strictest holds; with some, what is not said is off.
    let convert = options.is_some() && text("typeValidation") != Some("strict");
    let ignore_case = options.is_some_and(|it| !it.get("caseSensitive").is_some_and(Value::truthy));
    let version = options.and_then(|it| it.get("version")).and_then(Value::as_f64).unwrap_or(1.0);
    let by_truth = convert && version < 2.0;
    let rows = rows_of(filter.get("conditions"));
    let or = filter.get("combinator").and_then(Value::as_str) == Some("or");
    conditions(or, ignore_case, convert, rows.iter().map(|it| modern_row(it, by_truth)).collect())
}

/// Whether the operation looks at one side only.
fn is_single(operation: &str) -> bool {
    matches!(operation, "exists" | "notExists" | "empty" | "notEmpty" | "true" | "false")
}

/// `by_truth`: filters of version 1 that convert took any value for a boolean by its truth.
fn modern_row(row: &Value, by_truth: bool) -> Value {
    let word = |key: &str, default: &str| match row.get("operator").and_then(|it| it.get(key)) {
        Some(Value::String(it)) => it.clone(),
        _ => default.into(),
    };
    let mut kind = word("type", "string");
    let operation = word("operation", "equals");
    let mut left = row.get("leftValue").cloned().unwrap_or_default();
    let mut right = match is_single(&operation) {
        true => Value::Null,
        false => row.get("rightValue").cloned().unwrap_or_default(),
    };
    if by_truth && kind == "boolean" {
        match operation.as_str() {
            "true" | "false" => kind = "any".into(),
            "equals" | "notEquals" => (left, right) = (truth(left), truth(right)),
            _ => {}
        }
    }
    self::row(left, &kind, &operation, right)
}

/// Rows by type, as the first versions of `if` and `filter` had them. They compare values as they
/// come; only dates are read.
pub(super) fn old(written: &Value, or: bool) -> Value {
    let mut rows = vec![];
    for kind in ["boolean", "dateTime", "number", "string"] {
        for row in rows_of(written.get(kind)) {
            let side = |key: &str| row.get(key).cloned().unwrap_or_else(|| default_side(kind));
            rows.push(old_row(kind, side("value1"), row.get("operation"), side("value2")));
        }
    }
    conditions(or, false, false, rows)
}

/// One row of the old kind.
pub(super) fn old_row(kind: &str, left: Value, operation: Option<&Value>, right: Value) -> Value {
    let default = match kind {
        "dateTime" => "after",
        "number" => "smaller",
        _ => "equal",
    };
    let word = match operation {
        Some(Value::String(it)) => it.clone(),
        _ => default.into(),
    };
    let known: SmolStr = match word.as_str() {
        "equal" => "equals".into(),
        "notEqual" => "notEquals".into(),
        "larger" => "gt".into(),
        "largerEqual" => "gte".into(),
        "smaller" => "lt".into(),
        "smallerEqual" => "lte".into(),
        "isEmpty" => "empty".into(),
        "isNotEmpty" => "notEmpty".into(),
        "after" | "before" | "contains" | "notContains" | "startsWith" | "notStartsWith"
        | "endsWith" | "notEndsWith" | "regex" | "notRegex" => word,
        // Such a row fails there too, when it is reached.
        other => format_smolstr!("{other} (unknown)"),
    };
    let right = if is_single(&known) { Value::Null } else { right };
    row(left, if kind == "dateTime" { kind } else { "any" }, &known, right)
}

/// What an old row compares when a side is left out.
pub(super) fn default_side(kind: &str) -> Value {
    match kind {
        "boolean" => false.into(),
        "number" => 0.0.into(),
        _ => "".into(),
    }
}

pub(super) fn conditions(or: bool, ignore_case: bool, convert: bool, rows: Vec<Value>) -> Value {
    let mut res = Map::from_iter([
        ("combine", Value::from(if or { "or" } else { "and" })),
        ("rows", rows.into()),
    ]);
    for (name, on) in [("ignoreCase", ignore_case), ("convert", convert)] {
        if on {
            res.insert(name, true);
        }
    }
    res.into()
}

fn row(left: Value, kind: &str, operation: &str, right: Value) -> Value {
    let mut res =
        Map::from_iter([("left", left), ("type", kind.into()), ("operation", operation.into())]);
    if !right.is_null() {
        res.insert("right", right);
    }
    res.into()
}

/// A value by its truth, as JavaScript sees it.
pub(super) fn truth(value: Value) -> Value {
    match whole_expression(&value) {
        Some(code) => format!("={{{{ !!({code}) }}}}").into(),
        None if value.as_str().is_some_and(|it| it.starts_with('=')) => value,
        None => value.truthy().into(),
    }
}
