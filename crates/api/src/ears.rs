//! What a listener hears of what happens: nothing of workflows that it does not see.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use engine::Actor;
use model::id::WorkflowId;

use crate::App;

/// How long it counts that somebody sees a workflow, or does not, without another look.
const KEPT: Duration = Duration::from_secs(5);
/// How many workflows are remembered.
const KEPT_MAX: usize = 1_000;

/// See the module.
pub(crate) struct Ears {
    app: App,
    actor: Actor,
    known: HashMap<WorkflowId, (Instant, bool)>,
}

impl Ears {
    pub(crate) fn of(app: &App, actor: Actor) -> Ears {
        Ears { app: app.clone(), actor, known: HashMap::new() }
    }

    /// Another look may have shown that the caller sees less by now, or more.
    pub(crate) fn are_of(&mut self, actor: Actor) {
        if self.actor != actor {
            self.actor = actor;
            self.known.clear();
        }
    }

    /// Whether what happens to a workflow is heard. When the database cannot say, it is not.
    pub(crate) async fn hear(&mut self, workflow: WorkflowId) -> bool {
        if self.actor.sight.viewer().is_none() {
            return true;
        }
        if let Some((at, hears)) = self.known.get(&workflow)
            && at.elapsed() < KEPT
        {
            return *hears;
        }
        let hears = self.app.engine().sees(&self.actor, workflow.0).await.unwrap_or(false);
        if self.known.len() >= KEPT_MAX {
            self.known.clear();
        }
        self.known.insert(workflow, (Instant::now(), hears));
        hears
    }
}
