//! One runner for all: the server, the command line and the crash test drive this one.
//!
//! `State` decides (pure), `Runner` acts, `Step` runs one node, `Pen` writes the journal.

mod calls;
mod chance;
mod effects;
mod end;
mod fold;
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
mod tries;
mod v0;
mod world;

pub(crate) use folder::inside;
pub use outside::End;
pub(crate) use outside::{Callable, Child, Facts, Outside, Shelf, Stop};
pub(crate) use pages::PagesOf;
pub(crate) use pen::{Journal, Nowhere, Pen};
pub(crate) use runner::{Runner, Turn};
pub use seen::Seen;
pub(crate) use state::{State, Waiting};
pub(crate) use step::{Job, StepEnd};
