//! Charges that have begun: taken by one process at a time, sent, and ended once.

use jiff::{SignedDuration, Timestamp};
use model::id::WorkspaceId;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    credits::{self, Source},
    mails::{self, Letter},
    payments::{self, Heard, Kind, Paid, Reported},
    sql::{Tx, cells_of},
    workspaces::time,
};

/// How many old charges one sweep forgets.
const SWEPT_MAX: u32 = 1_000;
/// How long a charge that has ended is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);

/// What is sent to the provider, the same at each try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub customer: String,
    pub card: String,
    /// In the smallest unit of the currency.
    pub amount: u64,
    pub currency: String,
}

/// A charge that goes on, and is ours to look after until it is due again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub workspace: WorkspaceId,
    pub id: Uuid,
    pub credits: u64,
    /// Absent before anything was sent.
    pub terms: Option<Terms>,
    /// The provider's name for it, once it has told it.
    pub payment: Option<String>,
    /// How often it was looked at, with this time.
    pub tries: u32,
    pub created_at: Timestamp,
    /// The workspace still wants it, and is neither to end nor rests.
    pub is_wanted: bool,
}

/// How a charge ended without money.
#[derive(Clone, Debug)]
pub struct End<'a> {
    /// One word, such as `declined`; it switches smart recharge off. Absent: nobody wanted it any more.
    pub reason: Option<&'static str>,
    pub payment: Option<&'a str>,
    /// To the owner, in the same transaction.
    pub letter: Option<&'a Letter>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    workspace_id: Uuid,
    id: Uuid,
    credits: i64,
    due_at: i64,
    tries: i64,
    customer: Option<String>,
    card: Option<String>,
    amount: Option<i64>,
    currency: Option<String>,
    payment: Option<String>,
    created_at: i64,
    is_wanted: i64,
}

impl Raw {
    fn open(self) -> Result<Open, Error> {
        let terms = match (self.customer, self.card, self.amount, self.currency) {
            (Some(customer), Some(card), Some(amount), Some(currency)) => {
                Some(Terms { customer, card, amount: amount.max(0) as u64, currency })
            }
            _ => None,
        };
        Ok(Open {
            workspace: WorkspaceId(self.workspace_id),
            id: self.id,
            credits: self.credits.max(0) as u64,
            terms,
            payment: self.payment,
            tries: u32::try_from(self.tries).unwrap_or(u32::MAX).saturating_add(1),
            created_at: time(self.created_at)?,
            is_wanted: self.is_wanted != 0,
        })
    }
}

impl Store {
    /// Takes charges that are due, so that no other process looks after them before `until`.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn take_recharges(
        &self,
        limit: u32,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Open>, Error> {
        let mut res = vec![];
        for raw in self.due_any_workspace(limit, now).await? {
            let sql = "UPDATE recharges SET due_at = $4, tries = tries + 1 \
                       WHERE workspace_id = $1 AND id = $2 AND due_at = $3";
            let cells = cells_of![raw.workspace_id, raw.id, raw.due_at, until];
            // Another process was faster, or it has ended.
            if self.0.db.run(sql, cells).await? > 0 {
                res.push(raw.open()?);
            }
        }
        Ok(res)
    }

    async fn due_any_workspace(&self, limit: u32, now: Timestamp) -> Result<Vec<Raw>, Error> {
        let sql = format!(
            "SELECT r.workspace_id, r.id, r.credits, r.due_at, r.tries, r.customer, r.card, r.amount, r.currency, \
             r.payment, r.created_at, CAST(CASE WHEN w.ends_at IS NULL AND w.paused_at IS NULL AND s.active = 1 \
             THEN 1 ELSE 0 END AS BIGINT) AS is_wanted FROM recharges r JOIN workspaces w ON w.id = r.workspace_id \
             LEFT JOIN recharge_settings s ON s.workspace_id = r.workspace_id \
             WHERE r.due_at IS NOT NULL AND r.due_at <= $1 ORDER BY r.due_at LIMIT {limit}"
        );
        self.0.db.rows(sql, cells_of![now]).await
    }

    /// Writes down what is about to be sent, for good. `false`: it has ended meanwhile.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recharge_terms(&self, it: &Open, terms: &Terms) -> Result<bool, Error> {
        let sql = "UPDATE recharges SET customer = $3, card = $4, amount = $5, currency = $6 \
                   WHERE workspace_id = $1 AND id = $2 AND due_at IS NOT NULL AND customer IS NULL";
        let (customer, card) = (terms.customer.as_str(), terms.card.as_str());
        let (amount, currency) = (credits::number(terms.amount)?, terms.currency.as_str());
        let cells = cells_of![it.workspace, it.id, customer, card, amount, currency];
        Ok(self.0.db.run(sql, cells).await? > 0)
    }

    /// The next look at a charge that goes on, and what the provider calls it, where it said so.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recharge_goes_on(
        &self,
        it: &Open,
        payment: Option<&str>,
        due_at: Timestamp,
    ) -> Result<(), Error> {
        let sql = "UPDATE recharges SET due_at = $4, payment = COALESCE($3, payment), \
                   state = CASE WHEN $3 IS NULL THEN state ELSE 'sent' END \
                   WHERE workspace_id = $1 AND id = $2 AND due_at IS NOT NULL";
        self.0.db.run(sql, cells_of![it.workspace, it.id, payment, due_at]).await?;
        Ok(())
    }

    /// Gives the credits that were paid, once, also when the charge was given up before. `said` is the event, where
    /// it is one that tells.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recharge_paid(
        &self,
        said: Option<Reported<'_>>,
        workspace: WorkspaceId,
        (id, credits): (Uuid, u64),
        paid: &Paid,
        now: Timestamp,
    ) -> Result<Heard, Error> {
        let mut tx = self.0.db.begin().await?;
        if !payments::is_there(&mut tx, workspace).await? {
            tx.undo().await?;
            return Ok(Heard::Nobody);
        }
        if !payments::counts_once(&mut tx, said).await? {
            tx.undo().await?;
            return Ok(Heard::Again);
        }
        let held = credits::hold(&mut tx, workspace, now).await?;
        let sql = "UPDATE recharges SET state = 'paid', due_at = NULL, reason = NULL, payment = $3 \
                   WHERE workspace_id = $1 AND id = $2 AND state <> 'paid'";
        tx.run(sql, cells_of![workspace, id, paid.id.as_str()]).await?;
        let gift =
            credits::Gift { key: &format!("recharge {id}"), credits, source: Source::Recharge };
        let came = credits::grant(&mut tx, workspace, held, gift, now).await?;
        payments::keep(&mut tx, workspace, Kind::Recharge, paid).await?;
        tx.commit().await?;
        Ok(if came { Heard::Taken } else { Heard::Again })
    }

    /// Ends a charge that brought no money. `false`: it has ended before, or there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recharge_failed(
        &self,
        said: Option<Reported<'_>>,
        workspace: WorkspaceId,
        id: Uuid,
        end: End<'_>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut tx = self.0.db.begin().await?;
        if !payments::is_there(&mut tx, workspace).await?
            || !payments::counts_once(&mut tx, said).await?
        {
            tx.undo().await?;
            return Ok(false);
        }
        let ended = ended(&mut tx, workspace, id, &end).await?;
        if ended {
            if let Some(reason) = end.reason {
                let sql = "UPDATE recharge_settings SET active = 0, off_reason = $2 WHERE workspace_id = $1";
                tx.run(sql, cells_of![workspace, reason]).await?;
            }
            if let Some(letter) = end.letter {
                mails::put(&mut tx, &self.0.key, letter, now).await?;
            }
            let became = json!({ "reason": end.reason.unwrap_or("unwanted") });
            tx.note(Note::of(workspace, "recharge.end", id).became(became));
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Forgets charges that ended long ago.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_recharges(&self, now: Timestamp) -> Result<u64, Error> {
        self.sweep_recharges_any_workspace(now).await
    }

    async fn sweep_recharges_any_workspace(&self, now: Timestamp) -> Result<u64, Error> {
        let before = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        let sql = format!(
            "DELETE FROM recharges WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM recharges \
             WHERE due_at IS NULL AND created_at < $1 ORDER BY created_at LIMIT {SWEPT_MAX})"
        );
        self.0.db.run(sql, cells_of![before]).await
    }
}

async fn ended(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    end: &End<'_>,
) -> Result<bool, Error> {
    let state = if end.reason.is_some() { "failed" } else { "canceled" };
    let sql = "UPDATE recharges SET state = $3, due_at = NULL, reason = $4, payment = COALESCE($5, payment) \
               WHERE workspace_id = $1 AND id = $2 AND due_at IS NOT NULL";
    Ok(tx.run(sql, cells_of![workspace, id, state, end.reason, end.payment]).await? > 0)
}
