//! Runs a workflow by hand: all of it, one node, or from a node with recorded data.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::{End, Reply, executions::Execute};
use model::{
    Fault, Items,
    execution::Status,
    id::{ExecutionId, WorkflowId},
    item::ItemJson,
};
use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc, time::timeout};
use utoipa::ToSchema;

use super::steps::{ITEMS_MAX, StepErrorView, StepOutput};
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::{At, Given},
    schema,
};

/// Longest wait for the end, in milliseconds.
const WAIT_MS_MAX: u64 = 50_000;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExecuteFields {
    /// Name of the node to start at; absent is the first trigger.
    #[serde(default)]
    start: Option<String>,
    /// What that node gives, when it is a trigger, or gets.
    #[serde(default)]
    #[schema(value_type = Vec<schema::Item>, required = false)]
    items: Vec<ItemJson>,
    /// Name of the node to stop after: only what leads to it runs.
    #[serde(default)]
    until: Option<String>,
    /// An execution whose recorded steps are taken over instead of running them again.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    data_from: Option<ExecutionId>,
    /// With `dataFrom`: name of the node to run anew with all that follows it.
    #[serde(default)]
    from: Option<String>,
    /// The published version instead of the draft. Pinned data does not count then.
    #[serde(default)]
    published: bool,
    /// How long to wait for the end, in milliseconds. Absent or 0 answers as soon as the execution
    /// is durable.
    #[serde(default)]
    #[schema(maximum = 50_000)]
    wait_ms: u64,
}

/// An execution that goes on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accepted {
    #[schema(value_type = String)]
    pub(super) execution_id: ExecutionId,
}

/// An execution that has ended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExecutionResult {
    #[schema(value_type = String)]
    execution_id: ExecutionId,
    #[schema(value_type = schema::Status)]
    status: Status,
    error: Option<StepErrorView>,
    /// What the last step gave.
    outputs: Vec<StepOutput>,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(execute))
}

/// Run a workflow
///
/// Answers 202 with the execution's id, or with `waitMs` 200 with what came of it, if it ends in
/// time. Runs of the draft are tests: pinned data counts.
#[utoipa::path(post, path = "/workflows/{id}/execute", tag = "executions", operation_id = "executeWorkflow",
    params(("id" = String, Path)), request_body = ExecuteFields,
    responses((status = 200, body = ExecutionResult), (status = 202, body = Accepted)))]
async fn execute(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    Given(fields): Given<ExecuteFields>,
) -> Result<Response, Failure> {
    let items: Items = fields.items.iter().map(engine::spelling::item_of).collect();
    let wish = Execute {
        start: fields.start.map(Into::into),
        items: if items.is_empty() { vec![] } else { vec![items] },
        until: fields.until.map(Into::into),
        data_from: fields.data_from,
        from: fields.from.map(Into::into),
        published: fields.published,
    };
    if wish.from.is_some() && wish.data_from.is_none() {
        return Err(
            Fault::invalid("`from` needs `dataFrom`: the execution to take the rest from").into()
        );
    }
    let (execution_id, replies) = app.engine().execute(&actor, id, wish).await?;
    let wait = Duration::from_millis(fields.wait_ms.min(WAIT_MS_MAX));
    // Who does not wait is told the same whether or not it ended meanwhile.
    let end =
        if wait.is_zero() { None } else { timeout(wait, the_end(replies)).await.ok().flatten() };
    app.engine().forget_caller(execution_id);
    match end {
        None => Ok((StatusCode::ACCEPTED, Json(Accepted { execution_id })).into_response()),
        Some(end) => ended(execution_id, &end),
    }
}

async fn the_end(mut replies: mpsc::Receiver<Reply>) -> Option<End> {
    while let Some(reply) = replies.recv().await {
        if let Reply::Ended(end) = reply {
            return Some(end);
        }
    }
    None
}

fn ended(execution_id: ExecutionId, end: &End) -> Result<Response, Failure> {
    let outputs = end.last.iter().map(|it| StepOutput::of(it, ITEMS_MAX));
    let outputs = outputs.collect::<Result<_, _>>()?;
    let error = end.error.clone().map(StepErrorView::from);
    let body = ExecutionResult { execution_id, status: end.status, error, outputs };
    Ok(Json(body).into_response())
}
