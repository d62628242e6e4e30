//! How often a workspace's callers may ask, where that is not as the server has it for everybody.

use std::collections::BTreeMap;

use model::{Rate, id::WorkspaceId};
use serde_json::json;

use crate::{
    Error, Store, audit::Note, error::damaged, sql::cells_of,
    workflows::next_generation_any_workspace,
};

/// What can be limited for a workspace.
pub const CLASSES: [&str; 4] = ["api", "gateway", "upload", "webhook"];
/// More rows than a workspace has.
const ROWS_MAX: u32 = 20;

pub type ByClass = BTreeMap<&'static str, Rate>;

/// What is not named is as the server has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateLimits {
    /// By who looks after the server, such as with a plan.
    pub granted: ByClass,
    /// The workspace's own, within that.
    pub own: ByClass,
}

impl RateLimits {
    /// The most that the workspace may give itself, where the server gives everybody so much.
    pub fn most(&self, class: &str, server: Option<Rate>) -> Option<Rate> {
        self.granted.get(class).copied().or(server)
    }

    /// What counts.
    pub fn of(&self, class: &str, server: Option<Rate>) -> Option<Rate> {
        let most = self.most(class, server);
        match (self.own.get(class), most) {
            (Some(own), Some(most)) if !own.is_within(most) => Some(most),
            (Some(own), _) => Some(*own),
            (None, most) => most,
        }
    }
}

impl Store {
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn rate_limits(&self, workspace: WorkspaceId) -> Result<RateLimits, Error> {
        let sql = format!(
            "SELECT source, class, rate FROM rate_limits WHERE workspace_id = $1 \
             ORDER BY source, class LIMIT {ROWS_MAX}"
        );
        let rows = self.0.db.rows::<(String, String, String)>(sql, cells_of![workspace]).await?;
        let mut res = RateLimits::default();
        for (source, class, rate) in rows {
            let class = CLASSES.into_iter().find(|it| *it == class);
            let class = class.ok_or_else(|| damaged("a class of limits"))?;
            let side = if source == "granted" { &mut res.granted } else { &mut res.own };
            side.insert(class, rate.parse().map_err(damaged)?);
        }
        Ok(res)
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
        for (source, side) in [("granted", &limits.granted), ("own", &limits.own)] {
            for (class, rate) in side {
                let sql = "INSERT INTO rate_limits (workspace_id, source, class, rate) VALUES ($1, $2, $3, $4)";
                tx.run(sql, cells_of![workspace, source, *class, rate.to_string()]).await?;
            }
        }
        let became = json!({ "granted": limits.granted, "own": limits.own });
        tx.note(Note::of(workspace, "limits.update", workspace).became(became));
        // Who keeps limits in memory reads them anew.
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_gives_itself_no_more_than_it_has() {
        let check = |granted: &str, own: &str, server: &str, expected: &str| {
            let side = |text: &str| text.parse().ok().map(|it| ("api", it)).into_iter().collect();
            let limits = RateLimits { granted: side(granted), own: side(own) };
            let found = limits.of("api", server.parse().ok());
            assert_eq!(found, expected.parse().ok(), "{granted} {own} {server}");
        };
        check("", "", "100/min", "100/min");
        check("", "10/min", "100/min", "10/min");
        check("", "1000/min", "100/min", "100/min");
        check("1000/min", "", "100/min", "1000/min");
        check("1000/min", "500/min", "100/min", "500/min");
        check("50/min", "500/min", "100/min", "50/min");
        check("", "10/min", "", "10/min");
        check("", "", "", "");
    }
}
