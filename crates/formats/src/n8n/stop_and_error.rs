//! Stop and Error.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["stopAndError"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("flow.stop");
    let kinds = [("errorMessage", "message"), ("errorObject", "object")];
    target.set("kind", source.choice("errorType", &kinds));
    target.set("message", source.at("errorMessage"));
    target.set("object", source.at("errorObject"));
    Ok(target)
}
