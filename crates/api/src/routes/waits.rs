//! What an execution waits for: answered by a person, here or at its own address.

use axum::{Json, extract::State, http::StatusCode};
use model::{
    Value,
    id::{ExecutionId, WaitId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::execute::Accepted;
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::{At, Given},
    schema,
};

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(answer)).routes(routes!(address))
}

/// A person's answer to a wait.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerFields {
    /// Of an effect in doubt: `retry`, `done` or `fail`.
    #[serde(default)]
    decision: Option<String>,
    /// What the effect gave, when it is done; or the answer to a task.
    #[serde(default)]
    #[schema(value_type = schema::Data)]
    result: Value,
}

/// Answer what an execution waits for
#[utoipa::path(post, path = "/executions/{id}/waits/{wait}/answer", tag = "executions", operation_id = "answerWait",
    params(("id" = String, Path), ("wait" = String, Path)), request_body = AnswerFields,
    responses((status = 202, body = Accepted)))]
async fn answer(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, wait)): At<(ExecutionId, WaitId)>,
    Given(fields): Given<AnswerFields>,
) -> Result<(StatusCode, Json<Accepted>), Failure> {
    let value = match fields.decision {
        None => fields.result,
        Some(decision) => {
            Value::object([("decision", Value::from(decision)), ("result", fields.result)])
        }
    };
    app.engine().answer(&actor, id, wait, value).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { execution_id: id })))
}

/// Where an execution is called.
#[derive(Serialize, ToSchema)]
struct WaitAddress {
    /// Whoever has it may call it: it holds the token of the wait.
    url: String,
}

/// The address of a wait for a call or a form
///
/// A form is shown there, and goes on when it is sent.
#[utoipa::path(get, path = "/executions/{id}/waits/{wait}/address", tag = "executions", operation_id = "getWaitAddress",
    params(("id" = String, Path), ("wait" = String, Path)), responses((status = 200, body = WaitAddress)))]
async fn address(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, wait)): At<(ExecutionId, WaitId)>,
) -> Result<Json<WaitAddress>, Failure> {
    Ok(Json(WaitAddress { url: app.engine().wait_address(&actor, id, wait).await? }))
}
