//! The body of a request on its way to a service: handed on as it comes, or read whole where something has to see it.

use std::{
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use model::{Code, Fault};
use sdk::http::Feed;
use tokio::time::timeout;

use crate::{
    failure::Failure,
    pace::{PACE, Pace, WHOLE},
    read,
};

/// Largest body that is read whole.
const WHOLE_BYTES_MAX: usize = 16 << 20;
/// Up to here a body is kept, so that it can be sent again.
const KEPT_BYTES_MAX: u64 = 64 << 10;

/// A body that goes on as it comes.
pub(super) struct Fed {
    pub(super) feed: Feed,
    broke: Broke,
}

/// What a body failed of.
type Broke = Arc<Mutex<Option<Failure>>>;

impl Fed {
    /// Hands on at most so many bytes.
    ///
    /// # Errors
    /// [`Code::BodyTooLarge`] where that is known before.
    pub(super) fn of(body: Body, bytes_max: u64) -> Result<Fed, Failure> {
        let (len, least) = (body.size_hint().exact(), body.size_hint().lower());
        if least > bytes_max {
            return Err(too_large(bytes_max));
        }
        let broke = Broke::default();
        let pieces = Source::of(body, bytes_max, PACE).pieces(broke.clone());
        Ok(Fed { feed: Feed::new(len, pieces.boxed()), broke })
    }

    /// What the caller's body failed of, if it did: that is nothing to blame the service for.
    pub(super) fn trouble(&self) -> Option<Failure> {
        self.broke.lock().expect("a plain value").take()
    }
}

/// A caller's body, piece by piece.
struct Source {
    pieces: BodyDataStream,
    sent: u64,
    /// For the caller, and not for the service.
    waited: Duration,
    bytes_max: u64,
    pace: Pace,
}

impl Source {
    fn of(body: Body, bytes_max: u64, pace: Pace) -> Source {
        let pieces = body.into_data_stream();
        Source { pieces, sent: 0, waited: Duration::ZERO, bytes_max, pace }
    }

    fn pieces(self, broke: Broke) -> impl Stream<Item = io::Result<Bytes>> {
        stream::try_unfold((self, broke), async |(mut source, broke)| match source.next().await {
            Ok(piece) => Ok(piece.map(|it| (it, (source, broke)))),
            Err(why) => {
                *broke.lock().expect("a plain value") = Some(why);
                Err(io::Error::other("the body broke off"))
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let wait = self.pace.wait(self.sent, self.waited);
        let began = Instant::now();
        let next = timeout(wait, self.pieces.next()).await.map_err(|_| self.pace.late())?;
        self.waited += began.elapsed();
        let Some(piece) = next else { return Ok(None) };
        let piece = piece.map_err(|_| Fault::invalid("the body ended before it was whole"))?;
        self.sent += piece.len() as u64;
        match self.sent > self.bytes_max {
            true => Err(too_large(self.bytes_max)),
            false => Ok(Some(piece)),
        }
    }
}

/// Whether a body is read first although nothing has to see it: what may be sent again has to be there, and one
/// of a `GET` needs its length.
pub(super) fn is_kept(method: &str, retries: u32, body: &Body) -> bool {
    let is_small = body.size_hint().exact().is_some_and(|it| it <= KEPT_BYTES_MAX);
    match method {
        "GET" | "HEAD" => true,
        "OPTIONS" | "PUT" | "DELETE" => is_small && retries > 0,
        _ => false,
    }
}

/// Whether there is none at all.
pub(super) fn is_none(body: &Body) -> bool {
    body.is_end_stream() || body.size_hint().exact() == Some(0)
}

/// The whole body, of at most so many bytes.
///
/// # Errors
/// [`Code::BodyTooLarge`], [`Code::BodyTooSlow`], [`Code::InvalidRequest`] for one that breaks off.
pub(super) async fn whole(body: Body, bytes_max: u64) -> Result<Bytes, Failure> {
    let bytes_max = usize::try_from(bytes_max).unwrap_or(WHOLE_BYTES_MAX).min(WHOLE_BYTES_MAX);
    read::bytes_of(body, bytes_max, &WHOLE).await
}

fn too_large(bytes_max: u64) -> Failure {
    Failure::of(Code::BodyTooLarge, format!("the body is larger than {bytes_max} bytes"))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    /// Hands a body on at a pace that a test can wait for. Gives what came, and the code of what it failed of.
    async fn fed(body: Body) -> (usize, Option<&'static str>) {
        let pause_max = Duration::from_millis(50);
        let pace = Pace { pause_max, time_max: pause_max, ..PACE };
        let broke = Broke::default();
        let mut pieces = pin!(Source::of(body, 1 << 20, pace).pieces(broke.clone()));
        let mut n = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            n += piece.len();
        }
        let why = broke.lock().unwrap().take();
        (n, why.map(|it| it.code().as_str()))
    }

    #[tokio::test]
    async fn a_body_that_comes_too_slowly_is_the_callers_fault() {
        let piece = || Ok::<_, io::Error>(Bytes::from_static(b"a piece"));
        let all_at_once = stream::iter([piece(), piece()]);
        assert_eq!(fed(Body::from_stream(all_at_once)).await, (14, None));
        let stops = stream::iter([piece()]).chain(stream::pending());
        assert_eq!(fed(Body::from_stream(stops)).await, (7, Some("body_too_slow")));
        // No pause is too long, but all of them together are.
        let drips = stream::repeat_with(piece).then(async |piece| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            piece
        });
        assert_eq!(fed(Body::from_stream(drips)).await.1, Some("body_too_slow"));
    }
}
