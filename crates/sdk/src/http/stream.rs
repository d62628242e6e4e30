//! Requests whose body and answer are handed on piece by piece, as they come, and connections that become others.

use bytes::Bytes;
use reqwest::{
    Body, Method,
    header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderValue, UPGRADE},
};
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use crate::http::{Call, Client, Failure, Feed, guard, write_headers};

/// A connection that speaks something else than HTTP now.
pub use reqwest::Upgraded as Wire;

/// An answer that has begun.
pub struct Begun {
    pub status: u16,
    /// Without those that say how it was packed, where it was unpacked.
    pub headers: HeaderMap,
    body: reqwest::Response,
    url: Url,
    read: u64,
    bytes_max: u64,
    /// It is under way until it is dropped.
    _place: OwnedSemaphorePermit,
}

impl Client {
    /// Sends a request and gives its answer when that begins, at most `call.options.timeout` later; where `feed` is
    /// its body, at most so long after the last piece of that. Redirects are answers like others. The answer has at
    /// most `bytes_max` bytes and no limit of time: who reads it stops.
    ///
    /// # Errors
    /// A [`Failure`] when there is no answer.
    pub async fn begin(
        &self,
        call: &Call,
        feed: Option<&Feed>,
        bytes_max: u64,
    ) -> Result<Begun, Failure> {
        let timeout = call.options.timeout;
        let late = async {
            match feed {
                Some(feed) => {
                    feed.restart();
                    feed.stalls(timeout).await;
                }
                None => tokio::time::sleep(timeout).await,
            }
        };
        tokio::select! {
            res = self.begun(call, feed, bytes_max) => res,
            () = late => Err(Failure::timeout(&call.url, timeout)),
        }
    }

    async fn begun(
        &self,
        call: &Call,
        feed: Option<&Feed>,
        bytes_max: u64,
    ) -> Result<Begun, Failure> {
        let places = self.inner.places.clone();
        let place = places.acquire_owned().await.expect("the places are never closed");
        let client = self.inner.clients.get(&call.options)?;
        guard::check_literal(&call.url, &self.inner.policy)?;
        let method = Method::from_bytes(call.method.as_bytes())
            .map_err(|_| Failure::invalid(format!("`{}` is no HTTP method", call.method)))?;
        let mut request = reqwest::Request::new(method, call.url.clone());
        write_headers(request.headers_mut(), call)?;
        if call.options.web_socket {
            request.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            request.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        }
        if let Some(feed) = feed {
            if let Some(len) = feed.len {
                request.headers_mut().insert(CONTENT_LENGTH, len.into());
            }
            *request.body_mut() = Some(Body::wrap_stream(feed.clone()));
        } else if !call.body.is_empty() {
            *request.body_mut() = Some(call.body.clone().into());
        }
        let mut body = client.execute(request).await.map_err(|it| Failure::of(it, &call.url))?;
        if body.content_length().is_some_and(|it| it > bytes_max) && call.method != "HEAD" {
            return Err(Failure::too_large(&call.url, bytes_max));
        }
        Ok(Begun {
            status: body.status().as_u16(),
            headers: std::mem::take(body.headers_mut()),
            body,
            url: call.url.clone(),
            read: 0,
            bytes_max,
            _place: place,
        })
    }
}

impl Begun {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// A [`Failure`] when the answer breaks off, or is longer than it may be.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, Failure> {
        let piece = self.body.chunk().await.map_err(|it| Failure::of(it, &self.url))?;
        self.read += piece.as_ref().map_or(0, |it| it.len() as u64);
        match self.read > self.bytes_max {
            true => Err(Failure::too_large(&self.url, self.bytes_max)),
            false => Ok(piece),
        }
    }

    /// The connection itself, where the service has agreed to speak WebSocket on it. It counts as a request under
    /// way no more: whoever holds it has a limit of its own.
    ///
    /// # Errors
    /// A [`Failure`] when it has not agreed.
    pub async fn wire(self) -> Result<Wire, Failure> {
        self.body.upgrade().await.map_err(|it| Failure::of(it, &self.url))
    }
}
