//! One runner for all: the server, the command line and the crash test drive this one.
//!
//! `State` decides (pure), `Runner` acts, `Step` runs one node, `Pen` writes the journal.

mod end;
mod folder;
mod host;
mod in_doubt;
mod lineage;
mod outputs;
mod outside;
mod pages;
mod pen;
mod runner;
mod scope;
mod seen;
mod state;
mod step;
mod v0;
mod world;

pub(crate) use folder::inside;
pub(crate) use outside::{Callable, Outside, Shelf, Stop};
pub use outside::{Child, End, Facts};
pub(crate) use pages::PagesOf;
pub(crate) use pen::{Journal, Nowhere, Pen};
pub(crate) use runner::{Runner, Turn};
pub use seen::Seen;
pub use state::State;
pub(crate) use state::Waiting;
pub(crate) use step::{Job, StepEnd};
