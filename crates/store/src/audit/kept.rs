//! For how long entries of the audit log are kept, and where some are older than that.

use jiff::{SignedDuration, Timestamp};
use model::{id::WorkspaceId, plan::Limit};
use sqlx::FromRow;
use uuid::Uuid;

use super::PLATFORM;
use crate::{Error, Store, sql::cells_of, subscriptions::Raw};

/// Longer than all times that there are.
const HOURS_MAX: i64 = 24 * 366 * 20_000;
/// How many workspaces are read at once.
const WORKSPACES_MAX: usize = 1_000;

/// The terms of a workspace, and when its first entry was written.
#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    terms: Raw,
    first_at: Option<i64>,
}

impl Store {
    /// The chains that have entries older than they are kept, and since when they are: by the plan of the workspace, or
    /// by what is said for all, whichever keeps less.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub async fn audits_kept_since(
        &self,
        days: Option<u32>,
        now: Timestamp,
    ) -> Result<Vec<(WorkspaceId, Timestamp)>, Error> {
        let mut res = vec![];
        let mut after = Uuid::nil();
        loop {
            let page = self.chains_any_workspace(days, after).await?;
            for it in &page {
                let planned = it.terms.subscription()?.limits_at(now).of(Limit::AuditDays);
                let least = [days.map(u64::from), planned].into_iter().flatten().min();
                res.extend(old(WorkspaceId(it.terms.workspace_id), it.first_at, least, now));
            }
            match page.last() {
                Some(last) if page.len() == WORKSPACES_MAX => after = last.terms.workspace_id,
                Some(_) | None => break,
            }
        }
        if let Some(days) = days {
            let sql = "SELECT done_at FROM audit WHERE workspace_id = $1 ORDER BY seq LIMIT 1";
            let first = self.0.db.row::<(i64,)>(sql, cells_of![PLATFORM]).await?;
            res.extend(old(PLATFORM, first.map(|it| it.0), Some(days.into()), now));
        }
        Ok(res)
    }

    /// Where nothing is said for all, only a workspace with terms of its own can limit anything.
    async fn chains_any_workspace(
        &self,
        days: Option<u32>,
        after: Uuid,
    ) -> Result<Vec<Row>, Error> {
        let join = if days.is_some() { "LEFT" } else { "INNER" };
        let sql = format!(
            "SELECT w.id AS workspace_id, COALESCE(s.plan, 'unlimited') AS plan, \
             COALESCE(s.status, 'active') AS status, s.trial_ends_at, s.period_ends_at, \
             COALESCE(s.limits, '{{}}') AS limits, \
             (SELECT offer FROM plans WHERE plans.name = s.plan) AS offer, \
             (SELECT offer FROM plans WHERE plans.name = 'free') AS free, \
             (SELECT done_at FROM audit WHERE audit.workspace_id = w.id ORDER BY seq LIMIT 1) AS first_at \
             FROM workspaces w {join} JOIN subscriptions s ON s.workspace_id = w.id \
             WHERE w.id > $1 ORDER BY w.id LIMIT {WORKSPACES_MAX}"
        );
        self.0.db.rows::<Row>(sql, cells_of![after]).await
    }
}

/// A chain whose first entry is older than so many days.
fn old(
    chain: WorkspaceId,
    first_at: Option<i64>,
    days: Option<u64>,
    now: Timestamp,
) -> Option<(WorkspaceId, Timestamp)> {
    let hours = i64::try_from(days?).unwrap_or(i64::MAX).saturating_mul(24).min(HOURS_MAX);
    let since = now.checked_sub(SignedDuration::from_hours(hours)).ok()?;
    (first_at? < since.as_microsecond()).then_some((chain, since))
}
