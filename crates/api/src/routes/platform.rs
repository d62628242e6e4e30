//! The whole server: closed while somebody looks after it.

use axum::{Json, extract::State};
use jiff::Timestamp;
use model::{Code, Fault};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    maintenance::Notice,
    read::Given,
};

/// Longest message, in characters.
const MESSAGE_CHARS_MAX: usize = 500;
/// What is said where nothing else is.
const USUAL: &str = "the server is being looked after; try again later";

/// Whether the server is closed for a while.
#[derive(Serialize, ToSchema)]
struct Maintenance {
    on: bool,
    message: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// When it is over by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MaintenanceFields {
    /// What callers and people read.
    #[schema(max_length = 500)]
    message: Option<String>,
    /// When it is over by itself; absent is when you say so.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

pub(super) fn open() -> Routes {
    Routes::new().routes(routes!(show))
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(begin, end))
}

/// Whether the server is closed for a while
#[utoipa::path(get, path = "/platform/maintenance", tag = "platform", operation_id = "getMaintenance", security(()),
    responses((status = 200, body = Maintenance)))]
async fn show(State(app): State<App>) -> Json<Maintenance> {
    let found = app.notice().await;
    Json(Maintenance {
        on: found.is_some(),
        since: found.as_ref().map(|it| it.since),
        until: found.as_ref().and_then(|it| it.until),
        message: found.map(|it| it.message),
    })
}

/// Close the server for a while
///
/// For who looks after the server, or with the key of the commands on its machine. Everything but
/// health, signing in and this answers everybody else 503 with the code `maintenance`. What webhooks and forms
/// bring is accepted, and workflows run on.
#[utoipa::path(post, path = "/platform/maintenance", tag = "platform", operation_id = "beginMaintenance",
    request_body = MaintenanceFields, responses((status = 200, body = Maintenance)))]
async fn begin(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<MaintenanceFields>,
) -> Result<Json<Maintenance>, Failure> {
    let now = Timestamp::now();
    let message = given.message.as_deref().map(str::trim).filter(|it| !it.is_empty());
    let message = message.unwrap_or(USUAL).to_owned();
    let odd = |text: String| Err(Failure::from(Fault::new(Code::InvalidRequest, text)));
    if message.chars().count() > MESSAGE_CHARS_MAX {
        return odd(format!("`message` has at most {MESSAGE_CHARS_MAX} characters"));
    }
    if given.until.is_some_and(|it| it <= now) {
        return odd("`until` is over already; name a time to come, or none".to_owned());
    }
    let since = app.notice().await.map_or(now, |it| it.since);
    app.set_notice(Some(Notice { message, since, until: given.until })).await?;
    tracing::warn!(by = ?actor.who, until = ?given.until, "the API is closed for maintenance");
    Ok(show(State(app)).await)
}

/// Open the server again
#[utoipa::path(delete, path = "/platform/maintenance", tag = "platform", operation_id = "endMaintenance",
    responses((status = 200, body = Maintenance)))]
async fn end(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Maintenance>, Failure> {
    app.set_notice(None).await?;
    tracing::warn!(by = ?actor.who, "the API is open again");
    Ok(show(State(app)).await)
}
