//! A node that does nothing.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["noOp"];

pub(super) fn map(_: &Source) -> Result<Target, String> {
    Ok(Target::new("flow.no_op"))
}
