//! Looks a database over without changing it: what a doctor asks before anything is opened.

use std::{
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;
use sqlx::{
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::{
    Error, MasterKey, Options,
    faults::Faults,
    open::{POSTGRES, SQLITE},
    ring,
    sql::{Db, Line, Pool},
    workspaces::time,
};

/// What was found.
#[derive(Debug)]
pub struct Exam {
    /// Kind and version.
    pub database: String,
    pub schema: Schema,
    /// Whether the key is the one that the secrets were sealed with; absent when nothing tells.
    pub key_fits: Option<bool>,
    /// What the database's clock says, where it has one of its own.
    pub clock: Option<Timestamp>,
    /// What is broken in the file, in the database's words.
    pub damage: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Schema {
    /// There is nothing yet; the first start makes it.
    Empty,
    Current,
    /// The next start brings it up by so many steps.
    Behind(usize),
    /// A newer program made it, up to this step.
    Newer(i64),
}

/// Larger files are not read through.
const READ_BYTES_MAX: u64 = 2 << 30;
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Looks a database over. Nobody else may have the folder meanwhile.
///
/// # Errors
/// [`Error::Database`] when it cannot be reached.
pub async fn examine(options: &Options, key: Option<&MasterKey>) -> Result<Exam, Error> {
    let (pool, steps) = match &options.url {
        Some(url) => (postgres(url).await?, &POSTGRES),
        None => {
            let path = options.data.join("tailorbird.db");
            if !path.exists() {
                return Ok(nothing_yet());
            }
            (sqlite(&path).await?, &SQLITE)
        }
    };
    let db = Db { pool, faults: Arc::new(Faults::default()), audit: OnceLock::new() };
    let exam = look_any_workspace(&db, steps, key).await;
    let exam = match (exam, &options.url) {
        (Ok(exam), None) => {
            let size = std::fs::metadata(options.data.join("tailorbird.db"))?.len();
            let damage = if size <= READ_BYTES_MAX { damage(&db).await? } else { None };
            Ok(Exam { damage, ..exam })
        }
        (exam, _) => exam,
    };
    match &db.pool {
        Pool::Sqlite { read, .. } => read.close().await,
        Pool::Postgres(pool) => pool.close().await,
    }
    exam
}

fn nothing_yet() -> Exam {
    let database = "SQLite".to_owned();
    Exam { database, schema: Schema::Empty, key_fits: None, clock: None, damage: None }
}

async fn sqlite(path: &std::path::Path) -> Result<Pool, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(CONNECT_MAX)
        .pragma("query_only", "ON");
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(CONNECT_MAX);
    let read = pool.connect_with(options.clone()).await?;
    Ok(Pool::Sqlite { write: Line::later(options), read })
}

async fn postgres(url: &str) -> Result<Pool, Error> {
    let options = PgConnectOptions::from_str(url)?.application_name("tailorbird doctor");
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(CONNECT_MAX);
    Ok(Pool::Postgres(pool.connect_with(options).await?))
}

pub(crate) async fn look_any_workspace(
    db: &Db,
    steps: &Migrator,
    key: Option<&MasterKey>,
) -> Result<Exam, Error> {
    let (version, clock, table) = match db.pool {
        Pool::Sqlite { .. } => (
            "SELECT 'SQLite ' || sqlite_version()",
            None,
            "SELECT COUNT(*) FROM sqlite_schema WHERE name = $1",
        ),
        Pool::Postgres(_) => (
            "SELECT version()",
            Some("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"),
            "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass($1)",
        ),
    };
    let database = db.row::<(String,)>(version, vec![]).await?.map(|it| it.0).unwrap_or_default();
    let clock = match clock {
        None => None,
        Some(sql) => db.row::<(i64,)>(sql, vec![]).await?.map(|it| time(it.0)).transpose()?,
    };
    let name = vec!["_sqlx_migrations".into()];
    let is_there = db.row::<(i64,)>(table, name).await?.is_some_and(|it| it.0 > 0);
    let mut exam = Exam { database, schema: Schema::Empty, key_fits: None, clock, damage: None };
    if is_there {
        exam.schema = schema_any_workspace(db, steps).await?;
        exam.key_fits = match key {
            Some(key) if exam.schema == Schema::Current => {
                ring::fits_any_workspace(db, key).await?
            }
            Some(_) | None => None,
        };
    }
    Ok(exam)
}

async fn schema_any_workspace(db: &Db, steps: &Migrator) -> Result<Schema, Error> {
    let sql = "SELECT version FROM _sqlx_migrations ORDER BY version";
    let done: Vec<i64> = db.rows::<(i64,)>(sql, vec![]).await?.into_iter().map(|it| it.0).collect();
    let ours: Vec<i64> = steps.iter().map(|it| it.version).collect();
    if let Some(newer) = done.iter().rev().find(|it| !ours.contains(it)) {
        return Ok(Schema::Newer(*newer));
    }
    Ok(match ours.iter().filter(|it| !done.contains(it)).count() {
        0 => Schema::Current,
        n => Schema::Behind(n),
    })
}

/// Reads the whole file.
async fn damage(db: &Db) -> Result<Option<String>, Error> {
    let row = db.row::<(String,)>("PRAGMA quick_check(1)", vec![]).await?;
    Ok(row.map(|it| it.0).filter(|it| it != "ok"))
}
