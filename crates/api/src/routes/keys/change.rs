//! Keys that are changed: what they are called, what they may do, from where, until when, and whether they open.

use axum::{Json, extract::State};
use engine::Actor;
use jiff::Timestamp;
use model::{Fault, id::ApiKeyId, permission::Permissions};
use serde::{Deserialize, Deserializer};
use store::keys::{ApiKey as Row, Scope};
use utoipa::ToSchema;

use super::{ApiKey, absent, named, networks, scope};
use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    read::{At, Given},
};

/// What is to change of a key; absent stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ApiKeyChanges)]
pub(super) struct Changes {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub(super) name: Option<String>,
    /// It may do what this role may from now on; not of a service account's key.
    #[serde(default)]
    pub(super) role: Option<String>,
    /// It may do this from now on; not of a service account's key.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub(super) permissions: Option<Permissions>,
    /// Addresses and networks that it opens from; none is everywhere.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(super) networks: Option<Vec<String>>,
    /// After this it opens nothing; `null` is never.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) expires_at: Option<Option<Timestamp>>,
    /// Whether it opens anything, until that is said again.
    #[serde(default)]
    pub(super) active: Option<bool>,
}

/// What stands there, `null` too.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Timestamp>>, D::Error> {
    Option::<Timestamp>::deserialize(from).map(Some)
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(put))
}

/// Change a key
///
/// Nobody changes one that may do more than he may himself. Other processes follow within a few seconds.
#[utoipa::path(put, path = "/keys/{id}", tag = "keys", operation_id = "changeKey",
    params(("id" = String, Path)), request_body = Changes, responses((status = 200, body = ApiKey)))]
async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<ApiKeyId>,
    Given(given): Given<Changes>,
) -> Result<Json<ApiKey>, Failure> {
    Ok(Json(change(&app, &actor, rights, id, given).await?.into()))
}

pub(super) async fn change(
    app: &App,
    actor: &Actor,
    rights: Rights,
    id: ApiKeyId,
    given: Changes,
) -> Result<Row, Failure> {
    let (store, workspace) = (app.store(), actor.workspace);
    let all = store.keys(workspace).await?;
    let was = all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))?;
    rights.may_give(was.may)?;
    let mut next = was.terms();
    if let Some(name) = given.name {
        next.name = named(&name)?;
    }
    if let Some(all) = given.networks {
        next.networks = networks(&all)?;
    }
    if given.role.is_some() || given.permissions.is_some() {
        if matches!(was.scope, Scope::Account(_)) {
            let message = "a key of a service account may do what that may; change the account";
            return Err(Fault::invalid(message).into());
        }
        next.scope = scope(app, workspace, rights, (None, given.role, given.permissions)).await?;
    }
    if let Some(expires_at) = given.expires_at {
        next.expires_at = expires_at;
    }
    let disabled_at = match given.active {
        Some(true) => None,
        Some(false) => Some(was.disabled_at.unwrap_or_else(Timestamp::now)),
        None => was.disabled_at,
    };
    let changed = store.change_key(workspace, id, &next, disabled_at).await?;
    app.known_keys().forget(id);
    changed.ok_or_else(|| absent(id))
}
