//! How executions went, by day: counts and how long they took.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{
    execution::Status,
    id::{WorkflowId, WorkspaceId},
    sharing::Sight,
};
use uuid::Uuid;

use crate::{
    Error, Store,
    error::damaged,
    sharing,
    sql::{Cell, cells_of},
};

/// Executions that ended on one day (UTC), also those of which nothing was kept.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Counts {
    pub success: u64,
    pub error: u64,
    pub cancelled: u64,
    pub total_us: u64,
    /// By class of duration: how many took at least `2^(class/4)` µs and less than the next class.
    classes: BTreeMap<i64, u64>,
}

impl Counts {
    pub fn ended(&self) -> u64 {
        self.success + self.error + self.cancelled
    }

    pub fn mean_us(&self) -> Option<u64> {
        self.total_us.checked_div(self.ended())
    }

    /// The duration that this share (0 to 1) of executions did not exceed, to within a fifth.
    pub fn percentile_us(&self, share: f64) -> Option<u64> {
        let all = self.ended();
        let rank = ((all as f64 * share).ceil() as u64).clamp(1, all.max(1));
        let mut seen = 0;
        for (class, n) in &self.classes {
            seen += n;
            if seen >= rank {
                // The middle of the class.
                return Some(((*class as f64 + 0.5) / 4.0).exp2().round() as u64);
            }
        }
        None
    }

    /// Both together.
    pub fn join(&mut self, other: &Counts) {
        self.success += other.success;
        self.error += other.error;
        self.cancelled += other.cancelled;
        self.total_us += other.total_us;
        for (class, n) in &other.classes {
            *self.classes.entry(*class).or_default() += n;
        }
    }

    fn add(&mut self, status: Status, class: i64, n: u64, total_us: u64) {
        match status {
            Status::Success => self.success += n,
            Status::Error => self.error += n,
            Status::Cancelled => self.cancelled += n,
            Status::Queued | Status::Running | Status::Waiting => return,
        }
        self.total_us += total_us;
        *self.classes.entry(class).or_default() += n;
    }
}

type Raw = (i64, Uuid, String, i64, i64, i64);

impl Store {
    /// By day, from the first to the last of these, days without executions left out.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn daily(
        &self,
        workspace: WorkspaceId,
        workflow: Option<WorkflowId>,
        first: Date,
        last: Date,
        sight: Sight,
    ) -> Result<BTreeMap<Date, Counts>, Error> {
        let mut res: BTreeMap<Date, Counts> = BTreeMap::new();
        for (day, _, status, class, n, total) in
            self.counts(workspace, workflow, (first, last), sight).await?
        {
            res.entry(day_of(day)?).or_default().add(
                known(&status)?,
                class,
                n as u64,
                total as u64,
            );
        }
        Ok(res)
    }

    /// By workflow, over all of these days together.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn by_workflow(
        &self,
        workspace: WorkspaceId,
        first: Date,
        last: Date,
        sight: Sight,
    ) -> Result<BTreeMap<WorkflowId, Counts>, Error> {
        let mut res: BTreeMap<WorkflowId, Counts> = BTreeMap::new();
        for (_, workflow, status, class, n, total) in
            self.counts(workspace, None, (first, last), sight).await?
        {
            let counts = res.entry(WorkflowId(workflow)).or_default();
            counts.add(known(&status)?, class, n as u64, total as u64);
        }
        Ok(res)
    }

    async fn counts(
        &self,
        workspace: WorkspaceId,
        workflow: Option<WorkflowId>,
        (first, last): (Date, Date),
        sight: Sight,
    ) -> Result<Vec<Raw>, Error> {
        let mut cells: Vec<Cell> = cells_of![workspace, day_number(first), day_number(last)];
        let mut also = "";
        if let Some(workflow) = workflow {
            cells.push(workflow.into());
            also = " AND workflow_id = $4";
        }
        let seen = sharing::seen(sight, "workflow_id", &mut cells);
        let sql = format!(
            "SELECT day, workflow_id, status, bucket, n, total_us FROM daily \
             WHERE workspace_id = $1 AND day >= $2 AND day <= $3{also}{seen}"
        );
        self.0.db.rows::<Raw>(sql, cells).await
    }

    /// How many executions are queued, running and waiting.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn at_work(
        &self,
        workspace: WorkspaceId,
        sight: Sight,
    ) -> Result<BTreeMap<&'static str, u64>, Error> {
        let mut cells = cells_of![workspace];
        let seen = sharing::seen(sight, "workflow_id", &mut cells);
        let sql = format!(
            "SELECT status, COUNT(*) FROM queue WHERE workspace_id = $1{seen} GROUP BY status"
        );
        let rows = self.0.db.rows::<(String, i64)>(sql, cells).await?;
        rows.into_iter().map(|(status, n)| Ok((known(&status)?.as_str(), n as u64))).collect()
    }
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

pub(crate) fn day_number(day: Date) -> i64 {
    day.duration_since(EPOCH).as_hours() / 24
}

pub(crate) fn day_of(number: i64) -> Result<Date, Error> {
    let day = EPOCH.checked_add(jiff::SignedDuration::from_hours(number.saturating_mul(24)));
    day.map_err(|_| damaged("a day lies outside of all years"))
}

fn known(status: &str) -> Result<Status, Error> {
    Status::from_text(status).ok_or_else(|| damaged("a count of an unknown status"))
}
