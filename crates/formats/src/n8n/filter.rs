//! `filter`: by type in version 1, one list of conditions since version 2.

use super::{
    conditions,
    source::{Source, Target},
};

pub(super) const TYPES: &[&str] = &["filter"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.filter");
    let written = source.at("conditions");
    target.set(
        "conditions",
        match source.version < 2.0 {
            true => conditions::old(&written, source.text("combineConditions", "AND") == "OR"),
            false => conditions::modern(&written),
        },
    );
    Ok(target)
}
