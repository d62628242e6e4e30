//! Service accounts of the workspace: they are no person's, have a role, and act by keys.

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use model::{
    Code, Fault,
    id::{ServiceAccountId, WorkspaceId},
    permission::Role,
};
use serde::{Deserialize, Serialize};
use store::service_accounts::ServiceAccount as Row;
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    list::{List, Listed, Look, Page},
    read::{Asked, At, Given},
};

const NAME_CHARS_MAX: usize = 100;

/// An account that is no person's: it has neither an address nor a password, and acts by its keys.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceAccount {
    #[schema(value_type = String)]
    id: ServiceAccountId,
    name: String,
    /// What its keys may do.
    role: String,
    n_keys: u32,
    /// Its keys open nothing.
    disabled: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ServiceAccountFields {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// A built-in role but the owner's, or one of the workspace's own.
    role: String,
    /// Its keys open nothing.
    #[serde(default)]
    disabled: bool,
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

impl From<Row> for ServiceAccount {
    fn from(it: Row) -> ServiceAccount {
        ServiceAccount {
            id: it.id,
            name: it.name.into(),
            role: it.role.into(),
            n_keys: it.n_keys,
            disabled: it.disabled_at.is_some(),
            disabled_at: it.disabled_at,
            created_at: it.created_at,
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list, make)).routes(routes!(get, change, remove))
}

/// All service accounts
#[utoipa::path(get, path = "/service-accounts", tag = "keys", operation_id = "listServiceAccounts",
    params(Page, Look), responses((status = 200, body = List<ServiceAccount>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
) -> Result<Json<List<ServiceAccount>>, Failure> {
    let all = look.at(app.store().service_accounts(actor.workspace).await?)?;
    Ok(Json(page.cut(all).map(ServiceAccount::from)))
}

/// Make a service account
///
/// It may do at most what you may do yourself. Its keys are made with `POST /api/keys`.
#[utoipa::path(post, path = "/service-accounts", tag = "keys", operation_id = "makeServiceAccount",
    request_body = ServiceAccountFields, responses((status = 201, body = ServiceAccount)))]
async fn make(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<ServiceAccountFields>,
) -> Result<(StatusCode, Json<ServiceAccount>), Failure> {
    let name = named(&given.name)?;
    let role = role(&app, actor.workspace, rights, &given.role).await?;
    let now = Timestamp::now();
    let id = app.store().add_service_account(actor.workspace, name, &role, now).await?;
    if given.disabled {
        let made = Row { disabled_at: Some(now), ..found(&app, actor.workspace, id).await? };
        app.store().set_service_account(actor.workspace, &made).await?;
    }
    Ok((StatusCode::CREATED, Json(found(&app, actor.workspace, id).await?.into())))
}

/// One service account
#[utoipa::path(get, path = "/service-accounts/{id}", tag = "keys", operation_id = "getServiceAccount",
    params(("id" = String, Path)), responses((status = 200, body = ServiceAccount)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ServiceAccountId>,
) -> Result<Json<ServiceAccount>, Failure> {
    Ok(Json(found(&app, actor.workspace, id).await?.into()))
}

/// Change a service account
///
/// Its keys may do what the role may from now on; while it is disabled they open nothing.
#[utoipa::path(put, path = "/service-accounts/{id}", tag = "keys", operation_id = "changeServiceAccount",
    params(("id" = String, Path)), request_body = ServiceAccountFields,
    responses((status = 200, body = ServiceAccount)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<ServiceAccountId>,
    Given(given): Given<ServiceAccountFields>,
) -> Result<Json<ServiceAccount>, Failure> {
    let before = found(&app, actor.workspace, id).await?;
    // Whoever may do less than it changes nothing of it.
    role(&app, actor.workspace, rights, &before.role).await?;
    let disabled_at = given.disabled.then(|| before.disabled_at.unwrap_or_else(Timestamp::now));
    let new = Row {
        name: named(&given.name)?.into(),
        role: role(&app, actor.workspace, rights, &given.role).await?.into(),
        disabled_at,
        ..before
    };
    if !app.store().set_service_account(actor.workspace, &new).await? {
        return Err(absent(id));
    }
    app.forget_rights(actor.workspace);
    Ok(Json(found(&app, actor.workspace, id).await?.into()))
}

/// Remove a service account
///
/// Its keys end with it; other processes may let them in for a few seconds more.
#[utoipa::path(delete, path = "/service-accounts/{id}", tag = "keys", operation_id = "deleteServiceAccount",
    params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ServiceAccountId>,
) -> Result<StatusCode, Failure> {
    if !app.store().delete_service_account(actor.workspace, id).await? {
        return Err(absent(id));
    }
    app.forget_rights(actor.workspace);
    Ok(StatusCode::NO_CONTENT)
}

async fn found(app: &App, workspace: WorkspaceId, id: ServiceAccountId) -> Result<Row, Failure> {
    app.store().service_account(workspace, id).await?.ok_or_else(|| absent(id))
}

/// The role as it is written down; one that may do no more than who gives it.
async fn role(
    app: &App,
    workspace: WorkspaceId,
    rights: Rights,
    text: &str,
) -> Result<String, Failure> {
    let may = app.store().role(workspace, text).await?;
    let message = || {
        let text: String = text.chars().take(64).collect();
        Fault::invalid(format!("there is no role `{text}`"))
    };
    rights.may_give(may.ok_or_else(message)?)?;
    match Role::named(text) {
        Some(Role::Owner) => {
            Err(Fault::invalid("a workspace has one owner, who is a person").into())
        }
        Some(role) => Ok(role.as_str().to_owned()),
        None => Ok(text.to_owned()),
    }
}

fn named(text: &str) -> Result<&str, Failure> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let message = format!("a service account needs a name of 1 to {NAME_CHARS_MAX} characters");
        return Err(Fault::invalid(message).into());
    }
    Ok(name)
}

fn absent(id: ServiceAccountId) -> Failure {
    Failure::of(Code::NotFound, format!("there is no service account {id}"))
}
