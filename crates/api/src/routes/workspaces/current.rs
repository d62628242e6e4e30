//! The workspace where one is, as clients of another system call it.

mod money;
mod views;

use axum::{Json, extract::State};
use jiff::{Span, Timestamp, tz::TimeZone};
use model::{Fault, Value, id::WorkspaceId};
use serde::{Deserialize, Serialize};
use store::audit::Filter;
use utoipa::{IntoParams, ToSchema};

use self::views::{Tenant, TenantUsage};
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::{Asked, Given},
    routes::{
        audit::AuditEntry,
        shapes::{Pages, Reply, Turn},
    },
    schema,
};

/// Under which name a workspace's settings for such clients are kept.
const SETTINGS: &str = "clients";
/// Most that is kept for them.
const SETTINGS_BYTES_MAX: usize = 64 << 10;

/// What is to change; absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TenantSettings)]
struct Settings {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Whatever clients keep of how things are to look for all, in the place of what there is: up to 64 KiB with
    /// `metadata`.
    #[serde(default)]
    #[schema(value_type = Option<schema::Data>)]
    settings: Option<Value>,
    /// Whatever else they keep.
    #[serde(default)]
    #[schema(value_type = Option<schema::Data>)]
    metadata: Option<Value>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Back {
    /// `7d`, `30d` or `90d`; absent is `30d`.
    period: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct OneTenant {
    tenant: Tenant,
}

#[derive(Serialize, ToSchema)]
struct OneTenantUsage {
    usage: TenantUsage,
}

#[derive(Serialize, ToSchema)]
struct TenantActivities {
    activities: Vec<TenantActivity>,
    pagination: Pages,
}

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TenantActivity {
    /// Such as `workflow.publish`.
    #[serde(rename = "type")]
    kind: String,
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    description: String,
    user_id: Option<String>,
    metadata: AuditEntry,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(current))
        .routes(routes!(set))
        .routes(routes!(usage))
        .routes(routes!(activity))
        .merge(money::routes())
}

/// The workspace where you are
#[utoipa::path(get, path = "/tenants/current", tag = "workspaces", operation_id = "getCurrentTenant",
    responses((status = 200, body = Reply<OneTenant>)))]
async fn current(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<Reply<OneTenant>>, Failure> {
    Ok(Reply::of(OneTenant { tenant: tenant(&app, actor.workspace).await? }))
}

/// Rename the workspace where you are, and keep what clients want to keep for all
#[utoipa::path(put, path = "/tenants/settings", tag = "workspaces", operation_id = "setTenantSettings",
    request_body = Settings, responses((status = 200, body = Reply<OneTenant>)))]
async fn set(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<Settings>,
) -> Result<Json<Reply<OneTenant>>, Failure> {
    let workspace = actor.workspace;
    let Settings { name, settings, metadata } = given;
    if name.is_none() && settings.is_none() && metadata.is_none() {
        return Err(
            Fault::invalid("say what is to change: `name`, `settings` or `metadata`").into()
        );
    }
    if settings.is_some() || metadata.is_some() {
        let was = app.store().setting(workspace, SETTINGS).await?.unwrap_or(Value::Null);
        let field = |name: &str| was.as_object().and_then(|it| it.get(name)).cloned();
        let next = Value::object([
            ("settings", settings.or_else(|| field("settings")).unwrap_or(Value::Null)),
            ("metadata", metadata.or_else(|| field("metadata")).unwrap_or(Value::Null)),
        ]);
        if next.to_json().len() > SETTINGS_BYTES_MAX {
            let message = format!("what is kept has at most {SETTINGS_BYTES_MAX} bytes");
            return Err(Fault::invalid(message).into());
        }
        app.store().set_setting(workspace, SETTINGS, &next).await?;
    }
    if let Some(name) = name {
        app.accounts().rename_workspace(workspace, &name).await?;
    }
    let tenant = tenant(&app, workspace).await?;
    Ok(Reply::said("the workspace is changed", OneTenant { tenant }))
}

/// What is used of the plan of the workspace where you are
///
/// `-1` is as much as one likes.
#[utoipa::path(get, path = "/tenants/usage", tag = "workspaces", operation_id = "getTenantUsage",
    params(Back), responses((status = 200, body = Reply<OneTenantUsage>)))]
async fn usage(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(back): Asked<Back>,
) -> Result<Json<Reply<OneTenantUsage>>, Failure> {
    let period = back.period.as_deref().unwrap_or("30d");
    let days = match period {
        "7d" => 7,
        "30d" => 30,
        "90d" => 90,
        _ => return Err(Fault::invalid("`period` is `7d`, `30d` or `90d`").into()),
    };
    let (now, workspace) = (Timestamp::now(), actor.workspace);
    let today = now.to_zoned(TimeZone::UTC).date();
    let first = today.saturating_sub(Span::new().days(days - 1));
    let counts = app.store().daily(workspace, None, first, today, actor.sight).await?;
    let n_executions = counts.values().map(store::statistics::Counts::ended).sum();
    let terms = app.store().standing(workspace).await?.subscription;
    let used = app.store().usage(workspace, now).await?;
    let usage = TenantUsage::of(&terms, &used, (period, n_executions), now);
    Ok(Reply::of(OneTenantUsage { usage }))
}

/// Who changed what in the workspace where you are, as `GET /audit`
#[utoipa::path(get, path = "/tenants/activity", tag = "audit", operation_id = "listTenantActivity",
    params(Turn), responses((status = 200, body = Reply<TenantActivities>)))]
async fn activity(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(turn): Asked<Turn>,
) -> Result<Json<Reply<TenantActivities>>, Failure> {
    let filter = Filter { limit: turn.limit(), offset: turn.offset(), ..Filter::default() };
    let found = app.store().audit(actor.workspace, &filter).await?;
    let activities = found.entries.into_iter().map(|it| TenantActivity::of(it.into())).collect();
    Ok(Reply::of(TenantActivities { activities, pagination: turn.pages(found.total) }))
}

impl TenantActivity {
    fn of(it: AuditEntry) -> TenantActivity {
        TenantActivity {
            kind: it.action.clone(),
            timestamp: it.at,
            description: it.sentence(),
            user_id: it.account(),
            metadata: it,
        }
    }
}

async fn tenant(app: &App, workspace: WorkspaceId) -> Result<Tenant, Failure> {
    let now = Timestamp::now();
    let it = app.accounts().workspace(workspace).await?;
    let standing = app.store().standing(workspace).await?;
    let used = app.store().usage(workspace, now).await?;
    let kept = app.store().setting(workspace, SETTINGS).await?.unwrap_or(Value::Null);
    let n_members = app.accounts().members(workspace).await?;
    let n_active = n_members.iter().filter(|it| it.suspended_at.is_none()).count() as u64;
    Ok(Tenant::of(&it, &standing, (&used, n_active), &kept, now))
}
