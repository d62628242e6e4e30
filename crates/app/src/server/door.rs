//! The listener: takes connections up to a limit, and lets them end when the server stops.
//!
//! It stands in the place of `axum::serve`, which knows no limit of connections, waits for ever for
//! the headers of a request, and cannot stop before the last live stream has ended.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, header},
    response::Response,
};
use futures::StreamExt;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::huge_pages;

/// How long a connection may be silent before the headers of its next request are complete.
const HEADERS_WAIT_MAX: Duration = Duration::from_secs(75);
/// How often a connection that speaks HTTP/2 is asked whether it lives.
const PING_EVERY: Duration = Duration::from_secs(30);
/// Pause when the system has no place for another connection.
const CROWDED: Duration = Duration::from_millis(100);

/// See the module.
pub(crate) struct Door {
    closing: CancellationToken,
    /// How many connections are open, once no more are taken.
    left: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Door {
    pub(crate) fn open(listener: TcpListener, router: Router, connections_max: usize) -> Door {
        let closing = CancellationToken::new();
        let (say, left) = watch::channel(usize::MAX);
        let task = tokio::spawn(take(listener, router, connections_max, closing.clone(), say));
        Door { closing, left, task }
    }

    /// Takes no more connections, ends live streams, and waits for the requests under way. Gives
    /// how many did not end in time; they go on until the door is dropped.
    pub(crate) async fn close(&mut self, wait_max: Duration) -> usize {
        self.closing.cancel();
        // It fails when the task has ended, and then nothing is left.
        let ended = timeout(wait_max, self.left.wait_for(|it| *it == 0)).await.is_ok();
        if ended { 0 } else { *self.left.borrow() }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(
    listener: TcpListener,
    router: Router,
    connections_max: usize,
    closing: CancellationToken,
    left: watch::Sender<usize>,
) {
    let places = Arc::new(Semaphore::new(connections_max));
    let graceful = GracefulShutdown::new();
    let speaks = speaks();
    let mut connections = JoinSet::new();
    let mut was_busy = false;
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await.expect("it is never closed");
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            () = closing.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            next = next => next,
        };
        let (stream, peer) = match accepted {
            Ok(it) => it,
            Err(error) => {
                // A caller that hung up meanwhile is nobody's fault; no free descriptor passes.
                tracing::debug!("a connection was not taken: {error}");
                sleep(CROWDED).await;
                continue;
            }
        };
        if !was_busy && connections.len() >= huge_pages::BUSY_CONNECTIONS {
            huge_pages::allow(true);
            was_busy = true;
        }
        // Small answers must not wait for more.
        let _ = stream.set_nodelay(true);
        let (router, closing) = (router.clone(), closing.clone());
        let service = service_fn(move |it| answer(router.clone(), peer, closing.clone(), it));
        let connection =
            speaks.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let watched = graceful.watch(connection);
        connections.spawn(async move {
            // A caller that breaks off is its own affair.
            let _ = watched.await;
            drop(place);
        });
    }
    drop(listener);
    let ending = graceful.shutdown();
    tokio::pin!(ending);
    left.send_replace(connections.len());
    while !connections.is_empty() {
        tokio::select! {
            () = &mut ending => break,
            _ = connections.join_next() => {}
        }
        left.send_replace(connections.len());
    }
    left.send_replace(0);
}

/// HTTP/1 and HTTP/2, whichever the caller begins with.
fn speaks() -> auto::Builder<TokioExecutor> {
    let mut res = auto::Builder::new(TokioExecutor::new());
    res.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WAIT_MAX);
    res.http2().timer(TokioTimer::new()).keep_alive_interval(PING_EVERY);
    res
}

async fn answer(
    mut router: Router,
    peer: SocketAddr,
    closing: CancellationToken,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let is_api = request.uri().path().starts_with("/api/");
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.call(request).await?;
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !is_api || kind.is_none_or(|it| !it.starts_with(b"text/event-stream")) {
        return Ok(response);
    }
    let until = closing.cancelled_owned();
    Ok(response.map(|it| Body::from_stream(it.into_data_stream().take_until(until))))
}
