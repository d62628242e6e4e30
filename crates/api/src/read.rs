//! What a request says, parsed at the door: path, query and body, each fault as ours.

use std::time::{Duration, Instant};

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::PathRejection},
    http::request::Parts,
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use model::{
    Code, Fault,
    id::{CredentialId, ExecutionId, NotAnId, RouteId, VariableId, VersionId, WaitId, WorkflowId},
};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::{
    failure::Failure,
    pace::{IN_TIME, Pace},
};

/// Largest body of a request that carries a document.
pub(crate) const BODY_BYTES_MAX: usize = 16 << 20;

/// The values of a path.
pub(crate) struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<At<T>, Failure> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(it)) => Ok(At(it)),
            Err(odd) => Err(misplaced(odd)),
        }
    }
}

/// What a path says that leads nowhere. A text that is no id is told as the id of something that is not there.
fn misplaced(odd: PathRejection) -> Failure {
    use axum::extract::path::ErrorKind;

    let invalid = |message: String| Failure::of(Code::InvalidRequest, message);
    let PathRejection::FailedToDeserializePathParams(odd) = odd else {
        return invalid(format!("the path: {}", odd.body_text()));
    };
    match odd.into_kind() {
        ErrorKind::DeserializeError { message, .. } | ErrorKind::Message(message) => {
            match NotAnId::noun_in(&message) {
                Some(noun) => Failure::of(absent(noun), message),
                None => invalid(format!("the path: {message}")),
            }
        }
        ErrorKind::ParseErrorAtKey { value, .. }
        | ErrorKind::ParseErrorAtIndex { value, .. }
        | ErrorKind::ParseError { value, .. } => {
            invalid(format!("the path: a number is needed in the place of `{value}`"))
        }
        other => invalid(format!("the path: {other}")),
    }
}

/// The code of what is not there.
fn absent(noun: &str) -> Code {
    match noun {
        WorkflowId::NOUN => Code::WorkflowNotFound,
        VersionId::NOUN => Code::VersionNotFound,
        ExecutionId::NOUN => Code::ExecutionNotFound,
        CredentialId::NOUN => Code::CredentialNotFound,
        VariableId::NOUN => Code::VariableNotFound,
        RouteId::NOUN => Code::RouteNotFound,
        WaitId::NOUN => Code::WaitNotFound,
        _ => Code::NotFound,
    }
}

/// The values of a query.
pub(crate) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked<T>, Failure> {
        let Query(it) = Query::<T>::try_from_uri(&parts.uri).map_err(|it| {
            Failure::of(Code::InvalidRequest, format!("the query: {}", it.body_text()))
        })?;
        Ok(Asked(it))
    }
}

/// A JSON body. No body at all is an empty object.
pub(crate) struct Given<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Given<T>, Failure> {
        let bytes = bytes_of(request.into_body(), BODY_BYTES_MAX, &IN_TIME).await?;
        parse(&bytes).map(Given)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let bytes: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes)
        .map_err(|it| Fault::invalid(format!("the body cannot be read: {it}")).into())
}

/// A whole body, up to a limit and no slower than may be. One that came in one piece is not copied.
pub(crate) async fn bytes_of(body: Body, bytes_max: usize, pace: &Pace) -> Result<Bytes, Failure> {
    let too_large = || {
        let message = format!("the body is larger than {bytes_max} bytes");
        Failure::of(Code::BodyTooLarge, message)
    };
    if body.size_hint().lower() > bytes_max as u64 {
        return Err(too_large());
    }
    let mut pieces = body.into_data_stream();
    let mut whole = BytesMut::new();
    let mut only = Bytes::new();
    let mut waited = Duration::ZERO;
    loop {
        let wait = pace.wait((only.len() + whole.len()) as u64, waited);
        let began = Instant::now();
        let next = timeout(wait, pieces.next()).await.map_err(|_| pace.late())?;
        waited += began.elapsed();
        let Some(piece) = next else { break };
        let piece = piece.map_err(|_| Fault::invalid("the body ended before it was whole"))?;
        if only.len() + whole.len() + piece.len() > bytes_max {
            return Err(too_large());
        }
        if only.is_empty() && whole.is_empty() {
            only = piece;
            continue;
        }
        whole.extend_from_slice(&std::mem::take(&mut only));
        whole.extend_from_slice(&piece);
    }
    Ok(if whole.is_empty() { only } else { whole.freeze() })
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn a_body_that_comes_too_slowly_is_not_waited_for() {
        let pause_max = Duration::from_millis(50);
        let pace = Pace { pause_max, time_max: pause_max, ..IN_TIME };
        let read = async |body| bytes_of(body, 100, &pace).await.map_err(|it| it.code().as_str());
        let piece = || Ok::<_, std::io::Error>(Bytes::from_static(b"a piece"));
        let all_at_once = Body::from_stream(stream::iter([piece(), piece()]));
        assert_eq!(read(all_at_once).await.as_deref(), Ok(&b"a piecea piece"[..]));
        let stops = Body::from_stream(stream::iter([piece()]).chain(stream::pending()));
        assert_eq!(read(stops).await, Err("body_too_slow"));
        let nothing = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read(nothing).await, Err("body_too_slow"));
        assert_eq!(Code::BodyTooSlow.status(), 408);
    }
}
