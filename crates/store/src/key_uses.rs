//! How often keys asked for what, by day.

use std::collections::HashMap;

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use model::id::{ApiKeyId, WorkspaceId};
use uuid::Uuid;

use crate::{
    Error, Store,
    sql::cells_of,
    statistics::{day_number, day_of},
};

/// For how many days uses are kept.
pub const USES_DAYS_MAX: u32 = 366;
/// How many rows of one key are read; a route is one a day.
const ROWS_MAX: u32 = 100_000;
/// How many one sweep forgets.
const SWEPT_MAX: u32 = 5_000;

/// What was asked for, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    pub workspace: WorkspaceId,
    pub key: ApiKeyId,
    pub day: Date,
    /// The method, and the path as it is written in the router.
    pub route: String,
}

/// How often that was, and how it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    pub requests: u64,
    /// Of them, those that were refused or broke.
    pub failures: u64,
    pub took_us: u64,
}

impl Uses {
    pub fn join(&mut self, other: Uses) {
        self.requests += other.requests;
        self.failures += other.failures;
        self.took_us += other.took_us;
    }
}

impl Use {
    pub fn at(workspace: WorkspaceId, key: ApiKeyId, route: String, now: Timestamp) -> Use {
        Use { workspace, key, day: now.to_zoned(TimeZone::UTC).date(), route }
    }
}

impl Store {
    /// Adds what was counted since the last time. What a key asked for that is gone meanwhile is dropped.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_key_uses(&self, all: &[(Use, Uses)]) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        for (it, n) in all {
            let sql = "INSERT INTO key_uses (workspace_id, key_id, day, route, requests, failures, took_us) \
                       SELECT workspace_id, id, $3, $4, $5, $6, $7 FROM api_keys WHERE workspace_id = $1 AND id = $2 \
                       ON CONFLICT (workspace_id, key_id, day, route) DO UPDATE SET \
                       requests = key_uses.requests + excluded.requests, \
                       failures = key_uses.failures + excluded.failures, took_us = key_uses.took_us + excluded.took_us";
            let (requests, failures) = (n.requests as i64, n.failures as i64);
            let (day, route, took) = (day_number(it.day), it.route.clone(), n.took_us as i64);
            tx.run(sql, cells_of![it.workspace, it.key, day, route, requests, failures, took])
                .await?;
        }
        tx.commit().await
    }

    /// What a key asked for from a day on, by day and route.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn key_uses(
        &self,
        workspace: WorkspaceId,
        key: ApiKeyId,
        first: Date,
    ) -> Result<Vec<(Date, String, Uses)>, Error> {
        let sql = format!(
            "SELECT day, route, requests, failures, took_us FROM key_uses \
             WHERE workspace_id = $1 AND key_id = $2 AND day >= $3 ORDER BY day, route LIMIT {ROWS_MAX}"
        );
        type Raw = (i64, String, i64, i64, i64);
        let rows = self.0.db.rows::<Raw>(sql, cells_of![workspace, key, day_number(first)]).await?;
        let one = |(day, route, requests, failures, took): Raw| {
            let (requests, failures) = (requests as u64, failures as u64);
            Ok((day_of(day)?, route, Uses { requests, failures, took_us: took as u64 }))
        };
        rows.into_iter().map(one).collect()
    }

    /// How often each key of a workspace asked for anything, as far back as is kept.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn key_totals(
        &self,
        workspace: WorkspaceId,
    ) -> Result<HashMap<ApiKeyId, u64>, Error> {
        let sql = "SELECT key_id, CAST(SUM(requests) AS BIGINT) FROM key_uses WHERE workspace_id = $1 GROUP BY key_id";
        let rows = self.0.db.rows::<(Uuid, i64)>(sql, cells_of![workspace]).await?;
        Ok(rows.into_iter().map(|(key, n)| (ApiKeyId(key), n as u64)).collect())
    }

    /// Forgets uses that are too old.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_key_uses(&self, now: Timestamp) -> Result<(), Error> {
        self.sweep_key_uses_any_workspace(now).await
    }

    async fn sweep_key_uses_any_workspace(&self, now: Timestamp) -> Result<(), Error> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let last = day_number(today.saturating_sub(Span::new().days(i64::from(USES_DAYS_MAX))));
        let sql = "SELECT day FROM key_uses WHERE day < $1 LIMIT 1";
        if self.0.db.row::<(i64,)>(sql, cells_of![last]).await?.is_none() {
            return Ok(());
        }
        let sql = format!(
            "DELETE FROM key_uses WHERE (workspace_id, key_id, day, route) IN \
             (SELECT workspace_id, key_id, day, route FROM key_uses WHERE day < $1 LIMIT {SWEPT_MAX})"
        );
        self.0.db.run(sql, cells_of![last]).await?;
        Ok(())
    }
}
