//! Rules on the text of single files: purpose, length, purity, no leftovers.

use std::{fs, path::Path};

const LINES_MAX: usize = 400;

/// Longer files that stand for now, each with the length it may have at most. This list only shrinks.
const LONG: &[(&str, usize)] = &[];

/// Tables rather than code; they have no length to speak of.
const DATA: &[&str] = &[];

/// Rooms that compute and nothing else.
const PURE: &[&str] = &["crates/model/src/", "crates/expr/src/", "crates/formats/src/"];

/// What a pure room must not name: IO, the clock, chance.
const IMPURE: &[&str] = &[
    "tokio::",
    "sqlx::",
    "reqwest::",
    "std::fs",
    "std::net",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "fastrand::",
];

/// Pure rooms' files that may read the clock all the same, and why.
/// The sandbox is the clock of the scripts in it.
const MAY_READ_CLOCK: &[&str] = &["crates/expr/src/js/slot.rs"];

/// Built at run time so that this file does not contain them.
fn leftovers() -> [String; 5] {
    [
        "TO".to_owned() + "DO",
        "FIX".to_owned() + "ME",
        "XX".to_owned() + "X:",
        "to".to_owned() + "do!(",
        "unimplemented".to_owned() + "!(",
    ]
}

/// Paths of some developer's machine, which mean nothing anywhere else.
fn machine_paths() -> [String; 4] {
    [
        "/ro".to_owned() + "ot/",
        "/ho".to_owned() + "me/",
        "/wo".to_owned() + "rk/",
        "/tm".to_owned() + "p/tb",
    ]
}

pub(super) fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.starts_with("crates/testkit/")
}

pub(super) fn everywhere(path: &str, text: &str, errors: &mut Vec<String>) {
    if path == "Cargo.lock" || path == "web/package-lock.json" {
        return;
    }
    let paths = machine_paths();
    for (n, line) in text.lines().enumerate() {
        if paths.iter().any(|it| line.contains(it)) {
            errors
                .push(format!("{path}:{}: a path of somebody's machine; make it relative", n + 1));
        }
    }
}

pub(super) fn rust(path: &str, text: &str, errors: &mut Vec<String>) {
    if !text.starts_with("//! ") {
        errors.push(format!("{path}:1: start the file with a line `//! What this file is for.`"));
    }
    if path.ends_with("/mod.rs") {
        errors.push(format!("{path}: `foo.rs` stands beside `foo/`; there is no mod.rs"));
    }
    if ["utils.rs", "helpers.rs", "common.rs", "misc.rs"].iter().any(|it| path.ends_with(it)) {
        errors.push(format!("{path}: name the file after what it is about"));
    }
    length(path, text, errors);
    lines(path, text, errors);
}

/// What holds for the web app too; its own linter knows the rest.
pub(super) fn web(path: &str, text: &str, errors: &mut Vec<String>) {
    if !text.starts_with("// ") {
        errors.push(format!("{path}:1: start the file with a line `// What this file is for.`"));
    }
    length(path, text, errors);
    let leftovers = leftovers();
    for (n, line) in text.lines().enumerate() {
        if leftovers.iter().any(|it| line.contains(it)) {
            errors.push(format!("{path}:{}: finish it, or say in docs what is missing", n + 1));
        }
    }
}

fn length(path: &str, text: &str, errors: &mut Vec<String>) {
    let n_lines = text.lines().count();
    let max = LONG.iter().find(|it| it.0 == path).map_or(LINES_MAX, |it| it.1);
    if n_lines > max && !is_test(path) && !DATA.contains(&path) {
        errors.push(format!("{path}: {n_lines} lines, {max} are allowed: split it by meaning"));
    }
}

fn lines(path: &str, text: &str, errors: &mut Vec<String>) {
    let pure = (PURE.iter().any(|it| path.starts_with(it)) || is_plan(path)) && !is_test(path);
    let leftovers = leftovers();
    let mut in_tests = is_test(path);
    for (n, line) in text.lines().enumerate() {
        // Tests stand at the end of a file, so everything from here on is one.
        in_tests |= line.trim_start().starts_with("#[cfg(test)]");
        if leftovers.iter().any(|it| line.contains(it)) {
            errors.push(format!("{path}:{}: finish it, or say in docs what is missing", n + 1));
        }
        if in_tests || line.trim_start().starts_with("//") {
            continue;
        }
        if line.contains(&format!(".{}()", "unwrap")) {
            errors.push(format!("{path}:{}: `expect(\"why this cannot be\")`, or `?`", n + 1));
        }
        if !pure {
            continue;
        }
        for word in IMPURE {
            let clock = word.contains("now") || word.contains("Time");
            if line.contains(word) && !(clock && MAY_READ_CLOCK.contains(&path)) {
                errors.push(format!(
                    "{path}:{}: `{word}` in a pure room: take it as an argument",
                    n + 1
                ));
            }
        }
    }
}

/// A `plan` decides and does nothing: the engine's heart can be tested without a clock.
fn is_plan(path: &str) -> bool {
    path.ends_with("/plan.rs") || path.contains("/plan/")
}

/// A file that became short, or is gone, leaves the list, so that it cannot grow again unseen.
pub(super) fn lists_are_current(root: &Path, errors: &mut Vec<String>) {
    for (path, _) in LONG {
        let n_lines = fs::read_to_string(root.join(path)).map_or(0, |it| it.lines().count());
        if n_lines <= LINES_MAX {
            errors.push(format!("{path}: short now; take it off LONG in xtask/src/tidy/text.rs"));
        }
    }
}
