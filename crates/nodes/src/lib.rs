//! The built-in node types: one file and one word below for each, with its cases in `cases/`.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod coerce;
mod fields;
mod file;
mod jwt;
mod names;
#[cfg(test)]
mod tests;

sdk::catalog! {
    /// Every built-in node type.
    pub fn all -> sdk::NodeType {
        code_javascript
        data_aggregate
        data_set
        data_split_out
        flow_no_op
        placeholder
        trigger_manual
        trigger_webhook
        webhook_respond
    }
}
