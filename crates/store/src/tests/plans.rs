//! No statement of the store reads a whole table that grows, whatever test runs it.

use sqlx::{AssertSqlSafe, Row, Sqlite};

/// Tables that grow with what happens, not with what people draw.
const GROWING: [&str; 21] = [
    "queue",
    "waits",
    "journal",
    "executions",
    "blobs",
    "litter",
    "firings",
    "webhook_requests",
    "users",
    "members",
    "sessions",
    "proofs",
    "attempts",
    "mails",
    "two_factor",
    "recovery_codes",
    "challenges",
    "identities",
    "journeys",
    "recharges",
    "payments",
];

/// Statements that read on until they have enough, or count what is there.
const BOUNDED: [&str; 3] = [" LIMIT ", "MIN(wake_at)", "GROUP BY status"];

/// # Panics
/// When SQLite would search such a table without an index that says which rows.
pub(crate) async fn check(executor: impl sqlx::Executor<'_, Database = Sqlite>, sql: &str) {
    let sql = sql.to_owned();
    let explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
    for row in executor.fetch_all(explain).await.unwrap() {
        let step: String = row.get("detail");
        let whole = GROWING.iter().any(|it| {
            step == format!("SCAN {it}")
                || step.starts_with(&format!("SCAN {it} "))
                || step.starts_with(&format!("SEARCH {it} ")) && step.ends_with("(workspace_id=?)")
        });
        let bounded = BOUNDED.iter().any(|it| sql.contains(it));
        assert!(!whole || bounded, "{step}: {sql}");
    }
}
