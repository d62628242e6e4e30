//! How much room the plans of workspaces leave for executions that begin.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use model::{
    plan::{self, Limit, Limits},
    subscription::Subscription,
};
use uuid::Uuid;

use crate::{
    Error,
    batch::Lost,
    sql::{Tx, cells_of},
    subscriptions::held_any_workspace,
};

/// How soon those look again that wait until files are removed.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// What is left to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// How many more may begin this month; absent is as many as come.
    executions: Option<u64>,
    /// How many more may wait.
    backlog: Option<u64>,
    /// Its files take all the space that they may.
    is_full: bool,
    /// When there are more executions again.
    month_ends_at: i64,
    look_again_at: i64,
}

/// How an execution comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Begins,
    /// Until this time, or until there is room earlier.
    Waits(i64),
}

impl Room {
    /// Takes the room for one. `counts`: it is one of those that the month is counted by; `waits`: it is
    /// handed to the queue, and may wait there.
    pub(crate) fn take(&mut self, counts: bool, waits: bool) -> Result<Entry, Lost> {
        if waits && self.backlog == Some(0) {
            return Err(Lost::Full);
        }
        if waits {
            self.backlog = self.backlog.map(|it| it - 1);
        }
        match self.until(counts) {
            Some(until) if waits => Ok(Entry::Waits(until)),
            Some(_) | None => {
                if counts {
                    self.executions = self.executions.map(|it| it.saturating_sub(1));
                }
                Ok(Entry::Begins)
            }
        }
    }

    /// When one that comes now may begin; absent is at once.
    pub(crate) fn until(&self, counts: bool) -> Option<i64> {
        if counts && self.executions == Some(0) {
            Some(self.month_ends_at)
        } else {
            self.is_full.then_some(self.look_again_at)
        }
    }

    /// After so many have begun.
    pub(crate) fn after(self, n: u64) -> Room {
        Room { executions: self.executions.map(|it| it.saturating_sub(n)), ..self }
    }

    /// Of so many, how many may begin.
    pub(crate) fn of(&self, n: usize) -> usize {
        if self.is_full {
            return 0;
        }
        self.executions.map_or(n, |it| n.min(usize::try_from(it).unwrap_or(usize::MAX)))
    }
}

/// Holds the terms of those workspaces that have some, and looks at what is left to them.
pub(super) async fn left_any_workspace(
    tx: &mut Tx,
    workspaces: Vec<Uuid>,
    now: Timestamp,
) -> Result<HashMap<Uuid, Room>, Error> {
    let mut res = HashMap::new();
    if workspaces.is_empty() {
        return Ok(res);
    }
    for it in held_any_workspace(tx, workspaces).await? {
        if let Some(room) = left(tx, it.workspace_id, &it.subscription()?, now).await? {
            res.insert(it.workspace_id, room);
        }
    }
    Ok(res)
}

/// What is left to a workspace whose terms this transaction holds; `None` is no limit.
pub(crate) async fn left(
    tx: &mut Tx,
    workspace: Uuid,
    terms: &Subscription,
    now: Timestamp,
) -> Result<Option<Room>, Error> {
    let limits: Limits = terms.limits_at(now);
    if !limits.hold_runs() {
        return Ok(None);
    }
    let backlog = limits.of(Limit::Backlog);
    // Counted as far as it matters.
    let some = |what: &str| {
        let max = backlog.unwrap_or(0);
        format!(
            "(SELECT COUNT(*) FROM (SELECT 1 FROM queue WHERE workspace_id = $1 AND {what} LIMIT {max}) AS it)"
        )
    };
    let sql = format!(
        "SELECT (SELECT n FROM usage WHERE workspace_id = $1 AND name = 'executions' AND period = $2), \
         (SELECT n FROM usage WHERE workspace_id = $1 AND name = 'storage' AND period = 0), {}, {}",
        some("status = 'queued'"),
        some("wait_kind = 'plan'"),
    );
    type Raw = (Option<i64>, Option<i64>, i64, i64);
    let cells = cells_of![workspace, plan::month(now)];
    let row = tx.rows::<Raw>(sql, cells).await?.into_iter().next().unwrap_or_default();
    let used = |it: Option<i64>| it.unwrap_or_default().max(0) as u64;
    let waiting = (row.2 + row.3) as u64;
    Ok(Some(Room {
        executions: limits.of(Limit::Executions).map(|max| max.saturating_sub(used(row.0))),
        backlog: backlog.map(|max| max.saturating_sub(waiting)),
        is_full: limits.of(Limit::StorageBytes).is_some_and(|max| used(row.1) >= max),
        month_ends_at: plan::next_month(now).as_microsecond(),
        look_again_at: now.saturating_add(LOOK_AGAIN).unwrap_or(now).as_microsecond(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        executions: Some(1),
        backlog: Some(3),
        is_full: false,
        month_ends_at: 30,
        look_again_at: 10,
    };

    #[test]
    fn what_finds_no_room_waits_and_then_is_refused() {
        let mut room = ROOM;
        assert_eq!(room.take(true, true), Ok(Entry::Begins));
        assert_eq!(room.take(true, true), Ok(Entry::Waits(30)));
        // By hand it is not counted.
        assert_eq!(room.take(false, true), Ok(Entry::Begins));
        assert_eq!(room.take(true, true), Err(Lost::Full));
        // What runs already is not held up.
        assert_eq!(room.take(true, false), Ok(Entry::Begins));
    }

    #[test]
    fn nothing_begins_while_files_take_all_space() {
        let mut room = Room { is_full: true, ..ROOM };
        assert_eq!(room.take(false, true), Ok(Entry::Waits(10)));
        assert_eq!(room.of(5), 0);
        assert_eq!(ROOM.of(5), 1);
        assert_eq!(Room { executions: None, ..ROOM }.of(5), 5);
    }
}
