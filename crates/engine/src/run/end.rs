//! What an execution leaves behind when it ends: its answer, its error workflow, what is kept.

use std::sync::Arc;

use jiff::Timestamp;
use model::{
    Item, Items, Map, Value,
    execution::{Answer, Mode, Status},
    id::ExecutionId,
    journal::{Started, StepError},
};
use smol_str::format_smolstr;
use store::batch::{Lost, NewExecution};
use uuid::Uuid;

use super::{Callable, Child, Facts, Outside, Seen, State};

/// How often one node runs in an execution: what goes in a circle ends before its records take all
/// memory.
pub(super) const RUNS_MAX: u32 = if cfg!(test) { 2_000 } else { 100_000 };

pub(super) fn runs_too_often(state: &State, node: u32) -> StepError {
    let node = state.plan.node(node).node.name.clone();
    let message = format!(
        "`{node}` ran {RUNS_MAX} times: let the circle that it is in end, or loop in larger batches"
    );
    StepError { node, message, ..StepError::default() }
}

pub(super) fn took_too_long(state: &State) -> StepError {
    let running = state.in_flight.keys().next();
    let node = running.map(|it| state.plan.node(it.0).node.name.clone()).unwrap_or_default();
    let ms = state.plan.document.settings.timeout_ms.unwrap_or_default();
    let message = format!("the execution took longer than its {ms} ms");
    StepError { node, message, ..StepError::default() }
}

/// Whether the execution's history is kept.
pub(super) fn keeps(facts: &Facts, status: Status) -> bool {
    let save = &facts.plan.document.settings.save;
    if facts.mode == Mode::Manual && !save.manual {
        return false;
    }
    match status {
        Status::Success => save.success,
        Status::Error | Status::Cancelled => save.error,
        Status::Queued | Status::Running | Status::Waiting => true,
    }
}

/// What the last step gave.
pub(super) fn last_outputs(state: &State) -> Vec<Items> {
    let last = state.order.last().and_then(|(node, run)| state.seen.step(*node, Some(*run)));
    last.map(|it| it.outputs.clone()).unwrap_or_default()
}

/// Lets go of what steps gave, and of what was to be worked on.
pub(super) fn let_go(state: &mut State) {
    state.seen = Arc::new(Seen::new(state.plan.clone()));
    state.in_flight.clear();
    state.ready.clear();
    state.parked.clear();
    state.failed = None;
}

/// What the execution that called this one gets.
pub(super) fn answer(
    facts: &Facts,
    status: Status,
    error: Option<&StepError>,
    last: &[Items],
) -> Option<(ExecutionId, Answer)> {
    let parent = facts.parent?;
    let answer = match (status, error) {
        (Status::Success, _) => Answer::Items(vec![last.first().cloned().unwrap_or_default()]),
        (_, Some(error)) => Answer::Failed(error.message.clone()),
        (_, None) => Answer::Failed("the called workflow was cancelled".to_owned()),
    };
    Some((parent, answer))
}

/// The execution of the workflow that runs when this one failed.
///
/// # Errors
/// When the workspace cannot be read now: the execution ends later.
pub(super) async fn error_child(
    outside: &Outside,
    facts: &Facts,
    state: &State,
    error: &StepError,
    now: Timestamp,
) -> Result<Option<Child>, Lost> {
    if facts.mode.is_test() || facts.mode == Mode::Error {
        return Ok(None);
    }
    let wanted = facts.plan.document.settings.error_workflow.clone();
    // One with a trigger for errors of its own looks after itself.
    let own = facts.plan.trigger("trigger.error").map(|_| format_smolstr!("{}", facts.workflow));
    let Some(wanted) = wanted.or(own) else { return Ok(None) };
    let found = outside.shelf.error_workflow(facts, &wanted).await;
    let found = found.map_err(|_| Lost::Unavailable(NO_ERROR_WORKFLOW.to_owned()))?;
    Ok(found.and_then(|it| error_run(outside, facts, state, error, now, it)))
}

const NO_ERROR_WORKFLOW: &str = "the error workflow cannot be read now";

fn error_run(
    outside: &Outside,
    facts: &Facts,
    state: &State,
    error: &StepError,
    now: Timestamp,
    callee: Callable,
) -> Option<Child> {
    let node = callee.plan.trigger("trigger.error")?;
    let new = NewExecution {
        id: ExecutionId(Uuid::now_v7()),
        workflow: callee.workflow,
        version: callee.version,
        mode: Mode::Error,
        started_at: now,
        run_at: None,
        priority: callee.plan.document.settings.priority,
        parent: None,
        replay_of: None,
        business_key: facts.business_key.clone(),
        firing: None,
    };
    let item = error_item(outside, facts, state, error);
    let started = Started {
        at: now,
        mode: Mode::Error,
        node,
        items: vec![Items::one(item)],
        parent: None,
        replay_of: None,
        until: None,
        given: vec![],
        seed: crate::start::seed(),
        depth: state.started.depth + 1,
    };
    Some(Child { workspace: facts.workspace, new, started, plan: callee.plan })
}

/// The item that an error workflow starts with, as n8n's users know it.
fn error_item(outside: &Outside, facts: &Facts, state: &State, error: &StepError) -> Item {
    let last = state.order.last().map(|it| facts.plan.node(it.0).node.name.clone());
    let message = Value::object([
        ("message", Value::from(error.message.clone())),
        ("description", error.description.clone().map_or(Value::Null, Value::from)),
        ("node", Value::object([("name", Value::from(error.node.clone()))])),
        ("stack", format!("{}\n    at node {}", error.message, error.node).into()),
    ]);
    let mut execution = Map::from_iter([
        ("id", Value::from(format_smolstr!("{}", facts.execution))),
        ("url", format!("{}/app/executions/{}", outside.base_url, facts.execution).into()),
        ("error", message),
        ("lastNodeExecuted", last.map_or(Value::Null, Value::from)),
        ("mode", facts.mode.as_str().into()),
    ]);
    if let Some(key) = &facts.business_key {
        execution.insert("businessKey", key.clone());
    }
    let workflow = Value::object([
        ("id", Value::from(format_smolstr!("{}", facts.workflow))),
        ("name", facts.plan.document.name.clone().into()),
    ]);
    Item::new(Map::from_iter([("execution", Value::from(execution)), ("workflow", workflow)]))
}
