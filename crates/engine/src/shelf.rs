//! Where steps find other workflows and credentials: the workspace's own.

use std::path::Path;

use model::{Value, workflow::Workflow};
use sdk::NodeError;

/// Largest workflow file that a step may call.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// A workflow that a step brings along, ours or n8n's.
pub(crate) fn document(value: &Value) -> Result<Workflow, NodeError> {
    let value = match value {
        Value::String(text) => Value::from_json(text)
            .map_err(|it| NodeError::never(format!("the workflow to call is no JSON: {it}")))?,
        other => other.clone(),
    };
    let mut read = formats::read_value(&value)
        .map_err(|it| NodeError::never(format!("the workflow to call cannot be read: {it}")))?;
    match read.len() {
        1 => Ok(read.remove(0).workflow),
        n => Err(NodeError::never(format!("the workflow to call is one of {n}; give only one"))),
    }
}

/// A workflow in a file of the folder that is open to workflows.
pub(crate) async fn file(folder: Option<&Path>, path: &str) -> Result<Workflow, NodeError> {
    let Some(folder) = folder else {
        return Err(NodeError::never(
            "no folder for files is open to workflows; start with --files DIR",
        ));
    };
    let path = crate::run::inside(folder, path).map_err(NodeError::never)?;
    let cannot = |it| NodeError::never(format!("`{}` cannot be read: {it}", path.display()));
    let size = tokio::fs::metadata(&path).await.map_err(cannot)?.len();
    if size > FILE_BYTES_MAX {
        return Err(NodeError::never(format!(
            "`{}` has {size} bytes, and a workflow has at most {FILE_BYTES_MAX}",
            path.display()
        )));
    }
    let text = tokio::fs::read_to_string(&path).await.map_err(cannot)?;
    document(&Value::from(text))
}
