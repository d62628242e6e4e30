//! Dates as expressions read and write them: by Luxon, in the sandbox.

use jiff::Timestamp;
use model::{Value, json};
use sdk::{Ctx, NodeError};

const SCRIPT: &str = include_str!("moments.js");

/// What became of each row: an operation with its fields, as `moments.js` says.
pub(crate) async fn ask(
    ctx: &Ctx<'_>,
    rows: Vec<Value>,
) -> Result<Vec<Result<Value, NodeError>>, NodeError> {
    let answers = ctx.host.script_with(SCRIPT, &[("$rows".into(), rows.into())]).await?;
    let answers = answers.unwrap_or_default();
    let read = |answer: &Value| match answer.get("error") {
        Some(why) => Err(NodeError::never(why.to_text())),
        None => Ok(answer.get("value").cloned().unwrap_or_default()),
    };
    Ok(answers.as_array().unwrap_or_default().iter().map(read).collect())
}

/// The moment that a date names, in the workflow's zone when it names none.
pub(crate) async fn timestamp(ctx: &Ctx<'_>, date: Value) -> Result<Timestamp, NodeError> {
    let row = json!({ "operation": "read", "date": date });
    let answer = ask(ctx, vec![row]).await?.pop();
    let ms = answer.transpose()?.and_then(|it| it.as_f64()).unwrap_or(f64::NAN);
    Timestamp::from_millisecond(ms as i64)
        .map_err(|_| NodeError::never("the date lies too far from today"))
}
