//! Schemas of their own in one PostgreSQL, for tests of the whole product.

use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

use crate::Error;

/// A schema that was made for somebody, and is empty.
pub struct Schema {
    /// With it, a store finds itself alone in the database.
    pub url: String,
    name: String,
    server: PgPool,
}

impl Schema {
    /// # Errors
    /// [`Error::Database`].
    pub async fn make(server: &str) -> Result<Schema, Error> {
        let name = format!("test_{}", Uuid::now_v7().simple());
        let url = url_of(server, &name);
        let server = PgPool::connect(server).await?;
        sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).execute(&server).await?;
        Ok(Schema { url, name, server })
    }

    /// Drops it with all that is in it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn remove(self) -> Result<(), Error> {
        let sql = format!("DROP SCHEMA {} CASCADE", self.name);
        sqlx::query(AssertSqlSafe(sql)).execute(&self.server).await?;
        self.server.close().await;
        Ok(())
    }
}

/// The address that leads into a schema of a server.
pub(crate) fn url_of(server: &str, schema: &str) -> String {
    let join = if server.contains('?') { '&' } else { '?' };
    format!("{server}{join}options[search_path]={schema}")
}
