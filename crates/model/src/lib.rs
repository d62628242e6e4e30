//! The nouns of Tailorbird. Pure: no input, no output, no clock, no chance.
//!
//! Every other crate may use this one; this one uses none of ours.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod code;
pub mod codec;
pub mod credit;
pub mod execution;
pub mod flaw;
pub mod form;
pub mod gateway;
pub mod id;
pub mod item;
pub mod journal;
pub mod permission;
pub mod plan;
pub mod rate;
pub mod schedule;
pub mod secret;
pub mod sharing;
pub mod subscription;
pub mod value;
pub mod workflow;

pub use code::{Code, Fault};
pub use flaw::Flaw;
pub use item::{Binary, Item, ItemRef, Items, Paired};
pub use rate::Rate;
pub use secret::Secret;
pub use value::{Map, Value};
