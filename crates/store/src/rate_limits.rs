//! How often a workspace's callers may ask, where it has limits of its own.

use std::collections::BTreeMap;

use model::{Rate, id::WorkspaceId};
use serde_json::json;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    sql::cells_of,
    workflows::next_generation_any_workspace,
};

/// More classes than there are.
const CLASSES_MAX: u32 = 20;

/// By class; what is not named is as the server has it.
pub type RateLimits = BTreeMap<&'static str, Rate>;

/// What can be limited for a workspace.
pub const CLASSES: [&str; 4] = ["api", "gateway", "upload", "webhook"];

impl Store {
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn rate_limits(&self, workspace: WorkspaceId) -> Result<RateLimits, Error> {
        let sql = format!(
            "SELECT class, rate FROM rate_limits WHERE workspace_id = $1 ORDER BY class LIMIT {CLASSES_MAX}"
        );
        let rows = self.0.db.rows::<(String, String)>(sql, cells_of![workspace]).await?;
        rows.iter().map(|(class, rate)| parsed(class, rate)).collect()
    }

    /// Keeps these and no others.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_rate_limits(
        &self,
        workspace: WorkspaceId,
        limits: &RateLimits,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        tx.run("DELETE FROM rate_limits WHERE workspace_id = $1", cells_of![workspace]).await?;
        for (class, rate) in limits {
            let sql = "INSERT INTO rate_limits (workspace_id, class, rate) VALUES ($1, $2, $3)";
            tx.run(sql, cells_of![workspace, *class, rate.to_string()]).await?;
        }
        tx.note(Note::of(workspace, "limits.update", workspace).became(json!(limits)));
        // Who keeps limits in memory reads them anew.
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(())
    }
}

fn parsed(class: &str, rate: &str) -> Result<(&'static str, Rate), Error> {
    let class = CLASSES.into_iter().find(|it| *it == class);
    let class = class.ok_or_else(|| damaged("a class of limits"))?;
    Ok((class, rate.parse().map_err(damaged)?))
}
