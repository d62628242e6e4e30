//! Why there was no answer, in words for the person who drew the workflow.

use std::{error::Error, time::Duration};

use url::Url;

use crate::{
    NodeError,
    http::{guard::Refused, shown},
};

/// A call that got no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub kind: FailureKind,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The request cannot be sent as it is written.
    Invalid,
    /// The address rules forbid it.
    Refused,
    /// No connection: the request certainly did not arrive.
    Connect,
    /// The connection broke midway: the request may have arrived.
    Broken,
    Timeout,
    /// The answer is longer than the limit.
    TooLarge,
}

impl Failure {
    pub fn invalid(message: impl Into<String>) -> Failure {
        Failure { kind: FailureKind::Invalid, message: message.into() }
    }

    pub(super) fn timeout(url: &Url, after: Duration) -> Failure {
        let message = format!("`{}` did not answer within {} ms", shown(url), after.as_millis());
        Failure { kind: FailureKind::Timeout, message }
    }

    pub(super) fn too_large(url: &Url, max: u64) -> Failure {
        let message = format!(
            "the answer of `{}` is longer than {max} bytes, the operator's limit",
            shown(url)
        );
        Failure { kind: FailureKind::TooLarge, message }
    }

    pub(super) fn of(error: reqwest::Error, url: &Url) -> Failure {
        if let Some(refused) = cause::<Refused>(&error) {
            return refused.clone().into();
        }
        let url = shown(url);
        let io = cause::<std::io::Error>(&error).map(std::io::Error::kind);
        let deepest = deepest(&error);
        let (kind, message) = if error.is_timeout() {
            (FailureKind::Timeout, format!("`{url}` could not be reached in time"))
        } else if error.is_connect() {
            let why = match io {
                Some(std::io::ErrorKind::ConnectionRefused) => {
                    "the service refused the connection; perhaps it is offline".to_owned()
                }
                _ if deepest.contains("lookup") || deepest.contains("resolve") => {
                    "its host name is not known; check the address".to_owned()
                }
                _ => format!("no connection could be made ({deepest})"),
            };
            (FailureKind::Connect, format!("`{url}`: {why}"))
        } else if error.is_builder() {
            (FailureKind::Invalid, format!("the request to `{url}` cannot be sent ({deepest})"))
        } else if error.is_decode() {
            (FailureKind::Broken, format!("the answer of `{url}` cannot be unpacked ({deepest})"))
        } else {
            (FailureKind::Broken, format!("the connection to `{url}` broke off ({deepest})"))
        };
        Failure { kind, message }
    }
}

impl From<Refused> for Failure {
    fn from(it: Refused) -> Failure {
        Failure { kind: FailureKind::Refused, message: it.0 }
    }
}

impl From<Failure> for NodeError {
    fn from(it: Failure) -> NodeError {
        match it.kind {
            FailureKind::Invalid | FailureKind::Refused | FailureKind::TooLarge => {
                NodeError::never(it.message)
            }
            FailureKind::Connect | FailureKind::Broken | FailureKind::Timeout => {
                NodeError::later(it.message)
            }
        }
    }
}

fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(it) = next {
        if let Some(found) = it.downcast_ref() {
            return Some(found);
        }
        next = it.source();
    }
    None
}

fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut it = error;
    while let Some(source) = it.source() {
        it = source;
    }
    it.to_string()
}
