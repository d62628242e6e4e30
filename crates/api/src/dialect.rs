//! How clients of another system read answers, at the addresses without a prefix that they call: what they asked for
//! is `data`, and what went wrong is a sentence.

use axum::{
    body::Body,
    extract::Request,
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::failure::Failure;

/// Larger answers are told as they are; none of these routes has one.
const BYTES_MAX: usize = 16 << 20;

/// A failure is told in a sentence.
#[derive(Clone, Copy)]
pub(crate) struct Plainly;

pub(crate) async fn speak(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.extensions().get::<Failure>().is_some() {
        response.extensions_mut().insert(Plainly);
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_json = kind.is_some_and(|it| it.starts_with("application/json"));
    if !response.status().is_success() || !is_json {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BYTES_MAX).await else {
        return Failure::of(model::Code::Internal, "an answer was not whole").into_response();
    };
    head.headers.remove(header::CONTENT_LENGTH);
    let said = serde_json::from_slice(&bytes).ok().and_then(wrapped);
    Response::from_parts(head, said.map_or_else(|| Body::from(bytes), |it| it.to_string().into()))
}

/// The same with `data`, unless it has its shape already. A list keeps its page beside that.
fn wrapped(answer: Value) -> Option<Value> {
    let Value::Object(mut fields) = answer else {
        return Some(json!({ "success": true, "data": answer }));
    };
    if fields.contains_key("data") || fields.contains_key("success") {
        return None;
    }
    let data = match fields.get("items") {
        Some(items) => {
            let items = items.clone();
            if let Some(pages) = pages(&fields) {
                fields.insert("totalPages".into(), pages.into());
            }
            items
        }
        None => Value::Object(fields.clone()),
    };
    fields.insert("success".into(), true.into());
    fields.insert("data".into(), data);
    Some(Value::Object(fields))
}

fn pages(list: &Map<String, Value>) -> Option<u64> {
    let number = |name: &str| list.get(name).and_then(Value::as_u64);
    Some(number("total")?.div_ceil(number("pageSize")?.max(1)))
}
