//! Which other pages may call the API for a workspace.

use axum::{Json, extract::State};
use model::{Code, Fault};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use utoipa::ToSchema;

use crate::{
    App, crossing,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::Given,
};

/// Origins whose pages may call the API for a workspace.
#[derive(Serialize, ToSchema)]
struct Origins {
    /// As browsers write them: `https://shop.example`, with the port where it is not the usual one.
    origins: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OriginFields {
    /// All of them; none lets only our own pages in.
    #[schema(max_items = 50)]
    origins: Vec<String>,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(get, put))
}

/// Which other pages may call the API
#[utoipa::path(get, path = "/workspaces/{id}/origins", tag = "workspaces", operation_id = "getOrigins",
    params(("id" = String, Path)), responses((status = 200, body = Origins)))]
async fn get(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Origins>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let found = app.store().origins(actor.workspace).await?;
    Ok(Json(Origins { origins: found.into_iter().map(String::from).collect() }))
}

/// Say which other pages may call the API
///
/// With the workspace's keys and the tokens of its people, and listen to its live events. Without any,
/// browsers let only our own pages read what is answered. Webhooks have their own rule in their node.
#[utoipa::path(put, path = "/workspaces/{id}/origins", tag = "workspaces", operation_id = "setOrigins",
    params(("id" = String, Path)), request_body = OriginFields, responses((status = 200, body = Origins)))]
async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<OriginFields>,
) -> Result<Json<Origins>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let all = given.origins.iter().map(|it| origin(it)).collect::<Result<Vec<_>, _>>()?;
    app.store().set_origins(actor.workspace, &all).await?;
    get(State(app), Caller(actor)).await
}

fn origin(text: &str) -> Result<SmolStr, Failure> {
    crossing::parse(text).map(SmolStr::from).ok_or_else(|| {
        let text: String = text.chars().take(100).collect();
        let message = format!(
            "`{text}` is no origin; write scheme, name and port without a path, such as `https://shop.example`"
        );
        Failure::from(Fault::new(Code::InvalidRequest, message))
    })
}
