//! What is wrong at a place of a document or a form: a kind to branch on, a sentence to show.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Such as `nodes.Send.url`.
    pub path: String,
    pub kind: Kind,
    /// What it is about: the title of a field, or a name.
    pub subject: String,
    /// What would do: values, or a range; empty when the kind says it.
    pub allowed: String,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A field has no value.
    Needed,
    NotANumber,
    NotABoolean,
    NotAList,
    NotAnObject,
    /// A number is too small or too large.
    OutOfRange,
    /// A value is none of those that there are.
    NotAnOption,
    /// A name is empty or too long.
    Name,
    /// Two nodes are called the same.
    NameTaken,
    TooManyNodes,
    TimeZone,
    Priority,
    Tries,
    /// A connection names a node that is not there.
    NodeAbsent,
    NodeTypeUnknown,
    /// An expression is no JavaScript.
    Expression,
    /// A trigger cannot listen like this.
    Trigger,
    /// The document cannot be read.
    Unreadable,
}

impl Flaw {
    pub fn new(
        path: impl Into<String>,
        kind: Kind,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Flaw {
        let (path, subject, message) = (path.into(), subject.into(), message.into());
        Flaw { path, kind, subject, allowed: String::new(), message }
    }

    /// Says what would do.
    #[must_use]
    pub fn allowing(mut self, allowed: impl Into<String>) -> Flaw {
        self.allowed = allowed.into();
        self
    }

    /// The same below another place.
    #[must_use]
    pub fn below(mut self, place: &str) -> Flaw {
        self.path = format!("{place}.{}", self.path);
        self
    }
}
