//! Tells those who look on what happens to an execution.

use std::sync::Arc;

use model::journal::Step;

use super::{Facts, Runner};
use crate::bus::{Event, What};

impl Runner {
    pub(super) fn tell_finished(&self, step: Arc<Step>) {
        self.tell(|facts| What::StepFinished {
            node: facts.plan.node(step.node).node.name.clone(),
            step,
        });
    }

    pub(super) fn tell(&self, what: impl FnOnce(&Facts) -> What) {
        let facts = &self.facts;
        self.outside.bus.tell(|| Event {
            workspace: facts.workspace,
            workflow: facts.workflow,
            execution: facts.execution,
            what: what(facts),
        });
    }
}
