//! What a plug-in sees of the platform, and nothing more.
//!
//! Invariant: node types, credential types and (later) channels and model providers use this crate
//! and `model`, and no other of ours.

mod catalog;
mod collect;
pub mod credential;
pub mod ctx;
pub mod error;
pub mod http;
pub mod node;
pub mod param;
pub mod schedule;
pub mod trigger;

pub use catalog::Catalog;
pub use collect::Collector;
pub use credential::{Credential, CredentialType};
pub use ctx::{Ctx, Host};
pub use error::{NodeError, Retry};
pub use node::{Category, Effect, NodeType, Outcome, Port, Run};
pub use param::Param;
