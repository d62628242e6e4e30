//! The product as people meet it: the real binary, its commands, its server, and what it refuses.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod doctor;
mod keys;
mod newcomer;
mod people;
mod refusals;
mod server;
mod together;
mod world;
