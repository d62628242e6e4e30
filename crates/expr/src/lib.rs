//! The expression language `{{ … }}`: n8n's names over JavaScript, in a sandbox.
//!
//! Plain expressions (paths, operators, simple calls) take a native path; all others run in an
//! embedded JavaScript engine. Both give the same answer, which a property test holds.
//! The crate does no input or output; the clock and chance are those of the sandbox alone.

pub mod scope;

pub use scope::{Scope, World};
