//! Whether a schedule fired once for each of its times, whatever happened meanwhile.

use jiff::{Timestamp, ToSpan as _};
use store::{
    Error, Store,
    executions::{Filter, Total},
};

use crate::{face::Home, flows::TICKS};

/// What is known of the schedule between two processes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticks {
    /// All that was due earlier has fired.
    until: Timestamp,
    fired: u64,
}

impl Ticks {
    /// # Errors
    /// A sentence when it cannot be read.
    pub(super) async fn look(home: &Home) -> Result<Ticks, String> {
        let text = |it: Error| it.to_string();
        let store = home.store().await.map_err(text)?;
        let found = read(&store).await.map_err(text)?;
        store.close().await;
        found.ok_or_else(|| format!("`{TICKS}` has no schedule"))
    }

    /// # Errors
    /// What is wrong with what came since `before`.
    pub(super) fn since(self, before: Ticks) -> Result<(), String> {
        let due = self.until.duration_since(before.until).as_secs();
        let fired = self.fired as i64 - before.fired as i64;
        if fired != due {
            return Err(format!("a schedule was due {due} times and fired {fired} times"));
        }
        Ok(())
    }
}

async fn read(store: &Store) -> Result<Option<Ticks>, Error> {
    let workspace = store.default_workspace(Timestamp::now()).await?;
    let Some(workflow) = store.find_workflow(workspace, TICKS).await? else { return Ok(None) };
    let filter =
        Filter { workflow: Some(workflow), limit: 1, ..Filter::of(model::sharing::Sight::All) };
    let (Total::Exactly(fired) | Total::AtLeast(fired)) =
        store.executions(workspace, &filter).await?.total;
    let Some(schedule) = store.schedules(workspace, workflow).await?.pop() else { return Ok(None) };
    // Whoever fired may have stopped before the next time was written down.
    let past = store.last_firing(&schedule).await?.map(|it| it + 1.second());
    Ok(Some(Ticks { until: past.unwrap_or(schedule.next_at).max(schedule.next_at), fired }))
}

/// Lets it rest from now on.
///
/// # Errors
/// [`Error::Database`].
pub(super) async fn stop(store: &Store) -> Result<(), Error> {
    let workspace = store.default_workspace(Timestamp::now()).await?;
    let Some(workflow) = store.find_workflow(workspace, TICKS).await? else { return Ok(()) };
    for it in store.schedules(workspace, workflow).await? {
        let never = it.next_at.checked_add(20_000.hours()).unwrap_or(Timestamp::MAX);
        store.set_next_firing(&it, Some(never)).await?;
    }
    Ok(())
}
