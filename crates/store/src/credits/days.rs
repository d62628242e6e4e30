//! What was left of a workspace's credits at the end of each day, written down with each change.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{credit::Account, id::WorkspaceId, plan::month};

use super::{held::account, number};
use crate::{
    Error, Store,
    sql::{Tx, cells_of},
    statistics::{day_number, day_of},
};

/// For so many days it is remembered.
const KEPT_DAYS: i64 = 800;

/// What was left at the end of a day (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayLeft {
    pub day: Date,
    pub plan: u64,
    pub extra: u64,
}

impl Store {
    /// What was left at the end of each day from the first until the last, or today. Before anything was spent or
    /// came, it is what the plan gives. `None`: the plan has no limit.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn credits_by_day(
        &self,
        workspace: WorkspaceId,
        (first, last): (Date, Date),
        now: Timestamp,
    ) -> Result<Option<Vec<DayLeft>>, Error> {
        let now_is = self.credits(workspace, now).await?;
        let Some(given) = now_is.given else { return Ok(None) };
        let today = day_number(now.to_zoned(TimeZone::UTC).date());
        let (first, last) = (day_number(first), day_number(last).min(today));
        let sql = "SELECT plan, extra, month, given FROM credit_days WHERE workspace_id = $1 AND day < $2 \
                   ORDER BY day DESC LIMIT 1";
        let row = self.0.db.row::<(i64, i64, i64, i64)>(sql, cells_of![workspace, first]).await?;
        let mut known = row.map_or(Account { given, ..Account::default() }, account);
        let sql = "SELECT day, plan, extra, month, given FROM credit_days WHERE workspace_id = $1 AND day >= $2 \
                   AND day <= $3 ORDER BY day";
        let cells = cells_of![workspace, first, last];
        let rows = self.0.db.rows::<(i64, i64, i64, i64, i64)>(sql, cells).await?;
        let mut rows = rows.into_iter().peekable();
        let mut res = vec![];
        for number in first..=last {
            let day = day_of(number)?;
            while let Some(it) = rows.next_if(|it| it.0 <= number) {
                known = account((it.1, it.2, it.3, it.4));
            }
            let left = match number == today {
                true => now_is.account,
                false => known.in_month(month_of(day), known.given),
            };
            res.push(DayLeft { day, plan: left.plan, extra: left.extra });
        }
        Ok(Some(res))
    }
}

fn month_of(day: Date) -> i64 {
    let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
    noon.map_or(0, |it| month(it.timestamp()))
}

/// Writes down what is left today, and forgets what is too old, but for the last of it: that counts until the
/// first day that is still known.
pub(super) async fn keep(
    tx: &mut Tx,
    workspace: WorkspaceId,
    it: Account,
    now: Timestamp,
) -> Result<(), Error> {
    let today = day_number(now.to_zoned(TimeZone::UTC).date());
    let [plan, extra, given] = [number(it.plan)?, number(it.extra)?, number(it.given)?];
    let cells = || cells_of![workspace, today, plan, extra, it.month, given];
    let sql = "UPDATE credit_days SET plan = $3, extra = $4, month = $5, given = $6 \
               WHERE workspace_id = $1 AND day = $2";
    if tx.run(sql, cells()).await? > 0 {
        return Ok(());
    }
    let sql = "INSERT INTO credit_days (workspace_id, day, plan, extra, month, given) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, day) DO NOTHING";
    tx.run(sql, cells()).await?;
    let sql = "DELETE FROM credit_days WHERE workspace_id = $1 AND day < (SELECT MAX(day) FROM credit_days \
               WHERE workspace_id = $1 AND day < $2)";
    tx.run(sql, cells_of![workspace, today - KEPT_DAYS]).await?;
    Ok(())
}
