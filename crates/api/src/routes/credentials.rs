//! Credentials. Secrets go in and are never shown again.

use axum::{Json, extract::State, http::StatusCode};
use engine::{
    Actor,
    credentials::{Even, Shown},
};
use jiff::Timestamp;
use model::{Map, Value, id::CredentialId};
use serde::{Deserialize, Serialize};
use store::credentials::Row;
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{List, Listed, Look, Page},
    read::{Asked, At, Given},
    schema,
};

/// A credential without its fields.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CredentialRow {
    #[schema(value_type = String)]
    id: CredentialId,
    /// Its credential type.
    #[serde(rename = "type")]
    kind: String,
    name: String,
    /// Its id where it was imported from.
    external_id: Option<String>,
    /// Only its owner and those it is shared with see and use it.
    restricted: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A credential. Secrets are shown as `__kept__`; sent back so, they stay what they are.
#[derive(Serialize, ToSchema)]
struct Credential {
    #[serde(flatten)]
    row: CredentialRow,
    #[schema(value_type = schema::Fields)]
    fields: Map,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewCredential {
    /// A credential type, such as `httpHeaderAuth`.
    #[serde(rename = "type")]
    kind: String,
    name: String,
    /// As the form of the type says.
    #[serde(default)]
    #[schema(value_type = schema::Fields)]
    fields: Value,
    /// Its id where it comes from, by which imported workflows name it.
    #[serde(default)]
    external_id: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CredentialFields {
    name: String,
    /// All fields; a secret given as `__kept__` stays what it is.
    #[serde(default)]
    #[schema(value_type = schema::Fields)]
    fields: Value,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfType {
    /// Only credentials of this type.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Force {
    /// Remove it even if workflows use it.
    #[param(default = false)]
    force: Option<bool>,
}

/// What a test call gave.
#[derive(Serialize, ToSchema)]
struct CredentialTest {
    works: bool,
    message: String,
}

impl Listed for Row {
    fn name(&self) -> &str {
        &self.name
    }
    fn created_at(&self) -> Timestamp {
        self.created_at
    }
    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

impl CredentialRow {
    fn of(it: Row, restricted: bool) -> CredentialRow {
        CredentialRow {
            id: it.id,
            kind: it.kind.to_string(),
            name: it.name.to_string(),
            external_id: it.external_id.map(|it| it.to_string()),
            restricted,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// One as it is shown, without its secrets.
async fn shown(app: &App, actor: &Actor, id: CredentialId) -> Result<Json<Credential>, Failure> {
    let Shown { row, fields } = app.engine().show_credential(actor, id).await?;
    let restricted = app.store().restricted(actor.workspace, [id.0].into_iter()).await?;
    let row = CredentialRow::of(row, restricted.contains(&id.0));
    Ok(Json(Credential { row, fields }))
}

fn fields_of(given: &Value) -> Map {
    given.as_object().cloned().unwrap_or_default()
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change, delete))
        .routes(routes!(test))
}

/// All credentials, without their fields
#[utoipa::path(get, path = "/credentials", tag = "credentials", operation_id = "listCredentials",
    params(Page, Look, OfType), responses((status = 200, body = List<CredentialRow>)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
    Asked(of): Asked<OfType>,
) -> Result<Json<List<CredentialRow>>, Failure> {
    let all = app.store().credentials(actor.workspace, actor.sight).await?;
    let mut all = look.at(all)?;
    all.retain(|it| of.kind.as_ref().is_none_or(|kind| it.kind == *kind));
    let page = page.cut(all);
    let ids = page.items.iter().map(|it| it.id.0);
    let restricted = app.store().restricted(actor.workspace, ids).await?;
    Ok(Json(page.map(|it| {
        let is_restricted = restricted.contains(&it.id.0);
        CredentialRow::of(it, is_restricted)
    })))
}

/// Make a credential
#[utoipa::path(post, path = "/credentials", tag = "credentials", operation_id = "createCredential",
    request_body = NewCredential, responses((status = 201, body = Credential)))]
async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(new): Given<NewCredential>,
) -> Result<(StatusCode, Json<Credential>), Failure> {
    let (fields, external_id) = (fields_of(&new.fields), new.external_id.map(Into::into));
    let made = app.engine().create_credential(&actor, &new.kind, &new.name, &fields, external_id);
    let id = made.await?.id;
    Ok((StatusCode::CREATED, shown(&app, &actor, id).await?))
}

/// One credential
#[utoipa::path(get, path = "/credentials/{id}", tag = "credentials", operation_id = "getCredential",
    params(("id" = String, Path)), responses((status = 200, body = Credential)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<CredentialId>,
) -> Result<Json<Credential>, Failure> {
    shown(&app, &actor, id).await
}

/// Change a credential
#[utoipa::path(put, path = "/credentials/{id}", tag = "credentials", operation_id = "changeCredential",
    params(("id" = String, Path)), request_body = CredentialFields,
    responses((status = 200, body = Credential)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<CredentialId>,
    Given(given): Given<CredentialFields>,
) -> Result<Json<Credential>, Failure> {
    let fields = fields_of(&given.fields);
    app.engine().change_credential(&actor, id, &given.name, &fields).await?;
    shown(&app, &actor, id).await
}

/// Remove a credential
///
/// One that workflows use is removed only with `force`.
#[utoipa::path(delete, path = "/credentials/{id}", tag = "credentials", operation_id = "deleteCredential",
    params(("id" = String, Path), Force), responses((status = 204)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<CredentialId>,
    Asked(how): Asked<Force>,
) -> Result<StatusCode, Failure> {
    let even = if how.force.unwrap_or(false) { Even::Used } else { Even::Unused };
    app.engine().delete_credential(&actor, id, even).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test a credential
///
/// Makes the call that succeeds only with a good credential, where its type has one.
#[utoipa::path(post, path = "/credentials/{id}/test", tag = "credentials", operation_id = "testCredential",
    params(("id" = String, Path)), responses((status = 200, body = CredentialTest)))]
async fn test(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<CredentialId>,
) -> Result<Json<CredentialTest>, Failure> {
    let tested = app.engine().test_credential(&actor, id).await?;
    Ok(Json(CredentialTest { works: tested.works, message: tested.message }))
}
