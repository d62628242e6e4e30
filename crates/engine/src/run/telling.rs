//! Tells those who look on what happens to an execution.

use model::journal::Step;

use super::{Facts, Runner};
use crate::{
    bus::{Done, Event, What},
    callers::Reply,
};

impl Runner {
    pub(super) fn tell_finished(&self, step: &Step) {
        let node = &self.facts.plan.node(step.node).node.name;
        self.outside.bus.watch(self.facts.execution, node, step);
        self.tell(|_| What::StepFinished { node: node.clone(), done: Done::of(step) });
    }

    pub(super) fn tell_caller(&self, reply: Reply) -> impl Future<Output = ()> + Send + use<> {
        let callers = self.outside.callers.clone();
        let (workspace, execution) = (self.facts.workspace, self.facts.execution);
        async move { callers.tell(workspace, execution, reply).await }
    }

    pub(super) fn tell(&self, what: impl FnOnce(&Facts) -> What) {
        let facts = &self.facts;
        self.outside.bus.tell(facts.workspace, || Event {
            workspace: facts.workspace,
            workflow: facts.workflow,
            execution: facts.execution,
            what: what(facts),
        });
    }
}
