//! Names that mean something before a source runs.

/// Properties that an expression may not name, as n8n has it.
pub(crate) const BLOCKED: &[&str] = &[
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "arguments",
    "caller",
    "constructor",
    "getPrototypeOf",
    "mainModule",
    "prepareStackTrace",
    "prototype",
    "setPrototypeOf",
];

pub(crate) fn is_blocked(property: &str) -> bool {
    BLOCKED.contains(&property)
}

/// JavaScript's own names that an expression sees; every other free name is a parameter, given by
/// the scope or undefined.
pub(crate) fn is_global(name: &str) -> bool {
    matches!(
        name,
        "undefined"
            | "NaN"
            | "Infinity"
            | "arguments"
            | "Object"
            | "Array"
            | "String"
            | "Number"
            | "Boolean"
            | "Symbol"
            | "BigInt"
            | "Math"
            | "JSON"
            | "Date"
            | "RegExp"
            | "Map"
            | "Set"
            | "WeakMap"
            | "WeakSet"
            | "Error"
            | "TypeError"
            | "SyntaxError"
            | "EvalError"
            | "RangeError"
            | "ReferenceError"
            | "URIError"
            | "AggregateError"
            | "Intl"
            | "parseInt"
            | "parseFloat"
            | "isNaN"
            | "isFinite"
            | "encodeURI"
            | "encodeURIComponent"
            | "decodeURI"
            | "decodeURIComponent"
            | "escape"
            | "unescape"
            | "Int8Array"
            | "Uint8Array"
            | "Uint8ClampedArray"
            | "Int16Array"
            | "Uint16Array"
            | "Int32Array"
            | "Uint32Array"
            | "Float32Array"
            | "Float64Array"
            | "BigInt64Array"
            | "BigUint64Array"
            | "ArrayBuffer"
            | "DataView"
            | "Iterator"
    )
}

/// Names that a code node gets as parameters where it uses them; the others are JavaScript's.
pub(crate) fn is_injected(name: &str) -> bool {
    name.starts_with('$') || INJECTED.contains(&name)
}

#[rustfmt::skip]
const INJECTED: &[&str] = &[
    "items", "item", "DateTime", "Duration", "Interval", "Settings", "Info", "console", "require",
    "helpers", "getWorkflowStaticData", "getNodeParameter", "getInputData", "setTimeout",
    "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate", "Buffer",
    "TextEncoder", "TextDecoder", "structuredClone", "atob", "btoa", "process",
];
