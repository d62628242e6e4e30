//! How a plug-in says that it failed.

use std::time::Duration;

/// A step's failure. The engine branches on `retry`, never on the text.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct NodeError {
    pub retry: Retry,
    /// A sentence for the person who drew the workflow: the thing and the way out. No secrets.
    pub message: String,
    pub description: Option<String>,
    /// Index of the item that is to blame.
    pub item: Option<usize>,
    /// The status of an HTTP answer, where that was the failure.
    pub http_status: Option<u16>,
}

/// Whether another try may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    Never,
    Later,
    /// The service said when: not before this long (`Retry-After`).
    After(Duration),
    /// Not a failure: the engine itself interrupts the step (cancel, shutdown, lost lease, a
    /// question to a person). Plug-ins pass it on and never make one.
    Interrupted,
}

impl NodeError {
    pub fn never(message: impl Into<String>) -> NodeError {
        NodeError {
            retry: Retry::Never,
            message: message.into(),
            description: None,
            item: None,
            http_status: None,
        }
    }

    pub fn later(message: impl Into<String>) -> NodeError {
        NodeError { retry: Retry::Later, ..NodeError::never(message) }
    }

    pub fn interrupted() -> NodeError {
        NodeError { retry: Retry::Interrupted, ..NodeError::never("the step was interrupted") }
    }

    pub fn at(mut self, item: usize) -> NodeError {
        self.item.get_or_insert(item);
        self
    }

    pub fn described(mut self, description: impl Into<String>) -> NodeError {
        self.description = Some(description.into());
        self
    }

    pub fn is_interrupted(&self) -> bool {
        self.retry == Retry::Interrupted
    }
}

/// A page that could not be read back is the platform's fault and may pass.
impl From<String> for NodeError {
    fn from(message: String) -> NodeError {
        NodeError::later(message)
    }
}
