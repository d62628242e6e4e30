//! Whether members of a workspace need a second factor.

use axum::{Extension, Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Person},
    failure::Failure,
    read::Given,
};

/// Whether members need a second factor, or a passkey, to do anything in a workspace.
#[derive(Serialize, ToSchema)]
struct SecondFactor {
    required: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondFactorFields {
    required: bool,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(get, put))
}

/// Whether members need a second factor
#[utoipa::path(get, path = "/workspaces/{id}/second-factor", tag = "workspaces", operation_id = "getSecondFactor",
    params(("id" = String, Path)), responses((status = 200, body = SecondFactor)))]
async fn get(State(app): State<App>, Caller(actor): Caller) -> Result<Json<SecondFactor>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let required = app.accounts().wants_factor(actor.workspace).await?;
    Ok(Json(SecondFactor { required }))
}

/// Say whether members need a second factor
///
/// Who has neither one nor a passkey then does nothing in the workspace but set one up, and who has one
/// signs in with it: a password alone does not count. API keys are not asked for it. Whoever demands it has
/// shown one himself.
#[utoipa::path(put, path = "/workspaces/{id}/second-factor", tag = "workspaces", operation_id = "setSecondFactor",
    params(("id" = String, Path)), request_body = SecondFactorFields,
    responses((status = 200, body = SecondFactor)))]
async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    person: Option<Extension<Person>>,
    Given(given): Given<SecondFactorFields>,
) -> Result<Json<SecondFactor>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let by = person.map(|it| (it.user, it.session));
    app.accounts().set_wants_factor(actor.workspace, by, given.required).await?;
    app.forget_rights(actor.workspace);
    get(State(app), Caller(actor)).await
}
