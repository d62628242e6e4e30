//! What counts for a workspace, read anew when definitions have changed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use model::{gateway, id::WorkspaceId, subscription::Subscription};
use store::{Store, gateway::Row, rate_limits::RateLimits};

/// How many workspaces are remembered.
const KEPT_MAX: usize = 10_000;

/// What counts for a workspace.
#[derive(Default)]
pub(crate) struct Standing {
    pub(crate) limits: RateLimits,
    /// Absent where there is no such workspace any more.
    pub(crate) terms: Option<Subscription>,
    /// Of webhooks, those that are on, the narrowest first.
    pub(crate) hooks: Vec<Row>,
    /// Of other services, in the same way.
    pub(crate) upstreams: Vec<Row>,
}

/// See the module. With the number of the state that was read.
#[derive(Default)]
pub(crate) struct Known(Mutex<(u64, HashMap<WorkspaceId, Arc<Standing>>)>);

impl Known {
    pub(crate) async fn of(
        &self,
        store: &Store,
        workspace: WorkspaceId,
    ) -> Result<Arc<Standing>, store::Error> {
        let generation = store.generation();
        {
            let mut kept = self.0.lock().expect("a plain table");
            if kept.0 != generation {
                *kept = (generation, HashMap::new());
            }
            if let Some(found) = kept.1.get(&workspace) {
                return Ok(found.clone());
            }
        }
        let found = Arc::new(read(store, workspace).await?);
        let mut kept = self.0.lock().expect("a plain table");
        // Who changed something meanwhile has forgotten all, and this may be from before.
        if kept.0 == generation {
            if kept.1.len() >= KEPT_MAX {
                kept.1.clear();
            }
            kept.1.insert(workspace, found.clone());
        }
        Ok(found)
    }
}

async fn read(store: &Store, workspace: WorkspaceId) -> Result<Standing, store::Error> {
    // One that will be removed has no routes any more.
    let found = store.workspace(workspace).await?;
    if found.is_none_or(|it| it.ends_at.is_some()) {
        return Ok(Standing::default());
    }
    let mut all = store.gateway_routes(workspace).await?;
    all.retain(|it| it.route.enabled);
    gateway::sort(&mut all, |it| &it.route);
    let (upstreams, hooks) = all.into_iter().partition(|it| it.route.upstream.is_some());
    let limits = store.rate_limits(workspace).await?;
    let terms = Some(store.standing(workspace).await?.subscription);
    Ok(Standing { limits, terms, hooks, upstreams })
}
