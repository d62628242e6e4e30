//! What JavaScript's values have without having it themselves.

/// Names that JavaScript's prototypes give to texts, lists, numbers or objects.
pub(super) fn is_inherited(name: &str) -> bool {
    INHERITED.binary_search(&name).is_ok()
}

/// Fields that change what an object is, or how it is written.
pub(super) fn is_odd_field(name: &str) -> bool {
    is_inherited(name) || name == "toJSON" || name == "then"
}

#[rustfmt::skip]
pub(super) const INHERITED: &[&str] = &[
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__",
    "anchor", "at", "big", "blink", "bold", "charAt", "charCodeAt", "codePointAt", "concat",
    "constructor", "copyWithin", "endsWith", "entries", "every", "fill", "filter", "find",
    "findIndex", "findLast", "findLastIndex", "fixed", "flat", "flatMap", "fontcolor", "fontsize",
    "forEach", "hasOwnProperty", "includes", "indexOf", "isPrototypeOf", "isWellFormed", "italics",
    "join", "keys", "lastIndexOf", "length", "link", "localeCompare", "map", "match", "matchAll",
    "normalize", "padEnd", "padStart", "pop", "propertyIsEnumerable", "push", "reduce",
    "reduceRight", "repeat", "replace", "replaceAll", "reverse", "search", "shift", "slice",
    "small", "some", "sort", "splice", "split", "startsWith", "strike", "sub", "substr",
    "substring", "sup", "toExponential", "toFixed", "toLocaleLowerCase", "toLocaleString",
    "toLocaleUpperCase", "toLowerCase", "toPrecision", "toReversed", "toSorted", "toSpliced",
    "toString", "toUpperCase", "toWellFormed", "trim", "trimEnd", "trimLeft", "trimRight",
    "trimStart", "unshift", "valueOf", "values", "with",
];
