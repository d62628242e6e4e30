//! On which terms workspaces have their plans, and that nothing is made past a plan's limit.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use model::{
    id::WorkspaceId,
    plan::{Excess, Limit, Plan},
    subscription::{Event, Status, Subscription},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Store,
    audit::Note,
    error::damaged,
    plans,
    queue::parked::look_again,
    sql::{Cell, Tx, cells_of},
    workflows::next_generation_any_workspace,
    workspaces::time,
};

/// What workspaces begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub plan: &'static Plan,
    /// For how many days it is to try; 0 is for good.
    pub trial_days: u32,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { plan: Plan::unlimited(), trial_days: 0 }
    }
}

/// A limit of a workspace's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnLimit {
    /// `None` is as much as one likes.
    Set(Option<u64>),
    /// The plan's counts.
    Removed,
}

/// How a workspace stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// When somebody deactivated it.
    pub paused_at: Option<Timestamp>,
    pub subscription: Subscription,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Raw {
    pub(crate) workspace_id: Uuid,
    plan: String,
    status: String,
    trial_ends_at: Option<i64>,
    period_ends_at: Option<i64>,
    limits: String,
    /// The plan as it was written here, where it was.
    offer: Option<String>,
    /// The same of what is left once it is over.
    free: Option<String>,
}

macro_rules! columns {
    () => {
        "workspace_id, plan, status, trial_ends_at, period_ends_at, limits, \
         (SELECT offer FROM plans WHERE plans.name = subscriptions.plan) AS offer, \
         (SELECT offer FROM plans WHERE plans.name = 'free') AS free"
    };
}

const COLUMNS: &str = columns!();

impl Raw {
    pub(crate) fn subscription(&self) -> Result<Subscription, Error> {
        let own: BTreeMap<String, Option<u64>> =
            serde_json::from_str(&self.limits).map_err(damaged)?;
        let own = own.into_iter().filter_map(|(name, max)| Some((Limit::named(&name)?, max)));
        Ok(Subscription {
            plan: plans::read(&self.plan, self.offer.as_deref())?.plan,
            free: plans::read(&Plan::free().name, self.free.as_deref())?.plan,
            status: Status::named(&self.status)
                .ok_or_else(|| damaged("a subscription of an unknown status"))?,
            trial_ends_at: self.trial_ends_at.map(time).transpose()?,
            period_ends_at: self.period_ends_at.map(time).transpose()?,
            own: own.collect(),
        })
    }
}

impl Store {
    /// What new workspaces begin with from now on.
    pub fn set_terms(&self, terms: Terms) {
        *self.0.terms.write().expect("plain terms") = terms;
    }

    pub(crate) fn terms(&self) -> Terms {
        *self.0.terms.read().expect("plain terms")
    }

    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn standing(&self, workspace: WorkspaceId) -> Result<Standing, Error> {
        let sql = "SELECT paused_at FROM workspaces WHERE id = $1 -- workspace_id";
        let paused = self.0.db.row::<(Option<i64>,)>(sql, cells_of![workspace]).await?;
        let sql = format!("SELECT {COLUMNS} FROM subscriptions WHERE workspace_id = $1");
        let found = self.0.db.row::<Raw>(sql, cells_of![workspace]).await?;
        let subscription = found.map(|it| it.subscription()).transpose()?;
        Ok(Standing {
            paused_at: paused.and_then(|it| it.0).map(time).transpose()?,
            subscription: subscription.unwrap_or_else(|| Subscription::to(Plan::unlimited())),
        })
    }

    /// Lets something happen to a workspace's subscription; `own` are limits in the place of the plan's,
    /// absent leaves them.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such workspace or this cannot happen, [`Error::Database`].
    pub async fn change_subscription(
        &self,
        workspace: WorkspaceId,
        event: Event<'_>,
        own: Option<Vec<(Limit, Option<u64>)>>,
        now: Timestamp,
    ) -> Result<Subscription, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(was) = made(&mut tx, workspace, now).await? else {
            return Err(Error::Refused("there is no such workspace".to_owned()));
        };
        let next = was.after(event, now).map_err(|it| Error::Refused(it.to_string()))?;
        let next = Subscription { own: own.unwrap_or(next.own.clone()), ..next };
        self.write_terms(tx, workspace, (&was, &next), now).await?;
        Ok(next)
    }

    /// Changes limits of a workspace's own: another one, or none any more, so that the plan's counts.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such workspace, [`Error::Database`].
    pub async fn change_own_limits(
        &self,
        workspace: WorkspaceId,
        changes: &[(Limit, OwnLimit)],
        now: Timestamp,
    ) -> Result<Subscription, Error> {
        let mut tx = self.0.db.begin().await?;
        let Some(was) = made(&mut tx, workspace, now).await? else {
            return Err(Error::Refused("there is no such workspace".to_owned()));
        };
        let mut next = was.clone();
        for (limit, change) in changes {
            next.own.retain(|it| it.0 != *limit);
            if let OwnLimit::Set(max) = change {
                next.own.push((*limit, *max));
            }
        }
        self.write_terms(tx, workspace, (&was, &next), now).await?;
        Ok(next)
    }

    async fn write_terms(
        &self,
        mut tx: Tx,
        workspace: WorkspaceId,
        (was, next): (&Subscription, &Subscription),
        now: Timestamp,
    ) -> Result<(), Error> {
        put(&mut tx, workspace, next, now).await?;
        // What waits for room looks again whether there is any now.
        look_again(&mut tx, workspace, Timestamp::MAX, now).await?;
        let note = Note::of(workspace, "subscription.update", workspace);
        tx.note(note.was(seen(was)).became(seen(next)));
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(())
    }

    /// Deactivates a workspace, so that nothing begins there, or activates it again. `false`: it is so
    /// already, or not there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn pause_workspace(
        &self,
        workspace: WorkspaceId,
        paused_at: Option<Timestamp>,
    ) -> Result<bool, Error> {
        let (sql, action) = match paused_at {
            Some(_) => (
                "UPDATE workspaces SET paused_at = $2 WHERE id = $1 AND paused_at IS NULL -- workspace_id",
                "workspace.deactivate",
            ),
            None => (
                "UPDATE workspaces SET paused_at = $2 WHERE id = $1 AND paused_at IS NOT NULL -- workspace_id",
                "workspace.activate",
            ),
        };
        let mut tx = self.0.db.begin().await?;
        if tx.run(sql, cells_of![workspace, paused_at]).await? == 0 {
            tx.undo().await?;
            return Ok(false);
        }
        tx.note(Note::of(workspace, action, workspace));
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(true)
    }
}

/// The terms of a workspace, which has some from now on; they stay so until the transaction ends. `None`: there is
/// no such workspace.
pub(crate) async fn made(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Option<Subscription>, Error> {
    let sql = "INSERT INTO subscriptions (workspace_id, plan, status, limits, changed_at) \
               SELECT id, 'unlimited', 'active', '{}', $2 FROM workspaces WHERE id = $1 \
               ON CONFLICT (workspace_id) DO NOTHING";
    tx.run(sql, cells_of![workspace, now]).await?;
    held(tx, workspace).await
}

/// What the audit log says of it.
pub(crate) fn seen(it: &Subscription) -> Value {
    let own: BTreeMap<&str, Option<u64>> =
        it.own.iter().map(|(limit, max)| (limit.as_str(), *max)).collect();
    json!({
        "plan": it.plan.name.as_str(),
        "status": it.status.as_str(),
        "trialEndsAt": it.trial_ends_at.map(|it| it.to_string()),
        "periodEndsAt": it.period_ends_at.map(|it| it.to_string()),
        "limits": own,
    })
}

pub(crate) async fn put(
    tx: &mut Tx,
    workspace: WorkspaceId,
    it: &Subscription,
    now: Timestamp,
) -> Result<(), Error> {
    let own: BTreeMap<&str, Option<u64>> =
        it.own.iter().map(|(limit, max)| (limit.as_str(), *max)).collect();
    let own = serde_json::to_string(&own).map_err(damaged)?;
    let sql = "INSERT INTO subscriptions (workspace_id, plan, status, trial_ends_at, period_ends_at, limits, \
               changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id) DO UPDATE SET \
               plan = excluded.plan, status = excluded.status, trial_ends_at = excluded.trial_ends_at, \
               period_ends_at = excluded.period_ends_at, limits = excluded.limits, changed_at = excluded.changed_at";
    let (plan, status) = (it.plan.name.as_str(), it.status.as_str());
    let (trial, period) = (it.trial_ends_at, it.period_ends_at);
    tx.run(sql, cells_of![workspace, plan, status, trial, period, own, now]).await?;
    Ok(())
}

/// What a new workspace begins with.
pub(crate) async fn begin(
    tx: &mut Tx,
    terms: Terms,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<(), Error> {
    if terms == Terms::default() {
        return Ok(());
    }
    let first = Subscription::to(terms.plan);
    let days = SignedDuration::from_hours(i64::from(terms.trial_days) * 24);
    let event = match terms.trial_days {
        0 => Event::Chosen { plan: terms.plan, period_ends_at: None },
        _ => Event::TrialBegun {
            plan: terms.plan,
            ends_at: now.saturating_add(days).unwrap_or(Timestamp::MAX),
        },
    };
    let first = first.after(event, now).map_err(damaged)?;
    put(tx, workspace, &first, now).await
}

/// A workspace's terms, which stay so until the transaction ends; nobody else makes what is limited
/// meanwhile.
pub(crate) async fn held(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Option<Subscription>, Error> {
    let lock = tx.for_update();
    let sql = format!("SELECT {COLUMNS} FROM subscriptions WHERE workspace_id = $1{lock}");
    let found = tx.rows::<Raw>(sql, cells_of![workspace]).await?;
    found.first().map(Raw::subscription).transpose()
}

/// The same of many workspaces, all in one order.
pub(crate) async fn held_any_workspace(
    tx: &mut Tx,
    workspaces: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Raw>, Error> {
    let head = concat!(
        "SELECT ",
        columns!(),
        " FROM subscriptions WHERE workspace_id IN (SELECT * FROM (VALUES"
    );
    let tail =
        if tx.is_postgres() { ") AS v) ORDER BY workspace_id FOR UPDATE" } else { ") AS v)" };
    let mut all: Vec<Uuid> = workspaces.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    let cells: Vec<Cell> = all.into_iter().map(Cell::from).collect();
    tx.rows_of_many::<Raw>(head, tail, 1, cells).await
}

/// Fails when a workspace has as many workflows or members as it may; otherwise there is room for one
/// more until the transaction ends.
pub(crate) async fn room_for(
    tx: &mut Tx,
    workspace: WorkspaceId,
    limit: Limit,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(found) = held(tx, workspace).await? else { return Ok(()) };
    let Some(max) = found.limits_at(now).of(limit) else { return Ok(()) };
    let some = |what: &str| format!("(SELECT COUNT(*) FROM ({what} LIMIT {max}) AS it)");
    let sql = match limit {
        Limit::Workflows => {
            format!("SELECT {}", some("SELECT 1 FROM workflows WHERE workspace_id = $1"))
        }
        Limit::Members => format!(
            "SELECT {} + {}",
            some("SELECT 1 FROM members WHERE workspace_id = $1"),
            some("SELECT 1 FROM invitations WHERE workspace_id = $1 AND expires_at > $2")
        ),
        Limit::Executions
        | Limit::ConcurrentRuns
        | Limit::Backlog
        | Limit::Agents
        | Limit::StorageBytes
        | Limit::Credits
        | Limit::RequestsPerMinute
        | Limit::CallerRequestsPerMinute
        | Limit::AuditDays => return Ok(()),
    };
    let cells = match limit {
        Limit::Members => cells_of![workspace, now],
        _ => cells_of![workspace],
    };
    let used = tx.rows::<(i64,)>(sql, cells).await?.first().map_or(0, |it| it.0 as u64);
    if used < max {
        return Ok(());
    }
    Err(Error::AtLimit(Excess { plan: found.plan_at(now).name.clone(), limit, max, used }))
}
