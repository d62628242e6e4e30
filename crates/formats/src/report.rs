//! What became of each node of an imported file.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// How well a workflow could be brought over.
///
/// Every node of the file is counted once: it is converted, approximated or unsupported.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub nodes: usize,
    /// Means the same as before.
    pub converted: usize,
    /// Runs, but not in every detail as before.
    pub approximated: Vec<Approximated>,
    pub needs_credential: Vec<Wanted>,
    /// Kept with all its parameters; fails when it is run.
    pub unsupported: Vec<Unsupported>,
    /// Oddities of the file as a whole, such as a connection to a node that is not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Approximated {
    pub node: SmolStr,
    /// The type as the file names it.
    #[serde(rename = "type")]
    pub node_type: SmolStr,
    pub why: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Unsupported {
    pub node: SmolStr,
    #[serde(rename = "type")]
    pub node_type: SmolStr,
    pub why: String,
}

/// A credential that a node used where it comes from; secrets are never in a file.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Wanted {
    pub node: SmolStr,
    #[serde(rename = "type")]
    pub node_type: SmolStr,
    /// Credential type, such as `httpHeaderAuth`.
    pub credential: SmolStr,
    pub name: SmolStr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<SmolStr>,
}
