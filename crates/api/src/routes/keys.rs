//! API keys of the workspace. A key's text is shown once, when it is made.

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use model::{Code, Fault, id::ApiKeyId};
use serde::{Deserialize, Serialize};
use store::keys::ApiKey as Row;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    App,
    door::Caller,
    failure::Failure,
    list::{List, Listed, Look, Page},
    read::{Asked, At, Given},
};

const NAME_CHARS_MAX: usize = 100;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiKey {
    #[schema(value_type = String)]
    id: ApiKeyId,
    name: String,
    /// How it begins.
    hint: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Timestamp>,
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
struct NewApiKey {
    #[schema(value_type = String)]
    id: ApiKeyId,
    /// The key itself. It is shown here and never again.
    key: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApiKeyFields {
    /// What the key is for.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// After this it opens nothing; absent is never.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl Listed for Row {
    fn name(&self) -> &str {
        &self.name
    }
    fn created_at(&self) -> Timestamp {
        self.created_at
    }
    fn updated_at(&self) -> Timestamp {
        self.created_at
    }
}

impl From<Row> for ApiKey {
    fn from(it: Row) -> ApiKey {
        ApiKey {
            id: it.id,
            name: it.name.to_string(),
            hint: it.hint.to_string(),
            created_at: it.created_at,
            expires_at: it.expires_at,
            used_at: it.used_at,
        }
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, make)).routes(routes!(delete))
}

/// All keys
#[utoipa::path(get, path = "/keys", tag = "keys", operation_id = "listKeys",
    params(Page, Look), responses((status = 200, body = List<ApiKey>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
) -> Result<Json<List<ApiKey>>, Failure> {
    let all = look.at(app.store().keys(actor.workspace).await?)?;
    Ok(Json(page.cut(all).map(ApiKey::from)))
}

/// Make a key
#[utoipa::path(post, path = "/keys", tag = "keys", operation_id = "makeKey",
    request_body = ApiKeyFields, responses((status = 201, body = NewApiKey)))]
async fn make(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(fields): Given<ApiKeyFields>,
) -> Result<(StatusCode, Json<NewApiKey>), Failure> {
    let name = fields.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let message = format!("a key needs a name of 1 to {NAME_CHARS_MAX} characters");
        return Err(Fault::invalid(message).into());
    }
    let now = Timestamp::now();
    let (id, text) = app.store().add_key(actor.workspace, name, fields.expires_at, now).await?;
    Ok((StatusCode::CREATED, Json(NewApiKey { id, key: text.expose().to_owned() })))
}

/// Remove a key
///
/// It opens nothing from now on; other processes may let it in for a few seconds more.
#[utoipa::path(delete, path = "/keys/{id}", tag = "keys", operation_id = "deleteKey",
    params(("id" = String, Path)), responses((status = 204)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ApiKeyId>,
) -> Result<StatusCode, Failure> {
    if !app.store().delete_key(actor.workspace, id).await? {
        return Err(Failure::of(Code::NotFound, format!("there is no API key {id}")));
    }
    app.known_keys().forget(id);
    Ok(StatusCode::NO_CONTENT)
}
