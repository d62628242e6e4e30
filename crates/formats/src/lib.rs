//! Workflow files in: our own format and other people's, each with an honest report.
//!
//! Pure: text in, documents out. Nothing here runs a workflow or knows a node's behaviour.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod n8n;
mod native;
mod report;
#[cfg(test)]
mod tests;

use model::{Value, workflow::Workflow};
use smol_str::SmolStr;

pub use native::{schema, write};
pub use report::{Approximated, Report, Unsupported, Wanted};

/// Longest document that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 << 20;
/// Most workflows in one file.
pub const WORKFLOWS_MAX: usize = 10_000;

/// One workflow of a file.
#[derive(Clone, Debug)]
pub struct Imported {
    pub workflow: Workflow,
    pub report: Report,
    /// The id that it had where it comes from; other workflows call it by this.
    pub external_id: Option<SmolStr>,
    /// It was switched on where it comes from.
    pub active: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    #[error("the file is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("the file holds no workflow: an object with `nodes` is needed, native or from n8n")]
    Unknown,
    #[error("the native document has a fault: {0}")]
    Native(String),
    #[error("the document has format {0}, and this version reads up to {max}; update Tailorbird", max = model::workflow::FORMAT)]
    Newer(u64),
    #[error("the file holds {count} {things}, and at most {max} are read")]
    TooMany { things: &'static str, count: usize, max: usize },
}

/// Reads a file of workflows, whatever its format.
///
/// # Errors
/// When it is no JSON, holds no workflow, or is larger than we read. Anything odd inside a
/// workflow is in its report instead.
pub fn read(text: &str) -> Result<Vec<Imported>, FormatError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(FormatError::TooMany {
            things: "bytes",
            count: text.len(),
            max: TEXT_BYTES_MAX,
        });
    }
    read_value(&Value::from_json(text.trim_start_matches('\u{feff}'))?)
}

/// The same, for a document that was parsed already.
pub fn read_value(value: &Value) -> Result<Vec<Imported>, FormatError> {
    let documents: Vec<&Value> = match value {
        Value::Array(it) => it.iter().collect(),
        other => vec![other],
    };
    if documents.is_empty() {
        return Err(FormatError::Unknown);
    }
    if documents.len() > WORKFLOWS_MAX {
        let (things, count) = ("workflows", documents.len());
        return Err(FormatError::TooMany { things, count, max: WORKFLOWS_MAX });
    }
    documents.into_iter().map(read_one).collect()
}

fn read_one(document: &Value) -> Result<Imported, FormatError> {
    let mut document = document;
    // The gallery wraps once or twice.
    for _ in 0..3 {
        if document.get("nodes").is_some() {
            break;
        }
        document = document
            .get("workflow")
            .or_else(|| document.get("data"))
            .ok_or(FormatError::Unknown)?;
    }
    match document.get("nodes") {
        Some(Value::Array(_)) if document.get("format").is_some() => native::read(document),
        Some(Value::Array(_)) => n8n::read(document),
        _ => Err(FormatError::Unknown),
    }
}
