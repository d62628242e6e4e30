//! The short crash test, on each database; `make torture` runs the long one.
#![allow(clippy::unwrap_used)]

use std::io::Write as _;

use testkit::crash::{self, Database, Plan, Way};

#[track_caller]
fn check(database: Database, ways: &[Way]) {
    let program = env!("CARGO_BIN_EXE_torture").into();
    let (databases, ways) = (vec![database], ways.to_vec());
    let plan = Plan { seed: 7, kills: 20, round: 20, databases, ways, program };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Err(faults) = runtime.block_on(crash::run(&plan)) {
        panic!("{}", faults.join("\n"));
    }
}

#[track_caller]
fn check_on_postgres(ways: &[Way]) {
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) => check(Database::Postgres(server), ways),
        Err(_) => {
            // Past the capture of tests that succeed, so that it is seen.
            let why = "PostgreSQL is not tested: TEST_POSTGRES_URL names no server";
            let _ = writeln!(std::io::stderr(), "{why}");
        }
    }
}

#[test]
fn promises_hold_through_kills_on_sqlite() {
    check(Database::Sqlite, &[Way::Kills]);
}

#[test]
fn promises_hold_through_kills_on_postgres() {
    check_on_postgres(&[Way::Kills, Way::Workers]);
}

#[test]
fn promises_hold_through_faults_on_sqlite() {
    check(Database::Sqlite, &[Way::Faults, Way::Disk]);
}

#[test]
fn promises_hold_through_faults_on_postgres() {
    check_on_postgres(&[Way::Faults, Way::Wire]);
}
