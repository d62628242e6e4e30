//! The built-in node types: one file and one word below for each, with its cases in `cases/`.
#![cfg_attr(test, allow(clippy::unwrap_used))]

#[cfg(test)]
mod tests;

sdk::catalog! {
    /// Every built-in node type.
    pub fn all -> sdk::NodeType {
        code_javascript
        flow_no_op
        placeholder
        trigger_manual
    }
}
