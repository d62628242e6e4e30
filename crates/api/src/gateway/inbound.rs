//! The body of a request on its way to a service: handed on as it comes, or read whole where something has to see it.

use std::{
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::Bytes;
use futures::{StreamExt, stream};
use model::{Code, Fault};
use sdk::http::Feed;
use tokio::time::timeout;

use crate::{failure::Failure, read};

/// Longest time for a body that is read whole, and between two pieces of one that is handed on.
const BODY_WAIT_MAX: Duration = Duration::from_secs(60);
/// What may be waited for all pieces together: so long, and longer for what is larger.
const BODY_TIME_MAX: Duration = Duration::from_secs(3600);
const BYTES_PER_SECOND_MIN: u64 = 16 << 10;
/// Largest body that is read whole.
const WHOLE_BYTES_MAX: usize = 16 << 20;
/// Up to here a body is kept, so that it can be sent again.
const KEPT_BYTES_MAX: u64 = 64 << 10;

/// A body that goes on as it comes.
pub(super) struct Fed {
    pub(super) feed: Feed,
    broke: Arc<Mutex<Option<Failure>>>,
}

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
        let broke = Arc::new(Mutex::new(None));
        let source =
            Source { pieces: body.into_data_stream(), sent: 0, waited: Duration::ZERO, bytes_max };
        let start = (source, broke.clone());
        let pieces =
            stream::try_unfold(start, async |(mut source, broke)| match source.next().await {
                Ok(piece) => Ok(piece.map(|it| (it, (source, broke)))),
                Err(why) => {
                    *broke.lock().expect("a plain value") = Some(why);
                    Err(io::Error::other("the body broke off"))
                }
            });
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
}

impl Source {
    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let earned = BODY_WAIT_MAX + Duration::from_secs(self.sent / BYTES_PER_SECOND_MIN);
        let wait = BODY_WAIT_MAX.min(earned.min(BODY_TIME_MAX).saturating_sub(self.waited));
        let began = Instant::now();
        let next = timeout(wait, self.pieces.next()).await.map_err(|_| late())?;
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
/// [`Code::BodyTooLarge`], [`Code::Timeout`], [`Code::InvalidRequest`] for one that breaks off.
pub(super) async fn whole(body: Body, bytes_max: u64) -> Result<Bytes, Failure> {
    let bytes_max = usize::try_from(bytes_max).unwrap_or(WHOLE_BYTES_MAX).min(WHOLE_BYTES_MAX);
    let read = timeout(BODY_WAIT_MAX, read::bytes_of(body, bytes_max)).await;
    read.map_err(|_| late())?
}

fn too_large(bytes_max: u64) -> Failure {
    Failure::of(Code::BodyTooLarge, format!("the body is larger than {bytes_max} bytes"))
}

fn late() -> Failure {
    let seconds = BODY_WAIT_MAX.as_secs();
    let message = format!(
        "the body came too slowly: it may pause for {seconds} seconds, and come with {BYTES_PER_SECOND_MIN} bytes a second"
    );
    Failure::of(Code::Timeout, message)
}
