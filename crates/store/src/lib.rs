//! Everything that outlives the process: two databases behind one set of rooms, and files.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod batch;
pub mod files;
