//! A live stream of the server's events.

use reqwest::Response;
use serde_json::Value;

use crate::failure::{Failure, Outcome};

/// Longest event; a longer one is none of ours.
const EVENT_BYTES_MAX: usize = 1 << 20;

/// Server-sent events, one after the other.
pub(crate) struct Events {
    response: Response,
    unread: Vec<u8>,
}

impl Events {
    pub(super) fn new(response: Response) -> Events {
        Events { response, unread: vec![] }
    }

    /// The next event's data; `None` when the server ends the stream.
    pub(crate) async fn next(&mut self) -> Outcome<Option<Value>> {
        loop {
            if let Some(event) = self.take() {
                match event {
                    Some(data) => return Ok(Some(data)),
                    None => continue,
                }
            }
            if self.unread.len() > EVENT_BYTES_MAX {
                return Err(Failure::unreachable("the server sends an event without an end"));
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.unread.extend_from_slice(&bytes),
                Ok(None) => return Ok(None),
                Err(_) => return Err(Failure::unreachable("the server broke the events off")),
            }
        }
    }

    /// Takes a whole event off what was read; one without data is a sign of life.
    fn take(&mut self) -> Option<Option<Value>> {
        let end = self.unread.windows(2).position(|it| it == b"\n\n")?;
        let event: Vec<u8> = self.unread.drain(..end + 2).collect();
        let text = String::from_utf8_lossy(&event);
        let data = text.lines().find_map(|it| it.strip_prefix("data:"));
        Some(data.and_then(|it| serde_json::from_str(it.trim()).ok()))
    }
}
