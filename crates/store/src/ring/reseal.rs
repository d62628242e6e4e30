//! Seals anew what an earlier data key has sealed. A new table with sealed bytes is a line of `TABLES`.

use std::collections::BTreeMap;

use model::id::WorkspaceId;
use uuid::Uuid;

use super::number_of;
use crate::{
    Error, Store,
    seal::Place,
    sql::{Cell, cells_of},
};

/// A table with a column `sealed`.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The column of its id.
    id: &'static str,
    owner: Owner,
}

/// Whose rows they are, and what kind their places are of.
enum Owner {
    /// The workspace's of each row; the column says the kind.
    Workspace { kind: &'static str },
    /// Nobody's; all are of this kind.
    Platform { kind: &'static str },
}

/// What is sealed for a few minutes only, as journeys are, is left to its end.
pub(crate) const TABLES: &[Table] = &[
    Table { name: "credentials", id: "id", owner: Owner::Workspace { kind: "kind" } },
    Table { name: "mails", id: "id", owner: Owner::Platform { kind: "mail" } },
    Table { name: "two_factor", id: "user_id", owner: Owner::Platform { kind: "two factor" } },
];

/// How many rows are read at once.
const ROWS_MAX: u32 = 200;

#[derive(sqlx::FromRow)]
struct Row {
    workspace: Uuid,
    id: Uuid,
    kind: String,
    sealed: Vec<u8>,
}

impl Table {
    /// The rows after one of a workspace and an id, in order.
    async fn after_any_workspace(
        &self,
        store: &Store,
        (workspace, row): (Uuid, Uuid),
    ) -> Result<Vec<Row>, Error> {
        let (name, id) = (self.name, self.id);
        let (sql, cells): (String, Vec<Cell>) = match self.owner {
            Owner::Workspace { kind } => (
                format!(
                    "SELECT workspace_id AS workspace, {id} AS id, {kind} AS kind, sealed FROM {name} \
                     WHERE (workspace_id, {id}) > ($1, $2) ORDER BY workspace_id, {id} LIMIT {ROWS_MAX}"
                ),
                cells_of![workspace, row],
            ),
            Owner::Platform { kind } => (
                format!(
                    "SELECT {id} AS workspace, {id} AS id, '{kind}' AS kind, sealed FROM {name} \
                     WHERE {id} > $1 ORDER BY {id} LIMIT {ROWS_MAX}"
                ),
                cells_of![row],
            ),
        };
        store.0.db.rows::<Row>(sql, cells).await
    }

    fn place<'a>(&self, row: &'a Row) -> Place<'a> {
        let workspace = match self.owner {
            Owner::Workspace { .. } => row.workspace,
            Owner::Platform { .. } => Uuid::nil(),
        };
        Place { workspace: WorkspaceId(workspace), row: row.id, kind: &row.kind }
    }

    /// `false`: it was changed meanwhile, and so sealed anew.
    async fn reseal_any_workspace(&self, store: &Store, row: &Row) -> Result<bool, Error> {
        let (ring, place) = (&store.0.key, self.place(row));
        let opened = ring.open_sealed(&place, &row.sealed)?;
        let sealed = ring.seal(&place, &opened);
        let (name, id) = (self.name, self.id);
        let n = match self.owner {
            Owner::Workspace { .. } => {
                let sql = format!(
                    "UPDATE {name} SET sealed = $4 WHERE workspace_id = $1 AND {id} = $2 AND sealed = $3"
                );
                let cells = cells_of![row.workspace, row.id, row.sealed.clone(), sealed];
                store.0.db.run(sql, cells).await?
            }
            Owner::Platform { .. } => {
                let sql = format!("UPDATE {name} SET sealed = $3 WHERE {id} = $1 AND sealed = $2");
                store.0.db.run(sql, cells_of![row.id, row.sealed.clone(), sealed]).await?
            }
        };
        Ok(n > 0)
    }
}

/// A walk through all rows of a table.
struct Walk<'a> {
    store: &'a Store,
    table: &'static Table,
    last: (Uuid, Uuid),
}

impl Walk<'_> {
    fn through(store: &Store) -> impl Iterator<Item = Walk<'_>> {
        let last = (Uuid::nil(), Uuid::nil());
        TABLES.iter().map(move |table| Walk { store, table, last })
    }

    /// The next rows; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<Row>>, Error> {
        let rows = self.table.after_any_workspace(self.store, self.last).await?;
        let Some(end) = rows.last() else { return Ok(None) };
        self.last = (end.workspace, end.id);
        Ok(Some(rows))
    }
}

pub(super) async fn all(store: &Store) -> Result<u64, Error> {
    let mut n = 0;
    for mut walk in Walk::through(store) {
        while let Some(rows) = walk.next().await? {
            for row in rows.iter().filter(|it| !store.0.key.is_current(&it.sealed)) {
                n += u64::from(walk.table.reseal_any_workspace(store, row).await?);
            }
        }
    }
    Ok(n)
}

/// How many secrets each data key has sealed.
pub(super) async fn count(store: &Store) -> Result<BTreeMap<u32, u64>, Error> {
    let mut res = BTreeMap::new();
    for mut walk in Walk::through(store) {
        while let Some(rows) = walk.next().await? {
            for row in &rows {
                *res.entry(number_of(&row.sealed)).or_default() += 1;
            }
        }
    }
    Ok(res)
}
