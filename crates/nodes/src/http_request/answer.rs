//! An answer: what of it is kept, and the items that it becomes.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use model::{Binary, Item, Map, Value, item::Blob};
use sdk::{Ctx, NodeError, http::Reply};
use smol_str::SmolStr;

use crate::file;

/// Longer bodies are kept as files; the journal then only names them.
const INLINE_BYTES_MAX: usize = 256 << 10;

/// What the node makes of answers. The same for every item.
pub(super) struct Wanted {
    format: Format,
    /// Where text and files go.
    property: SmolStr,
    full: bool,
    pub(super) never_error: bool,
    /// A list gives one item per entry.
    split: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Auto,
    Json,
    Text,
    File,
}

impl Wanted {
    pub(super) fn of(ctx: &Ctx<'_>) -> Result<Wanted, NodeError> {
        let format = match ctx.text("response", 0)?.as_str() {
            "json" => Format::Json,
            "text" => Format::Text,
            "file" => Format::File,
            _ => Format::Auto,
        };
        let property = ctx.text("responseProperty", 0)?;
        Ok(Wanted {
            format,
            property: if property.is_empty() { "data".into() } else { property },
            full: ctx.bool("fullResponse", 0)?,
            never_error: ctx.bool("neverError", 0)?,
            split: ctx.text("lists", 0)? != "whole",
        })
    }
}

/// An answer as the journal keeps it.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    reason: SmolStr,
    pub(super) headers: Map,
    pub(super) body: Body,
}

#[derive(Clone)]
pub(super) enum Body {
    Empty,
    Json(Value),
    Text(SmolStr),
    File(Binary),
}

impl Answer {
    /// Reads a body as it is wanted, and puts a long one away.
    pub(super) async fn keep(
        ctx: &Ctx<'_>,
        reply: &Reply,
        wanted: &Wanted,
    ) -> Result<Kept, NodeError> {
        let (format, detected) = match wanted.format {
            Format::Auto => (detect(reply), true),
            chosen => (chosen, false),
        };
        let answer = |body| Answer {
            status: reply.status,
            reason: reply.reason.into(),
            headers: headers(reply),
            body,
        };
        if format == Format::File {
            return Ok(Kept::small(answer(Body::File(download(ctx, reply).await?))));
        }
        if reply.body.is_empty() {
            return Ok(Kept::small(answer(Body::Empty)));
        }
        let body = match format {
            Format::Json => match json(reply) {
                Ok(value) => Body::Json(value),
                Err(_) if detected && wanted.never_error => Body::Json(Map::new().into()),
                Err(fault) => return Err(fault),
            },
            Format::Text | Format::File | Format::Auto => Body::Text(reply.text().into()),
        };
        let away = match &body {
            Body::Json(_) if reply.body.len() > INLINE_BYTES_MAX => {
                Some(ctx.host.keep(reply.body.clone()).await?)
            }
            Body::Text(text) if text.len() > INLINE_BYTES_MAX => {
                Some(ctx.host.keep(Bytes::from(text.to_string())).await?)
            }
            _ => None,
        };
        Ok(Kept { answer: answer(body), away })
    }

    /// What expressions see as `$response`.
    pub(super) fn value(&self) -> Value {
        let body = match &self.body {
            Body::Empty => Value::from(""),
            Body::Json(value) => value.clone(),
            Body::Text(text) => text.clone().into(),
            Body::File(_) => Value::Null,
        };
        Map::from_iter([
            ("body", body),
            ("headers", self.headers.clone().into()),
            ("statusCode", u32::from(self.status).into()),
        ])
        .into()
    }

    /// The items that an answer to the item `source` gives.
    pub(super) fn items(self, wanted: &Wanted, source: &Item) -> Vec<Item> {
        let is_json = matches!(self.body, Body::Json(_));
        let (key, body) = match self.body {
            Body::Json(value) => ("body", Some(value)),
            Body::Text(text) => (wanted.property.as_str(), Some(text.into())),
            Body::Empty => (wanted.property.as_str(), None),
            Body::File(file) => {
                let mut files = source.binary.as_deref().cloned().unwrap_or_default();
                files.insert(wanted.property.clone(), file);
                let json = if wanted.full {
                    around(self.headers, self.status, self.reason, None)
                } else {
                    Map::new()
                };
                return vec![Item { binary: Some(Arc::new(files)), ..Item::new(json) }];
            }
        };
        if wanted.full {
            let body = body.map(|it| (key, it));
            return vec![Item::new(around(self.headers, self.status, self.reason, body))];
        }
        match body {
            Some(Value::Array(entries)) if is_json && wanted.split => {
                entries.iter().cloned().map(Item::from_value).collect()
            }
            // A list stays one item whose fields are its indexes, so that `$json[0]` finds its entry.
            Some(Value::Array(entries)) if is_json => {
                let fields = entries.iter().enumerate();
                vec![Item::new(Map::from_iter(fields.map(|(n, it)| (n.to_string(), it.clone()))))]
            }
            Some(value) if is_json => vec![Item::from_value(value)],
            Some(text) => vec![Item::new(Map::from_iter([(key, text)]))],
            None => vec![Item::default()],
        }
    }

    /// Reads what [`Kept::written`] wrote.
    pub(super) async fn read(ctx: &Ctx<'_>, value: &Value) -> Result<Answer, NodeError> {
        let odd = || NodeError::never("the journal holds an answer that cannot be read");
        let text = |key: &str| value.get(key).map(Value::to_text).unwrap_or_default();
        let body = match (value.get("kind").and_then(Value::as_str), value.get("body")) {
            (Some("empty"), _) => Body::Empty,
            (Some("json"), Some(body)) => Body::Json(body.clone()),
            (Some("text"), Some(body)) => Body::Text(body.to_text()),
            (Some("file"), Some(body)) => Body::File(read_file(body).ok_or_else(odd)?),
            (Some("jsonAway"), Some(body)) => {
                let bytes = ctx.host.bytes(&read_blob(body).ok_or_else(odd)?).await?;
                Body::Json(Value::from_json_bytes(&bytes).map_err(|_| odd())?)
            }
            (Some("textAway"), Some(body)) => {
                let bytes = ctx.host.bytes(&read_blob(body).ok_or_else(odd)?).await?;
                Body::Text(String::from_utf8_lossy(&bytes).into())
            }
            _ => return Err(odd()),
        };
        Ok(Answer {
            status: value.get("status").and_then(Value::as_f64).unwrap_or(0.0) as u16,
            reason: text("reason"),
            headers: value.get("headers").and_then(Value::as_object).cloned().unwrap_or_default(),
            body,
        })
    }
}

/// An answer, and where its body lies when that is too long for the journal.
pub(super) struct Kept {
    pub(super) answer: Answer,
    away: Option<Blob>,
}

impl Kept {
    fn small(answer: Answer) -> Kept {
        Kept { answer, away: None }
    }

    pub(super) fn written(&self) -> Value {
        let (kind, body) = match (&self.answer.body, &self.away) {
            (Body::Empty, _) => ("empty", Value::Null),
            (Body::Json(_), Some(blob)) => ("jsonAway", written_blob(blob)),
            (Body::Text(_), Some(blob)) => ("textAway", written_blob(blob)),
            (Body::Json(value), None) => ("json", value.clone()),
            (Body::Text(text), None) => ("text", text.clone().into()),
            (Body::File(file), _) => ("file", written_file(file)),
        };
        Map::from_iter([
            ("status", Value::from(u32::from(self.answer.status))),
            ("reason", self.answer.reason.clone().into()),
            ("headers", self.answer.headers.clone().into()),
            ("kind", kind.into()),
            ("body", body),
        ])
        .into()
    }
}

/// A full answer without, or with, its body.
fn around(headers: Map, status: u16, reason: SmolStr, body: Option<(&str, Value)>) -> Map {
    let mut res = Map::with_capacity(4);
    if let Some((key, body)) = body {
        res.insert(key, body);
    }
    res.insert("headers", headers);
    res.insert("statusCode", u32::from(status));
    res.insert("statusMessage", reason);
    res
}

/// Several of one name are joined; cookies stay a list, as commas are part of them.
fn headers(reply: &Reply) -> Map {
    let mut res = Map::new();
    for (name, value) in reply.headers() {
        match res.get_mut(name) {
            Some(Value::Array(all)) => Arc::make_mut(all).push(Value::from(value.as_ref())),
            Some(one) => *one = format!("{}, {value}", one.to_text()).into(),
            None if name == "set-cookie" => {
                drop(res.insert(name, vec![Value::from(value.as_ref())]));
            }
            None => drop(res.insert(name, value.as_ref())),
        }
    }
    res
}

fn detect(reply: &Reply) -> Format {
    let media = reply.media_type();
    let is_file = ["image/", "audio/", "video/", "font/"].iter().any(|it| media.starts_with(it))
        || media.starts_with("application/vnd.")
            && !media.ends_with("json")
            && !media.ends_with("xml")
        || FILES.contains(&media.as_str());
    if media.contains("application/json") {
        Format::Json
    } else if is_file && media != "image/svg+xml" {
        Format::File
    } else {
        Format::Text
    }
}

/// Types that are no text, beside whole families.
const FILES: &[&str] = &[
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/x-gzip",
    "application/x-tar",
    "application/x-bzip",
    "application/x-bzip2",
    "application/x-7z-compressed",
    "application/x-rar-compressed",
    "application/x-freearc",
    "application/x-cdf",
    "application/epub+zip",
    "application/java-archive",
    "application/msword",
    "application/ogg",
    "application/x-shockwave-flash",
    "application/wasm",
];

fn json(reply: &Reply) -> Result<Value, NodeError> {
    let body = reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&reply.body);
    Value::from_json_bytes(body).map_err(|fault| {
        NodeError::later(format!(
            "the answer of `{}` is not JSON ({fault}); choose another format for the response",
            sdk::http::shown(&reply.url)
        ))
    })
}

async fn download(ctx: &Ctx<'_>, reply: &Reply) -> Result<Binary, NodeError> {
    let of_url = || {
        let last = reply.url.path_segments()?.next_back()?.to_owned();
        last.contains('.').then_some(last)
    };
    let name = reply.header("content-disposition").and_then(file::name_in).or_else(of_url);
    let blob = ctx.host.keep(reply.body.clone()).await?;
    Ok(file::binary(blob, &reply.media_type(), name.as_deref()))
}

fn written_blob(blob: &Blob) -> Value {
    match blob {
        Blob::Inline(bytes) => Map::from_iter([("base64", BASE64_STANDARD.encode(bytes).into())]),
        Blob::Stored { id, bytes } => {
            Map::from_iter([("id", Value::from(id.clone())), ("bytes", (*bytes as f64).into())])
        }
    }
    .into()
}

fn read_blob(value: &Value) -> Option<Blob> {
    if let Some(text) = value.get("base64") {
        return Some(Blob::Inline(BASE64_STANDARD.decode(text.as_str()?).ok()?.into()));
    }
    let bytes = value.get("bytes")?.as_f64()? as u64;
    Some(Blob::Stored { id: value.get("id")?.as_str()?.into(), bytes })
}

fn written_file(file: &Binary) -> Value {
    let mut res = Map::from_iter([
        ("blob", written_blob(&file.data)),
        ("mimeType", file.mime_type.clone().into()),
    ]);
    for (key, value) in [("name", &file.file_name), ("extension", &file.file_extension)] {
        if let Some(value) = value {
            res.insert(key, value.clone());
        }
    }
    res.into()
}

fn read_file(value: &Value) -> Option<Binary> {
    let text = |key: &str| value.get(key).map(Value::to_text);
    Some(Binary {
        data: read_blob(value.get("blob")?)?,
        mime_type: text("mimeType")?,
        file_name: text("name"),
        file_extension: text("extension"),
        directory: None,
    })
}
