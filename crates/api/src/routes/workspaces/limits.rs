//! How often a workspace's callers may ask, where that is not as the server has it.

use axum::{Json, extract::State};
use jiff::Timestamp;
use model::{Code, Rate, id::WorkspaceId};
use serde::{Deserialize, Serialize};
use store::rate_limits::{ByClass, RateLimits};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    gateway::Allowance,
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

/// What the plan of a workspace says of its callers.
#[derive(Serialize, ToSchema)]
struct RatesOfPlan {
    /// The plan that counts.
    name: String,
    /// Requests to the API of one person or key.
    #[schema(value_type = Option<String>)]
    api: Option<Rate>,
    /// The same of all of them together; nothing else says so.
    #[schema(value_type = Option<String>)]
    together: Option<Rate>,
}

/// How often a workspace's callers may ask.
#[derive(Serialize, ToSchema)]
struct WorkspaceLimits {
    /// By the workspace itself.
    own: RatesByClass,
    /// By who looks after the server, in the place of what it gives everybody.
    granted: RatesByClass,
    /// By its plan, in the place of what the server gives everybody; what is granted counts before it.
    plan: RatesOfPlan,
    /// What the server gives everybody.
    server: RatesByClass,
    /// What counts.
    effective: RatesByClass,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkspaceLimitsFields {
    /// Within what is granted, or else what the plan or the server gives everybody; what is left out is as much as that.
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

fn shown(app: &App, it: &Allowance) -> Json<WorkspaceLimits> {
    let side = |side: &ByClass| RatesByClass::made_of(|it| side.get(it.as_str()).copied());
    Json(WorkspaceLimits {
        own: side(&it.limits.own),
        granted: side(&it.limits.granted),
        plan: RatesOfPlan { name: it.plan.to_string(), api: it.caller, together: it.together },
        server: RatesByClass::made_of(|class| app.limits().rate(class)),
        effective: RatesByClass::made_of(|class| it.rate(class, app.limits().rate(class))),
    })
}

async fn found(app: &App, of: WorkspaceId) -> Result<Allowance, Failure> {
    app.accounts().workspace(of).await?;
    let terms = app.store().standing(of).await?.subscription;
    Ok(Allowance::of(app.store().rate_limits(of).await?, &terms, Timestamp::now()))
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(get, put))
}

/// How often callers may ask
#[utoipa::path(get, path = "/workspaces/{id}/limits", tag = "workspaces", operation_id = "getLimits",
    params(("id" = String, Path)), responses((status = 200, body = WorkspaceLimits)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<WorkspaceLimits>, Failure> {
    Ok(shown(&app, &found(&app, actor.workspace).await?))
}

/// Say how often callers may ask
///
/// A workspace gives its callers what it was granted, or else what its plan or the server gives everybody, or less.
/// Only who looks after the server grants. Other processes follow within a second.
#[utoipa::path(put, path = "/workspaces/{id}/limits", tag = "workspaces", operation_id = "setLimits",
    params(("id" = String, Path)), request_body = WorkspaceLimitsFields,
    responses((status = 200, body = WorkspaceLimits)))]
async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(given): Given<WorkspaceLimitsFields>,
) -> Result<Json<WorkspaceLimits>, Failure> {
    let mut allowance = found(&app, actor.workspace).await?;
    let before = &allowance.limits;
    let granted = match given.granted.map(RatesByClass::by_class) {
        None => before.granted.clone(),
        Some(granted) if granted == before.granted || rights.is_platform => granted,
        Some(_) => {
            let message = "only who looks after the server grants a workspace more, or less";
            return Err(Failure::of(Code::Forbidden, message));
        }
    };
    allowance.limits = RateLimits { granted, own: given.own.by_class() };
    for class in [Class::Api, Class::Upload, Class::Webhook, Class::Gateway] {
        within(&allowance, class, app.limits().rate(class))?;
    }
    app.store().set_rate_limits(actor.workspace, &allowance.limits).await?;
    Ok(shown(&app, &allowance))
}

fn within(allowance: &Allowance, class: Class, server: Option<Rate>) -> Result<(), Failure> {
    let name = class.as_str();
    match (allowance.limits.own.get(name), allowance.most(class, server)) {
        (Some(own), Some(most)) if !own.is_within(most) => {
            let message = format!(
                "`{name}` may be {most} at most, at once and in the long run; a larger plan or who looks after the server may give more"
            );
            Err(Failure::of(Code::InvalidRequest, message))
        }
        _ => Ok(()),
    }
}
