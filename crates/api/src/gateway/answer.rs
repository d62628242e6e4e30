//! The answer of a service on its way to the caller.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures::stream;
use model::{Code, gateway::Rules};
use sdk::http::Begun;

use super::{places::Place, request, rules};
use crate::{App, cookies, failure::Failure, webhooks};

/// Longest time between two pieces of an answer.
const PIECE_WAIT_MAX: Duration = Duration::from_secs(300);
/// What a service says to browsers about the host that it thinks it is: here it is ours. Who of another origin may
/// read is said by the workspace.
const NOT_OURS: [&str; 10] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "alt-svc",
    "clear-site-data",
    "service-worker-allowed",
    "strict-transport-security",
];

/// Writes an answer to what came to an address with this prefix, with the rules of its route, and holds its place until all of it is out.
pub(super) async fn write(
    app: &App,
    mut begun: Begun,
    rules: &Rules,
    is_head: bool,
    prefix: &str,
    place: Place,
) -> Result<Response, Failure> {
    let status = StatusCode::from_u16(begun.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut headers = std::mem::take(&mut begun.headers);
    clean(app, rules, prefix, &mut headers);
    let is_packed = headers.contains_key(header::CONTENT_ENCODING);
    let changes = !rules.fields.is_empty() && rules::is_json(&headers) && !is_packed && !is_head;
    let body = match changes {
        true => {
            headers.remove(header::CONTENT_LENGTH);
            Body::from(changed(rules, begun).await?)
        }
        false if is_head => Body::empty(),
        false => streamed(begun, place),
    };
    shelter(&mut headers);
    let mut response = (status, body).into_response();
    *response.headers_mut() = headers;
    Ok(response)
}

/// What is not for the caller goes, and the rules of the route change what is left.
pub(super) fn clean(app: &App, rules: &Rules, prefix: &str, headers: &mut HeaderMap) {
    request::strip_hops(headers);
    for name in NOT_OURS {
        headers.remove(name);
    }
    rules::change_headers(rules, headers);
    // Cookies of a service go to the services of its workspace.
    cookies::keep_in(app.engine().base_url(), prefix, headers);
}

/// The whole body after its rules.
async fn changed(rules: &Rules, mut begun: Begun) -> Result<Bytes, Failure> {
    let failed = |why: String| {
        tracing::info!("the answer of a service cannot be changed by a rule: {why}");
        let message = "the answer of the service cannot be changed by a rule of this route";
        Failure::of(Code::UpstreamFailed, message)
    };
    let mut whole = BytesMut::new();
    let read = async {
        while let Some(piece) = begun.piece().await.map_err(|it| it.message)? {
            if whole.len() + piece.len() > rules::JSON_BYTES_MAX {
                return Err(format!("it has more than {} bytes", rules::JSON_BYTES_MAX));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(())
    };
    let end = tokio::time::timeout(PIECE_WAIT_MAX, read).await;
    end.map_err(|_| failed("it does not end".to_owned()))?.map_err(failed)?;
    if whole.is_empty() {
        return Ok(Bytes::new());
    }
    rules::changed(rules, &whole).map_err(failed)
}

/// Hands on each piece as it comes. What breaks off breaks off for the caller too.
fn streamed(begun: Begun, place: Place) -> Body {
    let pieces = stream::unfold(Some((begun, place)), async |held| {
        let (mut begun, place) = held?;
        let late = || std::io::Error::from(std::io::ErrorKind::TimedOut);
        match tokio::time::timeout(PIECE_WAIT_MAX, begun.piece()).await {
            Ok(Ok(Some(piece))) => Some((Ok(piece), Some((begun, place)))),
            Ok(Ok(None)) => None,
            Ok(Err(failure)) => {
                tracing::info!("the answer of a service broke off: {failure}");
                Some((Err(std::io::Error::other(failure.message)), None))
            }
            Err(_) => Some((Err(late()), None)),
        }
    });
    Body::from_stream(pieces)
}

/// Pages of others stand under our host: their scripts reach nothing of its.
fn shelter(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.append(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(webhooks::APART));
}
