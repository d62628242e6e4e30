//! Plans, for who looks after the server: what there are, and who has which.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use jiff::{SignedDuration, Timestamp};
use model::{
    Fault,
    id::WorkspaceId,
    plan::Limit,
    subscription::{Event, Subscription},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::workspaces::usage::{PlanView, plans};
use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    list::{List, Page},
    read::{Asked, Given},
};

/// Longest trial, in days.
const TRIAL_DAYS_MAX: u32 = 3_650;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PlanFields {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    /// The name of the plan.
    plan: String,
    /// For how many days it is to try; absent is for good.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3650)]
    trial_days: Option<u32>,
    /// Limits of this workspace in the place of the plan's, by name; `null` is as much as one likes. Absent
    /// leaves those that it has.
    #[serde(default)]
    limits: Option<BTreeMap<String, Option<u64>>>,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct Whose {
    #[param(value_type = String)]
    workspace_id: WorkspaceId,
}

/// The plan that a workspace has now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GivenPlan {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    plan: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    trial_ends_at: Option<Timestamp>,
    /// Limits of its own.
    limits: BTreeMap<&'static str, Option<u64>>,
}

impl GivenPlan {
    fn of(workspace_id: WorkspaceId, it: &Subscription) -> GivenPlan {
        GivenPlan {
            workspace_id,
            plan: it.plan.name.to_string(),
            trial_ends_at: it.trial_ends_at,
            limits: it.own.iter().map(|(limit, max)| (limit.as_str(), *max)).collect(),
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list, give)).routes(routes!(given))
}

/// The plans that there are
#[utoipa::path(get, path = "/platform/plans", tag = "platform", operation_id = "listPlans",
    params(Page), responses((status = 200, body = inline(List<PlanView>))))]
async fn list(
    State(app): State<App>,
    Asked(page): Asked<Page>,
) -> Result<Json<List<PlanView>>, Failure> {
    Ok(Json(page.cut(plans(&app).await?)))
}

/// The plan that a workspace was given
///
/// With the limits of its own, which the next plan leaves as they are.
#[utoipa::path(get, path = "/platform/plans/given", tag = "platform", operation_id = "getGivenPlan",
    params(Whose), responses((status = 200, body = GivenPlan)))]
async fn given(
    State(app): State<App>,
    Asked(Whose { workspace_id }): Asked<Whose>,
) -> Result<Json<GivenPlan>, Failure> {
    app.accounts().workspace(workspace_id).await?;
    let it = app.store().standing(workspace_id).await?.subscription;
    Ok(Json(GivenPlan::of(workspace_id, &it)))
}

/// Give a workspace a plan
///
/// At once, for good or as a trial; what waits for room begins as far as the new plan has some. What is
/// there already stays, also past a limit.
#[utoipa::path(put, path = "/platform/plans", tag = "platform", operation_id = "givePlan",
    request_body = PlanFields, responses((status = 200, body = GivenPlan)))]
async fn give(
    State(app): State<App>,
    Given(given): Given<PlanFields>,
) -> Result<Json<GivenPlan>, Failure> {
    app.accounts().workspace(given.workspace_id).await?;
    let now = Timestamp::now();
    let all = app.accounts().offers().await?;
    let found = all.iter().map(|it| &it.plan).find(|it| it.name == given.plan);
    let plan = found.ok_or_else(|| {
        let all: Vec<&str> = all.iter().map(|it| it.plan.name.as_str()).collect();
        Fault::invalid(format!("there is no such plan; it is one of {}", all.join(", ")))
    })?;
    let event = match given.trial_days {
        None => Event::Chosen { plan, period_ends_at: None },
        Some(days @ 1..=TRIAL_DAYS_MAX) => {
            let lasts = SignedDuration::from_hours(i64::from(days) * 24);
            Event::TrialBegun { plan, ends_at: now.saturating_add(lasts).unwrap_or(Timestamp::MAX) }
        }
        Some(_) => {
            let message = format!("`trialDays` is from 1 to {TRIAL_DAYS_MAX}");
            return Err(Fault::invalid(message).into());
        }
    };
    let own = given.limits.map(limits_of).transpose()?;
    let it = app.store().change_subscription(given.workspace_id, event, own, now).await?;
    app.engine().bus().wake();
    Ok(Json(GivenPlan::of(given.workspace_id, &it)))
}

/// The largest number that JSON carries everywhere as it is.
const LIMIT_MAX: u64 = (1 << 53) - 1;

/// Limits by their names.
pub(super) fn limits_of(
    limits: BTreeMap<String, Option<u64>>,
) -> Result<Vec<(Limit, Option<u64>)>, Fault> {
    let one = |(name, max): (String, Option<u64>)| {
        let limit = Limit::named(&name).ok_or_else(|| {
            let all: Vec<&str> = Limit::ALL.iter().map(|it| it.as_str()).collect();
            Fault::invalid(format!("no plan limits that; `limits` may name {}", all.join(", ")))
        })?;
        if !limit.is_counted() && max == Some(0) {
            let message =
                format!("`limits.{name}` is at least 1; deactivate a workspace to close it");
            return Err(Fault::invalid(message));
        }
        if max.is_some_and(|it| it > LIMIT_MAX) {
            return Err(Fault::invalid(format!("`limits.{name}` is at most {LIMIT_MAX}")));
        }
        Ok((limit, max))
    };
    limits.into_iter().map(one).collect()
}
