//! One text for two databases: values to bind, transactions, rows.

mod answered;
mod line;
mod values;

use std::sync::{Arc, OnceLock};

use answered::answered;
use line::Held;
pub(crate) use line::Line;
use sqlx::{
    AssertSqlSafe, FromRow, PgPool, Postgres, SqlitePool, Transaction, postgres::PgRow,
    sqlite::SqliteRow,
};
use uuid::Uuid;
use values::{chunk, values_sql};

use crate::{
    Error, audit,
    error::damaged,
    faults::{Faults, Point},
};

/// A database, and what goes wrong with it on purpose.
pub(crate) struct Db {
    pub(crate) pool: Pool,
    pub(crate) faults: Arc<Faults>,
    /// Of the chains of the audit log.
    pub(crate) audit: OnceLock<audit::Key>,
}

/// The databases that we speak to.
pub(crate) enum Pool {
    /// One connection writes, the others read.
    Sqlite {
        write: Line,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

/// A value to bind.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Id(Option<Uuid>),
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! cells {
    ($($cell:ident from { $($from:ty, |$it:ident| $to:expr;)+ })+) => {$($(
        impl From<$from> for Cell {
            fn from($it: $from) -> Cell { Cell::$cell(Some($to)) }
        }
        impl From<Option<$from>> for Cell {
            fn from(it: Option<$from>) -> Cell { Cell::$cell(it.map(|$it| $to)) }
        }
    )+)+};
}

cells! {
    Id from {
        Uuid, |it| it;
        model::id::WorkspaceId, |it| it.0;
        model::id::ExecutionId, |it| it.0;
        model::id::WorkflowId, |it| it.0;
        model::id::VersionId, |it| it.0;
        model::id::WaitId, |it| it.0;
        model::id::ScheduleId, |it| it.0;
        model::id::CredentialId, |it| it.0;
        model::id::VariableId, |it| it.0;
        model::id::ApiKeyId, |it| it.0;
        model::id::RequestId, |it| it.0;
        model::id::UserId, |it| it.0;
        model::id::SessionId, |it| it.0;
        model::id::InvitationId, |it| it.0;
        model::id::IdentityId, |it| it.0;
        model::id::PasskeyId, |it| it.0;
        model::id::RouteId, |it| it.0;
        model::id::ServiceAccountId, |it| it.0;
    }
    Int from {
        i64, |it| it;
        u32, |it| i64::from(it);
        i32, |it| i64::from(it);
        jiff::Timestamp, |it| it.as_microsecond();
    }
    Text from {
        String, |it| storable(it);
        &str, |it| storable(it.to_owned());
        smol_str::SmolStr, |it| storable(it.to_string());
    }
    Bytes from {
        Vec<u8>, |it| it;
    }
}

/// PostgreSQL has no text with a zero character in it; an error message of a workflow may have one.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// Builds a list of cells.
macro_rules! cells_of {
    ($($it:expr),* $(,)?) => { vec![$($crate::sql::Cell::from($it)),*] };
}
pub(crate) use cells_of;

macro_rules! bound {
    ($query:expr, $cells:expr) => {{
        let mut query = $query;
        for cell in $cells {
            query = match cell {
                Cell::Id(it) => query.bind(it),
                Cell::Int(it) => query.bind(it),
                Cell::Text(it) => query.bind(it),
                Cell::Bytes(it) => query.bind(it),
            };
        }
        query
    }};
}

/// A row of either database.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

use bound;

impl Db {
    pub(crate) async fn begin(&self) -> Result<Tx, Error> {
        self.faults.at(Point::Begin).await?;
        let kind = match &self.pool {
            Pool::Sqlite { write, .. } => {
                let mut held = write.take().await?;
                held.begin();
                Kind::Sqlite(held)
            }
            Pool::Postgres(pool) => Kind::Postgres(answered(pool.begin()).await?),
        };
        let audit = self.audit.get().cloned();
        Ok(Tx { kind, faults: self.faults.clone(), notes: vec![], audit, last: vec![] })
    }

    pub(crate) fn audit_key(&self) -> Result<audit::Key, Error> {
        self.audit.get().cloned().ok_or_else(|| damaged(NO_AUDIT_KEY))
    }

    /// Reads rows, from a reader.
    pub(crate) async fn rows<T: Row>(
        &self,
        sql: impl Into<Arc<str>>,
        cells: Vec<Cell>,
    ) -> Result<Vec<T>, Error> {
        self.faults.at(Point::Read).await?;
        let sql = AssertSqlSafe(sql.into());
        Ok(match &self.pool {
            Pool::Sqlite { read, .. } => {
                #[cfg(test)]
                crate::tests::plans::check(read, &sql.0).await;
                bound!(sqlx::query_as(sql), cells).fetch_all(read).await?
            }
            Pool::Postgres(pool) => {
                answered(bound!(sqlx::query_as(sql), cells).fetch_all(pool)).await?
            }
        })
    }

    pub(crate) async fn row<T: Row>(
        &self,
        sql: impl Into<Arc<str>>,
        cells: Vec<Cell>,
    ) -> Result<Option<T>, Error> {
        self.faults.at(Point::Read).await?;
        let sql = AssertSqlSafe(sql.into());
        Ok(match &self.pool {
            Pool::Sqlite { read, .. } => {
                #[cfg(test)]
                crate::tests::plans::check(read, &sql.0).await;
                bound!(sqlx::query_as(sql), cells).fetch_optional(read).await?
            }
            Pool::Postgres(pool) => {
                answered(bound!(sqlx::query_as(sql), cells).fetch_optional(pool)).await?
            }
        })
    }

    /// Reads rows for many rows of values, in few round trips.
    pub(crate) async fn rows_of_many<T: Row>(
        &self,
        head: &'static str,
        tail: &'static str,
        columns: usize,
        cells: Vec<Cell>,
    ) -> Result<Vec<T>, Error> {
        let postgres = matches!(self.pool, Pool::Postgres(_));
        let mut res = vec![];
        let mut left = cells.into_iter();
        while left.len() > 0 {
            let rows = chunk(left.len() / columns);
            let sql = values_sql(postgres, head, tail, columns, rows);
            res.extend(self.rows::<T>(sql, left.by_ref().take(rows * columns).collect()).await?);
        }
        Ok(res)
    }

    /// Writes with one statement; gives how many rows it touched.
    pub(crate) async fn run(
        &self,
        sql: impl Into<Arc<str>>,
        cells: Vec<Cell>,
    ) -> Result<u64, Error> {
        self.faults.at(Point::Write).await?;
        let sql = AssertSqlSafe(sql.into());
        Ok(match &self.pool {
            Pool::Sqlite { write, .. } => {
                let mut held = write.take().await?;
                let query = bound!(sqlx::query(sql), cells);
                query.execute(held.connection()?).await?.rows_affected()
            }
            Pool::Postgres(pool) => {
                answered(bound!(sqlx::query(sql), cells).execute(pool)).await?.rows_affected()
            }
        })
    }
}

/// A transaction; rolled back when dropped.
pub(crate) struct Tx {
    kind: Kind,
    faults: Arc<Faults>,
    /// What the audit log is told when it commits.
    pub(crate) notes: Vec<audit::Note>,
    audit: Option<audit::Key>,
    /// Statements that run with the commit.
    last: Vec<Statement>,
}

/// A text and what it binds.
type Statement = (Arc<str>, Vec<Cell>);

const NO_AUDIT_KEY: &str = "the audit log has no key, as the database was opened only to look";

enum Kind {
    Sqlite(Held),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn audit_key(&self) -> Result<audit::Key, Error> {
        self.audit.clone().ok_or_else(|| damaged(NO_AUDIT_KEY))
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Postgres(_))
    }

    /// What follows a `SELECT` whose rows this transaction is about to change.
    pub(crate) fn for_update(&self) -> &'static str {
        if self.is_postgres() { " FOR UPDATE" } else { "" }
    }

    pub(crate) async fn run(
        &mut self,
        sql: impl Into<Arc<str>>,
        cells: Vec<Cell>,
    ) -> Result<u64, Error> {
        let sql = AssertSqlSafe(sql.into());
        Ok(match &mut self.kind {
            Kind::Sqlite(held) => {
                #[cfg(test)]
                crate::tests::plans::check(held.in_transaction().await?, &sql.0).await;
                let query = bound!(sqlx::query(sql), cells);
                query.execute(held.in_transaction().await?).await?.rows_affected()
            }
            Kind::Postgres(tx) => {
                answered(bound!(sqlx::query(sql), cells).execute(&mut **tx)).await?.rows_affected()
            }
        })
    }

    pub(crate) async fn rows<T: Row>(
        &mut self,
        sql: impl Into<Arc<str>>,
        cells: Vec<Cell>,
    ) -> Result<Vec<T>, Error> {
        let sql = AssertSqlSafe(sql.into());
        Ok(match &mut self.kind {
            Kind::Sqlite(held) => {
                #[cfg(test)]
                crate::tests::plans::check(held.in_transaction().await?, &sql.0).await;
                bound!(sqlx::query_as(sql), cells).fetch_all(held.in_transaction().await?).await?
            }
            Kind::Postgres(tx) => {
                answered(bound!(sqlx::query_as(sql), cells).fetch_all(&mut **tx)).await?
            }
        })
    }

    /// Ends it without a change. A transaction that is merely dropped keeps its locks a little
    /// longer, and whoever skips locked rows would miss them.
    pub(crate) async fn undo(self) -> Result<(), Error> {
        match self.kind {
            Kind::Sqlite(mut held) => held.roll_back().await?,
            Kind::Postgres(tx) => answered(tx.rollback()).await?,
        }
        Ok(())
    }

    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        audit::write(&mut self).await?;
        self.faults.at(Point::Commit).await?;
        match self.kind {
            Kind::Sqlite(mut held) => held.commit(self.last).await?,
            Kind::Postgres(mut tx) => {
                for (sql, cells) in self.last {
                    let query = bound!(sqlx::query(AssertSqlSafe(sql)), cells);
                    answered(query.execute(&mut *tx)).await?;
                }
                answered(tx.commit()).await?;
            }
        }
        self.faults.at(Point::Committed).await
    }

    /// Runs a statement over many rows of values, in few round trips. `head` and `tail` stand
    /// before and after the list of rows.
    pub(crate) async fn run_many(
        &mut self,
        head: &'static str,
        tail: &'static str,
        columns: usize,
        cells: Vec<Cell>,
    ) -> Result<u64, Error> {
        debug_assert_eq!(cells.len() % columns, 0, "whole rows");
        let mut touched = 0;
        let mut left = cells.into_iter();
        while left.len() > 0 {
            let rows = chunk(left.len() / columns);
            let sql = values_sql(self.is_postgres(), head, tail, columns, rows);
            touched += self.run(sql, left.by_ref().take(rows * columns).collect()).await?;
        }
        Ok(touched)
    }

    /// The same for rows that nothing in this transaction looks at again: they are written with the
    /// commit, which in SQLite is one way to its thread and back for all of them. For a few rows: the
    /// texts of all such statements are kept prepared as one.
    pub(crate) fn run_many_at_last(
        &mut self,
        head: &'static str,
        tail: &'static str,
        columns: usize,
        cells: Vec<Cell>,
    ) {
        debug_assert_eq!(cells.len() % columns, 0, "whole rows");
        let mut left = cells.into_iter();
        while left.len() > 0 {
            let rows = chunk(left.len() / columns);
            let sql = values_sql(self.is_postgres(), head, tail, columns, rows);
            self.last.push((sql, left.by_ref().take(rows * columns).collect()));
        }
    }

    /// The same for a statement that gives rows.
    pub(crate) async fn rows_of_many<T: Row>(
        &mut self,
        head: &'static str,
        tail: &'static str,
        columns: usize,
        cells: Vec<Cell>,
    ) -> Result<Vec<T>, Error> {
        let mut res = vec![];
        let mut left = cells.into_iter();
        while left.len() > 0 {
            let rows = chunk(left.len() / columns);
            let sql = values_sql(self.is_postgres(), head, tail, columns, rows);
            res.extend(self.rows::<T>(sql, left.by_ref().take(rows * columns).collect()).await?);
        }
        Ok(res)
    }
}
