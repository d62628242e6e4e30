//! For tests of the whole product: schemas of their own in one PostgreSQL, and all that is a workspace's.

use std::collections::BTreeMap;

use model::id::WorkspaceId;
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

use crate::{
    Error, Store, purge,
    sql::{Pool, cells_of},
};

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

/// All rows of a workspace by table, as text: what stays the same whatever happens elsewhere.
///
/// # Errors
/// [`Error::Database`].
pub async fn rows_of(
    store: &Store,
    workspace: WorkspaceId,
) -> Result<BTreeMap<&'static str, Vec<String>>, Error> {
    let mut res = BTreeMap::new();
    let owned = purge::TABLES.iter().map(|it| (it.0, "workspace_id"));
    for (table, owner) in owned.chain([("litter", "workspace_id"), ("workspaces", "id")]) {
        let row = match &store.0.db.pool {
            Pool::Postgres(_) => "CAST(to_jsonb(it) AS TEXT)".to_owned(),
            Pool::Sqlite { .. } => columns_any_workspace(store, table).await?,
        };
        let sql = format!("SELECT {row} FROM {table} AS it WHERE {owner} = $1 -- workspace_id");
        let rows = store.0.db.rows::<(String,)>(sql, cells_of![workspace]).await?;
        let mut rows: Vec<String> = rows.into_iter().map(|it| it.0).collect();
        rows.sort_unstable();
        res.insert(table, rows);
    }
    Ok(res)
}

async fn columns_any_workspace(store: &Store, table: &str) -> Result<String, Error> {
    let sql =
        "SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM pragma_table_info($1)";
    let row = store.0.db.row::<(String,)>(sql, cells_of![table]).await?;
    Ok(row.map(|it| it.0).unwrap_or_default())
}
