//! Reads journals back.

use model::{
    codec::{self, Pages},
    id::{ExecutionId, WorkspaceId},
    journal::Record,
};

use crate::{Error, Store, error::damaged, sql::cells_of};

impl Store {
    /// All records of an execution, in order; none when it is not there or was not kept.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they cannot be read, [`Error::Database`].
    pub async fn records(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
        pages: &(dyn Pages + Sync),
    ) -> Result<Vec<Record>, Error> {
        let sql = "SELECT records FROM journal WHERE workspace_id = $1 AND execution_id = $2 ORDER BY seq";
        let rows = self.0.db.rows::<(Vec<u8>,)>(sql, cells_of![workspace, execution]).await?;
        let mut res = vec![];
        for (bytes,) in rows {
            res.extend(codec::decode(&bytes, pages).map_err(damaged)?);
        }
        Ok(res)
    }

    /// The number that an execution's next batch has.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn next_seq(
        &self,
        workspace: WorkspaceId,
        execution: ExecutionId,
    ) -> Result<u32, Error> {
        let sql = "SELECT MAX(seq) FROM journal WHERE workspace_id = $1 AND execution_id = $2";
        let row = self.0.db.row::<(Option<i64>,)>(sql, cells_of![workspace, execution]).await?;
        Ok(row.and_then(|it| it.0).map_or(0, |it| it as u32 + 1))
    }
}
