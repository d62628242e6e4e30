//! The one connection that writes to SQLite. Not a pool: each loan of a pool asks the connection
//! whether it is well, which costs as much as writing.

use std::{sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, SqliteConnection,
    sqlite::SqliteConnectOptions as Options,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Cell, Statement, bound};
use crate::Error;

/// How long to wait for those who write already.
const TAKE_MAX: Duration = Duration::from_secs(10);

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Line(Arc<Mutex<End>>);

struct End {
    connection: Option<SqliteConnection>,
    /// To open it anew, should it break; absent once closed.
    options: Option<Options>,
    transaction: Transaction,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Transaction {
    None,
    /// It begins with its first statement, in the same way to the connection's thread and back where
    /// that is its last one too.
    Asked,
    /// It was begun and has not ended.
    Open,
}

/// Takes the lock at once: a transaction that began as a reader might lose its snapshot.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// The connection, for as long as this is held. A transaction that was begun and not committed is
/// undone by whoever takes it next.
pub(crate) struct Held(OwnedMutexGuard<End>);

impl Line {
    pub(crate) fn new(connection: SqliteConnection, options: Options) -> Line {
        Line::of(Some(connection), options)
    }

    /// Connects when somebody writes first.
    pub(crate) fn later(options: Options) -> Line {
        Line::of(None, options)
    }

    fn of(connection: Option<SqliteConnection>, options: Options) -> Line {
        let end = End { connection, options: Some(options), transaction: Transaction::None };
        Line(Arc::new(Mutex::new(end)))
    }

    /// # Errors
    /// When it is closed, cannot be opened, or stays in use for too long.
    pub(crate) async fn take(&self) -> Result<Held, Error> {
        let late = |_| Error::Database(sqlx::Error::PoolTimedOut);
        let guard = tokio::time::timeout(TAKE_MAX, self.0.clone().lock_owned()).await;
        let mut held = Held(guard.map_err(late)?);
        held.mend().await?;
        Ok(held)
    }

    pub(crate) async fn close(&self) {
        let mut end = self.0.lock().await;
        end.options = None;
        if let Some(it) = end.connection.take()
            && let Err(error) = it.close().await
        {
            tracing::warn!("the database did not close well: {error}");
        }
    }
}

impl Held {
    /// For what belongs to no transaction.
    ///
    /// # Errors
    /// When it is closed.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.0.connection.as_mut().ok_or(Error::Database(sqlx::Error::PoolClosed))
    }

    /// Asks for a transaction: the next statement begins it.
    pub(crate) fn begin(&mut self) {
        self.0.transaction = Transaction::Asked;
    }

    /// For the statements of a transaction.
    ///
    /// # Errors
    /// When it is closed, or others write for too long.
    pub(super) async fn in_transaction(&mut self) -> Result<&mut SqliteConnection, Error> {
        if self.0.transaction == Transaction::Asked {
            self.0.transaction = Transaction::Open;
            self.run(BEGIN).await?;
        }
        self.connection()
    }

    /// Runs these before it, in the same way to the connection's thread and back.
    pub(super) async fn commit(&mut self, last: Vec<Statement>) -> Result<(), Error> {
        let begins = self.0.transaction == Transaction::Asked;
        if !last.is_empty() {
            self.0.transaction = Transaction::Open;
            let mut text = if begins { format!("{BEGIN}; ") } else { String::new() };
            let mut cells = vec![];
            for (sql, its) in last {
                text.push_str(&sql);
                text.push_str("; ");
                cells.extend(its);
            }
            text.push_str("COMMIT");
            let query = bound!(sqlx::query(AssertSqlSafe(text)), cells);
            self.connection()?.execute(query).await?;
        } else if !begins {
            self.run("COMMIT").await?;
        }
        self.0.transaction = Transaction::None;
        Ok(())
    }

    pub(crate) async fn roll_back(&mut self) -> Result<(), Error> {
        if self.0.transaction == Transaction::Open {
            self.run("ROLLBACK").await?;
        }
        self.0.transaction = Transaction::None;
        Ok(())
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), Error> {
        self.connection()?.execute(sqlx::query(sql)).await?;
        Ok(())
    }

    /// Undoes what somebody left, and connects when there is no connection.
    async fn mend(&mut self) -> Result<(), Error> {
        if self.0.connection.is_some() {
            match self.roll_back().await {
                Ok(()) => {}
                // It had not begun, or the database has undone it by itself.
                Err(Error::Database(sqlx::Error::Database(_))) => {
                    self.0.transaction = Transaction::None;
                }
                // Nobody knows in which state it is.
                Err(_) => self.0.connection = None,
            }
        }
        if self.0.connection.is_none() {
            let closed = Error::Database(sqlx::Error::PoolClosed);
            let options = self.0.options.clone().ok_or(closed)?;
            self.0.connection = Some(SqliteConnection::connect_with(&options).await?);
            self.0.transaction = Transaction::None;
        }
        Ok(())
    }
}
