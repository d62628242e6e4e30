//! `limit`.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["limit"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.limit");
    target.set("itemsMax", source.or("maxItems", 1.0));
    target.set("keep", source.choice("keep", &[("firstItems", "first"), ("lastItems", "last")]));
    Ok(target)
}
