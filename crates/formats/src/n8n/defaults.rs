//! What exports leave out because it is the default of a node type and version.
//!
//! n8n fills it in where it loads a workflow, and so its expressions see it. Only what is known for sure stands in
//! `defaults.json`, in the order in which conditions need it.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use model::{Map, Value};
use serde::Deserialize;
use smol_str::SmolStr;

use super::Source;

const FACTS: &str = include_str!("defaults.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// The collection whose rows have the parameter, such as `values.string`; the node itself where it is empty.
    #[serde(default, rename = "in")]
    collection: SmolStr,
    name: SmolStr,
    value: Value,
    /// The first version of the node that has it.
    #[serde(default)]
    from: f64,
    /// The first version that has it no more.
    before: Option<f64>,
    /// It is shown where its neighbours have one of these values each.
    #[serde(default)]
    when: BTreeMap<SmolStr, Vec<Value>>,
}

/// The parameters of a node as n8n has them once it has loaded the file.
pub(super) fn fill(source: &Source) -> Value {
    let mut res = source.parameters.clone();
    let short = source.node_type.strip_prefix("n8n-nodes-base.").unwrap_or(&source.node_type);
    let version = source.version;
    for rule in rules().get(short).into_iter().flatten() {
        if version >= rule.from && rule.before.is_none_or(|it| version < it) {
            apply(rule, &rule.collection, &mut res);
        }
    }
    res
}

fn rules() -> &'static BTreeMap<SmolStr, Vec<Rule>> {
    static RULES: OnceLock<BTreeMap<SmolStr, Vec<Rule>>> = OnceLock::new();
    RULES.get_or_init(|| serde_json::from_str(FACTS).expect("the file is part of the program"))
}

/// Sets the parameter in each object that lies at the path, where it is absent.
fn apply(rule: &Rule, path: &str, at: &mut Value) {
    match at {
        Value::Array(rows) => {
            Arc::make_mut(rows).iter_mut().for_each(|row| apply(rule, path, row));
        }
        Value::Object(fields) => {
            let fields = Arc::make_mut(fields);
            if path.is_empty() {
                let absent = fields.get(&rule.name).is_none_or(Value::is_null);
                if absent && rule.when.iter().all(|(name, one_of)| is_one(fields, name, one_of)) {
                    fields.insert(rule.name.clone(), rule.value.clone());
                }
                return;
            }
            let (key, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(inner) = fields.get_mut(key) {
                apply(rule, rest, inner);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An expression may give any value, and so n8n shows what hangs on it.
fn is_one(fields: &Map, name: &str, one_of: &[Value]) -> bool {
    fields.get(name).is_some_and(|it| {
        one_of.contains(it) || it.as_str().is_some_and(|text| text.starts_with('='))
    })
}
