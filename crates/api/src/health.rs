//! Whether the process lives, and whether it is ready for work.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
};

/// Longest wait for the database.
const CHECK_MAX: Duration = Duration::from_secs(2);

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    status: HealthStatus,
    /// The process answers.
    live: bool,
    /// It can take work: the database answers.
    ready: bool,
    version: &'static str,
    executions: Load,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum HealthStatus {
    Ok,
    Unavailable,
}

/// What this process does at the moment.
#[derive(Serialize, ToSchema)]
struct Load {
    running: usize,
    /// Wait here for their turn.
    queued: usize,
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(health)).routes(routes!(live))
}

/// Whether it lives and is ready
///
/// 200 when it is ready, 503 when the database does not answer.
#[utoipa::path(get, path = "/health", tag = "platform", operation_id = "health", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub(crate) async fn health(State(app): State<App>) -> Response {
    let checked = tokio::time::timeout(CHECK_MAX, app.store().refresh_generation()).await;
    let ready = matches!(checked, Ok(Ok(_)));
    let (running, queued) = app.engine().load();
    let body = Health {
        status: if ready { HealthStatus::Ok } else { HealthStatus::Unavailable },
        live: true,
        ready,
        version: env!("CARGO_PKG_VERSION"),
        executions: Load { running, queued },
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Live {
    live: bool,
}

/// Whether it lives
///
/// Asks nothing of the database: a process that answers should not be restarted.
#[utoipa::path(get, path = "/health/live", tag = "platform", operation_id = "healthLive", security(()),
    responses((status = 200, body = Live)))]
pub(crate) async fn live() -> Json<Live> {
    Json(Live { live: true })
}
