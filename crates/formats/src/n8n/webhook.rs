//! Triggers that listen to HTTP requests.

use model::{Map, Value};
use smol_str::{SmolStr, format_smolstr};

use super::source::{Source, Target, rows_of};

pub(super) const TYPES: &[&str] = &["webhook"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("trigger.webhook");
    target.set("methods", methods(source));
    target.set("path", path(source));
    if path(source).contains("{{") {
        target.approximate("its path is an expression; write the path itself");
    }
    authentication(source, "authentication", &mut target)?;
    answer(source, &mut target)?;
    options(source, &mut target);
    set(&mut target, "allowedOrigins", source.at("options.allowedOrigins"));
    // Before 1.1 files were read only on demand, and then under a name of their own.
    if source.version < 1.1 && source.flag("options.binaryData", false) {
        set(&mut target, "binaryProperty", source.or("options.binaryPropertyName", "data"));
    }
    Ok(target)
}

fn methods(source: &Source) -> Value {
    let several = source.flag("multipleMethods", false);
    match source.at("httpMethod") {
        Value::Array(it) if several || it.len() == 1 => Value::Array(it),
        Value::Array(it) => it.first().cloned().into_iter().collect::<Vec<Value>>().into(),
        Value::String(it) => vec![literal(&it).into()].into(),
        _ if several => vec!["GET".into(), "POST".into()].into(),
        _ => vec!["GET".into()].into(),
    }
}

/// A path with parameters lies under the node's own id, and so does an empty one.
fn path(source: &Source) -> SmolStr {
    let id = super::node::text(&source.whole, "webhookId");
    let written = literal(&source.text("path", ""));
    let path = written.trim().trim_matches('/');
    if path.is_empty() {
        return id;
    }
    let has_parameters = path.starts_with(':') || path.contains("/:");
    if has_parameters && !id.is_empty() { format_smolstr!("{id}/{path}") } else { path.into() }
}

/// How callers prove who they are, by the parameter of that name.
pub(super) fn authentication(
    source: &Source,
    name: &str,
    target: &mut Target,
) -> Result<(), String> {
    let (kind, credential) = match source.text(name, "none").as_str() {
        "none" => ("none", None),
        "basicAuth" => ("basicAuth", Some("httpBasicAuth")),
        "headerAuth" => ("headerAuth", Some("httpHeaderAuth")),
        "jwtAuth" => ("jwtAuth", Some("jwtAuth")),
        other => return Err(format!("its authentication `{other}` is not known")),
    };
    target.set("authentication", kind);
    target.credentials = Some(credential.into_iter().map(SmolStr::from).collect());
    Ok(())
}

/// What is read of a request, and who may send one.
pub(super) fn options(source: &Source, target: &mut Target) {
    let options = [
        ("rawBody", "options.rawBody"),
        ("binaryProperty", "options.binaryPropertyName"),
        ("allowedAddresses", "options.ipWhitelist"),
        ("ignoreBots", "options.ignoreBots"),
    ];
    for (name, path) in options {
        set(target, name, source.at(path));
    }
}

/// When and with what callers are answered.
pub(super) fn answer(source: &Source, target: &mut Target) -> Result<(), String> {
    let mode = source.text("responseMode", "onReceived");
    let respond = match mode.as_str() {
        "onReceived" => "atOnce",
        "lastNode" => "lastNode",
        "responseNode" => "node",
        "streaming" => "stream",
        other => return Err(format!("its response mode `{other}` is not known")),
    };
    target.set("respond", respond);
    if matches!(respond, "node" | "stream") {
        if !headers(source).is_null() {
            target.approximate(
                "its headers for the answer do not count; write them in the respond node",
            );
        }
        return Ok(());
    }
    target.set("headers", headers(source));
    set(target, "statusCode", status(source));
    if respond == "atOnce" {
        set(target, "text", source.at("options.responseData"));
        set(target, "noBody", source.at("options.noResponseBody"));
        return Ok(());
    }
    let with = match source.text("responseData", "firstEntryJson").as_str() {
        "firstEntryJson" => "firstItem",
        "allEntries" => "allItems",
        "firstEntryBinary" => "file",
        "noData" => "nothing",
        other => return Err(format!("its response data `{other}` is not known")),
    };
    target.set("answerWith", with);
    set(target, "property", source.at("options.responsePropertyName"));
    set(target, "contentType", source.at("options.responseContentType"));
    set(target, "fileProperty", source.at("responseBinaryPropertyName"));
    Ok(())
}

/// Up to 1.1 a parameter; later an option that may name a code of one's own.
fn status(source: &Source) -> Value {
    let chosen = source.at("options.responseCode.values.responseCode");
    let status = match (chosen.as_str(), chosen.is_null()) {
        (Some("customCode"), _) => source.at("options.responseCode.values.customCode"),
        (_, false) => chosen,
        (_, true) => match source.at("options.responseCode") {
            plain @ (Value::Number(_) | Value::String(_)) => plain,
            _ => source.at("responseCode"),
        },
    };
    match &status {
        Value::String(text) => text.trim().parse::<f64>().map_or(status.clone(), Value::from),
        _ => status,
    }
}

/// Headers of an answer, as pairs; null when there are none.
pub(super) fn headers(source: &Source) -> Value {
    let rows = rows_of(source.parameters.at("options.responseHeaders.entries"));
    let pairs: Vec<Value> = rows
        .iter()
        .filter(|row| row.get("name").is_some())
        .map(|row| {
            let field = |key: &str| row.get(key).cloned().unwrap_or_default();
            Map::from_iter([("name", field("name")), ("value", field("value"))]).into()
        })
        .collect();
    if pairs.is_empty() { Value::Null } else { pairs.into() }
}

/// Sets a parameter that takes no expression. One that was written so is kept as its text, and
/// told where it really computes something.
fn set(target: &mut Target, name: &str, value: Value) {
    let value = match value {
        Value::String(text) => {
            let plain = literal(&text);
            if plain != text && plain.contains("{{") {
                target
                    .approximate(format!("`{name}` is an expression; a webhook takes it as text"));
            }
            Value::String(plain)
        }
        other => other,
    };
    target.set(name, value);
}

/// Text without the mark of an expression.
fn literal(text: &str) -> SmolStr {
    text.strip_prefix('=').unwrap_or(text).into()
}
