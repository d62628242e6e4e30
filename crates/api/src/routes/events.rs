//! Live events over SSE: what happens to executions, as it happens.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event as Sse, KeepAlive},
};
use engine::{
    Actor,
    bus::{Event, EventKind, What},
};
use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;
use model::{
    execution::{Status, WaitKind},
    id::{ExecutionId, WorkflowId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::steps::StepErrorView;
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    ears::Ears,
    failure::Failure,
    read::{Asked, At},
    schema,
};

/// How often a quiet stream says that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What happens to an execution. The SSE field `event` is its `kind`, or `missed` when the listener
/// was too slow and should read the execution again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExecutionEvent {
    #[schema(value_type = ExecutionEventKind)]
    kind: EventKind,
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    #[schema(value_type = String)]
    execution_id: ExecutionId,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Name of the node, of `stepStarted` and `stepFinished`.
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<u32>,
    /// Of `stepFinished`.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    /// How many items each output has, of `stepFinished`.
    #[serde(skip_serializing_if = "Option::is_none")]
    n_items: Option<Vec<usize>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<StepErrorView>,
    /// Of `waiting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::WaitKind>)]
    waiting_for: Option<WaitKind>,
    /// Of `ended`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Status>)]
    status: Option<Status>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes the engine's own")]
enum ExecutionEventKind {
    Started,
    StepStarted,
    StepFinished,
    Waiting,
    Ended,
}

impl ExecutionEvent {
    pub(crate) fn of(it: &Event) -> ExecutionEvent {
        let mut res = ExecutionEvent {
            kind: it.what.kind(),
            workflow_id: it.workflow,
            execution_id: it.execution,
            at: Timestamp::now(),
            node: None,
            run: None,
            duration_ms: None,
            n_items: None,
            error: None,
            waiting_for: None,
            status: None,
        };
        match &it.what {
            What::Started { .. } => {}
            What::StepStarted { node, run } => {
                res.node = Some(node.to_string());
                res.run = Some(*run);
            }
            What::StepFinished { node, done } => {
                res.node = Some(node.to_string());
                res.run = Some(done.run);
                res.duration_ms = Some(done.duration_us as f64 / 1_000.0);
                res.n_items = Some(done.n_items.clone());
                res.error = done.error.clone().map(StepErrorView::from);
            }
            What::Waiting { kind } => res.waiting_for = Some(*kind),
            What::Ended { status, .. } => res.status = Some(*status),
        }
        res
    }

    fn sse(&self) -> Sse {
        let name = serde_json::to_value(self.kind).expect("a plain word");
        let text = serde_json::to_string(self).expect("plain data");
        Sse::default().event(name.as_str().unwrap_or_default()).data(text)
    }
}

type Events = axum::response::sse::Sse<KeepAliveStream>;
type KeepAliveStream =
    axum::response::sse::KeepAliveStream<stream::BoxStream<'static, Result<Sse, Infallible>>>;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Whose {
    /// Only executions of this workflow.
    #[param(value_type = Option<String>)]
    workflow_id: Option<WorkflowId>,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(of_one)).routes(routes!(of_all))
}

/// Live events of one execution
///
/// A stream of server-sent events that ends with the execution. Listen first, then read the
/// execution: then nothing is missed.
#[utoipa::path(get, path = "/executions/{id}/events", tag = "executions", operation_id = "watchExecution",
    params(("id" = String, Path)),
    responses((status = 200, body = ExecutionEvent, content_type = "text/event-stream")))]
async fn of_one(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ExecutionId>,
) -> Result<Events, Failure> {
    // In this order: what ends in between is heard, or is seen to have ended.
    let live = heard(&app, actor, move |it| it.execution == id);
    let execution = app.engine().execution(&actor, id).await?;
    if !execution.status.is_ended() {
        return Ok(streamed(until_end(live).boxed()));
    }
    let last = Event {
        workspace: actor.workspace,
        workflow: execution.workflow_id,
        execution: id,
        what: What::Ended { status: execution.status, mode: execution.mode },
    };
    Ok(streamed(stream::once(async move { Ok(ExecutionEvent::of(&last).sse()) }).boxed()))
}

/// Live events of all executions
#[utoipa::path(get, path = "/executions/events", tag = "executions", operation_id = "watchExecutions",
    params(Whose),
    responses((status = 200, body = ExecutionEvent, content_type = "text/event-stream")))]
async fn of_all(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(whose): Asked<Whose>,
) -> Events {
    let wanted = whose.workflow_id;
    let fits = move |it: &Event| wanted.is_none_or(|id| id == it.workflow);
    let live = heard(&app, actor, fits);
    streamed(live.map(|it| Ok(it.map_or_else(missed, |it| ExecutionEvent::of(&it).sse()))).boxed())
}

/// The events of the caller's workspace that fit and that he sees; `None` stands for some that were missed.
fn heard<F: Fn(&Event) -> bool + Send + 'static>(
    app: &App,
    actor: Actor,
    fits: F,
) -> impl Stream<Item = Option<Event>> + Send + use<F> {
    let (events, closing) = (app.engine().bus().listen(actor.workspace), app.engine().closing());
    let hearing = (events, closing, fits, Ears::of(app, actor));
    stream::unfold(hearing, move |(mut events, mut closing, fits, mut ears)| async move {
        loop {
            let event = tokio::select! {
                event = events.next() => event?,
                // Who listens must not hold the server up when it stops.
                _ = closing.wait_for(|it| *it) => return None,
            };
            // What was missed may have been anything.
            let heard = event.ok();
            if let Some(it) = &heard
                && !(fits(it) && ears.hear(it.workflow).await)
            {
                continue;
            }
            return Some((heard, (events, closing, fits, ears)));
        }
    })
}

fn until_end(
    live: impl Stream<Item = Option<Event>> + Send + 'static,
) -> impl Stream<Item = Result<Sse, Infallible>> + Send + 'static {
    stream::unfold(Some(Box::pin(live)), async |live| {
        let mut live = live?;
        let event = live.next().await?;
        // Among what was missed may be the end: whoever still waits comes again.
        let last = matches!(event, None | Some(Event { what: What::Ended { .. }, .. }));
        let sse = event.map_or_else(missed, |it| ExecutionEvent::of(&it).sse());
        Some((Ok(sse), (!last).then_some(live)))
    })
}

fn missed() -> Sse {
    Sse::default().event("missed").data("{}")
}

fn streamed(events: stream::BoxStream<'static, Result<Sse, Infallible>>) -> Events {
    axum::response::sse::Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}
