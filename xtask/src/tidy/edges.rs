//! Which crate may use which, which library lives where, and what licences come with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_json::Value;

/// What each crate of ours may use of ours. This table is the architecture.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("expr", &["model"]),
    ("sdk", &["model"]),
    ("nodes", &["model", "sdk"]),
    ("formats", &["expr", "model", "sdk"]),
    ("store", &["model"]),
    ("accounts", &["model", "sdk", "store"]),
    ("engine", &["expr", "formats", "model", "sdk", "store"]),
    ("api", &["accounts", "engine", "expr", "formats", "model", "sdk", "store"]),
    (
        "testkit",
        &["accounts", "api", "engine", "expr", "formats", "model", "nodes", "sdk", "store"],
    ),
    ("app", &["accounts", "api", "engine", "expr", "formats", "model", "nodes", "sdk", "store"]),
    ("xtask", &[]),
];

/// Libraries that live in one room, so that a second way to do the same thing cannot grow.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("libsqlite3-sys", &["store"]),
    ("axum", &["api", "app", "testkit"]),
    ("utoipa", &["api"]),
    ("reqwest", &["sdk", "testkit", "app"]),
    ("rquickjs", &["expr"]),
    ("oxc_parser", &["expr"]),
    ("chacha20poly1305", &["store"]),
    ("croner", &["engine", "nodes", "sdk"]),
    ("clap", &["app"]),
    ("tracing-subscriber", &["app"]),
    ("argon2", &["accounts"]),
    ("lettre", &["accounts"]),
    ("redis", &["api", "app"]),
    ("roxmltree", &["accounts"]),
    ("x509-cert", &["accounts"]),
    ("socketioxide", &["api"]),
    ("tokio", &["accounts", "api", "app", "engine", "nodes", "sdk", "store", "testkit"]),
];

/// Never in the tree: a second TLS stack that needs system headers, or a heavy build.
const BANNED: &[&str] = &["openssl-sys", "native-tls", "libsqlite3-sys-le", "chrono-tz"];

pub(super) fn check(root: &Path, errors: &mut Vec<String>) {
    let metadata = metadata(root);
    let ours: BTreeSet<&str> =
        list(&metadata["workspace_members"]).iter().filter_map(Value::as_str).collect();
    let allowed = allowed_licences(root);
    for package in list(&metadata["packages"]) {
        if ours.contains(text(&package["id"])) {
            dependencies(package, errors);
            if package["features"].as_object().is_some_and(|it| !it.is_empty()) {
                errors.push(format!(
                    "crate `{}` has [features]: there is one build; what differs is data",
                    text(&package["name"])
                ));
            }
        } else {
            licence(package, &allowed, errors);
            if BANNED.contains(&text(&package["name"])) {
                errors.push(format!(
                    "`{}` is banned (xtask/src/tidy/edges.rs): find what brings it with `cargo tree -i`",
                    text(&package["name"])
                ));
            }
        }
    }
}

fn dependencies(package: &Value, errors: &mut Vec<String>) {
    let may_use: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let name = text(&package["name"]);
    let Some(allowed) = may_use.get(name) else {
        errors.push(format!("crate `{name}` is not in MAY_USE: give it a room"));
        return;
    };
    for dependency in list(&package["dependencies"]) {
        if !dependency["kind"].is_null() {
            continue; // Tests may look anywhere.
        }
        let target = text(&dependency["name"]);
        if may_use.contains_key(target) && !allowed.contains(&target) {
            errors.push(format!(
                "crate `{name}` uses `{target}`: data flows the other way, see ARCHITECTURE.md"
            ));
        }
        for (library, rooms) in KEPT_IN {
            if target == *library && !rooms.contains(&name) {
                errors.push(format!("crate `{name}` uses `{library}`, which lives in {rooms:?}"));
            }
        }
    }
}

/// The list that cargo-deny reads too: `allow = [...]` in `deny.toml`.
fn allowed_licences(root: &Path) -> BTreeSet<String> {
    let deny = fs::read_to_string(root.join("deny.toml")).expect("deny.toml is in the root");
    let list = deny.split("allow = [").nth(1).expect("deny.toml has a list of licences");
    let list = list.split(']').next().unwrap_or_default();
    list.split(',').map(|it| it.trim().trim_matches('"').to_owned()).collect()
}

/// SPDX as far as it is used: `A OR B`, `A AND B`, parentheses, the old `A/B`.
fn licence(package: &Value, allowed: &BTreeSet<String>, errors: &mut Vec<String>) {
    let name = text(&package["name"]);
    let Some(expression) = package["license"].as_str() else {
        if package["license_file"].is_null() {
            errors.push(format!("`{name}` names no licence"));
        }
        return;
    };
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if !any_of(&words, &mut 0, allowed) {
        errors.push(format!(
            "`{name}` is under `{expression}`, which deny.toml does not allow: is it needed?"
        ));
    }
}

fn any_of(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut res = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        res |= all_of(words, at, allowed);
    }
    res
}

fn all_of(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut res = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        res &= one(words, at, allowed);
    }
    res
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let res = any_of(words, at, allowed);
        *at += 1;
        return res;
    }
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    allowed.contains(word)
}

/// The whole tree for this machine's platform. A new machine downloads it here, as it is locked.
fn metadata(root: &Path) -> Value {
    let host = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let host = String::from_utf8_lossy(&host.stdout);
    let host = host.lines().find_map(|it| it.strip_prefix("host: ")).expect("rustc names its host");
    let output = Command::new("cargo")
        .args(["metadata", "--locked", "--filter-platform", host])
        .args(["--format-version", "1"])
        .current_dir(root)
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo metadata failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo speaks JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_allowed_when_one_way_through_it_is() {
        let allowed = ["MIT", "ISC"].map(str::to_owned).into();
        let fine = |text: &str| {
            let mut errors = vec![];
            licence(&serde_json::json!({"name": "x", "license": text}), &allowed, &mut errors);
            errors.is_empty()
        };
        assert!(fine("MIT"));
        assert!(fine("GPL-3.0 OR MIT"));
        assert!(fine("GPL-3.0/MIT"));
        assert!(fine("ISC AND (MIT OR GPL-3.0)"));
        assert!(!fine("MIT AND GPL-3.0"));
        assert!(!fine("ISC AND (GPL-2.0 OR GPL-3.0)"));
    }
}
