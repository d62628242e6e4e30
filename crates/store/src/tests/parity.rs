//! Both databases have the same tables and columns, and rows lead with whom they belong to.

use std::collections::BTreeMap;

/// Tables that no workspace owns.
const SHARED: [&str; 12] = [
    "workspaces",
    "state",
    "workers",
    "users",
    "attempts",
    "mails",
    "identities",
    "journeys",
    "data_keys",
    "registrations",
    "payment_events",
    "plans",
];
/// Tables that belong to people.
const PERSONAL: [&str; 7] = [
    "sessions",
    "proofs",
    "two_factor",
    "recovery_codes",
    "challenges",
    "passkeys",
    "email_changes",
];

const SQLITE: [&str; 27] = [
    include_str!("../../migrations/sqlite/0001_first.sql"),
    include_str!("../../migrations/sqlite/0002_roles.sql"),
    include_str!("../../migrations/sqlite/0003_people.sql"),
    include_str!("../../migrations/sqlite/0004_workspaces.sql"),
    include_str!("../../migrations/sqlite/0005_two_factor.sql"),
    include_str!("../../migrations/sqlite/0006_identities.sql"),
    include_str!("../../migrations/sqlite/0007_sso.sql"),
    include_str!("../../migrations/sqlite/0008_data_keys.sql"),
    include_str!("../../migrations/sqlite/0009_passkeys.sql"),
    include_str!("../../migrations/sqlite/0010_origins.sql"),
    include_str!("../../migrations/sqlite/0011_audit.sql"),
    include_str!("../../migrations/sqlite/0012_plans.sql"),
    include_str!("../../migrations/sqlite/0013_gateway.sql"),
    include_str!("../../migrations/sqlite/0014_second_factor.sql"),
    include_str!("../../migrations/sqlite/0015_credits.sql"),
    include_str!("../../migrations/sqlite/0016_registrations.sql"),
    include_str!("../../migrations/sqlite/0017_payments.sql"),
    include_str!("../../migrations/sqlite/0018_accounts.sql"),
    include_str!("../../migrations/sqlite/0019_sharing.sql"),
    include_str!("../../migrations/sqlite/0020_factors.sql"),
    include_str!("../../migrations/sqlite/0021_recharges.sql"),
    include_str!("../../migrations/sqlite/0022_days.sql"),
    include_str!("../../migrations/sqlite/0023_plans.sql"),
    include_str!("../../migrations/sqlite/0024_known.sql"),
    include_str!("../../migrations/sqlite/0025_suspended.sql"),
    include_str!("../../migrations/sqlite/0026_mailed.sql"),
    include_str!("../../migrations/sqlite/0027_key_rates.sql"),
];
const POSTGRES: [&str; 27] = [
    include_str!("../../migrations/postgres/0001_first.sql"),
    include_str!("../../migrations/postgres/0002_roles.sql"),
    include_str!("../../migrations/postgres/0003_people.sql"),
    include_str!("../../migrations/postgres/0004_workspaces.sql"),
    include_str!("../../migrations/postgres/0005_two_factor.sql"),
    include_str!("../../migrations/postgres/0006_identities.sql"),
    include_str!("../../migrations/postgres/0007_sso.sql"),
    include_str!("../../migrations/postgres/0008_data_keys.sql"),
    include_str!("../../migrations/postgres/0009_passkeys.sql"),
    include_str!("../../migrations/postgres/0010_origins.sql"),
    include_str!("../../migrations/postgres/0011_audit.sql"),
    include_str!("../../migrations/postgres/0012_plans.sql"),
    include_str!("../../migrations/postgres/0013_gateway.sql"),
    include_str!("../../migrations/postgres/0014_second_factor.sql"),
    include_str!("../../migrations/postgres/0015_credits.sql"),
    include_str!("../../migrations/postgres/0016_registrations.sql"),
    include_str!("../../migrations/postgres/0017_payments.sql"),
    include_str!("../../migrations/postgres/0018_accounts.sql"),
    include_str!("../../migrations/postgres/0019_sharing.sql"),
    include_str!("../../migrations/postgres/0020_factors.sql"),
    include_str!("../../migrations/postgres/0021_recharges.sql"),
    include_str!("../../migrations/postgres/0022_days.sql"),
    include_str!("../../migrations/postgres/0023_plans.sql"),
    include_str!("../../migrations/postgres/0024_known.sql"),
    include_str!("../../migrations/postgres/0025_suspended.sql"),
    include_str!("../../migrations/postgres/0026_mailed.sql"),
    include_str!("../../migrations/postgres/0027_key_rates.sql"),
];

/// Each table with its lines, and what is added to it later.
fn tables(files: &[&str]) -> BTreeMap<String, Vec<String>> {
    let sql = files.concat();
    let mut res: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in sql.split("CREATE TABLE ").skip(1) {
        let (name, rest) = part.split_once(" (").unwrap();
        let body = rest.split("\n)").next().unwrap();
        let lines =
            body.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with("--"));
        res.insert(name.to_owned(), lines.map(kind).collect());
    }
    for part in sql.split("ALTER TABLE ").skip(1) {
        let Some((name, rest)) = part.split_once(" ADD COLUMN ") else { continue };
        let Some(table) = res.get_mut(name) else { continue };
        table.push(kind(rest.split(';').next().unwrap()));
    }
    res
}

fn kind(line: &str) -> String {
    line.replace("UUID", "BLOB").replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER")
}

/// What is sealed and lasts is sealed anew when keys are rotated.
#[test]
fn every_table_with_secrets_takes_part_in_rotations() {
    let sealed = |it: &(String, Vec<String>)| it.1.iter().any(|line| line.starts_with("sealed "));
    let mut found: Vec<String> =
        tables(&SQLITE).into_iter().filter(sealed).map(|it| it.0).collect();
    found.retain(|it| it != "journeys");
    let mut known: Vec<&str> = crate::ring::reseal::TABLES.iter().map(|it| it.name).collect();
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn both_databases_have_the_same_tables() {
    assert_eq!(tables(&SQLITE), tables(&POSTGRES));
    for (folder, files) in [("sqlite", SQLITE.len()), ("postgres", POSTGRES.len())] {
        let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), files, "each step is looked at");
    }
}

#[test]
fn keys_begin_with_whom_the_row_belongs_to() {
    for (name, lines) in tables(&SQLITE) {
        if SHARED.contains(&name.as_str()) {
            continue;
        }
        let key = lines.iter().find(|it| it.starts_with("PRIMARY KEY")).unwrap();
        let owner = if PERSONAL.contains(&name.as_str()) { "user_id" } else { "workspace_id" };
        assert!(key.starts_with(&format!("PRIMARY KEY ({owner}")), "{name}: {key}");
    }
}

#[test]
fn a_person_is_removed_with_all_that_is_his() {
    let removed = crate::leaving::TABLES;
    for (name, lines) in tables(&SQLITE) {
        let is_his = lines.iter().any(|it| it.starts_with("user_id BLOB NOT NULL"));
        assert_eq!(removed.contains(&name.as_str()), is_his, "{name}");
    }
    assert_eq!(removed.last(), Some(&"users"));
}

#[test]
fn a_workspace_is_removed_with_all_that_is_in_it() {
    let removed: Vec<&str> = crate::purge::TABLES.iter().map(|it| it.0).collect();
    for (name, lines) in tables(&SQLITE) {
        let is_owned = lines.iter().any(|it| it.starts_with("workspace_id BLOB NOT NULL"));
        // Litter is swept as files are, whose workspace may be gone.
        assert_eq!(removed.contains(&name.as_str()), is_owned && name != "litter", "{name}");
    }
}
