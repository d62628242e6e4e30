//! Items as documents, requests and answers spell them: `{"json": …, "binary"?: …, "pairedItem"?: …}`.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use model::{
    Binary, Item, ItemRef, Items, Paired, Value,
    item::{Blob, ItemJson},
};
use smol_str::SmolStr;

/// An item as documents and requests spell it.
pub fn item_of(written: &ItemJson) -> Item {
    let mut item = Item::from_value(written.json.clone());
    if let Value::Null = written.json {
        item = Item::default();
    }
    item.binary = written.binary.as_ref().map(|files| {
        let files: BTreeMap<SmolStr, Binary> =
            files.iter().map(|(name, it)| (name.clone(), binary_of(it))).collect();
        Arc::new(files)
    });
    item.paired = written.paired_item.as_ref().map_or(Paired::Unknown, paired_of);
    item.error = written.error.as_ref().map(|it| it.to_text().as_str().into());
    item
}

fn binary_of(written: &Value) -> Binary {
    let text = |key: &str| written.get(key).filter(|it| !it.is_null()).map(Value::to_text);
    let data = text("data").unwrap_or_default();
    let bytes =
        BASE64_STANDARD.decode(data.as_bytes()).unwrap_or_else(|_| data.as_bytes().to_vec());
    Binary {
        data: Blob::Inline(bytes.into()),
        mime_type: text("mimeType").unwrap_or_else(|| "application/octet-stream".into()),
        file_name: text("fileName"),
        file_extension: text("fileExtension"),
        directory: text("directory"),
    }
}

fn paired_of(written: &Value) -> Paired {
    let one = |it: &Value| match it {
        Value::Number(item) => Some(ItemRef::new(0, *item as usize)),
        it => {
            let at = |key: &str| it.get(key).and_then(Value::as_f64).unwrap_or(0.0) as usize;
            it.as_object().map(|_| ItemRef::new(at("input"), at("item")))
        }
    };
    match written {
        Value::Array(all) => Paired::Many(all.iter().filter_map(one).collect()),
        it => one(it).map_or(Paired::Unknown, Paired::One),
    }
}

/// An item for people and clients. Files that are stored are named, not shown.
pub fn spell(item: &Item) -> ItemJson {
    ItemJson {
        json: item.value(),
        binary: item
            .binary
            .as_ref()
            .map(|files| files.iter().map(|(name, it)| (name.clone(), spell_file(it))).collect()),
        paired_item: spell_paired(&item.paired),
        error: item.error.as_ref().map(|it| Value::from(&**it)),
    }
}

fn spell_paired(paired: &Paired) -> Option<Value> {
    let one = |it: &ItemRef| match it.input {
        0 => Value::object([("item", Value::from(it.item))]),
        input => Value::object([("item", it.item.into()), ("input", u32::from(input).into())]),
    };
    match paired {
        Paired::Unknown | Paired::Nothing => None,
        Paired::One(it) => Some(one(it)),
        Paired::Many(all) => Some(Value::array(all.iter().map(one))),
        Paired::Earlier { run, of } => Some(Value::object([
            ("item", Value::from(of.item)),
            ("input", u32::from(of.input).into()),
            ("run", (*run).into()),
        ])),
    }
}

/// What a file is; its bytes too while they travel with the item.
pub fn spell_file(file: &Binary) -> Value {
    let mut res = model::Map::from_iter([("mimeType", Value::from(file.mime_type.clone()))]);
    for (key, value) in [
        ("fileName", &file.file_name),
        ("fileExtension", &file.file_extension),
        ("directory", &file.directory),
    ] {
        if let Some(value) = value {
            res.insert(key, value.clone());
        }
    }
    if let Some(kind) = file.file_type() {
        res.insert("fileType", kind);
    }
    res.insert("bytes", file.data.len() as f64);
    match &file.data {
        Blob::Inline(bytes) => res.insert("data", BASE64_STANDARD.encode(bytes)),
        Blob::Stored { id, .. } => res.insert("id", id.clone()),
    };
    res.into()
}

/// A list for people and clients.
///
/// # Errors
/// A sentence when a page that is away cannot be read.
pub fn spell_all(items: &Items) -> Result<Vec<ItemJson>, String> {
    items.iter().map(|it| it.map(|it| spell(&it))).collect()
}
