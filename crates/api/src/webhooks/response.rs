//! What a workflow answers, as HTTP.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use engine::webhooks::{Answer, Pending};
use futures::{StreamExt, stream};
use model::{Code, Items, id::WorkspaceId};
use sdk::trigger::{self, ResponseBody};
use smol_str::SmolStr;

use crate::{App, failure::Failure};

/// What HTTP itself writes; a workflow cannot.
const OURS: &[HeaderName] = &[
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
];
/// Pages of workflows live on the same host as the interface, so they run apart from it: their
/// scripts reach nothing of its.
pub(crate) const APART: &str = "sandbox allow-downloads allow-forms allow-modals allow-pointer-lock allow-popups \
     allow-popups-to-escape-sandbox allow-presentation allow-scripts \
     allow-top-navigation-by-user-activation";

pub(super) async fn write_answer(app: &App, workspace: WorkspaceId, answer: Answer) -> Response {
    match answer {
        Answer::Whole(response) => write(app, workspace, response).await,
        Answer::Stream(head, rest) => stream_of(head, rest),
    }
}

pub(super) async fn write(app: &App, workspace: WorkspaceId, it: trigger::Response) -> Response {
    let (body, content_type) = match it.body {
        ResponseBody::Empty => (Body::empty(), None),
        ResponseBody::Json(value) => (Body::from(value.to_json()), Some(JSON.into())),
        ResponseBody::Text(text) => {
            (Body::from(text), Some(SmolStr::new_static("text/plain; charset=utf-8")))
        }
        ResponseBody::Bytes { bytes, content_type } => (Body::from(bytes), Some(content_type)),
        ResponseBody::Chunk(bytes) => (Body::from(bytes), None),
        ResponseBody::Items(items) => match items_as_json(&items) {
            Ok(text) => (Body::from(text), Some(JSON.into())),
            Err(why) => return Failure::of(Code::Internal, why).into_response(),
        },
        ResponseBody::File(file) => match app.bytes_of(workspace, &file).await {
            Ok(bytes) => (Body::from(bytes), Some(file.mime_type)),
            Err(why) => return Failure::of(Code::Internal, why.to_string()).into_response(),
        },
    };
    head(it.status, &it.headers, content_type, body)
}

const JSON: &str = "application/json; charset=utf-8";

fn head(
    status: u16,
    written: &[(SmolStr, String)],
    content_type: Option<SmolStr>,
    body: Body,
) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let all = response.headers_mut();
    // What axum thinks of a body counts less than what the workflow says.
    all.remove(header::CONTENT_TYPE);
    if let Some(it) = content_type.and_then(|it| HeaderValue::from_str(&it).ok()) {
        all.insert(header::CONTENT_TYPE, it);
    }
    let mut named = headers(written);
    for name in named.keys().cloned().collect::<Vec<_>>() {
        all.remove(name);
    }
    all.extend(std::mem::take(&mut named));
    let is_page = all
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.contains("html") || it.contains("svg") || it.contains("xml"));
    if is_page && !all.contains_key(header::CONTENT_SECURITY_POLICY) {
        all.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(APART));
    }
    response
}

/// Headers that a workflow names; what is no header is left out.
pub(super) fn headers(written: &[(SmolStr, String)]) -> HeaderMap {
    let mut res = HeaderMap::new();
    for (name, value) in written {
        let name = HeaderName::from_bytes(name.trim().as_bytes());
        let value = HeaderValue::from_bytes(value.trim().as_bytes());
        if let (Ok(name), Ok(value)) = (name, value)
            && !OURS.contains(&name)
        {
            res.append(name, value);
        }
    }
    res
}

fn items_as_json(items: &Items) -> Result<String, String> {
    let mut res = String::from("[");
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            res.push(',');
        }
        res.push_str(&item?.value().to_json());
    }
    res.push(']');
    Ok(res)
}

fn stream_of(first: trigger::Response, rest: Box<Pending>) -> Response {
    let piece = match first.body {
        ResponseBody::Chunk(piece) => piece,
        _ => Bytes::new(),
    };
    let rest = stream::unfold(rest, async |mut rest| rest.piece().await.map(|it| (it, rest)));
    let pieces =
        stream::once(async { piece }).chain(rest).map(Ok::<Bytes, std::convert::Infallible>);
    head(
        first.status,
        &first.headers,
        Some(SmolStr::new_static("text/plain; charset=utf-8")),
        Body::from_stream(pieces),
    )
}
