//! The HTTP door: a request in, one verb of the engine, an answer out.
//!
//! Invariant: whatever lies behind the door of `/api` has a caller, and the caller a workspace.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod app;
mod audit;
mod cookies;
mod crossing;
mod days;
mod describe;
mod described;
mod dialect;
mod door;
mod ears;
mod envelope;
mod failure;
mod gate;
mod gateway;
mod health;
mod limits;
mod list;
mod maintenance;
pub mod metrics;
mod pace;
mod pages;
mod read;
mod remote;
mod router;
mod routes;
mod safety;
mod schema;
mod sockets;
mod tags;
mod tally;
#[cfg(test)]
mod tests;
mod visitor;
mod web;
mod webhooks;

pub(crate) use app::App;
pub use app::Options;
pub use describe::{openapi, workflow_schema};
pub use limits::{Rate, Rates, Shared};
pub use router::Api;
pub use web::WebFile;
