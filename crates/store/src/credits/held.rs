//! Accounts that are held while they change, so that whoever changes them is alone with them.

use jiff::Timestamp;
use model::{
    credit::Account,
    id::WorkspaceId,
    plan::{Limit, Plan, month},
    subscription::Subscription,
};
use serde_json::json;

use super::{NO_MONTH, Source, days, entry, number, taken};
use crate::{
    Error,
    audit::Note,
    recharges::{self, Step},
    sql::{Tx, cells_of},
    subscriptions::held,
};

/// An account that stays as it is until the transaction ends.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    pub(super) account: Account,
    /// So many the plan gives each month; absent is as many as one likes.
    pub(super) given: Option<u64>,
}

/// Credits that come, once for each key.
pub(crate) struct Gift<'a> {
    pub(crate) key: &'a str,
    pub(crate) credits: u64,
    pub(crate) source: Source,
}

pub(super) fn account((plan, extra, month, given): (i64, i64, i64, i64)) -> Account {
    let [plan, extra, given] = [plan, extra, given].map(|it| it.max(0) as u64);
    Account { plan, extra, month, given }
}

/// So many the plan gives each month.
pub(super) fn given(terms: &Subscription, now: Timestamp) -> Option<u64> {
    terms.limits_at(now).of(Limit::Credits)
}

/// A workspace's account, as it is this month; it stays so until the transaction ends.
pub(crate) async fn hold(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Held, Error> {
    let terms = held(tx, workspace).await?;
    let given = given(&terms.unwrap_or_else(|| Subscription::to(Plan::unlimited())), now);
    let sql = "INSERT INTO credit_accounts (workspace_id, plan, extra, month, given) \
               SELECT id, 0, 0, 0, 0 FROM workspaces WHERE id = $1 ON CONFLICT (workspace_id) DO NOTHING";
    tx.run(sql, cells_of![workspace]).await?;
    let lock = tx.for_update();
    let sql = format!(
        "SELECT plan, extra, month, given FROM credit_accounts WHERE workspace_id = $1{lock}"
    );
    let found = tx.rows::<(i64, i64, i64, i64)>(sql, cells_of![workspace]).await?;
    let Some(row) = found.into_iter().next() else {
        return Err(Error::Refused("there is no such workspace".to_owned()));
    };
    Ok(Held { account: account(row).in_month(month(now), given.unwrap_or(0)), given })
}

/// Writes what an account is now, and looks whether it wants more.
pub(super) async fn keep(
    tx: &mut Tx,
    workspace: WorkspaceId,
    was: Held,
    it: Account,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE credit_accounts SET plan = $2, extra = $3, month = $4, given = $5 WHERE workspace_id = $1";
    let [plan, extra, given] = [number(it.plan)?, number(it.extra)?, number(it.given)?];
    tx.run(sql, cells_of![workspace, plan, extra, it.month, given]).await?;
    days::keep(tx, workspace, it, now).await?;
    if was.given.is_none() {
        return Ok(());
    }
    let step = Step { before: was.account.left(), after: it.left() };
    recharges::watch(tx, workspace, step, now).await
}

/// Puts credits into an account that this transaction holds, unless the key says that they came before.
pub(crate) async fn grant(
    tx: &mut Tx,
    workspace: WorkspaceId,
    held: Held,
    Gift { key, credits, source }: Gift<'_>,
    now: Timestamp,
) -> Result<bool, Error> {
    if let Some(found) = entry(tx, workspace, key).await? {
        let same = found.state == "given" && found.reserved().split.extra == credits;
        return if same { Ok(false) } else { Err(taken(key)) };
    }
    let sql = "INSERT INTO credit_entries (workspace_id, key, label, state, plan, extra, month, spent, ends_at, \
               created_at) VALUES ($1, $2, $6, 'given', 0, $3, $4, 0, $5, $5)";
    let cells = cells_of![workspace, key, number(credits)?, NO_MONTH, now, source.as_str()];
    tx.run(sql, cells).await?;
    let extra = held.account.extra.checked_add(credits);
    let extra =
        extra.ok_or_else(|| Error::Refused("so many credits cannot be counted".to_owned()))?;
    keep(tx, workspace, held, Account { extra, ..held.account }, now).await?;
    let became = json!({ "credits": credits, "key": key });
    tx.note(Note::of(workspace, "credits.give", workspace).became(became));
    Ok(true)
}
