//! How workspaces stand: whether anything may begin there, and what their plans say of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use model::{Code, Fault, id::WorkspaceId, plan::Limit};
use store::{Error, Store, subscriptions::Standing};

/// As of the latest change that this process knows of.
#[derive(Default)]
pub(crate) struct Standings(Mutex<HashMap<WorkspaceId, (u64, Arc<Standing>)>>);

impl Standings {
    pub(crate) async fn of(
        &self,
        store: &Store,
        workspace: WorkspaceId,
    ) -> Result<Arc<Standing>, Error> {
        let generation = store.generation();
        if let Some((of, found)) = self.0.lock().expect("a plain table").get(&workspace)
            && *of == generation
        {
            return Ok(found.clone());
        }
        let found = Arc::new(store.standing(workspace).await?);
        let mut known = self.0.lock().expect("a plain table");
        known.retain(|_, it| it.0 == generation);
        known.insert(workspace, (generation, found.clone()));
        Ok(found)
    }
}

/// What the plan has to say about executions that begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hold {
    /// Nothing: they run at once.
    Nothing,
    /// So many run at once: all come through the queue.
    Runs,
    /// So many begin in a month or while there is space: some of them may have to wait for long.
    Begins,
}

pub(crate) fn hold(standing: &Standing, now: Timestamp) -> Hold {
    let limits = standing.subscription.limits_at(now);
    if !limits.hold_runs() {
        return Hold::Nothing;
    }
    let waits = [Limit::Executions, Limit::StorageBytes];
    if waits.iter().any(|it| limits.of(*it).is_some()) { Hold::Begins } else { Hold::Runs }
}

/// # Errors
/// [`Code::WorkspaceInactive`].
pub(crate) fn is_active(standing: &Standing) -> Result<(), Fault> {
    match standing.paused_at {
        None => Ok(()),
        Some(since) => Err(Fault::new(
            Code::WorkspaceInactive,
            format!(
                "the workspace was deactivated at {since}: nothing begins there; an admin can activate it \
                 under Settings, Plan and usage"
            ),
        )),
    }
}
