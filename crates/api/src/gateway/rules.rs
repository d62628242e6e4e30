//! Rules of a route, on what goes by.

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderName, HeaderValue, header},
};
use bytes::Bytes;
use model::{
    Code, Fault,
    gateway::{HeaderRule, Rules},
};
use serde_json::Value;

use crate::{failure::Failure, pace::PACE, read};

/// Largest JSON body that rules change.
pub(super) const JSON_BYTES_MAX: usize = 4 << 20;

/// Headers first, so that a body's rules see what it is.
pub(super) fn change_headers(rules: &Rules, headers: &mut HeaderMap) {
    for rule in &rules.headers {
        match rule {
            HeaderRule::Rename { name, to } => {
                let (Some(name), Some(to)) = (parsed(name), parsed(to)) else { continue };
                let values: Vec<HeaderValue> = headers.get_all(&name).iter().cloned().collect();
                if values.is_empty() {
                    continue;
                }
                headers.remove(&name);
                headers.remove(&to);
                for value in values {
                    headers.append(to.clone(), value);
                }
            }
            HeaderRule::Add { name, value } => {
                if let (Some(name), Ok(value)) = (parsed(name), HeaderValue::from_str(value)) {
                    headers.insert(name, value);
                }
            }
            HeaderRule::Remove { name } => {
                if let Some(name) = parsed(name) {
                    headers.remove(name);
                }
            }
        }
    }
}

fn parsed(name: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(name.as_bytes()).ok()
}

/// Whether a message says that its body is JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

/// Whether a rule reads or changes the body of a message with these headers.
pub(super) fn sees_body(rules: &Rules, headers: &HeaderMap) -> bool {
    !rules.fields.is_empty() && is_json(headers)
}

/// Changes the body of a request. What is no JSON stays what it is.
///
/// # Errors
/// [`Code::InvalidRequest`] for what calls itself JSON and is none, or is packed; [`Code::BodyTooLarge`].
pub(super) fn change_request(
    rules: &Rules,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Bytes, Failure> {
    if body.is_empty() || !sees_body(rules, headers) {
        return Ok(body);
    }
    if headers.contains_key(header::CONTENT_ENCODING) {
        let message = "a rule changes the body here, which it cannot while that is packed; send it without `Content-Encoding`";
        return Err(Fault::invalid(message).into());
    }
    if body.len() > JSON_BYTES_MAX {
        let message = format!("rules change JSON of at most {JSON_BYTES_MAX} bytes here");
        return Err(Failure::of(Code::BodyTooLarge, message));
    }
    changed(rules, &body).map_err(|why| {
        Fault::invalid(format!("the body cannot be changed by a rule: {why}")).into()
    })
}

/// A body after its rules.
///
/// # Errors
/// A sentence.
pub(super) fn changed(rules: &Rules, body: &[u8]) -> Result<Bytes, String> {
    let mut value: Value = serde_json::from_slice(body).map_err(|it| it.to_string())?;
    rules.change(&mut value).map_err(|it| it.to_string())?;
    serde_json::to_vec(&value).map(Bytes::from).map_err(|it| it.to_string())
}

/// The body of an answer that is whole and JSON, after its rules. What streams stays what it is.
pub(super) async fn change_answer(
    rules: &Rules,
    headers: &mut HeaderMap,
    body: Body,
) -> Result<Body, Failure> {
    let is_whole = body.size_hint().exact().is_some_and(|it| it > 0);
    let is_packed = headers.contains_key(header::CONTENT_ENCODING);
    if rules.fields.is_empty() || !is_json(headers) || is_packed || !is_whole {
        return Ok(body);
    }
    let failed = |why: String| {
        let message = format!("the answer cannot be changed by a rule of its route: {why}");
        Failure::of(Code::UpstreamFailed, message)
    };
    let bytes = read::bytes_of(body, JSON_BYTES_MAX, &PACE)
        .await
        .map_err(|it| failed(it.message().into()))?;
    let bytes = changed(rules, &bytes).map_err(failed)?;
    headers.remove(header::CONTENT_LENGTH);
    Ok(Body::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_renamed_added_and_removed() {
        let rename = |name: &str, to: &str| HeaderRule::Rename { name: name.into(), to: to.into() };
        let add =
            |name: &str, value: &str| HeaderRule::Add { name: name.into(), value: value.into() };
        let remove = |name: &str| HeaderRule::Remove { name: name.into() };
        let headers = vec![
            rename("X-Old", "X-New"),
            add("X-Shop", "one"),
            remove("x-gone"),
            rename("absent", "x-kept"),
        ];
        let rules = Rules { headers, fields: vec![] };
        let mut all = HeaderMap::new();
        for (name, value) in [
            ("x-old", "1"),
            ("x-old", "2"),
            ("x-new", "0"),
            ("x-gone", "3"),
            ("x-kept", "4"),
            ("x-shop", "none"),
        ] {
            all.append(name, value.parse().unwrap());
        }
        change_headers(&rules, &mut all);
        let mut found: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        found.sort_unstable();
        assert_eq!(found, [("x-kept", "4"), ("x-new", "1"), ("x-new", "2"), ("x-shop", "one")]);
    }
}
