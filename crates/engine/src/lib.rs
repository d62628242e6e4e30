//! Runs workflows so that nothing that was accepted is lost and nothing that was done is done twice.
//!
//! `plan` compiles a version, `run` drives one execution, the journal makes it durable.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod alone;
pub mod bus;
mod callers;
pub mod plan;
mod run;
mod shelf;
pub mod spelling;
mod start;

/// How many bytes of items one execution keeps in memory before pages leave it.
pub(crate) const MEMORY_BYTES_MAX: usize = 256 << 20;

pub use callers::Reply;
pub use run::{End, Seen};
