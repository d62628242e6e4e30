//! Both databases have the same tables and columns, and workspace-owned ones lead with the workspace.

use std::collections::BTreeMap;

/// Tables that no workspace owns.
const SHARED: [&str; 3] = ["workspaces", "state", "workers"];

fn tables(sql: &str) -> BTreeMap<String, Vec<String>> {
    let mut res = BTreeMap::new();
    for part in sql.split("CREATE TABLE ").skip(1) {
        let (name, rest) = part.split_once(" (").unwrap();
        let body = rest.split("\n)").next().unwrap();
        let lines =
            body.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with("--"));
        let kind = |it: &str| {
            it.replace("UUID", "BLOB").replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER")
        };
        res.insert(name.to_owned(), lines.map(kind).collect());
    }
    res
}

#[test]
fn both_databases_have_the_same_tables() {
    let sqlite = tables(include_str!("../../migrations/sqlite/0001_first.sql"));
    let postgres = tables(include_str!("../../migrations/postgres/0001_first.sql"));
    assert_eq!(sqlite, postgres);
}

#[test]
fn keys_begin_with_the_workspace() {
    for (name, lines) in tables(include_str!("../../migrations/sqlite/0001_first.sql")) {
        if SHARED.contains(&name.as_str()) {
            continue;
        }
        let key = lines.iter().find(|it| it.starts_with("PRIMARY KEY")).unwrap();
        assert!(key.starts_with("PRIMARY KEY (workspace_id"), "{name}: {key}");
    }
}
