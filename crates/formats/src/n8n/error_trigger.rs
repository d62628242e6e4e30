//! Error Trigger.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["errorTrigger"];

pub(super) fn map(_: &Source) -> Result<Target, String> {
    Ok(Target::new("trigger.error"))
}
