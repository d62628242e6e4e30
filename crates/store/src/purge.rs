//! Removes workspaces whose time has come, with all that is in them, a little at a time.

use jiff::Timestamp;
use model::id::WorkspaceId;
use uuid::Uuid;

use crate::{Error, Store, audit, sql::cells_of};

/// Every table whose rows are a workspace's, with the rest of its key. A test holds this list
/// against the schema.
pub(crate) const TABLES: &[(&str, &str)] = &[
    ("queue", "id"),
    ("waits", "id"),
    ("executions", "id"),
    ("journal", "execution_id, seq"),
    ("blobs", "execution_id, name"),
    ("totals", "workflow_id, status"),
    ("daily", "workflow_id, day, status, bucket"),
    ("static_data", "workflow_id, node"),
    ("webhook_requests", "id"),
    ("firings", "schedule_id, due_at"),
    ("schedules", "id"),
    ("webhooks", "path, method"),
    ("versions", "id"),
    ("workflows", "id"),
    ("credentials", "id"),
    ("variables", "id"),
    ("outbox", "id"),
    ("sso_domains", "domain"),
    ("origins", "origin"),
    ("rate_limits", "source, class"),
    ("gateway_routes", "id"),
    ("subscriptions", "workspace_id"),
    ("usage", "name, period"),
    ("credit_accounts", "workspace_id"),
    ("credit_days", "day"),
    ("credit_entries", "key"),
    ("payers", "workspace_id"),
    ("recharge_settings", "workspace_id"),
    ("recharges", "id"),
    ("payments", "id"),
    ("settings", "name"),
    ("shares", "thing_id, whom_id, role"),
    ("access", "thing_id"),
    ("key_uses", "key_id, day, route"),
    ("api_keys", "id"),
    ("service_accounts", "id"),
    ("invitations", "id"),
    ("members", "user_id"),
    ("roles", "name"),
    ("audit", "seq"),
    ("audit_heads", "workspace_id"),
];

/// How many rows of a table one step removes.
const ROWS_MAX: u32 = 500;
/// How many workspaces are looked at by one call.
const WORKSPACES_MAX: u32 = 10;

impl Store {
    /// Removes some rows of workspaces that have ended, and some people whose time has come. Gives how many; call it until it is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn purge(&self, now: Timestamp) -> Result<u64, Error> {
        let mut n = 0;
        for it in ended_any_workspace(self, now).await? {
            n += purge_some(self, it).await?;
        }
        Ok(n + self.purge_people(now).await?)
    }
}

async fn ended_any_workspace(store: &Store, now: Timestamp) -> Result<Vec<WorkspaceId>, Error> {
    let sql = format!(
        "SELECT id FROM workspaces WHERE ends_at IS NOT NULL AND ends_at <= $1 \
         ORDER BY ends_at LIMIT {WORKSPACES_MAX}"
    );
    let rows = store.0.db.rows::<(Uuid,)>(sql, cells_of![now]).await?;
    Ok(rows.into_iter().map(|it| WorkspaceId(it.0)).collect())
}

/// A step is a transaction of its own, so that nobody waits long for it; the workspace itself goes
/// last.
async fn purge_some(store: &Store, workspace: WorkspaceId) -> Result<u64, Error> {
    for (table, key) in TABLES {
        let mut tx = store.0.db.begin().await?;
        let some = format!(
            "(SELECT {key} FROM {table} WHERE workspace_id = $1 ORDER BY {key} LIMIT {ROWS_MAX})"
        );
        if *table == "blobs" {
            let sql = format!(
                "INSERT INTO litter (workspace_id, name) SELECT DISTINCT workspace_id, name FROM blobs \
                 WHERE workspace_id = $1 AND ({key}) IN {some} ON CONFLICT DO NOTHING"
            );
            tx.run(sql, cells_of![workspace]).await?;
        }
        let sql = format!("DELETE FROM {table} WHERE workspace_id = $1 AND ({key}) IN {some}");
        let n = tx.run(sql, cells_of![workspace]).await?;
        tx.commit().await?;
        if n > 0 {
            return Ok(n);
        }
    }
    let sql = "DELETE FROM workspaces WHERE id = $1 AND ends_at IS NOT NULL -- workspace_id";
    let n = store.0.db.run(sql, cells_of![workspace]).await?;
    if n > 0 {
        store.note(audit::Note::of(audit::PLATFORM, "workspace.remove", workspace)).await?;
    }
    Ok(n)
}
