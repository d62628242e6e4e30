//! Reads that a client has already: the same answer once more is told in a word, 304.

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

/// Larger answers have no tag: they would have to be kept whole before the first byte goes out.
const TAGGED_BYTES_MAX: u64 = 1 << 20;

/// Gives JSON that was read a weak tag, unless it has one of its own.
pub(crate) async fn tag(request: Request, next: Next) -> Response {
    let is_read = request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if !is_read || response.status() != StatusCode::OK || !may_have(&response) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let limit = usize::try_from(TAGGED_BYTES_MAX).unwrap_or(usize::MAX);
    let bytes = match axum::body::to_bytes(body, limit).await {
        Ok(bytes) => bytes,
        // Its length was known and it lies in memory.
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let hash = Sha256::digest(&bytes);
    let hash = u128::from_be_bytes(hash[..16].try_into().expect("a hash of 32 bytes"));
    let tag = format!("W/\"{hash:032x}\"");
    let is_known = known.is_some_and(|it| names(&it, &tag));
    write(&mut head.headers, &tag);
    if !is_known {
        return Response::from_parts(head, Body::from(bytes));
    }
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(head, Body::empty())
}

fn may_have(response: &Response) -> bool {
    let headers = response.headers();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|it| it.starts_with("application/json"))
        && !headers.contains_key(header::ETAG)
        && response.body().size_hint().exact().is_some_and(|it| it <= TAGGED_BYTES_MAX)
}

/// What is one caller's is kept by nobody between, and asked for each time.
fn write(headers: &mut HeaderMap, tag: &str) {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    let keep = HeaderValue::from_static("private, no-cache");
    headers.entry(header::CACHE_CONTROL).or_insert(keep);
}

/// Whether `If-None-Match` names a tag. A proxy that packs answers may have made it strong.
fn names(header: &HeaderValue, tag: &str) -> bool {
    let plain = |it: &str| it.trim().trim_start_matches("W/").to_owned();
    let Ok(text) = header.to_str() else { return false };
    text.split(',').any(|it| it.trim() == "*" || plain(it) == plain(tag))
}
