//! Keys as clients of another system call them, at two addresses and in two envelopes.

use axum::{Json, extract::State, http::StatusCode};
use engine::Actor;
use jiff::Timestamp;
use model::{
    Rate,
    id::ApiKeyId,
    permission::{Permission, Permissions},
};
use serde::{Deserialize, Serialize};
use store::keys::{ApiKey as Row, NewKey};
use utoipa::ToSchema;

use super::{ApiKeyFields, absent, change};
use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    read::{Asked, At, Given},
    routes::{
        auth::{Done, done},
        shapes::{Pages, Reply, Turn},
    },
};

mod uses;
mod wanted;

/// A key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientKey {
    #[schema(value_type = String)]
    id: ApiKeyId,
    name: String,
    /// How it begins.
    key_prefix: String,
    #[schema(value_type = Vec<String>)]
    permissions: Permissions,
    /// How often it may ask in an hour, where it has a limit of its own.
    rate_limit: Option<u64>,
    /// How often it asked within the last year.
    usage_count: u64,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    is_active: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClientKeyFields {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// As `GET /api-keys/permissions` lists them, also with `:` for `.`; `read` is all that read, `*` all that you may.
    /// Absent is `read`.
    #[serde(default)]
    permissions: Option<Vec<String>>,
    /// How often it may ask in an hour. What its workspace gives everybody counts beside it, where that is less.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10000)]
    rate_limit: Option<u32>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// What is to change of a key; absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClientKeyChanges {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(default)]
    permissions: Option<Vec<String>>,
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10000)]
    rate_limit: Option<u32>,
    #[serde(default)]
    is_active: Option<bool>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A key that was just made. `key` is shown here and never again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientKeyMade {
    message: &'static str,
    api_key: ClientKey,
    key: String,
    warning: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientKeyShown {
    api_key: ClientKey,
    key: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientKeyChanged {
    message: &'static str,
    api_key: ClientKey,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OneClientKey {
    api_key: ClientKey,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientKeys {
    api_keys: Vec<ClientKey>,
    pagination: Pages,
}

#[derive(Serialize, ToSchema)]
struct ClientPermissions {
    permissions: Vec<ClientPermission>,
}

#[derive(Serialize, ToSchema)]
struct ClientPermission {
    /// `WORKFLOWS_READ`
    key: String,
    /// `workflows.read`
    value: &'static str,
    description: &'static str,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, make))
        .routes(routes!(permissions))
        .routes(routes!(get, put, delete))
        .routes(routes!(tenant_list, tenant_make))
        .routes(routes!(tenant_put, tenant_delete))
        .merge(uses::routes())
}

/// All keys
#[utoipa::path(get, path = "/api-keys", tag = "keys", operation_id = "listApiKeys",
    params(Turn), responses((status = 200, body = ClientKeys)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(turn): Asked<Turn>,
) -> Result<Json<ClientKeys>, Failure> {
    Ok(Json(listed(&app, &actor, turn).await?))
}

/// Make a key, as `POST /keys`
#[utoipa::path(post, path = "/api-keys", tag = "keys", operation_id = "createApiKey",
    request_body = ClientKeyFields, responses((status = 201, body = ClientKeyMade)))]
async fn make(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<ClientKeyFields>,
) -> Result<(StatusCode, Json<ClientKeyMade>), Failure> {
    let it = made(&app, &actor, rights, given).await?;
    let answer = ClientKeyMade {
        message: "the key is made",
        api_key: it.api_key,
        key: it.key,
        warning: "keep the key in a safe place; it is not shown again",
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// What a key may be given
#[utoipa::path(get, path = "/api-keys/permissions", tag = "keys", operation_id = "listApiKeyPermissions",
    responses((status = 200, body = ClientPermissions)))]
async fn permissions() -> Json<ClientPermissions> {
    let one = |it: &Permission| ClientPermission {
        key: it.as_str().replace('.', "_").to_uppercase(),
        value: it.as_str(),
        description: it.about(),
    };
    Json(ClientPermissions { permissions: Permission::ALL.iter().map(one).collect() })
}

/// One key
#[utoipa::path(get, path = "/api-keys/{id}", tag = "keys", operation_id = "getApiKey",
    params(("id" = String, Path)), responses((status = 200, body = ClientKey)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ApiKeyId>,
) -> Result<Json<ClientKey>, Failure> {
    Ok(Json(found(&app, &actor, id).await?))
}

/// Change a key, as `PUT /keys/{id}`
#[utoipa::path(put, path = "/api-keys/{id}", tag = "keys", operation_id = "updateApiKey",
    params(("id" = String, Path)), request_body = ClientKeyChanges,
    responses((status = 200, body = ClientKeyChanged)))]
async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<ApiKeyId>,
    Given(given): Given<ClientKeyChanges>,
) -> Result<Json<ClientKeyChanged>, Failure> {
    let api_key = changed(&app, &actor, rights, id, given).await?;
    Ok(Json(ClientKeyChanged { message: "the key is changed", api_key }))
}

/// Remove a key, as `DELETE /keys/{id}`
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "keys", operation_id = "removeApiKey",
    params(("id" = String, Path)), responses((status = 200, body = Done)))]
async fn delete(app: State<App>, caller: Caller, id: At<ApiKeyId>) -> Result<Json<Done>, Failure> {
    super::delete(app, caller, id).await?;
    Ok(done("the key is removed"))
}

/// All keys, as `GET /api-keys`
#[utoipa::path(get, path = "/tenants/api-keys", tag = "keys", operation_id = "listTenantApiKeys",
    params(Turn), responses((status = 200, body = Reply<ClientKeys>)))]
async fn tenant_list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(turn): Asked<Turn>,
) -> Result<Json<Reply<ClientKeys>>, Failure> {
    Ok(Reply::of(listed(&app, &actor, turn).await?))
}

/// Make a key, as `POST /api-keys`
#[utoipa::path(post, path = "/tenants/api-keys", tag = "keys", operation_id = "createTenantApiKey",
    request_body = ClientKeyFields, responses((status = 201, body = Reply<ClientKeyShown>)))]
async fn tenant_make(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<ClientKeyFields>,
) -> Result<(StatusCode, Json<Reply<ClientKeyShown>>), Failure> {
    let it = made(&app, &actor, rights, given).await?;
    Ok((StatusCode::CREATED, Reply::said("the key is made", it)))
}

/// Change a key, as `PUT /api-keys/{id}`
#[utoipa::path(put, path = "/tenants/api-keys/{id}", tag = "keys", operation_id = "updateTenantApiKey",
    params(("id" = String, Path)), request_body = ClientKeyChanges,
    responses((status = 200, body = Reply<OneClientKey>)))]
async fn tenant_put(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<ApiKeyId>,
    Given(given): Given<ClientKeyChanges>,
) -> Result<Json<Reply<OneClientKey>>, Failure> {
    let api_key = changed(&app, &actor, rights, id, given).await?;
    Ok(Reply::said("the key is changed", OneClientKey { api_key }))
}

/// Remove a key, as `DELETE /api-keys/{id}`
#[utoipa::path(delete, path = "/tenants/api-keys/{id}", tag = "keys", operation_id = "removeTenantApiKey",
    params(("id" = String, Path)), responses((status = 200, body = Done)))]
async fn tenant_delete(
    app: State<App>,
    caller: Caller,
    id: At<ApiKeyId>,
) -> Result<Json<Done>, Failure> {
    delete(app, caller, id).await
}

impl ClientKey {
    fn of(it: Row, usage_count: u64) -> ClientKey {
        let per_hour =
            |it: Rate| u64::from(it.requests.get()) * 3_600 / u64::from(it.per.seconds());
        let is_over = it.expires_at.is_some_and(|it| it <= Timestamp::now());
        ClientKey {
            id: it.id,
            name: it.name.to_string(),
            key_prefix: it.hint.to_string(),
            permissions: it.may,
            rate_limit: it.rate.map(per_hour),
            usage_count,
            last_used_at: it.used_at,
            expires_at: it.expires_at,
            is_active: it.disabled_at.is_none() && !is_over,
            created_at: it.created_at,
        }
    }
}

async fn listed(app: &App, actor: &Actor, turn: Turn) -> Result<ClientKeys, Failure> {
    app.tally().written().await;
    let (keys, pagination) = turn.cut(app.store().keys(actor.workspace).await?);
    let used = app.store().key_totals(actor.workspace).await?;
    let count = |it: &Row| used.get(&it.id).copied().unwrap_or_default();
    let api_keys = keys.into_iter().map(|it| (count(&it), it));
    Ok(ClientKeys { api_keys: api_keys.map(|(n, it)| ClientKey::of(it, n)).collect(), pagination })
}

async fn found(app: &App, actor: &Actor, id: ApiKeyId) -> Result<ClientKey, Failure> {
    app.tally().written().await;
    let all = app.store().keys(actor.workspace).await?;
    let it = all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))?;
    let used = app.store().key_totals(actor.workspace).await?;
    Ok(ClientKey::of(it, used.get(&id).copied().unwrap_or_default()))
}

async fn made(
    app: &App,
    actor: &Actor,
    rights: Rights,
    given: ClientKeyFields,
) -> Result<ClientKeyShown, Failure> {
    let read = vec!["read".to_owned()];
    let permissions = wanted::permissions(&given.permissions.unwrap_or(read), rights.may)?;
    let fields = ApiKeyFields {
        name: given.name,
        expires_at: given.expires_at,
        role: None,
        permissions: Some(permissions),
        service_account_id: None,
        networks: vec![],
        rate: None,
    };
    let rate = given.rate_limit.map(wanted::rate).transpose()?;
    let new = fields.checked(app, actor.workspace, rights).await?;
    // What everybody has counts beside it, so that it gives nobody more.
    let new = NewKey { rate, rate_granted: false, ..new };
    let (id, text) = app.store().add_key(actor.workspace, &new, Timestamp::now()).await?;
    let api_key = found(app, actor, id).await?;
    Ok(ClientKeyShown { api_key, key: text.expose().to_owned() })
}

async fn changed(
    app: &App,
    actor: &Actor,
    rights: Rights,
    id: ApiKeyId,
    given: ClientKeyChanges,
) -> Result<ClientKey, Failure> {
    let permissions = given.permissions.map(|it| wanted::permissions(&it, rights.may));
    let changes = change::Changes {
        name: given.name,
        permissions: permissions.transpose()?,
        expires_at: given.expires_at.map(Some),
        active: given.is_active,
        ..change::Changes::default()
    };
    let rate = given.rate_limit.map(wanted::rate).transpose()?;
    change::change(app, actor, rights, id, changes).await?;
    if let Some(rate) = rate {
        app.store().set_key_rate(actor.workspace, id, Some(rate), false).await?;
        app.known_keys().forget(id);
    }
    found(app, actor, id).await
}
