//! A request as the item that starts an execution.

use std::{collections::BTreeMap, sync::Arc};

use model::{Binary, Item, Map, Value, item::Blob};
use sdk::trigger::{Refusal, Request};
use smol_str::{SmolStr, format_smolstr};

use super::{is, text, xml};
use crate::file;

type Files = BTreeMap<SmolStr, Binary>;

/// Stands for the value of a header that nobody may read again.
const HIDDEN: &str = "…";

pub(super) fn of(
    request: &Request,
    parameters: &Value,
    claims: Option<Value>,
    secret: Option<&str>,
) -> Result<Item, Refusal> {
    let (body, mut files) = body(request, &text(parameters, "binaryProperty"))?;
    if is(parameters, "rawBody") && !request.body.is_empty() {
        let mime_type = match content_type(request) {
            "" => "application/json",
            known => known,
        };
        let bytes = Blob::Inline(request.body.to_vec().into());
        files.insert("data".into(), file::binary(bytes, mime_type, None));
    }
    // What callers prove themselves by is kept nowhere: neither in run data nor where a node sends it.
    let headers = request.headers.iter().map(|(name, value)| {
        let value = if secret == Some(name.as_str()) { HIDDEN } else { value.as_str() };
        (name.clone(), value.into())
    });
    let url = request.url.split(['?', '#']).next().unwrap_or_default();
    let mut json = Map::from_iter([
        ("headers", Value::object(headers)),
        ("params", request.params.clone().into()),
        ("query", request.query.clone().into()),
        ("body", body),
        ("webhookUrl", url.into()),
        ("executionMode", if request.test { "test" } else { "production" }.into()),
    ]);
    if let Some(claims) = claims {
        json.insert("jwtPayload", claims);
    }
    let mut item = Item::new(json);
    item.binary = (!files.is_empty()).then(|| Arc::new(files));
    Ok(item)
}

fn body(request: &Request, binary_property: &str) -> Result<(Value, Files), Refusal> {
    let content_type = content_type(request);
    let media = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let none = Files::default();
    if media == "multipart/form-data" {
        return Ok(form(request, binary_property));
    }
    if request.body.is_empty() {
        return Ok((Map::new().into(), none));
    }
    if media == "application/json" || media.ends_with("+json") {
        return match Value::from_json_bytes(&request.body) {
            Ok(body) => Ok((body, none)),
            Err(fault) => Err(Refusal::new(422, format!("the body is not JSON: {fault}"))),
        };
    }
    if media == "application/x-www-form-urlencoded" {
        return Ok((fields(url::form_urlencoded::parse(&request.body)), none));
    }
    if media == "text/plain" {
        return Ok((String::from_utf8_lossy(&request.body).into_owned().into(), none));
    }
    if media.ends_with("/xml") || media.ends_with("+xml") {
        return match xml::read(&String::from_utf8_lossy(&request.body)) {
            Ok(body) => Ok((body, none)),
            Err(fault) => Err(Refusal::new(422, format!("the body is not XML: {fault}"))),
        };
    }
    if media.is_empty()
        && let Ok(body) = Value::from_json_bytes(&request.body)
    {
        return Ok((body, none));
    }
    let name = request.headers.get("content-disposition").and_then(|it| file::name_in(it));
    let bytes = Blob::Inline(request.body.to_vec().into());
    let property = if binary_property.is_empty() { "data" } else { binary_property };
    let file = file::binary(bytes, &media, name.as_deref());
    Ok((Map::new().into(), Files::from([(property.into(), file)])))
}

/// Fields that come once are texts, others lists; so are files, whose names are then numbered.
fn form(request: &Request, binary_property: &str) -> (Value, Files) {
    let (files, plain): (Vec<_>, Vec<_>) =
        request.parts.iter().partition(|it| it.file_name.is_some());
    let texts = plain.iter().map(|it| (it.name.as_str(), String::from_utf8_lossy(&it.body)));
    let mut res = Files::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (count, part) in files.iter().enumerate() {
        let of_name = files.iter().filter(|it| it.name == part.name).count();
        let index = seen.entry(&part.name).or_default();
        let field = part.name.strip_suffix("[]").unwrap_or(&part.name);
        let name = match binary_property {
            "" if of_name > 1 => format_smolstr!("{field}{index}"),
            "" => field.into(),
            fixed => format_smolstr!("{fixed}{count}"),
        };
        *index += 1;
        let bytes = Blob::Inline(part.body.to_vec().into());
        let mime_type = part.content_type.as_deref().unwrap_or("");
        res.insert(name, file::binary(bytes, mime_type, part.file_name.as_deref()));
    }
    (fields(texts), res)
}

fn fields<N: AsRef<str>, V: AsRef<str>>(pairs: impl Iterator<Item = (N, V)>) -> Value {
    let mut res = Map::new();
    for (name, value) in pairs {
        let value = Value::from(value.as_ref());
        match res.get_mut(name.as_ref()) {
            None => drop(res.insert(name.as_ref(), value)),
            Some(Value::Array(all)) => Arc::make_mut(all).push(value),
            Some(one) => *one = vec![one.clone(), value].into(),
        }
    }
    res.into()
}

fn content_type(request: &Request) -> &str {
    request.headers.get("content-type").map_or("", String::as_str)
}
