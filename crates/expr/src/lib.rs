//! The expression language `{{ … }}`: n8n's names over JavaScript, in a sandbox.
//!
//! Plain expressions (paths, operators, simple calls) take a native path; all others run in an
//! embedded JavaScript engine. Both give the same answer, which a property test holds.
//! The crate does no input or output; the clock and chance are those of the sandbox alone.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod alone;
mod code;
pub mod dates;
mod error;
mod extensions;
mod ids;
pub mod intl;
mod js;
mod native;
mod sandbox;
pub mod scope;
mod source;
mod template;

pub use alone::Alone;
pub use code::Code;
pub use error::{Error, Kind};
pub use sandbox::{Limits, Sandbox};
pub use scope::{Scope, World};
pub use template::Template;
