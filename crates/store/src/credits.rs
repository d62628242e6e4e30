//! Credits of workspaces: reserved before they are spent, and never spent twice.
//!
//! Whatever changes an account holds its row, and each deed has a key: done twice, it counts once.

mod days;
mod held;
mod ledger;

use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{
    credit::{Account, Reserved, Split},
    id::WorkspaceId,
    plan::month,
};
use smol_str::SmolStr;
use uuid::Uuid;

pub use days::DayLeft;
pub(crate) use held::{Gift, grant, hold};
use held::{Held, account, given, keep};
pub use ledger::{Deed, Entry, Lines, Part, Source};

use crate::{
    Error, Store,
    sql::{Tx, cells_of},
    statistics::{day_number, day_of},
    usage::Used,
    workspaces::time,
};

/// Longest time that credits stay reserved when nobody says what became of them.
pub const RESERVED_MAX: SignedDuration = SignedDuration::from_hours(24);
/// How many reservations one call gives back, or old entries it forgets.
const SWEPT_MAX: u32 = 500;
/// How long it is remembered that a deed was done.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The month of reservations where the plan has no limit: nothing comes back to an account.
const NO_MONTH: i64 = -1;
/// Before a model's name in the counts of what was spent by day.
const SPENT: &str = "credits:";

/// What a workspace may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub account: Account,
    /// So many the plan gives each month; absent is as many as one likes.
    pub given: Option<u64>,
    pub reserved: u64,
}

/// What became of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Reserved,
    Settled,
    Released,
}

/// A reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub key: SmolStr,
    /// What is to be paid with it, such as the name of a model.
    pub label: SmolStr,
    pub credits: u64,
    pub spent: u64,
    pub state: State,
    /// When it is released by itself.
    pub ends_at: Timestamp,
}

/// Credits that were spent on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    pub day: Date,
    pub label: SmolStr,
    pub credits: u64,
}

#[derive(sqlx::FromRow)]
struct Raw {
    key: String,
    label: String,
    state: String,
    plan: i64,
    extra: i64,
    month: i64,
    spent: i64,
    ends_at: i64,
}

const COLUMNS: &str = "key, label, state, plan, extra, month, spent, ends_at";

impl Raw {
    fn reserved(&self) -> Reserved {
        let split = Split { plan: self.plan.max(0) as u64, extra: self.extra.max(0) as u64 };
        Reserved { split, month: self.month }
    }

    fn reservation(self) -> Result<Reservation, Error> {
        Ok(Reservation {
            credits: self.reserved().split.sum(),
            spent: self.spent.max(0) as u64,
            state: match self.state.as_str() {
                "reserved" => State::Reserved,
                "settled" => State::Settled,
                "released" => State::Released,
                _ => return Err(taken(&self.key)),
            },
            ends_at: time(self.ends_at)?,
            key: self.key.into(),
            label: self.label.into(),
        })
    }
}

fn taken(key: &str) -> Error {
    Error::Taken(format!("the key `{key}` stands for something else already; choose another"))
}

pub(crate) fn number(n: u64) -> Result<i64, Error> {
    i64::try_from(n).map_err(|_| Error::Refused("so many credits cannot be counted".to_owned()))
}

impl Store {
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn credits(&self, workspace: WorkspaceId, now: Timestamp) -> Result<Balance, Error> {
        let given = given(&self.standing(workspace).await?.subscription, now);
        let sql = "SELECT plan, extra, month, given FROM credit_accounts WHERE workspace_id = $1";
        let row = self.0.db.row::<(i64, i64, i64, i64)>(sql, cells_of![workspace]).await?;
        let account = row.map_or(Account::default(), account);
        let sql = "SELECT CAST(COALESCE(SUM(plan + extra), 0) AS BIGINT) FROM credit_entries \
                   WHERE workspace_id = $1 AND state = 'reserved'";
        let held = self.0.db.row::<(i64,)>(sql, cells_of![workspace]).await?;
        Ok(Balance {
            account: account.in_month(month(now), given.unwrap_or(0)),
            given,
            reserved: held.map_or(0, |it| it.0.max(0) as u64),
        })
    }

    /// Reserves credits, the plan's first. The same again gives what there is.
    ///
    /// # Errors
    /// [`Error::NoCredits`] when there are not enough, [`Error::Taken`] when the key stands for something
    /// else, [`Error::Database`].
    pub async fn reserve_credits(
        &self,
        workspace: WorkspaceId,
        key: &str,
        label: &str,
        credits: u64,
        now: Timestamp,
    ) -> Result<Reservation, Error> {
        let mut tx = self.0.db.begin().await?;
        let held = hold(&mut tx, workspace, now).await?;
        let Held { account, given } = held;
        if let Some(found) = entry(&mut tx, workspace, key).await? {
            let found = found.reservation()?;
            tx.undo().await?;
            let same = found.credits == credits && found.label == label;
            return if same { Ok(found) } else { Err(taken(key)) };
        }
        let found = match given {
            None => {
                let split = Split { plan: credits, extra: 0 };
                Some((account, Reserved { split, month: NO_MONTH }))
            }
            Some(_) => account.reserve(credits),
        };
        let Some((left, reserved)) = found else {
            // There may be more soon.
            keep(&mut tx, workspace, held, account, now).await?;
            tx.commit().await?;
            return Err(Error::NoCredits { wanted: credits, left: account.left() });
        };
        let ends_at = now.saturating_add(RESERVED_MAX).unwrap_or(Timestamp::MAX);
        let (plan, extra) = (number(reserved.split.plan)?, number(reserved.split.extra)?);
        let sql = "INSERT INTO credit_entries (workspace_id, key, label, state, plan, extra, month, spent, ends_at, \
                   created_at) VALUES ($1, $2, $3, 'reserved', $4, $5, $6, 0, $7, $8)";
        tx.run(sql, cells_of![workspace, key, label, plan, extra, reserved.month, ends_at, now])
            .await?;
        keep(&mut tx, workspace, held, left, now).await?;
        tx.commit().await?;
        Ok(Reservation {
            key: key.into(),
            label: label.into(),
            credits,
            spent: 0,
            state: State::Reserved,
            ends_at,
        })
    }

    /// Spends so many of what was reserved, and puts the others back; 0 releases it. `None`: nothing was
    /// reserved under this key.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is more than was reserved, or another end was said before,
    /// [`Error::Database`].
    pub async fn settle_credits(
        &self,
        workspace: WorkspaceId,
        key: &str,
        spent: u64,
        now: Timestamp,
    ) -> Result<Option<Reservation>, Error> {
        let mut tx = self.0.db.begin().await?;
        let held = hold(&mut tx, workspace, now).await?;
        let Some(found) = entry(&mut tx, workspace, key).await? else {
            tx.undo().await?;
            return Ok(None);
        };
        let reserved = found.reserved();
        let mut found = found.reservation()?;
        if found.state != State::Reserved {
            tx.undo().await?;
            if found.spent == spent {
                return Ok(Some(found));
            }
            let message = format!("of `{key}` were spent {} already", found.spent);
            return Err(Error::Refused(message));
        }
        let (left, _) = held.account.settle(reserved, spent).ok_or_else(|| {
            let message = format!("under `{key}` are reserved {} credits", found.credits);
            Error::Refused(message)
        })?;
        found.state = if spent == 0 { State::Released } else { State::Settled };
        found.spent = spent;
        let state = if spent == 0 { "released" } else { "settled" };
        let sql =
            "UPDATE credit_entries SET state = $3, spent = $4 WHERE workspace_id = $1 AND key = $2";
        tx.run(sql, cells_of![workspace, key, state, number(spent)?]).await?;
        keep(&mut tx, workspace, held, left, now).await?;
        let mut used = Used::default();
        let day = day_number(now.to_zoned(jiff::tz::TimeZone::UTC).date());
        used.add(workspace.0, format!("{SPENT}{}", found.label), day, number(spent)?);
        used.write(&mut tx);
        tx.commit().await?;
        Ok(Some(found))
    }

    /// Gives a workspace credits for good, once for each key. Gives whether they came now.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such workspace, [`Error::Database`].
    pub async fn give_credits(
        &self,
        workspace: WorkspaceId,
        key: &str,
        credits: u64,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        let held = hold(&mut tx, workspace, now).await?;
        let gift = Gift { key, credits, source: Source::Gift };
        let came = grant(&mut tx, workspace, held, gift, now).await?;
        tx.commit().await?;
        Ok(came)
    }

    /// What was spent since a day, by day and label.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn spent_credits(
        &self,
        workspace: WorkspaceId,
        since: Date,
    ) -> Result<Vec<Spent>, Error> {
        let sql = "SELECT name, period, n FROM usage WHERE workspace_id = $1 AND substr(name, 1, 8) = 'credits:' \
                   AND period >= $2 ORDER BY period, name LIMIT 10000";
        let cells = cells_of![workspace, day_number(since)];
        let rows = self.0.db.rows::<(String, i64, i64)>(sql, cells).await?;
        let one = |(name, day, n): (String, i64, i64)| {
            let label = name.strip_prefix(SPENT).unwrap_or_default().into();
            Ok(Spent { day: day_of(day)?, label, credits: n.max(0) as u64 })
        };
        rows.into_iter().map(one).collect()
    }

    /// Releases reservations of which nobody said the end in time, and forgets old ones. Gives how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_credits(&self, now: Timestamp) -> Result<usize, Error> {
        let late = self.late_any_workspace(now).await?;
        for (workspace, key) in &late {
            match self.settle_credits(WorkspaceId(*workspace), key, 0, now).await {
                // Somebody said it just now.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let before = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        let sql = format!(
            "DELETE FROM credit_entries WHERE (workspace_id, key) IN (SELECT workspace_id, key FROM credit_entries \
             WHERE state <> 'reserved' AND created_at < $1 ORDER BY created_at LIMIT {SWEPT_MAX})"
        );
        let gone = self.0.db.run(sql, cells_of![before]).await?;
        Ok(late.len() + gone as usize)
    }

    async fn late_any_workspace(&self, now: Timestamp) -> Result<Vec<(Uuid, String)>, Error> {
        let sql = format!(
            "SELECT workspace_id, key FROM credit_entries WHERE state = 'reserved' AND ends_at <= $1 \
             ORDER BY ends_at LIMIT {SWEPT_MAX}"
        );
        self.0.db.rows::<(Uuid, String)>(sql, cells_of![now]).await
    }
}

async fn entry(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Option<Raw>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM credit_entries WHERE workspace_id = $1 AND key = $2");
    Ok(tx.rows::<Raw>(sql, cells_of![workspace, key]).await?.into_iter().next())
}
