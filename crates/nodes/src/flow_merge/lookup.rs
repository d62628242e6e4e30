//! Goes through input 1 and looks each item's key up in input 2.

use std::{collections::HashMap, sync::Arc};

use model::{Item, Items, Map, Value, form::Field};
use sdk::{Ctx, NodeError};
use smol_str::SmolStr;

use super::told;
use crate::fields::Path;

pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::text("key1", "Key in input 1")
            .default("id")
            .when("mode", &["lookup"])
            .help("The field of input 1 that holds the key: text or a number. Items without it are dropped."),
        Field::text("key2", "Key in input 2")
            .default("id")
            .when("mode", &["lookup"])
            .help("The field of input 2 that holds the key. The last item of a key counts."),
        Field::choice(
            "found",
            "When the key is found",
            &[
                ("add", "Add the fields of input 2; keep all items"),
                ("keep", "Keep the item; drop the others"),
                ("drop", "Drop the item; keep the others"),
            ],
        )
        .when("mode", &["lookup"])
        .help("What becomes of an item of input 1 whose key is in input 2."),
        Field::choice(
            "overwrite",
            "Overwrite",
            &[("always", "Always"), ("blank", "Null and empty text"), ("missing", "Never")],
        )
        .when("found", &["add"])
        .help("Which fields of input 1 are replaced by those of input 2."),
    ]
}

pub(super) fn by_key(ctx: &Ctx<'_>) -> Result<Items, NodeError> {
    let key1 = Path::dotted(&ctx.text("key1", 0)?);
    let key2 = Path::dotted(&ctx.text("key2", 0)?);
    let found = ctx.text("found", 0)?;
    let overwrite = ctx.text("overwrite", 0)?;
    let mut known: HashMap<SmolStr, Item> = HashMap::new();
    for item in ctx.input(1).iter() {
        let item = item?;
        if let Some(key) = key2.get(&item.json).map(Value::to_text) {
            known.insert(key, item);
        }
    }
    let mut out = ctx.collect();
    for (index, item) in ctx.input(0).iter().enumerate() {
        let item = item?;
        let key = match key1.get(&item.json) {
            Some(it @ (Value::String(_) | Value::Number(_))) => it.to_text(),
            _ => continue,
        };
        let other = known.get(&key);
        let mut item = told(&item, 0, index);
        match (found.as_str(), other) {
            ("keep", None) | ("drop", Some(_)) => continue,
            ("add", Some(other)) => item.json = added(&item.json, &other.json, &overwrite),
            _ => {}
        }
        out.push(item)?;
    }
    out.finish()
}

fn added(own: &Map, other: &Map, overwrite: &str) -> Arc<Map> {
    let mut res = own.clone();
    for (key, value) in other {
        let free = match (own.get(key), overwrite) {
            (None, _) => true,
            (Some(it), "blank") => it.is_null() || it.as_str() == Some(""),
            (Some(_), it) => it != "missing",
        };
        if free {
            res.insert(key.clone(), value.clone());
        }
    }
    res.into()
}
