//! The extension methods that n8n adds to values, by name: the calls that a source renames.

/// What a renamed method is called on `Object.prototype`: `a.sum()` becomes `a.$$ext_sum()`, so
/// that optional chains keep their meaning.
pub(crate) const EXTENSION_PREFIX: &str = "$$ext_";

/// All extension methods, of all types, sorted.
pub(crate) const EXTENSIONS: &[&str] = &[
    "abs",
    "append",
    "average",
    "base64Decode",
    "base64Encode",
    "beginningOf",
    "ceil",
    "chunk",
    "compact",
    "diffTo",
    "diffToNow",
    "difference",
    "endOfMonth",
    "extract",
    "extractDomain",
    "extractEmail",
    "extractUrl",
    "extractUrlPath",
    "first",
    "floor",
    "format",
    "hasField",
    "hash",
    "intersection",
    "isBetween",
    "isBlank",
    "isDomain",
    "isDst",
    "isEmail",
    "isEmpty",
    "isEven",
    "isInLast",
    "isInteger",
    "isNotEmpty",
    "isNumeric",
    "isOdd",
    "isUrl",
    "isWeekend",
    "keepFieldsContaining",
    "keys",
    "last",
    "length",
    "max",
    "merge",
    "min",
    "minus",
    "parseJson",
    "pluck",
    "plus",
    "quote",
    "randomItem",
    "removeDuplicates",
    "removeField",
    "removeFieldsContaining",
    "removeMarkdown",
    "removeTags",
    "renameKeys",
    "replaceSpecialChars",
    "reverse",
    "round",
    "smartJoin",
    "sum",
    "toBoolean",
    "toDate",
    "toDateTime",
    "toDecimalNumber",
    "toFloat",
    "toInt",
    "toJsonString",
    "toNumber",
    "toSentenceCase",
    "toSnakeCase",
    "toTitleCase",
    "toWholeNumber",
    "union",
    "unique",
    "urlDecode",
    "urlEncode",
    "values",
];

pub(crate) fn is_extension(name: &str) -> bool {
    EXTENSIONS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    //! The list can be searched.

    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(EXTENSIONS.is_sorted());
    }
}
