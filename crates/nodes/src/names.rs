//! Names of fields as people write them: `a, b.c`, or a list from an expression.

use model::Value;
use smol_str::SmolStr;

pub(crate) fn names(written: &Value) -> Vec<SmolStr> {
    match written {
        Value::Array(all) => all.iter().map(Value::to_text).collect(),
        Value::Null => vec![],
        other => other
            .to_text()
            .split(',')
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(SmolStr::from)
            .collect(),
    }
}
