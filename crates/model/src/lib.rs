//! The nouns of Tailorbird. Pure: no input, no output, no clock, no chance.
//!
//! Every other crate may use this one; this one uses none of ours.

pub mod item;
pub mod value;

pub use item::{Binary, Item, ItemRef, Items, Paired};
pub use value::{Map, Value};
