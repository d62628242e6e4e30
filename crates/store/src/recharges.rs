//! Buying credits by itself: what a workspace wants, and when a charge is due.
//!
//! A charge begins in the transaction that takes the balance under the threshold, so that one crossing is one charge,
//! however many processes spend. Whoever looks at it holds the account's row.

mod charges;

use jiff::{SignedDuration, Timestamp};
use model::id::WorkspaceId;
use serde_json::{Value, json};
use uuid::Uuid;

pub use charges::{End, Open, Terms};

use crate::{
    Error, Store,
    audit::Note,
    credits,
    sql::{Cell, Tx, cells_of},
};

/// As many charges at most begin within a day.
pub const DAILY_MAX: u32 = 5;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a workspace wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Under so many credits.
    pub threshold: u64,
    /// So many are bought.
    pub credits: u64,
    pub active: bool,
    /// Why it was switched off, where it was not by a person.
    pub off_reason: Option<String>,
}

/// How it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Going {
    /// A charge has begun and not ended.
    pub is_open: bool,
    /// How many began within a day.
    pub today: u32,
}

impl Going {
    fn of((open, today): (i64, i64)) -> Going {
        Going { is_open: open > 0, today: u32::try_from(today).unwrap_or(u32::MAX) }
    }
}

/// The balance before a deed and after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) before: u64,
    pub(crate) after: u64,
}

#[derive(sqlx::FromRow)]
struct Raw {
    threshold: i64,
    credits: i64,
    active: i64,
    off_reason: Option<String>,
}

/// What a workspace wants, if it has said so, and how it goes.
#[derive(sqlx::FromRow)]
struct Shown {
    threshold: Option<i64>,
    credits: Option<i64>,
    active: Option<i64>,
    off_reason: Option<String>,
    open: i64,
    today: i64,
}

impl Raw {
    fn settings(self) -> Settings {
        Settings {
            threshold: self.threshold.max(0) as u64,
            credits: self.credits.max(0) as u64,
            active: self.active != 0,
            off_reason: self.off_reason,
        }
    }
}

impl Shown {
    fn read(self) -> (Settings, Going) {
        let wanted = Raw {
            threshold: self.threshold.unwrap_or_default(),
            credits: self.credits.unwrap_or_default(),
            active: self.active.unwrap_or_default(),
            off_reason: self.off_reason,
        };
        (wanted.settings(), Going::of((self.open, self.today)))
    }
}

const SELECT: &str =
    "SELECT threshold, credits, active, off_reason FROM recharge_settings WHERE workspace_id = $1";

impl Store {
    /// What a workspace wants; before it says so, it is not active.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recharge_settings(&self, workspace: WorkspaceId) -> Result<Settings, Error> {
        let row = self.0.db.row::<Raw>(SELECT, cells_of![workspace]).await?;
        Ok(row.map(Raw::settings).unwrap_or_default())
    }

    /// What a workspace wants, and how it goes, at one moment.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recharging(
        &self,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<(Settings, Going), Error> {
        let sql = format!(
            "SELECT s.threshold, s.credits, s.active, s.off_reason, g.open, g.today FROM ({}) g \
             LEFT JOIN recharge_settings s ON s.workspace_id = $1",
            going()
        );
        let row = self.0.db.row::<Shown>(sql, going_cells(workspace, now)).await?;
        Ok(row.map(Shown::read).unwrap_or_default())
    }

    /// Takes what a workspace wants from now on. A balance that is under the threshold already is charged for when
    /// somebody spends next.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such workspace, [`Error::Database`].
    pub async fn set_recharge(
        &self,
        workspace: WorkspaceId,
        next: &Settings,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.0.db.begin().await?;
        credits::hold(&mut tx, workspace, now).await?;
        let was = tx.rows::<Raw>(SELECT, cells_of![workspace]).await?.into_iter().next();
        let sql = "INSERT INTO recharge_settings (workspace_id, threshold, credits, active, armed, off_reason) \
                   VALUES ($1, $2, $3, $4, 1, NULL) ON CONFLICT (workspace_id) DO UPDATE SET \
                   threshold = excluded.threshold, credits = excluded.credits, active = excluded.active, \
                   armed = 1, off_reason = NULL";
        let (threshold, n) = (credits::number(next.threshold)?, credits::number(next.credits)?);
        tx.run(sql, cells_of![workspace, threshold, n, i64::from(next.active)]).await?;
        let note = Note::of(workspace, "recharge.update", workspace).became(seen(next));
        tx.note(match was {
            Some(was) => note.was(seen(&was.settings())),
            None => note,
        });
        tx.commit().await
    }
}

/// Whether one is open, and how many began within a day. One more than there may be is enough to know.
fn going() -> String {
    format!(
        "SELECT (SELECT COUNT(*) FROM (SELECT id FROM recharges WHERE workspace_id = $1 AND due_at IS NOT NULL \
         LIMIT 1) AS a) AS open, (SELECT COUNT(*) FROM (SELECT id FROM recharges WHERE workspace_id = $1 \
         AND created_at > $2 LIMIT {}) AS b) AS today",
        DAILY_MAX + 1
    )
}

fn going_cells(workspace: WorkspaceId, now: Timestamp) -> Vec<Cell> {
    cells_of![workspace, now.saturating_sub(DAY).unwrap_or(Timestamp::MIN)]
}

fn seen(it: &Settings) -> Value {
    json!({ "threshold": it.threshold, "rechargeAmount": it.credits, "active": it.active })
}

/// Begins a charge when the balance falls under the threshold. The transaction holds the account.
pub(crate) async fn watch(
    tx: &mut Tx,
    workspace: WorkspaceId,
    Step { before, after }: Step,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "SELECT threshold, credits, armed FROM recharge_settings WHERE workspace_id = $1 AND active = 1";
    let found = tx.rows::<(i64, i64, i64)>(sql, cells_of![workspace]).await?;
    let Some((threshold, credits, armed)) = found.into_iter().next() else { return Ok(()) };
    let (threshold, is_armed) = (threshold.max(0) as u64, armed != 0);
    let is_under = after < threshold;
    let falls = is_under && (is_armed || before >= threshold);
    let begins = falls && may_begin(tx, workspace, now).await?;
    if begins {
        let id = Uuid::now_v7();
        let sql = "INSERT INTO recharges (workspace_id, id, credits, state, due_at, tries, created_at) \
                   VALUES ($1, $2, $3, 'due', $4, 0, $4)";
        tx.run(sql, cells_of![workspace, id, credits, now]).await?;
        let became = json!({ "credits": credits, "balance": after });
        tx.note(Note::of(workspace, "recharge.begin", id).became(became));
    }
    // What falls and may not be charged for now is looked at again when somebody spends next.
    let arms = (falls && !begins) || !is_under;
    if (begins || arms) && arms != is_armed {
        let sql = "UPDATE recharge_settings SET armed = $2 WHERE workspace_id = $1";
        tx.run(sql, cells_of![workspace, i64::from(arms)]).await?;
    }
    Ok(())
}

/// Not while one is open, not more than so many a day, and not for a workspace that is to end or rests.
async fn may_begin(tx: &mut Tx, workspace: WorkspaceId, now: Timestamp) -> Result<bool, Error> {
    let found = tx.rows::<(i64, i64)>(going(), going_cells(workspace, now)).await?;
    let going = found.into_iter().next().map(Going::of).unwrap_or_default();
    if going.is_open || going.today >= DAILY_MAX {
        return Ok(false);
    }
    let sql = "SELECT id FROM workspaces WHERE id = $1 AND ends_at IS NULL AND paused_at IS NULL -- workspace_id";
    Ok(!tx.rows::<(Uuid,)>(sql, cells_of![workspace]).await?.is_empty())
}
