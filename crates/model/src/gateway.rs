//! Routes of a gateway: what happens to requests of a path on the way in, and to their answers.

mod faults;
mod pattern;
mod rules;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use faults::{
    ANSWER_BYTES_MAX, BODY_BYTES_MAX, METHODS, NAME_CHARS_MAX, RETRIES_MAX, RULES_MAX,
    TEXT_CHARS_MAX, TIMEOUT_MS_MAX,
};
pub use pattern::{NotAPattern, Pattern, Taken};
pub use rules::{FieldRule, HeaderRule, Rules, TooMuch};

use crate::{Rate, id::CredentialId};

/// A path, and what counts for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    pub name: SmolStr,
    pub path: Pattern,
    /// None is all.
    pub methods: Vec<SmolStr>,
    pub enabled: bool,
    pub limits: Limits,
    /// What happens to requests.
    pub request: Rules,
    /// What happens to answers.
    pub response: Rules,
    /// Where requests go on; absent is a webhook's path.
    pub upstream: Option<Upstream>,
}

/// How often a route may be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// By one caller.
    pub caller: Option<Rate>,
    /// By all of them together.
    pub together: Option<Rate>,
}

/// A service that requests go on to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upstream {
    /// `{name}` stands for a part of the path; what `*` took comes behind it.
    pub url: String,
    pub access: Access,
    /// What signs requests.
    pub credential: Option<CredentialId>,
    /// Until the answer begins.
    pub timeout_ms: u32,
    pub body_bytes_max: u32,
    pub answer_bytes_max: u64,
    /// How often what may be done twice is tried again.
    pub retries: u32,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// Who has a key of the workspace, or is in it.
    Key,
    Everybody,
}

impl Route {
    /// Whether it takes a method.
    pub fn takes(&self, method: &str) -> bool {
        // What answers GET answers HEAD too.
        let asked = if method == "HEAD" { "GET" } else { method };
        self.methods.is_empty() || self.methods.iter().any(|it| it == asked || it == method)
    }

    /// Whether both would take the same requests: nobody could tell which one counts.
    pub fn collides(&self, other: &Route) -> bool {
        let both = self.methods.iter().any(|it| other.methods.contains(it));
        self.upstream.is_some() == other.upstream.is_some()
            && self.path.has_shape_of(&other.path)
            && self.methods.is_empty() == other.methods.is_empty()
            && (both || self.methods.is_empty())
    }
}

/// The narrowest first: a word before a name, a name before `*`, some methods before all.
pub fn sort<T>(all: &mut [T], route: impl Fn(&T) -> &Route) {
    all.sort_by_cached_key(|it| {
        let it = route(it);
        (it.path.width(), it.methods.is_empty())
    });
}
