//! What the engine promises, each promise by itself, on both databases.
#![allow(clippy::unwrap_used)]

#[path = "promises/begins.rs"]
mod begins;
#[path = "promises/calls.rs"]
mod calls;
#[path = "promises/cancel.rs"]
mod cancel;
#[path = "promises/database.rs"]
mod database;
#[path = "promises/fairness.rs"]
mod fairness;
#[path = "promises/fencing.rs"]
mod fencing;
#[path = "promises/large.rs"]
mod large;
#[path = "promises/retry.rs"]
mod retry;
#[path = "promises/schedules.rs"]
mod schedules;
#[path = "promises/together.rs"]
mod together;
#[path = "promises/waits.rs"]
mod waits;
