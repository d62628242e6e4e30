//! API keys of the workspace. A key's text is shown once, when it is made.

mod change;
mod clients;

use axum::{Json, extract::State, http::StatusCode};
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Rate,
    id::{ApiKeyId, ServiceAccountId, WorkspaceId},
    permission::Permissions,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::keys::{ApiKey as Row, NewKey, Scope};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    limits::Class,
    list::{List, Listed, Look, Page},
    read::{Asked, At, Given},
};

const NAME_CHARS_MAX: usize = 100;
/// Most networks that a key opens from.
const NETWORKS_MAX: usize = 100;
/// How long a key that is rotated opens beside its successor, when nobody says.
const OVERLAP_HOURS: u32 = 24;
const OVERLAP_HOURS_MAX: u32 = 24 * 90;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiKey {
    #[schema(value_type = String)]
    id: ApiKeyId,
    name: String,
    /// The service account whose it is; it may do what that may.
    #[schema(value_type = Option<String>)]
    service_account_id: Option<ServiceAccountId>,
    /// How it begins.
    hint: String,
    /// The role that decides what it may do; absent when its permissions are its own.
    role: Option<String>,
    /// What it may do at the moment.
    #[schema(value_type = Vec<String>)]
    permissions: Permissions,
    /// Addresses and networks that it opens from; empty is everywhere.
    networks: Vec<String>,
    /// How often it may ask, in the place of what its workspace gives everybody.
    #[schema(value_type = Option<String>)]
    rate: Option<Rate>,
    /// The key that takes its place.
    #[schema(value_type = Option<String>)]
    successor: Option<ApiKeyId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Timestamp>,
    /// False while it is switched off.
    active: bool,
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
    /// It may do what this role may, also when the role changes.
    #[serde(default)]
    role: Option<String>,
    /// It may do this, such as `workflows.read`. Without a role and without permissions it may do
    /// all that you may.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    permissions: Option<Permissions>,
    /// It is this service account's and may do what that may; then neither a role nor permissions.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    service_account_id: Option<ServiceAccountId>,
    /// Addresses and networks that it opens from, such as `10.0.0.0/8`; none is everywhere.
    #[serde(default)]
    #[schema(max_items = 100)]
    networks: Vec<String>,
    /// How often it may ask, such as `10/min`, or per `s`, `h` or `day`: at most what its workspace gives everybody.
    /// Absent is as often as that.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    rate: Option<Rate>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyRate {
    /// Such as `10/min`; absent is as often as the workspace gives everybody.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    rate: Option<Rate>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rotation {
    /// How long the old key opens beside the new one.
    #[serde(default)]
    #[schema(maximum = 2160, default = 24)]
    overlap_hours: Option<u32>,
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
            service_account_id: it.account,
            hint: it.hint.to_string(),
            role: match it.scope {
                Scope::Role(name) => Some(name.into()),
                Scope::Everything | Scope::Listed(_) | Scope::Account(_) => None,
            },
            permissions: it.may,
            networks: it.networks.iter().map(IpNet::to_string).collect(),
            rate: it.rate,
            successor: it.successor,
            created_at: it.created_at,
            expires_at: it.expires_at,
            used_at: it.used_at,
            active: it.disabled_at.is_none(),
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, make))
        .routes(routes!(delete))
        .routes(routes!(limit))
        .routes(routes!(rotate))
        .merge(change::routes())
        .merge(clients::routes())
}

impl ApiKeyFields {
    /// The key that is asked for, and what it may do.
    async fn checked(
        self,
        app: &App,
        workspace: WorkspaceId,
        rights: Rights,
    ) -> Result<NewKey, Failure> {
        let (name, networks) = (named(&self.name)?, networks(&self.networks)?);
        may_give(app, workspace, rights, self.rate).await?;
        let of = (self.service_account_id, self.role, self.permissions);
        let scope = scope(app, workspace, rights, of).await?;
        let (rate, rate_granted) = (self.rate, rights.is_platform);
        Ok(NewKey { name, scope, networks, rate, rate_granted, expires_at: self.expires_at })
    }
}

fn named(name: &str) -> Result<SmolStr, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let message = format!("a key needs a name of 1 to {NAME_CHARS_MAX} characters");
        return Err(Fault::invalid(message).into());
    }
    Ok(name.into())
}

fn networks(all: &[String]) -> Result<Vec<IpNet>, Failure> {
    if all.len() > NETWORKS_MAX {
        let message = format!("a key opens from at most {NETWORKS_MAX} networks");
        return Err(Fault::invalid(message).into());
    }
    all.iter().map(|it| network(it)).collect()
}

/// What decides what a key may do; nothing that may do more than who asks.
async fn scope(
    app: &App,
    workspace: WorkspaceId,
    rights: Rights,
    of: (Option<ServiceAccountId>, Option<String>, Option<Permissions>),
) -> Result<Scope, Failure> {
    match of {
        (Some(id), None, None) => {
            let found = app.store().service_account(workspace, id).await?;
            let absent = || Fault::invalid(format!("there is no service account {id}"));
            let account = found.ok_or_else(absent)?;
            let may = app.store().role(workspace, &account.role).await?;
            rights.may_give(may.unwrap_or_default())?;
            Ok(Scope::Account(id))
        }
        (Some(_), _, _) => {
            let message = "a key of a service account may do what that may; name neither a role nor permissions";
            Err(Fault::invalid(message).into())
        }
        (None, Some(_), Some(_)) => {
            let message = "a key has a role or permissions of its own; name one of both";
            Err(Fault::invalid(message).into())
        }
        (None, Some(role), None) => {
            let found = app.store().role(workspace, &role).await?;
            let absent = || Fault::invalid(format!("there is no role `{role}`"));
            rights.may_give(found.ok_or_else(absent)?)?;
            Ok(Scope::Role(role.into()))
        }
        (None, None, Some(listed)) => {
            rights.may_give(listed)?;
            Ok(Scope::Listed(listed))
        }
        (None, None, None) if rights.is_everything() => Ok(Scope::Everything),
        (None, None, None) => Ok(Scope::Listed(rights.may)),
    }
}

/// Nobody gives a key more than everybody has, but who looks after the server.
async fn may_give(
    app: &App,
    workspace: WorkspaceId,
    rights: Rights,
    rate: Option<Rate>,
) -> Result<(), Failure> {
    let Some(rate) = rate.filter(|_| !rights.is_platform) else { return Ok(()) };
    let allowance = app.gateway().allowance(app.store(), workspace).await?;
    match allowance.rate(Class::Api, app.limits().rate(Class::Api)) {
        Some(most) if !rate.is_within(most) => {
            let message = format!(
                "a key may ask {most} at most, at once and in the long run; who looks after the server can give it more"
            );
            Err(Fault::invalid(message).into())
        }
        Some(_) | None => Ok(()),
    }
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, Failure> {
    let single = || text.trim().parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.trim().parse::<IpNet>().ok().or_else(single).ok_or_else(|| {
        let message =
            format!("`{text}` is no network; write an address, or a network such as 10.0.0.0/8");
        Fault::invalid(message).into()
    })
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
///
/// It may do at most what you may do yourself.
#[utoipa::path(post, path = "/keys", tag = "keys", operation_id = "makeKey",
    request_body = ApiKeyFields, responses((status = 201, body = NewApiKey)))]
async fn make(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(fields): Given<ApiKeyFields>,
) -> Result<(StatusCode, Json<NewApiKey>), Failure> {
    let new = fields.checked(&app, actor.workspace, rights).await?;
    let (id, text) = app.store().add_key(actor.workspace, &new, Timestamp::now()).await?;
    Ok((StatusCode::CREATED, Json(NewApiKey { id, key: text.expose().to_owned() })))
}

/// Rotate a key
///
/// Makes one with the same name, scope, networks and time to live. The old one opens for a while
/// beside it, a day when nothing is said, so that it can be exchanged without a gap.
#[utoipa::path(post, path = "/keys/{id}/rotate", tag = "keys", operation_id = "rotateKey",
    params(("id" = String, Path)), request_body = Rotation, responses((status = 201, body = NewApiKey)))]
async fn rotate(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<ApiKeyId>,
    Given(how): Given<Rotation>,
) -> Result<(StatusCode, Json<NewApiKey>), Failure> {
    let hours = how.overlap_hours.unwrap_or(OVERLAP_HOURS);
    if hours > OVERLAP_HOURS_MAX {
        let message = format!("a key opens at most {OVERLAP_HOURS_MAX} hours beside its successor");
        return Err(Fault::invalid(message).into());
    }
    let (store, now) = (app.store(), Timestamp::now());
    let all = store.keys(actor.workspace).await?;
    let old = all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))?;
    rights.may_give(old.may)?;
    let until = now + SignedDuration::from_hours(i64::from(hours));
    let rotated = store.rotate_key(actor.workspace, id, until, now).await?;
    let (successor, text) = rotated.ok_or_else(|| absent(id))?;
    app.known_keys().forget(id);
    Ok((StatusCode::CREATED, Json(NewApiKey { id: successor, key: text.expose().to_owned() })))
}

/// Say how often a key may ask
///
/// At most what its workspace gives everybody, unless you look after the server. Other processes follow within a few
/// seconds.
#[utoipa::path(put, path = "/keys/{id}/rate", tag = "keys", operation_id = "limitKey",
    params(("id" = String, Path)), request_body = KeyRate, responses((status = 200, body = ApiKey)))]
async fn limit(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<ApiKeyId>,
    Given(given): Given<KeyRate>,
) -> Result<Json<ApiKey>, Failure> {
    let all = app.store().keys(actor.workspace).await?;
    let mut key = all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))?;
    may_give(&app, actor.workspace, rights, given.rate).await?;
    let granted = rights.is_platform;
    if !app.store().set_key_rate(actor.workspace, id, given.rate, granted).await? {
        return Err(absent(id));
    }
    app.known_keys().forget(id);
    key.rate = given.rate;
    Ok(Json(key.into()))
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
        return Err(absent(id));
    }
    app.known_keys().forget(id);
    Ok(StatusCode::NO_CONTENT)
}

fn absent(id: ApiKeyId) -> Failure {
    Failure::of(Code::NotFound, format!("there is no API key {id} that opens"))
}
