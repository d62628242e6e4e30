//! What the caller gets when no respond node answers.

use model::{Item, Items, Map, Value};
use sdk::trigger::{Response, ResponseBody};
use smol_str::SmolStr;

use super::{is, text};

/// A text without a type of its own is sent as this: it is what callers of n8n's webhooks get.
pub(crate) const TEXT_TYPE: &str = "text/html; charset=utf-8";

pub(super) fn at_once(parameters: &Value) -> Response {
    let body = text(parameters, "text");
    if is(parameters, "noBody") {
        return response(parameters, ResponseBody::Empty);
    }
    if body.is_empty() {
        return response(parameters, ResponseBody::Json(message("Workflow was started")));
    }
    let json = body.starts_with(['{', '[']).then(|| Value::from_json(&body).ok()).flatten();
    match json {
        Some(json) => response(parameters, ResponseBody::Json(json)),
        None => typed(response(parameters, ResponseBody::Text(body.into())), TEXT_TYPE),
    }
}

pub(crate) fn last_node(parameters: &Value, last: &[Items]) -> Response {
    let none = Items::default();
    let items = last.iter().find(|it| !it.is_empty()).unwrap_or(&none);
    let with = text(parameters, "answerWith");
    if with == "nothing" {
        return response(parameters, ResponseBody::Empty);
    }
    if with == "allItems" {
        return response(parameters, ResponseBody::Items(items.clone()));
    }
    let first = match items.get(0) {
        Ok(Some(item)) => item,
        Ok(None) => return failed("the last node gave no item to answer with"),
        Err(_) => return failed("the last node's items cannot be read"),
    };
    if with == "file" { file(parameters, &first) } else { first_item(parameters, &first) }
}

fn first_item(parameters: &Value, first: &Item) -> Response {
    let property = text(parameters, "property");
    let value = match property.as_str() {
        "" => first.value(),
        path => first.value().at(path).cloned().unwrap_or_default(),
    };
    let content_type = text(parameters, "contentType");
    match (value, content_type.as_str()) {
        (value, "") => response(parameters, ResponseBody::Json(value)),
        (value, content_type) => {
            let text = match value {
                Value::String(text) => text.to_string(),
                other => other.to_json(),
            };
            typed(response(parameters, ResponseBody::Text(text)), content_type)
        }
    }
}

fn file(parameters: &Value, first: &Item) -> Response {
    let name = text(parameters, "fileProperty");
    let name = if name.is_empty() { "data" } else { name.as_str() };
    let Some(file) = first.binary.as_ref().and_then(|it| it.get(name)) else {
        return failed(&format!("the first item has no binary data `{name}` to answer with"));
    };
    let response = response(parameters, ResponseBody::File(file.clone()));
    match text(parameters, "contentType").as_str() {
        "" => response,
        content_type => typed(response, content_type),
    }
}

fn response(parameters: &Value, body: ResponseBody) -> Response {
    let status = parameters.get("statusCode").and_then(Value::as_f64).unwrap_or(200.0);
    let status = if (100.0..=599.0).contains(&status) { status as u16 } else { 200 };
    let rows = parameters.get("headers").and_then(Value::as_array).unwrap_or_default();
    let headers = rows
        .iter()
        .map(|row| {
            (SmolStr::from(text(row, "name").trim().to_ascii_lowercase()), text(row, "value"))
        })
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| (name, value.to_string()))
        .collect();
    Response { status, headers, body }
}

/// Names the type, unless the headers name one.
fn typed(mut response: Response, content_type: &str) -> Response {
    if !response.headers.iter().any(|(name, _)| name == "content-type") {
        response.headers.push(("content-type".into(), content_type.into()));
    }
    response
}

fn failed(why: &str) -> Response {
    Response { status: 500, headers: vec![], body: ResponseBody::Json(message(why)) }
}

fn message(text: &str) -> Value {
    Map::from_iter([("message", Value::from(text))]).into()
}
