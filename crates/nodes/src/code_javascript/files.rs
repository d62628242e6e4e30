//! Files that a script returns beside an item: base64 text, or the id of one that is stored.

use std::{collections::BTreeMap, sync::Arc};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use model::{Binary, Map, Value, item::Blob};
use sdk::{Ctx, NodeError};
use smol_str::SmolStr;

/// As lenient as Node: padding may be missing, and bits left over do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) async fn read(
    ctx: &Ctx<'_>,
    files: &Map,
) -> Result<Arc<BTreeMap<SmolStr, Binary>>, NodeError> {
    let mut res = BTreeMap::new();
    for (name, file) in files {
        if let Some(written) = file.as_object() {
            res.insert(name.clone(), one(ctx, name, written).await?);
        }
    }
    Ok(res.into())
}

async fn one(ctx: &Ctx<'_>, name: &str, written: &Map) -> Result<Binary, NodeError> {
    let text = |key: &str| match written.get(key) {
        Some(it @ (Value::String(_) | Value::Number(_))) => Some(it.to_text()),
        _ => None,
    };
    let data = match text("id").filter(|it| !it.is_empty()) {
        Some(id) => {
            let bytes = written.get("bytes").and_then(Value::as_f64).unwrap_or(0.0) as u64;
            Blob::Stored { id, bytes }
        }
        None => {
            let bytes = decode(&text("data").unwrap_or_default()).ok_or_else(|| {
                NodeError::never(format!("the `data` of the file `{name}` is no base64"))
            })?;
            ctx.host.keep(bytes.into()).await?
        }
    };
    Ok(Binary {
        data,
        mime_type: text("mimeType").unwrap_or_else(|| "application/octet-stream".into()),
        file_name: text("fileName"),
        file_extension: text("fileExtension"),
        directory: text("directory"),
    })
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let known = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/' | b'-' | b'_');
    let normal: Vec<u8> = text
        .bytes()
        .filter(known)
        .map(|it| match it {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    LENIENT.decode(normal).ok()
}
