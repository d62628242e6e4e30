//! Expressions, tried out in the context of recorded data.

use axum::{Json, extract::State};
use engine::evaluate::Ask;
use model::{Fault, Value, id::ExecutionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::Given,
    schema,
};

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Trial {
    /// Text with `{{ … }}` in it; a leading `=` is allowed.
    expression: String,
    /// `$json`, when there is no recorded data.
    #[serde(default)]
    #[schema(value_type = schema::Data)]
    item: Value,
    /// The execution whose data it sees.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    execution_id: Option<ExecutionId>,
    /// Name of the node in whose place it stands; needed with `executionId`.
    #[serde(default)]
    node: Option<String>,
    /// That node is one of the draft as it is now, which may be newer than the execution; nodes that got other
    /// names since are known by their ids.
    #[serde(default)]
    in_draft: bool,
    /// `$itemIndex`.
    #[serde(default)]
    item_index: usize,
}

#[derive(Serialize, ToSchema)]
struct Evaluated {
    /// Absent when the expression gives nothing (`undefined`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Data>)]
    result: Option<Value>,
    /// The JSON type of the result, or `undefined`.
    #[serde(rename = "type")]
    kind: &'static str,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(evaluate))
}

/// Try an expression
#[utoipa::path(post, path = "/expressions/evaluate", tag = "nodes", operation_id = "evaluateExpression",
    request_body = Trial, responses((status = 200, body = Evaluated)))]
async fn evaluate(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(trial): Given<Trial>,
) -> Result<Json<Evaluated>, Failure> {
    let recorded = match (trial.execution_id, trial.node) {
        (None, _) => None,
        (Some(execution), Some(node)) => Some((execution, node.into())),
        (Some(_), None) => {
            return Err(
                Fault::invalid("`executionId` needs `node`: in whose place to stand").into()
            );
        }
    };
    let ask = Ask {
        expression: trial.expression,
        item: trial.item,
        recorded,
        in_draft: trial.in_draft,
        item_index: trial.item_index,
    };
    let result = app.engine().evaluate(&actor, ask).await?;
    Ok(Json(Evaluated { kind: result.as_ref().map_or("undefined", Value::kind), result }))
}
