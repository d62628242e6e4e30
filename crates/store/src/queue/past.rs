//! What claimed executions have done so far, read for many at once: each way to the database costs
//! as much as an execution.

use std::collections::HashMap;

use model::{
    codec::{self, Pages},
    execution::Answer,
    id::WaitId,
    journal::Record,
};
use uuid::Uuid;

use super::Claimed;
use crate::{
    Error, Store,
    error::damaged,
    sql::{Cell, cells_of},
    waits::read_answer,
};

/// What was recorded of an execution, as the database has it.
#[derive(Default)]
pub struct Past {
    /// By the number of their batch.
    records: Vec<(i64, Vec<u8>)>,
    /// By their time.
    answers: Vec<(i64, Uuid, Vec<u8>)>,
}

impl Past {
    /// All records, in order; none when they were not kept.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn records(&self, pages: &(dyn Pages + Sync)) -> Result<Vec<Record>, Error> {
        let mut res = vec![];
        for (_, bytes) in &self.records {
            res.extend(codec::decode(bytes, pages).map_err(damaged)?);
        }
        Ok(res)
    }

    /// Answers of waits that the execution has not taken in yet, the first one first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn answers(&self, pages: &(dyn Pages + Sync)) -> Result<Vec<(WaitId, Answer)>, Error> {
        let read =
            |it: &(i64, Uuid, Vec<u8>)| read_answer(&it.2, pages).map(|to| (WaitId(it.1), to));
        self.answers.iter().map(read).collect()
    }
}

impl Store {
    /// One for each of these, in their order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn pasts(&self, of: &[Claimed]) -> Result<Vec<Past>, Error> {
        let keys = || of.iter().flat_map(|it| cells_of![it.workspace, it.execution]).collect();
        let mut found: HashMap<(Uuid, Uuid), Past> = HashMap::new();
        let head = "SELECT workspace_id, execution_id, seq, records FROM journal \
                    WHERE (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
        type Written = (Uuid, Uuid, i64, Vec<u8>);
        let keys_of_journal: Vec<Cell> = keys();
        let rows = self.0.db.rows_of_many::<Written>(head, ") AS v)", 2, keys_of_journal).await?;
        for (workspace, execution, seq, bytes) in rows {
            found.entry((workspace, execution)).or_default().records.push((seq, bytes));
        }
        let head = "SELECT workspace_id, execution_id, answered_at, id, answer FROM waits \
                    WHERE answered_at IS NOT NULL AND answer IS NOT NULL \
                    AND (workspace_id, execution_id) IN (SELECT * FROM (VALUES";
        type Answered = (Uuid, Uuid, i64, Uuid, Vec<u8>);
        for it in self.0.db.rows_of_many::<Answered>(head, ") AS v)", 2, keys()).await? {
            found.entry((it.0, it.1)).or_default().answers.push((it.2, it.3, it.4));
        }
        let mut past = |it: &Claimed| {
            let mut res = found.remove(&(it.workspace.0, it.execution.0)).unwrap_or_default();
            res.records.sort_unstable_by_key(|it| it.0);
            res.answers.sort_unstable_by_key(|it| (it.0, it.1));
            res
        };
        Ok(of.iter().map(&mut past).collect())
    }
}
