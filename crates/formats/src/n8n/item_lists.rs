//! `itemLists`: several nodes in one, until each got a node of its own.

use model::{Map, Value};

use super::{
    aggregate, limit, sort,
    source::{Source, Target, rows_of},
    split_out,
};

pub(super) const TYPES: &[&str] = &["itemLists"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    match source.text("operation", "splitOutItems").as_str() {
        "splitOutItems" => split_out::map(&listed(source, "fieldsToInclude")),
        "aggregateItems" | "concatenateItems" => {
            aggregate::map(&listed(&listed(source, "fieldsToInclude"), "fieldsToExclude"))
        }
        "limit" => limit::map(source),
        "sort" => sort::map(source),
        "removeDuplicates" => Err("removing duplicates is not supported yet".into()),
        "summarize" => Err("summarizing is not supported yet".into()),
        other => Err(format!("item lists have no operation `{other}`")),
    }
}

/// The first versions had rows of `fieldName` where text with commas is today.
fn listed(source: &Source, key: &str) -> Source {
    let rows = rows_of(source.parameters.get(key).and_then(|it| it.get("fields")));
    let mut parameters: Map = source.parameters.as_object().cloned().unwrap_or_default();
    if !rows.is_empty() {
        let names: Vec<_> =
            rows.iter().filter_map(|it| it.get("fieldName")).map(Value::to_text).collect();
        parameters.insert(key, names.join(","));
    }
    Source {
        name: source.name.clone(),
        node_type: source.node_type.clone(),
        version: source.version,
        parameters: parameters.into(),
        whole: source.whole.clone(),
    }
}
