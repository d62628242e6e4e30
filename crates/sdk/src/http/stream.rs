//! Requests whose answer is handed on piece by piece, as it comes.

use bytes::Bytes;
use reqwest::{Method, header::HeaderMap};
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use crate::http::{Call, Client, Failure, guard, write_headers};

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
    /// Sends a request and gives its answer when that begins, at most `call.options.timeout` later. Redirects
    /// are answers like others. The body has at most `bytes_max` bytes and no limit of time: who reads it stops.
    ///
    /// # Errors
    /// A [`Failure`] when there is no answer.
    pub async fn begin(&self, call: &Call, bytes_max: u64) -> Result<Begun, Failure> {
        let timeout = call.options.timeout;
        match tokio::time::timeout(timeout, self.begun(call, bytes_max)).await {
            Ok(res) => res,
            Err(_) => Err(Failure::timeout(&call.url, timeout)),
        }
    }

    async fn begun(&self, call: &Call, bytes_max: u64) -> Result<Begun, Failure> {
        let places = self.inner.places.clone();
        let place = places.acquire_owned().await.expect("the places are never closed");
        let client = self.inner.clients.get(&call.options)?;
        guard::check_literal(&call.url, &self.inner.policy)?;
        let method = Method::from_bytes(call.method.as_bytes())
            .map_err(|_| Failure::invalid(format!("`{}` is no HTTP method", call.method)))?;
        let mut request = reqwest::Request::new(method, call.url.clone());
        write_headers(request.headers_mut(), call)?;
        if !call.body.is_empty() {
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
}
