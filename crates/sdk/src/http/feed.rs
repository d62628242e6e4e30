//! A body that goes out piece by piece, as it comes from somebody else.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::{Stream, stream::BoxStream};
use tokio::time::sleep;

/// See the module. A clone is the same body: what one has sent the other has not any more.
#[derive(Clone)]
pub struct Feed {
    /// How many bytes it has, where that is known.
    pub(super) len: Option<u64>,
    state: Arc<Mutex<State>>,
}

struct State {
    pieces: BoxStream<'static, io::Result<Bytes>>,
    has_begun: bool,
    /// Whoever gives the body is waited for, and not the service.
    waits_for_more: bool,
    /// Since when it is the service's turn.
    since: Instant,
}

impl Feed {
    pub fn new(len: Option<u64>, pieces: BoxStream<'static, io::Result<Bytes>>) -> Feed {
        let since = Instant::now();
        let state = State { pieces, has_begun: false, waits_for_more: false, since };
        Feed { len, state: Arc::new(Mutex::new(state)) }
    }

    /// Whether any of it was taken: then it cannot be sent again.
    pub fn has_begun(&self) -> bool {
        self.with(|it| it.has_begun)
    }

    /// The service's time begins anew.
    pub(super) fn restart(&self) {
        self.with(|it| it.since = Instant::now());
    }

    /// Ends when the service has neither taken more nor answered for so long. While the body itself does
    /// not come, that is not its fault.
    pub(super) async fn stalls(&self, timeout: Duration) {
        loop {
            let left = self.with(|it| match it.waits_for_more {
                true => timeout,
                false => timeout.saturating_sub(it.since.elapsed()),
            });
            if left.is_zero() {
                return;
            }
            sleep(left).await;
        }
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stream for Feed {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.with(|it| {
            it.has_begun = true;
            let next = it.pieces.as_mut().poll_next(cx);
            it.waits_for_more = next.is_pending();
            if next.is_ready() {
                it.since = Instant::now();
            }
            next
        })
    }
}
