//! Opens a database: connections as the promises need them, schema brought up, folder locked.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Arc, Mutex, OnceLock, atomic::AtomicU64},
    time::Duration,
};

use jiff::Timestamp;
use sqlx::{
    Connection as _, Executor, SqliteConnection,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    Error, Inner, MasterKey, Store,
    faults::Faults,
    ring::Ring,
    sql::{Db, Line, Pool},
    writer,
};

pub(crate) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Earlier versions can corrupt the log when a checkpoint meets a writer.
pub const SQLITE_MIN: (u32, u32, u32) = (3, 51, 3);

const READERS: u32 = 4;
/// Longest wait for a connection.
const ACQUIRE_MAX: Duration = Duration::from_secs(10);
/// Each statement over many rows has a text for each number of them; all stay prepared.
const STATEMENTS: usize = 1_000;
const POSTGRES_CONNECTIONS: u32 = 16;

/// Where the data is.
#[derive(Clone, Debug)]
pub struct Options {
    /// `postgres://…`; absent is SQLite in the data folder.
    pub url: Option<String>,
    /// The folder for the database, the master key and files.
    pub data: PathBuf,
}

impl Store {
    /// Opens the database and brings its schema up.
    ///
    /// # Errors
    /// [`Error::Refused`] when another process has the folder, the database is too old or too
    /// careless, or its schema is newer than this program; [`Error::WrongKey`].
    pub async fn open(options: &Options, key: MasterKey) -> Result<Store, Error> {
        let (pool, lock) = match &options.url {
            Some(url) => (postgres(url).await?, None),
            None => {
                make_private(&options.data)?;
                let lock = lock(&options.data)?;
                (sqlite(&options.data.join("tailorbird.db")).await?, Some(lock))
            }
        };
        let faults = Arc::new(Faults::default());
        let db = Arc::new(Db { pool, faults, audit: OnceLock::new() });
        let key = Ring::open(&db, key, Timestamp::now()).await?;
        db.audit.get_or_init(|| Arc::new(key.derive("audit log")));
        let writer = writer::Desk::open(db.clone());
        let inner = Inner {
            db,
            writer,
            generation: AtomicU64::new(0),
            key,
            terms: Default::default(),
            turn: Default::default(),
            lock: Mutex::new(lock),
        };
        let store = Store(Arc::new(inner));
        store.refresh_generation().await?;
        Ok(store)
    }

    /// Lets the last commits end, closes the connections and leaves the folder to others.
    pub async fn close(&self) {
        self.0.writer.close().await;
        match &self.0.db.pool {
            Pool::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
        drop(self.0.lock.lock().expect("a plain file").take());
    }

    /// What the database is, for people: kind and version.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn describe(&self) -> Result<String, Error> {
        describe_any_workspace(&self.0.db).await
    }
}

async fn describe_any_workspace(db: &Db) -> Result<String, Error> {
    let sql = match db.pool {
        Pool::Sqlite { .. } => "SELECT 'SQLite ' || sqlite_version()",
        Pool::Postgres(_) => "SELECT version()",
    };
    let row: Option<(String,)> = db.row(sql, vec![]).await?;
    Ok(row.map(|it| it.0).unwrap_or_default())
}

async fn sqlite_version_any_workspace(it: &mut SqliteConnection) -> Result<String, Error> {
    let row: (String,) = sqlx::query_as("SELECT sqlite_version()").fetch_one(it).await?;
    Ok(row.0)
}

/// Makes the folder, if it is missing, for its owner's eyes alone: it holds what passed through.
fn make_private(data: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data)
}

fn lock(data: &Path) -> Result<std::fs::File, Error> {
    let path = data.join("lock");
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
    file.try_lock().map_err(|_| {
        Error::Refused(format!("another tailorbird uses the data folder {}; stop it, or give this one its own with --data", data.display()))
    })?;
    Ok(file)
}

async fn sqlite(path: &Path) -> Result<Pool, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(STATEMENTS)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-65536")
        .pragma("mmap_size", "268435456")
        .pragma("wal_autocheckpoint", "4000");
    let mut write = SqliteConnection::connect_with(&options).await?;
    SQLITE.run(&mut write).await.map_err(newer)?;
    // Reads what the migrations told the planner about full tables.
    sqlx::query("ANALYZE sqlite_schema").execute(&mut write).await?;
    let version = sqlite_version_any_workspace(&mut write).await?;
    if parse(&version) < SQLITE_MIN {
        return Err(Error::Refused(format!(
            "SQLite {version} is too old: it can damage the database; 3.51.3 or later is needed"
        )));
    }
    let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous").fetch_one(&mut write).await?;
    if synchronous < 2 {
        return Err(Error::Refused(
            "SQLite does not sync each commit, so nothing would be durable".to_owned(),
        ));
    }
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .max_lifetime(None);
    let read = read.connect_with(options.clone().pragma("query_only", "ON")).await?;
    Ok(Pool::Sqlite { write: Line::new(write, options), read })
}

async fn postgres(url: &str) -> Result<Pool, Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("tailorbird")
        .statement_cache_capacity(STATEMENTS);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_MAX)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // A pooler in transaction mode may give them to another session of ours, which
                // wants the same; nothing else here leaves state in a session but prepared
                // statements, which such poolers keep track of (PgBouncer since 1.21).
                connection.execute("SET idle_in_transaction_session_timeout = '30s'").await?;
                connection.execute("SET synchronous_commit = on").await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await?;
    let (synced,): (String,) = sqlx::query_as("SHOW synchronous_commit").fetch_one(&pool).await?;
    if !matches!(synced.as_str(), "on" | "remote_apply" | "remote_write") {
        return Err(Error::Refused(format!(
            "PostgreSQL commits with synchronous_commit = {synced}, so an answer would come before anything is durable; set it on"
        )));
    }
    let (fsync,): (String,) = sqlx::query_as("SHOW fsync").fetch_one(&pool).await?;
    if fsync != "on" {
        return Err(Error::Refused(
            "PostgreSQL runs with fsync off, so nothing would be durable; set `fsync = on`"
                .to_owned(),
        ));
    }
    POSTGRES.run(&pool).await.map_err(newer)?;
    Ok(Pool::Postgres(pool))
}

fn newer(error: sqlx::migrate::MigrateError) -> Error {
    match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => Error::Refused(format!(
            "the database has schema {version}, which is newer than this program; start the newer program"
        )),
        other => Error::Schema(other),
    }
}

fn parse(version: &str) -> (u32, u32, u32) {
    let mut parts = version.split('.').map(|it| it.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}
