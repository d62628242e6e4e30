//! `if`: by type in version 1, one list of conditions since version 2.

use super::{
    conditions,
    source::{Source, Target},
};

pub(super) const TYPES: &[&str] = &["if"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("flow.if");
    let written = source.at("conditions");
    target.set(
        "conditions",
        match source.version < 2.0 {
            true => conditions::old(&written, source.text("combineOperation", "all") == "any"),
            false => conditions::modern(&written),
        },
    );
    Ok(target)
}
