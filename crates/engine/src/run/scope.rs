//! The names of one step's expressions: built once per try, shared by its items.

use std::sync::{Arc, Mutex, OnceLock};

use expr::{
    Scope,
    scope::{ExecutionFacts, NodeFacts, Previous, Resume, WorkflowFacts},
};
use model::{Items, id::ExecutionId};
use smol_str::{SmolStr, format_smolstr};

use super::{
    Facts, Outside, PagesOf,
    host::resume_token,
    step::Job,
    world::{Ends, StepWorld},
};

/// What the names of every step of an execution share.
pub(crate) struct Names {
    outside: Arc<Outside>,
    facts: Arc<Facts>,
    seed: u64,
    workspace: SmolStr,
    workflow: WorkflowFacts,
    execution: ExecutionFacts,
    token: OnceLock<SmolStr>,
    resume: OnceLock<Resume>,
}

/// Where an execution that waits is called: with this suffix, which begins with `/` where there is one.
pub(crate) fn waiting_at(
    base: &str,
    kind: &str,
    execution: ExecutionId,
    suffix: &str,
    token: &str,
) -> SmolStr {
    format_smolstr!("{base}/{kind}-waiting/{execution}{suffix}?token={token}")
}

impl Names {
    pub(super) fn of(outside: &Arc<Outside>, facts: &Arc<Facts>, seed: u64) -> Names {
        let mode = if facts.mode.is_test() { "test" } else { "production" };
        Names {
            outside: outside.clone(),
            facts: facts.clone(),
            seed,
            workspace: format_smolstr!("{}", facts.workspace),
            workflow: WorkflowFacts {
                id: format_smolstr!("{}", facts.workflow),
                name: facts.plan.document.name.clone(),
                active: !facts.mode.is_test(),
            },
            execution: ExecutionFacts {
                id: format_smolstr!("{}", facts.execution),
                mode: mode.into(),
            },
            token: OnceLock::new(),
            resume: OnceLock::new(),
        }
    }

    /// What whoever calls the execution proves itself by; most are never called.
    pub(super) fn token(&self) -> &SmolStr {
        self.token.get_or_init(|| resume_token(&self.facts, self.seed))
    }

    pub(super) fn resume(&self) -> &Resume {
        let (base, execution) = (&self.outside.base_url, self.facts.execution);
        let address = |kind: &str| waiting_at(base, kind, execution, "", self.token());
        let made = || Resume { url: address("webhook"), form_url: address("form") };
        self.resume.get_or_init(made)
    }
}

pub(super) fn of_step(job: &Job, input: &[Items], pages: PagesOf) -> (Arc<Scope>, Arc<StepWorld>) {
    let (facts, node) = (&job.facts, job.node());
    // A node of several inputs sees the first that has items.
    let first = input.iter().position(|it| !it.is_empty()).unwrap_or(0);
    let mut lists = input.to_vec();
    if first > 0 {
        lists.swap(0, first);
    }
    let sources = job.flight.task.sources.clone();
    let previous = sources.get(first).copied().flatten().map(|it| Previous {
        node: facts.plan.node(it.node).node.name.clone(),
        output: it.output as usize,
        run: it.run as usize,
    });
    let world = Arc::new(StepWorld {
        seen: job.seen.clone(),
        node: job.key.0,
        sources: sources.into(),
        input: first,
        pages,
        pins: job.outside.pins && facts.mode.is_test(),
        names: Some(job.names.clone()),
        log: Mutex::default(),
        ends: Ends::new(job.stop.clone(), job.ends_at()),
    });
    let names = &job.names;
    let scope = Scope {
        workspace: names.workspace.clone(),
        workflow: names.workflow.clone(),
        execution: names.execution.clone(),
        node: NodeFacts {
            id: node.node.id.clone(),
            name: node.node.name.clone(),
            version: f64::from(node.node.version),
            webhook_id: node.node.webhook_id.clone(),
            parameters: node.named.clone(),
        },
        run_index: job.key.1 as usize,
        input: lists,
        previous,
        vars: facts.vars.clone(),
        env: job.outside.env.clone(),
        zone: facts.plan.zone.clone(),
        now: job.outside.now,
        extra: vec![],
        world: world.clone(),
    };
    (Arc::new(scope), world)
}
