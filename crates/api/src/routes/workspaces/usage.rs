//! A workspace's plan, what is used of it, and whether anything may begin there.

use axum::{Json, extract::State};
use jiff::Timestamp;
use model::{
    id::WorkspaceId,
    plan::{Limit, Limits, next_month},
    subscription::{Status, Subscription},
};
use serde::Serialize;
use store::{plans::Offer, usage::Usage};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    door::Person,
    failure::Failure,
};

/// What a plan limits.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LimitName)]
pub(in crate::routes) enum LimitName {
    /// Executions that begin in a month, those by hand in the editor left out.
    Executions,
    ConcurrentRuns,
    /// Executions that wait because another limit holds them back.
    Backlog,
    Workflows,
    /// People, those who are invited included.
    Members,
    Agents,
    /// Files that executions keep.
    StorageBytes,
    /// What the plan gives in a month to spend on models.
    Credits,
    /// Requests to the API in a minute, of all people and keys together.
    RequestsPerMinute,
    /// The same of one person or key.
    CallerRequestsPerMinute,
    /// For how many days the audit log is kept.
    AuditDays,
}

/// How much of something a workspace may have, and has.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UsedLimit {
    name: LimitName,
    /// Absent is as much as one likes.
    max: Option<u64>,
    used: u64,
    /// When counting begins anew, where it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    resets_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct PlanLimit {
    name: LimitName,
    /// Absent is as much as one likes.
    max: Option<u64>,
}

/// What a workspace may have.
#[derive(Serialize, ToSchema)]
#[schema(as = Plan)]
pub(in crate::routes) struct PlanView {
    name: String,
    title: String,
    limits: Vec<PlanLimit>,
}

/// On which terms a workspace has its plan.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SubscriptionStatus)]
pub(in crate::routes) enum StatusName {
    Trialing,
    Active,
    PastDue,
    Canceled,
    Expired,
}

/// A workspace's plan, and what is used of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WorkspaceUsage {
    /// The plan whose limits count: after a trial or a subscription it is the free one.
    plan: String,
    title: String,
    status: StatusName,
    /// The plan that was chosen.
    chosen_plan: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    trial_ends_at: Option<Timestamp>,
    /// Until when it is paid; absent is for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    period_ends_at: Option<Timestamp>,
    /// Since when the workspace is deactivated; nothing begins there.
    #[schema(value_type = Option<String>, format = DateTime)]
    deactivated_at: Option<Timestamp>,
    /// Without those that say how often, or for how long.
    limits: Vec<UsedLimit>,
    /// All plans, the smallest of those that come with the product first.
    plans: Vec<PlanView>,
}

/// How the trial of the workspace stands where one is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrialInfo)]
pub(in crate::routes) struct Trial {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    plan: String,
    status: StatusName,
    is_trial: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    trial_ends_at: Option<Timestamp>,
    /// Days that have begun are counted whole.
    days_left: i64,
}

/// Whether anything begins in a workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Activity {
    #[schema(value_type = String)]
    id: WorkspaceId,
    is_active: bool,
}

impl LimitName {
    pub(in crate::routes) fn of(it: Limit) -> LimitName {
        match it {
            Limit::Executions => LimitName::Executions,
            Limit::ConcurrentRuns => LimitName::ConcurrentRuns,
            Limit::Backlog => LimitName::Backlog,
            Limit::Workflows => LimitName::Workflows,
            Limit::Members => LimitName::Members,
            Limit::Agents => LimitName::Agents,
            Limit::StorageBytes => LimitName::StorageBytes,
            Limit::Credits => LimitName::Credits,
            Limit::RequestsPerMinute => LimitName::RequestsPerMinute,
            Limit::CallerRequestsPerMinute => LimitName::CallerRequestsPerMinute,
            Limit::AuditDays => LimitName::AuditDays,
        }
    }
}

impl StatusName {
    fn of(it: Status) -> StatusName {
        match it {
            Status::Trialing => StatusName::Trialing,
            Status::Active => StatusName::Active,
            Status::PastDue => StatusName::PastDue,
            Status::Canceled => StatusName::Canceled,
            Status::Expired => StatusName::Expired,
        }
    }
}

/// All plans, the smallest of those that come with the product first.
pub(in crate::routes) async fn plans(app: &App) -> Result<Vec<PlanView>, Failure> {
    let limits = |it: &Limits| {
        let all = Limit::ALL.into_iter();
        all.map(|limit| PlanLimit { name: LimitName::of(limit), max: it.of(limit) }).collect()
    };
    let view = |it: Offer| PlanView {
        limits: limits(&it.plan.limits),
        name: it.plan.name.into(),
        title: it.plan.title.into(),
    };
    Ok(app.accounts().offers().await?.into_iter().map(view).collect())
}

fn used(usage: &Usage, limit: Limit) -> u64 {
    match limit {
        Limit::Executions => usage.executions,
        Limit::ConcurrentRuns => usage.running,
        Limit::Backlog => usage.backlog,
        Limit::Workflows => usage.workflows,
        Limit::Members => usage.members,
        // Nobody can make one yet.
        Limit::Agents => 0,
        Limit::StorageBytes => usage.storage_bytes,
        Limit::Credits => usage.credits,
        // Nothing of them is counted.
        Limit::RequestsPerMinute | Limit::CallerRequestsPerMinute | Limit::AuditDays => 0,
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(show)).routes(routes!(activate)).routes(routes!(deactivate))
}

/// A workspace's plan, and what is used of it
#[utoipa::path(get, path = "/workspaces/{id}/usage", tag = "workspaces", operation_id = "getWorkspaceUsage",
    params(("id" = String, Path)), responses((status = 200, body = WorkspaceUsage)))]
async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<WorkspaceUsage>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let now = Timestamp::now();
    let standing = app.store().standing(actor.workspace).await?;
    let usage = app.store().usage(actor.workspace, now).await?;
    let it = &standing.subscription;
    let (plan, limits) = (it.plan_at(now), it.limits_at(now));
    let one = |limit: Limit| UsedLimit {
        name: LimitName::of(limit),
        max: limits.of(limit),
        used: used(&usage, limit),
        resets_at: matches!(limit, Limit::Executions | Limit::Credits).then(|| next_month(now)),
    };
    Ok(Json(WorkspaceUsage {
        plan: plan.name.to_string(),
        title: plan.title.to_string(),
        status: StatusName::of(it.status_at(now)),
        chosen_plan: it.plan.name.to_string(),
        trial_ends_at: it.trial_ends_at,
        period_ends_at: it.period_ends_at,
        deactivated_at: standing.paused_at,
        limits: Limit::ALL.into_iter().filter(|it| it.is_counted()).map(one).collect(),
        plans: plans(&app).await?,
    }))
}

/// Let things begin in a workspace again
///
/// Schedules go on from now; what was due meanwhile is not caught up.
#[utoipa::path(put, path = "/workspaces/{id}/activate", tag = "workspaces", operation_id = "activateWorkspace",
    params(("id" = String, Path)), responses((status = 200, body = Activity)))]
async fn activate(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<Activity>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    app.store().pause_workspace(actor.workspace, None).await?;
    Ok(Json(Activity { id: actor.workspace, is_active: true }))
}

/// Let nothing begin in a workspace
///
/// Webhooks, schedules and runs by hand are refused with the code `workspace_inactive`. What is there
/// stays, and what has begun goes on.
#[utoipa::path(put, path = "/workspaces/{id}/deactivate", tag = "workspaces", operation_id = "deactivateWorkspace",
    params(("id" = String, Path)), responses((status = 200, body = Activity)))]
async fn deactivate(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<Activity>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    app.store().pause_workspace(actor.workspace, Some(Timestamp::now())).await?;
    Ok(Json(Activity { id: actor.workspace, is_active: false }))
}

const DAY_SECONDS: i64 = 86_400;

/// How the trial of a person's workspace stands.
pub(in crate::routes) async fn trial(app: &App, person: &Person) -> Result<Trial, Failure> {
    let now = Timestamp::now();
    let it: Subscription = app.store().standing(person.workspace).await?.subscription;
    let is_trial = it.status_at(now) == Status::Trialing;
    let left = it.trial_ends_at.filter(|_| is_trial);
    let left = left.map_or(0, |it| it.duration_since(now).as_secs().max(0));
    Ok(Trial {
        workspace_id: person.workspace,
        plan: it.plan_at(now).name.to_string(),
        status: StatusName::of(it.status_at(now)),
        is_trial,
        trial_ends_at: it.trial_ends_at,
        days_left: (left + DAY_SECONDS - 1) / DAY_SECONDS,
    })
}
