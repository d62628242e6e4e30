//! What must be written down: a page for each error code, in one shape.

use std::{collections::BTreeSet, fs, path::Path};

const HEADINGS: &[&str] = &["## What it means", "## Why", "## Way out", "## Example"];

pub(super) fn check(root: &Path, errors: &mut Vec<String>) {
    let table = "crates/model/src/code.rs";
    let codes: BTreeSet<String> = fs::read_to_string(root.join(table))
        .expect("the table of codes")
        .lines()
        .filter(|it| it.starts_with("    ") && it.ends_with(';') && it.contains(" = \""))
        .filter_map(|it| it.split('"').nth(1).map(str::to_owned))
        .collect();
    let folder = root.join("docs/errors");
    let pages: BTreeSet<String> = fs::read_dir(&folder)
        .expect("docs/errors")
        .filter_map(|it| it.ok()?.file_name().to_str()?.strip_suffix(".md").map(str::to_owned))
        .collect();
    for code in codes.difference(&pages) {
        errors.push(format!("error code `{code}` has no page docs/errors/{code}.md"));
    }
    for page in pages.difference(&codes) {
        errors.push(format!("docs/errors/{page}.md describes a code that is not in {table}"));
    }
    for page in &pages {
        let text = fs::read_to_string(folder.join(format!("{page}.md"))).unwrap_or_default();
        for heading in HEADINGS {
            if !text.contains(heading) {
                errors.push(format!("docs/errors/{page}.md lacks the heading `{heading}`"));
            }
        }
    }
}
