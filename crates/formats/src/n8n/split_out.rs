//! Split Out: an item for each entry of a list.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["splitOut"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("data.split_out");
    target.set("fields", source.or("fieldToSplitOut", ""));
    let includes =
        [("noOtherFields", "none"), ("allOtherFields", "all"), ("selectedOtherFields", "selected")];
    target.set("include", source.choice("include", &includes));
    target.set("includeFields", source.at("fieldsToInclude"));
    target.set("destination", source.at("options.destinationFieldName"));
    target.set("dotNotation", source.inverse("options.disableDotNotation"));
    target.set("binaries", source.at("options.includeBinary"));
    Ok(target)
}
