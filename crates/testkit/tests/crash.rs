//! The short crash test, on each database; `make torture` runs the long one.
#![allow(clippy::unwrap_used)]

use std::io::Write as _;

use testkit::crash::{self, Database, Plan};

#[track_caller]
fn check(database: Database) {
    let program = env!("CARGO_BIN_EXE_torture").into();
    let plan = Plan { seed: 7, kills: 20, round: 20, databases: vec![database], program };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Err(faults) = runtime.block_on(crash::run(&plan)) {
        panic!("{}", faults.join("\n"));
    }
}

#[test]
fn promises_hold_through_kills_on_sqlite() {
    check(Database::Sqlite);
}

#[test]
fn promises_hold_through_kills_on_postgres() {
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) => check(Database::Postgres(server)),
        Err(_) => {
            // Past the capture of tests that succeed, so that it is seen.
            let why = "PostgreSQL is not tested: TEST_POSTGRES_URL names no server";
            let _ = writeln!(std::io::stderr(), "{why}");
        }
    }
}
