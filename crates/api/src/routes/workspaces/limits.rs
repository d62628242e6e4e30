//! How often a workspace's callers may ask, where that is not as the server has it.

use axum::{Json, extract::State};
use model::{Code, Rate};
use serde::{Deserialize, Serialize};
use store::rate_limits::{ByClass, RateLimits};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    App,
    door::{Caller, Rights},
    failure::Failure,
    limits::Class,
    read::Given,
};

/// Rates by what they are about, each written as `100/min`, or per `s`, `h` or `day`.
#[derive(Serialize, Deserialize, ToSchema, Clone, Copy, Default)]
#[serde(deny_unknown_fields)]
struct RatesByClass {
    /// Requests to the API of one person or key.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    api: Option<Rate>,
    /// Files that one person or key brings in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    upload: Option<Rate>,
    /// Calls of all webhooks together.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    webhook: Option<Rate>,
    /// Calls of all services behind the gateway together.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    gateway: Option<Rate>,
}

/// How often a workspace's callers may ask.
#[derive(Serialize, ToSchema)]
struct WorkspaceLimits {
    /// By the workspace itself.
    own: RatesByClass,
    /// By who looks after the server, in the place of what it gives everybody.
    granted: RatesByClass,
    /// What the server gives everybody.
    server: RatesByClass,
    /// What counts.
    effective: RatesByClass,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkspaceLimitsFields {
    /// Within what is granted, or else what the server gives everybody; what is left out is as much as that.
    #[serde(default)]
    own: RatesByClass,
    /// For who looks after the server; absent stays as it is.
    #[serde(default)]
    granted: Option<RatesByClass>,
}

impl RatesByClass {
    fn made_of(rate: impl Fn(Class) -> Option<Rate>) -> RatesByClass {
        RatesByClass {
            api: rate(Class::Api),
            upload: rate(Class::Upload),
            webhook: rate(Class::Webhook),
            gateway: rate(Class::Gateway),
        }
    }

    fn by_class(self) -> ByClass {
        let all = [
            (Class::Api, self.api),
            (Class::Upload, self.upload),
            (Class::Webhook, self.webhook),
            (Class::Gateway, self.gateway),
        ];
        all.into_iter().filter_map(|(class, rate)| Some((class.as_str(), rate?))).collect()
    }
}

fn shown(app: &App, it: &RateLimits) -> WorkspaceLimits {
    let side = |side: &ByClass| RatesByClass::made_of(|it| side.get(it.as_str()).copied());
    WorkspaceLimits {
        own: side(&it.own),
        granted: side(&it.granted),
        server: RatesByClass::made_of(|class| app.limits().rate(class)),
        effective: RatesByClass::made_of(|class| it.of(class.as_str(), app.limits().rate(class))),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, put))
}

/// How often callers may ask
#[utoipa::path(get, path = "/workspaces/{id}/limits", tag = "workspaces", operation_id = "getLimits",
    params(("id" = String, Path)), responses((status = 200, body = WorkspaceLimits)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<WorkspaceLimits>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let found = app.store().rate_limits(actor.workspace).await?;
    Ok(Json(shown(&app, &found)))
}

/// Say how often callers may ask
///
/// A workspace gives its callers what it was granted, or else what the server gives everybody, or less. Only who
/// looks after the server grants. Other processes follow within a second.
#[utoipa::path(put, path = "/workspaces/{id}/limits", tag = "workspaces", operation_id = "setLimits",
    params(("id" = String, Path)), request_body = WorkspaceLimitsFields,
    responses((status = 200, body = WorkspaceLimits)))]
async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<WorkspaceLimitsFields>,
) -> Result<Json<WorkspaceLimits>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let before = app.store().rate_limits(actor.workspace).await?;
    let granted = match given.granted.map(RatesByClass::by_class) {
        None => before.granted,
        Some(granted) if granted == before.granted || rights.is_platform => granted,
        Some(_) => {
            let message = "only who looks after the server grants a workspace more, or less";
            return Err(Failure::of(Code::Forbidden, message));
        }
    };
    let limits = RateLimits { granted, own: given.own.by_class() };
    for class in [Class::Api, Class::Upload, Class::Webhook, Class::Gateway] {
        within(&limits, class.as_str(), app.limits().rate(class))?;
    }
    app.store().set_rate_limits(actor.workspace, &limits).await?;
    Ok(Json(shown(&app, &limits)))
}

fn within(limits: &RateLimits, class: &str, server: Option<Rate>) -> Result<(), Failure> {
    match (limits.own.get(class), limits.most(class, server)) {
        (Some(own), Some(most)) if !own.is_within(most) => {
            let message = format!(
                "`{class}` may be {most} at most, at once and in the long run; who looks after the server can grant more"
            );
            Err(Failure::of(Code::InvalidRequest, message))
        }
        _ => Ok(()),
    }
}
