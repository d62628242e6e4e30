//! Rules the compiler does not know. Each rule is one function; each breach says what to do.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

mod edges;
mod pages;
mod sql;
mod text;

pub(crate) fn root() -> PathBuf {
    // As cargo says now, not when it compiled: checkouts may share one folder of what was built.
    let own = std::env::var_os("CARGO_MANIFEST_DIR");
    let own = own.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().expect("xtask has a parent").to_owned()
}

/// Every breach of every rule, each as `path:line: what to do`.
pub(crate) fn check(root: &Path) -> Vec<String> {
    let mut errors = vec![];
    edges::check(root, &mut errors);
    let files = files(root);
    let rust: Vec<_> = files.iter().filter(|it| it.ends_with(".rs")).cloned().collect();
    for path in &files {
        // What is not text (a recording, a picture) has nothing to check.
        let Ok(text) = fs::read_to_string(root.join(path)) else { continue };
        text::everywhere(path, &text, &mut errors);
        if path.starts_with("web/") && (path.ends_with(".ts") || path.ends_with(".tsx")) {
            text::web(path, &text, &mut errors);
        }
        if path.ends_with(".rs") {
            text::rust(path, &text, &mut errors);
            sql::check(path, &text, &mut errors);
        }
    }
    text::lists_are_current(root, &mut errors);
    pages::check(root, &mut errors);
    formatted(root, &rust, &mut errors);
    errors
}

pub(crate) fn format_all(root: &Path) -> Vec<String> {
    let rust: Vec<_> = files(root).into_iter().filter(|it| it.ends_with(".rs")).collect();
    let status = rustfmt(root).args(rust).status().expect("rustfmt runs");
    if status.success() { vec![] } else { vec!["rustfmt failed, see above".to_owned()] }
}

fn rustfmt(root: &Path) -> Command {
    let mut res = Command::new("rustfmt");
    res.args(["--edition", "2024"]).current_dir(root);
    res
}

/// `cargo fmt` does not see the modules that `catalog!` declares, so every file is named.
fn formatted(root: &Path, files: &[String], errors: &mut Vec<String>) {
    let output = rustfmt(root).args(["--check", "-l"]).args(files).output().expect("rustfmt runs");
    let listed = String::from_utf8_lossy(&output.stdout);
    for path in listed.lines().collect::<BTreeSet<_>>() {
        errors.push(format!("{path}: run `cargo run -p xtask -- fmt`"));
    }
    if listed.is_empty() && !output.status.success() {
        errors.push(format!("rustfmt failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
}

/// What git tracks or would track, so that build output and data folders stay out.
fn files(root: &Path) -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git runs");
    let listed = String::from_utf8_lossy(&output.stdout);
    let mut res: Vec<String> = listed
        .split('\0')
        .filter(|it| !it.is_empty() && root.join(it).is_file())
        .map(str::to_owned)
        .collect();
    assert!(!res.is_empty(), "tidy reads the list of files from git: run it in a checkout");
    res.sort();
    res.dedup();
    res
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        let errors = super::check(&super::root());
        assert!(errors.is_empty(), "\n{}\n", errors.join("\n"));
    }
}
