//! What the payment provider says of workspaces: each event counts once, and a later one is not undone by an
//! earlier one that comes after it.

use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{
    id::WorkspaceId,
    subscription::{Status, Subscription},
};
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    credits::{self, Gift, Source},
    error::damaged,
    queue::parked::look_again,
    sql::{Tx, cells_of},
    statistics::day_of,
    subscriptions::{self, seen},
    workflows::next_generation_any_workspace,
};

/// How long it is remembered that an event came; the provider repeats one for three days.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 60);
/// How many one sweep forgets.
const SWEPT_MAX: u32 = 1_000;
/// Sums of a day (UTC).
const BY_DAY: &str = "paid_at / 86400000000, kind, currency, CAST(SUM(amount) AS BIGINT)";

/// An event, and when it was said.
#[derive(Clone, Copy, Debug)]
pub struct Reported<'a> {
    pub event: &'a str,
    pub at: Timestamp,
    pub now: Timestamp,
}

/// How a subscription stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub workspace: WorkspaceId,
    pub customer: String,
    pub subscription: String,
    /// Without limits of its own, and what is left afterwards: those are ours.
    pub terms: Subscription,
}

/// Credits that were paid.
#[derive(Clone, Debug, PartialEq)]
pub struct Purchase {
    pub workspace: WorkspaceId,
    pub credits: u64,
    pub customer: Option<String>,
    /// Of the ledger.
    pub key: String,
    pub paid: Option<Paid>,
}

/// Money that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The provider's name for it.
    pub id: String,
    /// In the smallest unit of the currency.
    pub amount: u64,
    pub currency: String,
    pub at: Timestamp,
}

/// What came on a day (UTC) for one thing, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidOnDay {
    pub day: Date,
    pub kind: Kind,
    pub currency: String,
    /// In the smallest unit of the currency.
    pub amount: u64,
}

/// What money was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plan,
    /// Credits that a person bought.
    Credits,
    /// Credits that were bought by itself.
    Recharge,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Plan => "plan",
            Kind::Credits => "credits",
            Kind::Recharge => "recharge",
        }
    }

    fn named(name: &str) -> Option<Kind> {
        [Kind::Plan, Kind::Credits, Kind::Recharge].into_iter().find(|it| it.as_str() == name)
    }
}

/// As whom the provider knows a workspace that has a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    pub customer: String,
    pub subscription: String,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Taken,
    /// It came before.
    Again,
    /// Something later is known already.
    Late,
    /// There is no such workspace.
    Nobody,
}

#[derive(sqlx::FromRow)]
struct Known {
    subscription: Option<String>,
    reported_at: Option<i64>,
}

impl Store {
    /// How the provider knows a workspace.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn customer(&self, workspace: WorkspaceId) -> Result<Option<String>, Error> {
        let sql = "SELECT customer FROM payers WHERE workspace_id = $1";
        let row = self.0.db.row::<(Option<String>,)>(sql, cells_of![workspace]).await?;
        Ok(row.and_then(|it| it.0))
    }

    /// Whether a subscription of the provider's goes on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_subscribed(&self, workspace: WorkspaceId) -> Result<bool, Error> {
        let sql = "SELECT p.workspace_id FROM payers p JOIN subscriptions s ON s.workspace_id = p.workspace_id \
                   WHERE p.workspace_id = $1 AND p.subscription IS NOT NULL AND s.status <> 'expired'";
        Ok(self.0.db.row::<(Uuid,)>(sql, cells_of![workspace]).await?.is_some())
    }

    /// Takes in how a subscription stands.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn report_subscription(
        &self,
        said: Reported<'_>,
        it: &Report,
    ) -> Result<Heard, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(was) = subscriptions::made(&mut tx, it.workspace, said.now).await? else {
            tx.undo().await?;
            return Ok(Heard::Nobody);
        };
        if !is_new(&mut tx, said).await? {
            tx.undo().await?;
            return Ok(Heard::Again);
        }
        if !counts(&mut tx, it, said.at).await? {
            // It is remembered all the same.
            tx.commit().await?;
            return Ok(Heard::Late);
        }
        let next =
            Subscription { own: was.own.clone(), free: was.free.clone(), ..it.terms.clone() };
        subscriptions::put(&mut tx, it.workspace, &next, said.now).await?;
        let sql = "INSERT INTO payers (workspace_id, customer, subscription, reported_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (workspace_id) DO UPDATE SET customer = excluded.customer, \
                   subscription = excluded.subscription, reported_at = excluded.reported_at";
        let (customer, subscription) = (it.customer.as_str(), it.subscription.as_str());
        tx.run(sql, cells_of![it.workspace, customer, subscription, said.at]).await?;
        look_again(&mut tx, it.workspace, Timestamp::MAX, said.now).await?;
        let note = Note::of(it.workspace, "subscription.report", it.workspace);
        tx.note(note.was(seen(&was)).became(seen(&next)));
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(Heard::Taken)
    }

    /// Gives the credits that were paid.
    ///
    /// # Errors
    /// [`Error::Taken`] when the same purchase was another one before, [`Error::Database`].
    pub async fn report_purchase(&self, said: Reported<'_>, it: &Purchase) -> Result<Heard, Error> {
        let mut tx = self.0.db.begin().await?;
        if subscriptions::made(&mut tx, it.workspace, said.now).await?.is_none() {
            tx.undo().await?;
            return Ok(Heard::Nobody);
        }
        if !is_new(&mut tx, said).await? {
            tx.undo().await?;
            return Ok(Heard::Again);
        }
        let held = credits::hold(&mut tx, it.workspace, said.now).await?;
        let gift = Gift { key: &it.key, credits: it.credits, source: Source::Purchase };
        let came = credits::grant(&mut tx, it.workspace, held, gift, said.now).await?;
        if let Some(paid) = &it.paid {
            keep(&mut tx, it.workspace, Kind::Credits, paid).await?;
        }
        if let Some(customer) = &it.customer {
            let sql = "INSERT INTO payers (workspace_id, customer) VALUES ($1, $2) \
                       ON CONFLICT (workspace_id) DO NOTHING";
            tx.run(sql, cells_of![it.workspace, customer.as_str()]).await?;
        }
        tx.commit().await?;
        Ok(if came { Heard::Taken } else { Heard::Again })
    }

    /// Keeps what was paid for a plan.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn report_invoice(
        &self,
        said: Reported<'_>,
        workspace: WorkspaceId,
        paid: &Paid,
    ) -> Result<Heard, Error> {
        let mut tx = self.0.db.begin().await?;
        if !is_there(&mut tx, workspace).await? {
            tx.undo().await?;
            return Ok(Heard::Nobody);
        }
        if !is_new(&mut tx, said).await? {
            tx.undo().await?;
            return Ok(Heard::Again);
        }
        keep(&mut tx, workspace, Kind::Plan, paid).await?;
        tx.commit().await?;
        Ok(Heard::Taken)
    }

    /// What a workspace paid from one time until another, by day, the earliest first.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn payments(
        &self,
        workspace: WorkspaceId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<PaidOnDay>, Error> {
        let sql = format!(
            "SELECT {BY_DAY} FROM payments WHERE workspace_id = $1 AND paid_at >= $2 AND paid_at < $3 \
             GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        );
        paid(self.0.db.rows(sql, cells_of![workspace, from, until]).await?)
    }

    /// The same of all workspaces together.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn payments_any_workspace(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<PaidOnDay>, Error> {
        let sql = format!(
            "SELECT {BY_DAY} FROM payments WHERE paid_at >= $1 AND paid_at < $2 \
             GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        );
        paid(self.0.db.rows(sql, cells_of![from, until]).await?)
    }

    /// How the provider knows the subscription that goes on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn subscription_of(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Option<Subscriber>, Error> {
        let sql = "SELECT p.customer, p.subscription FROM payers p JOIN subscriptions s \
                   ON s.workspace_id = p.workspace_id WHERE p.workspace_id = $1 AND s.status <> 'expired'";
        let row =
            self.0.db.row::<(Option<String>, Option<String>)>(sql, cells_of![workspace]).await?;
        Ok(row.and_then(|it| Some(Subscriber { customer: it.0?, subscription: it.1? })))
    }

    /// Forgets events that are not repeated any more.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep_payments(&self, now: Timestamp) -> Result<u64, Error> {
        self.sweep_payments_any_workspace(now).await
    }

    async fn sweep_payments_any_workspace(&self, now: Timestamp) -> Result<u64, Error> {
        let before = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        let sql = format!(
            "DELETE FROM payment_events WHERE id IN (SELECT id FROM payment_events WHERE came_at < $1 \
             ORDER BY came_at LIMIT {SWEPT_MAX})"
        );
        self.0.db.run(sql, cells_of![before]).await
    }
}

fn paid(rows: Vec<(i64, String, String, i64)>) -> Result<Vec<PaidOnDay>, Error> {
    let one = |(day, kind, currency, amount): (i64, String, String, i64)| {
        let kind = Kind::named(&kind).ok_or_else(|| damaged("a payment of an unknown kind"))?;
        Ok(PaidOnDay { day: day_of(day)?, kind, currency, amount: amount.max(0) as u64 })
    };
    rows.into_iter().map(one).collect()
}

/// Whether there is such a workspace.
pub(crate) async fn is_there(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, Error> {
    let sql = "SELECT id FROM workspaces WHERE id = $1 -- workspace_id";
    Ok(!tx.rows::<(Uuid,)>(sql, cells_of![workspace]).await?.is_empty())
}

/// The same as [`is_new`] of what may be no event at all.
pub(crate) async fn counts_once(tx: &mut Tx, said: Option<Reported<'_>>) -> Result<bool, Error> {
    match said {
        Some(said) => is_new(tx, said).await,
        None => Ok(true),
    }
}

/// Writes down what was paid, once.
pub(crate) async fn keep(
    tx: &mut Tx,
    workspace: WorkspaceId,
    kind: Kind,
    it: &Paid,
) -> Result<(), Error> {
    let sql = "INSERT INTO payments (workspace_id, id, kind, amount, currency, paid_at) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, id) DO NOTHING";
    let (amount, currency) = (credits::number(it.amount)?, it.currency.as_str());
    let cells = cells_of![workspace, it.id.as_str(), kind.as_str(), amount, currency, it.at];
    tx.run(sql, cells).await?;
    Ok(())
}

/// Notes that an event came; `false`: it came before.
async fn is_new(tx: &mut Tx, said: Reported<'_>) -> Result<bool, Error> {
    let sql = "INSERT INTO payment_events (id, came_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING -- workspace_id";
    Ok(tx.run(sql, cells_of![said.event, said.now]).await? > 0)
}

/// Whether this is the latest word. Of one subscription the later counts, and its end is for good; another
/// subscription counts when it goes on, and was spoken of later.
async fn counts(tx: &mut Tx, it: &Report, at: Timestamp) -> Result<bool, Error> {
    let sql = "SELECT subscription, reported_at FROM payers WHERE workspace_id = $1";
    let known = tx.rows::<Known>(sql, cells_of![it.workspace]).await?.into_iter().next();
    let Some(Known { subscription: Some(before), reported_at: Some(then) }) = known else {
        return Ok(true);
    };
    let (at, goes_on) = (at.as_microsecond(), it.terms.status != Status::Expired);
    if before != it.subscription {
        return Ok(goes_on && at >= then);
    }
    // Two of the same second: the end is the later one.
    Ok(at > then || at == then && !(goes_on && is_over(tx, it.workspace).await?))
}

async fn is_over(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, Error> {
    let sql =
        "SELECT workspace_id FROM subscriptions WHERE workspace_id = $1 AND status = 'expired'";
    Ok(!tx.rows::<(Uuid,)>(sql, cells_of![workspace]).await?.is_empty())
}
