//! The built-in node types: one file and one word below for each, with its cases in `cases/`.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod coerce;
mod conditions;
mod credentials;
mod fields;
mod file;
mod jwt;
mod moments;
mod names;
#[cfg(test)]
mod tests;

pub use credentials::all as credentials;

sdk::catalog! {
    /// Every built-in node type.
    pub fn all -> sdk::NodeType {
        code_javascript
        data_aggregate
        data_date_time
        data_filter
        data_limit
        data_set
        data_sort
        data_split_out
        debug_helper
        flow_if
        flow_loop
        flow_merge
        flow_no_op
        flow_stop
        flow_switch
        flow_wait
        http_request
        placeholder
        trigger_error
        trigger_manual
        trigger_schedule
        trigger_webhook
        trigger_workflow
        webhook_respond
        workflow_call
    }
}
