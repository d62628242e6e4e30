//! What is read from a source before it runs.

use super::*;

impl Script {
    fn trouble(&self) -> Option<String> {
        self.fault.as_ref().map(|it| format!("{:?}: {}", it.kind, it.message))
    }
}

#[test]
fn free_names_become_parameters() {
    let script = expression("$json.a + x.map(y => Math.abs(y))");
    assert_eq!(script.names, ["$json", "x", "y"]);
}

#[test]
fn extension_calls_are_renamed_and_keep_the_chain() {
    let script = expression("$json.a?.toTitleCase().length");
    assert!(script.function.contains("$json.a?.$$ext_toTitleCase().length"), "{script:?}");
}

#[test]
fn statements_give_their_last_value() {
    let script = expression("const a = 1; a + 1;");
    assert!(script.function.contains("return (\na + 1\n)"), "{script:?}");
}

#[test]
fn escapes_are_blocked_by_name() {
    for code in ["a.constructor", "a['__proto__']", "(({constructor: c}) => c)(1)", "import('x')"] {
        let trouble = expression(code).trouble().unwrap_or_default();
        assert!(trouble.starts_with("Blocked"), "{code}: {trouble}");
    }
}

#[test]
fn nonsense_is_a_syntax_error() {
    assert_eq!(expression("json.task_type.").trouble().as_deref(), Some("Syntax: invalid syntax"));
    assert!(body("return {").0.trouble().is_some());
}

#[test]
fn deep_nesting_does_not_kill_the_process() {
    assert!(expression(&"(".repeat(NESTING_MAX + 1)).trouble().is_some());
    expression(&"(".repeat(NESTING_MAX));
    expression(&"!".repeat(SOURCE_BYTES_MAX - 1));
    expression(&"1+".repeat(SOURCE_BYTES_MAX / 2 - 1));
}

#[test]
fn what_is_inserted_at_the_last_statement_is_inserted_once() {
    let script = expression("const a = 1;a[b].isEmpty()");
    assert!(
        script.function.contains("const a = 1;\nreturn (\n$$nn(a[$$key((b))]).$$ext_isEmpty()"),
        "{script:?}"
    );
}
