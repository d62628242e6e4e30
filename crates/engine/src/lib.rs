//! Runs workflows so that nothing that was accepted is lost and nothing that was done is done twice.
//!
//! `plan` compiles a version, `run` drives one execution, `worker` decides which run here, and the
//! other rooms are what people and triggers ask of the engine.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod alone;
pub mod bus;
mod callers;
pub mod credentials;
pub mod diff;
pub mod editors;
mod engine;
pub mod evaluate;
pub mod executions;
mod failure;
mod lanes;
mod origins;
mod patience;
pub mod plan;
mod plans;
pub mod relay;
pub mod replay;
mod requests;
mod resume;
mod routes;
mod run;
mod schedules;
pub mod sharing;
mod shelf;
pub mod spelling;
mod standing;
mod start;
pub mod trial;
mod versions;
pub mod webhooks;
mod worker;
pub mod workflows;

pub use callers::Reply;
pub use engine::{Actor, Engine, Options, Who};
pub use run::{End, Seen};

/// How many bytes of items one execution keeps in memory before pages leave it.
pub(crate) const MEMORY_BYTES_MAX: usize = 256 << 20;
