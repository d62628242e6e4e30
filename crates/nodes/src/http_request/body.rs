//! The body of a request, in the shapes that services ask for.

use bytes::Bytes;
use model::{Binary, Map, Value, item::Blob};
use sdk::{
    Ctx, NodeError,
    ctx::text_of,
    http::{Part, multipart},
};
use sha2::{Digest, Sha256};
use smol_str::{SmolStr, format_smolstr};

use super::{
    query::{self, Lists},
    request::{json, pairs},
};

#[derive(Clone)]
pub(super) enum Body {
    None,
    Json(Value),
    Form(Map),
    Multipart(Vec<Part>),
    /// Text or a file, sent as it is.
    Plain {
        content_type: SmolStr,
        bytes: Bytes,
    },
}

impl Body {
    pub(super) async fn read(ctx: &Ctx<'_>, item: usize) -> Result<Body, NodeError> {
        let by_fields = ctx.text("bodyBy", item)? == "fields";
        let fields = || Ok::<_, NodeError>(pairs(&ctx.value("bodyFields", item)?, false));
        Ok(match ctx.text("bodyType", item)?.as_str() {
            "json" if by_fields => Body::Json(fields()?.into()),
            "json" => match json(ctx, "bodyJson", item)? {
                Some(value) => Body::Json(value),
                None => Body::Json(Map::new().into()),
            },
            "form" if by_fields => Body::Form(fields()?),
            "form" => Body::Plain {
                content_type: "application/x-www-form-urlencoded".into(),
                bytes: text(ctx, item)?,
            },
            "multipart" => Body::Multipart(parts(ctx, item).await?),
            "raw" => {
                let content_type = ctx.text("contentType", item)?;
                let content_type =
                    if content_type.is_empty() { "text/plain".into() } else { content_type };
                Body::Plain { content_type, bytes: text(ctx, item)? }
            }
            "file" => {
                let file = file(ctx, item, &ctx.text("fileProperty", item)?)?;
                let bytes = bytes(ctx, &file).await?;
                Body::Plain { content_type: file.mime_type, bytes }
            }
            _ => Body::None,
        })
    }

    /// Content type and bytes. `seed` is the same on every try, so that the bytes are too.
    pub(super) fn bytes(&self, seed: &str) -> Option<(SmolStr, Bytes)> {
        Some(match self {
            Body::None => return None,
            Body::Json(value) => ("application/json".into(), value.to_json().into()),
            Body::Form(fields) => {
                let mut text = url::form_urlencoded::Serializer::new(String::new());
                text.extend_pairs(query::pairs(fields, Lists::Brackets));
                let content_type = "application/x-www-form-urlencoded".into();
                (content_type, text.finish().into())
            }
            Body::Multipart(parts) => {
                let hash = Sha256::digest(seed.as_bytes());
                let hash: String = hash[..16].iter().map(|it| format!("{it:02x}")).collect();
                let (content_type, bytes) = multipart(&format!("tailorbird-{hash}"), parts);
                (content_type.into(), bytes)
            }
            Body::Plain { content_type, bytes } => (content_type.clone(), bytes.clone()),
        })
    }

    /// The fields, for bodies that have some.
    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Body::Json(value) => Some(value.clone()),
            Body::Form(fields) => Some(fields.clone().into()),
            Body::None | Body::Multipart(_) | Body::Plain { .. } => None,
        }
    }

    /// Writes one field, as pagination does.
    pub(super) fn set(&mut self, name: &str, value: Value) -> Result<(), NodeError> {
        match self {
            Body::None => *self = Body::Json(Map::from_iter([(name, value)]).into()),
            Body::Json(Value::Object(fields)) => {
                std::sync::Arc::make_mut(fields).insert(name, value);
            }
            Body::Form(fields) => drop(fields.insert(name, value)),
            Body::Multipart(parts) => {
                parts.retain(|it| it.name != name);
                parts.push(field(name.into(), &value));
            }
            Body::Json(_) | Body::Plain { .. } => {
                return Err(NodeError::never(format!(
                    "pagination cannot write `{name}` into a body that has no fields"
                )));
            }
        }
        Ok(())
    }
}

fn text(ctx: &Ctx<'_>, item: usize) -> Result<Bytes, NodeError> {
    Ok(ctx.text("bodyText", item)?.to_string().into())
}

async fn parts(ctx: &Ctx<'_>, item: usize) -> Result<Vec<Part>, NodeError> {
    let mut res = vec![];
    for row in ctx.value("parts", item)?.as_array().unwrap_or_default() {
        let text = |key: &str| row.get(key).map(text_of).unwrap_or_default();
        let name = text("name");
        if text("kind") != "file" {
            if !name.is_empty() {
                res.push(field(name, row.get("value").unwrap_or(&Value::Null)));
            }
            continue;
        }
        let file = file(ctx, item, &text("fileProperty"))?;
        let body = bytes(ctx, &file).await?;
        let extension = file.file_extension.as_deref().unwrap_or("bin");
        let file_name = file.file_name.unwrap_or_else(|| format_smolstr!("file.{extension}"));
        let content_type = Some(file.mime_type);
        res.push(Part { name, file_name: Some(file_name), content_type, body });
    }
    Ok(res)
}

fn field(name: SmolStr, value: &Value) -> Part {
    let body = text_of(value).to_string().into();
    Part { name, file_name: None, content_type: None, body }
}

fn file(ctx: &Ctx<'_>, item: usize, name: &str) -> Result<Binary, NodeError> {
    let name = if name.is_empty() { "data" } else { name };
    let files = ctx.input(0).get(item)?.and_then(|it| it.binary);
    files.as_ref().and_then(|it| it.get(name)).cloned().ok_or_else(|| {
        let known = files.iter().flat_map(|it| it.keys()).cloned().collect::<Vec<_>>().join("`, `");
        let has = if known.is_empty() { "it has none".into() } else { format!("it has `{known}`") };
        NodeError::never(format!("the item has no binary data `{name}`; {has}")).at(item)
    })
}

async fn bytes(ctx: &Ctx<'_>, file: &Binary) -> Result<Bytes, NodeError> {
    match &file.data {
        Blob::Inline(bytes) => Ok(Bytes::from_owner(bytes.clone())),
        stored @ Blob::Stored { .. } => Ok(Bytes::from_owner(ctx.host.bytes(stored).await?)),
    }
}
