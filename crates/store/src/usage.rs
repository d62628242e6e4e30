//! What workspaces use, counted in the transaction of what uses it.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;
use model::{id::WorkspaceId, plan};
use uuid::Uuid;

use crate::{
    Error, Store,
    sql::{Tx, cells_of},
};

/// Executions that began in a month.
pub(crate) const EXECUTIONS: &str = "executions";
/// Bytes of files that executions keep.
pub(crate) const STORAGE: &str = "storage";
/// The period of what is not counted by month.
pub(crate) const ALWAYS: i64 = 0;

/// What a transaction adds. Written once, at its end and in one order, so that two transactions never
/// wait for each other.
#[derive(Default)]
pub(crate) struct Used(BTreeMap<(Uuid, Cow<'static, str>, i64), i64>);

impl Used {
    pub(crate) fn add(
        &mut self,
        workspace: Uuid,
        name: impl Into<Cow<'static, str>>,
        period: i64,
        n: i64,
    ) {
        if n != 0 {
            *self.0.entry((workspace, name.into(), period)).or_default() += n;
        }
    }

    pub(crate) fn write(self, tx: &mut Tx) {
        let all = self.0.into_iter().filter(|it| it.1 != 0);
        let cells =
            all.flat_map(|((ws, name, period), n)| cells_of![ws, name.into_owned(), period, n]);
        let head = "INSERT INTO usage (workspace_id, name, period, n) VALUES";
        let tail =
            "ON CONFLICT (workspace_id, name, period) DO UPDATE SET n = usage.n + excluded.n";
        tx.run_many_at_last(head, tail, 4, cells.collect());
    }
}

/// What a workspace uses of all that plans limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Usage {
    /// This month.
    pub executions: u64,
    /// At the moment, called ones left out.
    pub running: u64,
    /// Held back by a limit, or waiting for their turn.
    pub backlog: u64,
    pub workflows: u64,
    pub members: u64,
    pub storage_bytes: u64,
    /// Of those that the plan gave this month.
    pub credits: u64,
}

/// Up to this, things are counted for display.
const COUNTED_MAX: u32 = 100_000;

impl Store {
    /// # Errors
    /// [`Error::Database`].
    pub async fn usage(&self, workspace: WorkspaceId, now: Timestamp) -> Result<Usage, Error> {
        let some =
            |what: &str| format!("(SELECT COUNT(*) FROM ({what} LIMIT {COUNTED_MAX}) AS it)");
        let all = [
            some(
                "SELECT 1 FROM queue WHERE workspace_id = $1 AND status = 'running' AND parent IS NULL",
            ),
            some("SELECT 1 FROM queue WHERE workspace_id = $1 AND status = 'queued'"),
            some("SELECT 1 FROM queue WHERE workspace_id = $1 AND wait_kind = 'plan'"),
            some("SELECT 1 FROM workflows WHERE workspace_id = $1"),
            some("SELECT 1 FROM members WHERE workspace_id = $1"),
            some("SELECT 1 FROM invitations WHERE workspace_id = $1 AND expires_at > $2"),
        ];
        let sql = format!("SELECT {} -- workspace_id", all.join(", "));
        type Raw = (i64, i64, i64, i64, i64, i64);
        let row = self.0.db.row::<Raw>(sql, cells_of![workspace, now]).await?.unwrap_or_default();
        let sql = "SELECT name, n FROM usage WHERE workspace_id = $1 \
                   AND ((name = 'executions' AND period = $2) OR (name = 'storage' AND period = 0))";
        let cells = cells_of![workspace, plan::month(now)];
        let counted = self.0.db.rows::<(String, i64)>(sql, cells).await?;
        let of =
            |name: &str| counted.iter().find(|it| it.0 == name).map_or(0, |it| it.1.max(0) as u64);
        let balance = self.credits(workspace, now).await?;
        Ok(Usage {
            credits: balance.given.map_or(0, |it| it.saturating_sub(balance.account.plan)),
            executions: of(EXECUTIONS),
            running: row.0 as u64,
            backlog: (row.1 + row.2) as u64,
            workflows: row.3 as u64,
            members: (row.4 + row.5) as u64,
            storage_bytes: of(STORAGE),
        })
    }
}
