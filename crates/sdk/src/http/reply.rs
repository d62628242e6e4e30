//! An answer to a request.

use std::borrow::Cow;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use url::Url;

/// An answer, its body read to the end.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    /// Such as `Not Found`; empty for an unknown status.
    pub reason: &'static str,
    pub(super) headers: HeaderMap,
    pub body: Bytes,
    /// The address that answered, after redirects.
    pub url: Url,
}

impl Reply {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Names in lower case, in the order in which they came; bytes that are no text are replaced.
    pub fn headers(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
    }

    /// The body as text, in the charset that a mark at its start or the header names; UTF-8 when
    /// neither does. Bytes that do not fit are replaced.
    pub fn text(&self) -> String {
        let charset = self
            .header("content-type")
            .and_then(|it| it.split(';').skip(1).find_map(|it| charset_in(it.trim())))
            .and_then(|it| encoding_rs::Encoding::for_label(it.as_bytes()));
        charset.unwrap_or(encoding_rs::UTF_8).decode(&self.body).0.into_owned()
    }

    /// The media type without its parameters, in lower case; empty when none was named.
    pub fn media_type(&self) -> String {
        let text = self.header("content-type").unwrap_or("");
        text.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }
}

fn charset_in(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
}
