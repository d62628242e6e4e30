//! What can go wrong in an expression or a script, as its author sees it.

/// Why an evaluation gave no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The text is no JavaScript.
    Syntax,
    /// The script threw; an expression is then undefined, as n8n has it.
    Thrown,
    /// A name or an extension method refused, in a way that even expressions show.
    Shown,
    /// It ran longer than it may.
    TimeLimit,
    /// Nobody waits for it any more: see [`World::is_stopped`](crate::World::is_stopped).
    Stopped,
    /// It asked for more memory than it may.
    MemoryLimit,
    /// It called itself too deep.
    StackLimit,
    /// It reached for something that the sandbox keeps closed.
    Blocked,
}

/// An evaluation that failed: a kind to branch on, a sentence to show.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub kind: Kind,
    pub message: String,
    /// The line of the script, from 1, where it is known.
    pub line: Option<u32>,
}

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), line: None }
    }

    /// What would help beyond what the message says.
    pub fn advice(&self) -> Option<&'static str> {
        let name = self.message.strip_suffix(" is not defined")?;
        matches!(name, "URL" | "URLSearchParams" | "crypto")
            .then_some("scripts know `URL`, `URLSearchParams` and `crypto` where the server runs with `--script-extras`")
    }

    pub(crate) fn blocked(name: &str) -> Error {
        Error::new(Kind::Blocked, format!("Cannot access \"{name}\" due to security concerns"))
    }

    /// Whether it shows where an expression's other mistakes are undefined.
    pub(crate) fn shows(&self) -> bool {
        !matches!(self.kind, Kind::Thrown | Kind::StackLimit)
    }
}
