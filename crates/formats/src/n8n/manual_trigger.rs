//! Triggers that start by hand.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["manualTrigger", "start"];

pub(super) fn map(_: &Source) -> Result<Target, String> {
    Ok(Target::new("trigger.manual"))
}
