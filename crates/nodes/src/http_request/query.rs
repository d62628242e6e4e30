//! Query parameters as text: lists and objects in one of three spellings.

use model::{Map, Value};
use smol_str::{SmolStr, format_smolstr};
use url::Url;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// `a[]=1&a[]=2`
    Brackets,
    /// `a[0]=1&a[1]=2`
    Indices,
    /// `a=1&a=2`
    Repeat,
}

impl Lists {
    pub(super) fn named(name: &str) -> Lists {
        match name {
            "indices" => Lists::Indices,
            "repeat" => Lists::Repeat,
            _ => Lists::Brackets,
        }
    }
}

/// Names and values in order; what is null is left out.
pub(super) fn pairs(fields: &Map, lists: Lists) -> Vec<(SmolStr, SmolStr)> {
    let mut res = vec![];
    for (name, value) in fields {
        push(&mut res, name.clone(), value, lists);
    }
    res
}

pub(super) fn append(url: &mut Url, fields: &Map, lists: Lists) {
    let pairs = pairs(fields, lists);
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
}

fn push(res: &mut Vec<(SmolStr, SmolStr)>, name: SmolStr, value: &Value, lists: Lists) {
    match value {
        Value::Null => {}
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                let name = match lists {
                    Lists::Brackets => format_smolstr!("{name}[]"),
                    Lists::Indices => format_smolstr!("{name}[{index}]"),
                    Lists::Repeat => name.clone(),
                };
                push(res, name, entry, lists);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields.iter() {
                push(res, format_smolstr!("{name}[{key}]"), value, lists);
            }
        }
        plain => res.push((name, plain.to_text())),
    }
}
