//! n8n's exports, of every version and wrapping, to our own shapes.
//!
//! All of n8n's warts end here: defaults that exports leave out, five shapes of one node, versions
//! written as text. A node type that is mapped is one file in `n8n/` and one word below.

mod conditions;
mod connections;
mod defaults;
mod envelope;
mod node;
mod originals;
mod ports;
// The node types that read with the rest of these arrive one by one.
#[allow(dead_code)]
mod source;

use source::{MapFn, Source, Target};

pub(crate) use envelope::read;

macro_rules! mappers {
    ($($module:ident)*) => {
        $(mod $module;)*

        /// Type names (without `n8n-nodes-base.`) and how they are mapped.
        const MAPPERS: &[(&[&str], MapFn)] = &[$(($module::TYPES, $module::map)),*];
    };
}

mappers! {
    aggregate
    code
    date_time
    debug_helper
    error_trigger
    execute_workflow
    filter
    http_request
    if_
    item_lists
    limit
    manual_trigger
    merge
    no_op
    respond_to_webhook
    schedule
    set
    sort
    split_in_batches
    split_out
    stop_and_error
    switch
    wait
    webhook
}

/// The mapper of a type such as `n8n-nodes-base.set`.
fn mapper(node_type: &str) -> Option<MapFn> {
    let short = node_type.strip_prefix("n8n-nodes-base.").unwrap_or(node_type);
    MAPPERS.iter().find(|(types, _)| types.contains(&short)).map(|(_, map)| *map)
}

/// Maps one node: `Err` says why it stays a placeholder.
fn convert(source: &Source) -> Result<Target, String> {
    match mapper(&source.node_type) {
        Some(map) => map(source),
        None => Err("there is no node type for it yet".into()),
    }
}
