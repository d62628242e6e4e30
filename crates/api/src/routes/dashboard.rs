//! What a home page shows: a few numbers kept up to date by counters, and the lists beside them.

use axum::{Json, extract::State};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::Fault;
use serde::{Deserialize, Serialize};
use store::{statistics::Counts, workflows::Filter};
use utoipa::{IntoParams, ToSchema};

use super::{
    credentials, executions,
    statistics::{AtWork, CountsView, DayCounts, at_work},
    workflows,
};
use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    list::{Between, List, Look, Page},
    read::Asked,
};

/// The days of a period, when the caller says none.
const DAYS: i32 = 7;
const DAYS_MAX: i32 = 366;

/// A workspace in a few numbers.
#[derive(Serialize, ToSchema)]
struct Overview {
    workflows: WorkflowNumbers,
    /// Executions that ended today, in UTC.
    today: CountsView,
    /// Those of today and the six days before.
    week: CountsView,
    now: AtWork,
}

#[derive(Serialize, ToSchema)]
struct WorkflowNumbers {
    total: u64,
    /// Those that are published.
    active: u64,
}

/// Executions of a period, and of the one before it.
#[derive(Serialize, ToSchema)]
struct PeriodStatistics {
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    until: Date,
    counts: CountsView,
    before: CountsView,
    /// Days without executions are left out.
    days: Vec<DayCounts>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Period {
    /// How many days, today included: `7`, `7d`, or `day`, `week`, `month`, `year`.
    #[param(default = "7d")]
    period: Option<String>,
}

impl Period {
    fn days(&self) -> Result<i32, Failure> {
        let Some(text) = self.period.as_deref().filter(|it| !it.is_empty()) else {
            return Ok(DAYS);
        };
        let named = match text {
            "day" | "24h" => Some(1),
            "week" => Some(7),
            "month" => Some(30),
            "year" => Some(365),
            _ => text.strip_suffix('d').unwrap_or(text).parse().ok(),
        };
        named.filter(|it| (1..=DAYS_MAX).contains(it)).ok_or_else(|| {
            let message = format!("`{text}` is no period; write 7d, up to {DAYS_MAX}d, or week");
            Fault::invalid(message).into()
        })
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(overview))
        .routes(routes!(stats))
        .routes(routes!(some_workflows))
        .routes(routes!(some_executions))
        .routes(routes!(some_credentials))
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

async fn counted(
    app: &App,
    actor: &engine::Actor,
    first: Date,
    last: Date,
) -> Result<(CountsView, Vec<DayCounts>), Failure> {
    let days = app.store().daily(actor.workspace, None, first, last, actor.sight).await?;
    let mut all = Counts::default();
    days.values().for_each(|it| all.join(it));
    let day = |(date, counts): (Date, Counts)| DayCounts { date, counts: (&counts).into() };
    Ok(((&all).into(), days.into_iter().map(day).collect()))
}

/// A workspace in a few numbers
#[utoipa::path(get, path = "/dashboard/overview", tag = "executions", operation_id = "dashboardOverview",
    responses((status = 200, body = Overview)))]
async fn overview(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<Overview>, Failure> {
    let count = async |active: Option<bool>| {
        let filter = Filter { active, limit: 1, ..Filter::of(actor.sight) };
        app.store().workflows(actor.workspace, &filter).await.map(|it| it.1)
    };
    let workflows = WorkflowNumbers { total: count(None).await?, active: count(Some(true)).await? };
    let last = today();
    let (week, _) = counted(&app, &actor, last.saturating_sub((DAYS - 1).days()), last).await?;
    let (today, _) = counted(&app, &actor, last, last).await?;
    let now = at_work(&app, &actor).await?;
    Ok(Json(Overview { workflows, today, week, now }))
}

/// Executions of a period
#[utoipa::path(get, path = "/dashboard/stats", tag = "executions", operation_id = "dashboardStatistics",
    params(Period), responses((status = 200, body = PeriodStatistics)))]
async fn stats(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(period): Asked<Period>,
) -> Result<Json<PeriodStatistics>, Failure> {
    let n_days = period.days()?;
    let until = today();
    let from = until.saturating_sub((n_days - 1).days());
    let (counts, days) = counted(&app, &actor, from, until).await?;
    let (first, last) = (from.saturating_sub(n_days.days()), from.saturating_sub(1.days()));
    let (before, _) = counted(&app, &actor, first, last).await?;
    Ok(Json(PeriodStatistics { from, until, counts, before, days }))
}

/// Workflows, as `/workflows`
#[utoipa::path(get, path = "/dashboard/workflows", tag = "workflows", operation_id = "dashboardWorkflows",
    params(Page, workflows::WorkflowFilter, Between), responses((status = 200, body = List<workflows::WorkflowRow>)))]
async fn some_workflows(
    app: State<App>,
    caller: Caller,
    rights: Rights,
    page: Asked<Page>,
    filter: Asked<workflows::WorkflowFilter>,
    changed: Asked<Between>,
) -> Result<Json<List<workflows::WorkflowRow>>, Failure> {
    workflows::list(app, caller, rights, page, filter, changed).await
}

/// Executions, as `/executions`
#[utoipa::path(get, path = "/dashboard/executions", tag = "executions", operation_id = "dashboardExecutions",
    params(Page, executions::ExecutionFilter, Between), responses((status = 200, body = List<executions::ExecutionView>)))]
async fn some_executions(
    app: State<App>,
    caller: Caller,
    page: Asked<Page>,
    filter: Asked<executions::ExecutionFilter>,
    started: Asked<Between>,
) -> Result<Json<List<executions::ExecutionView>>, Failure> {
    executions::list_all(app, caller, page, filter, started).await
}

/// Credentials without their fields, as `/credentials`
#[utoipa::path(get, path = "/dashboard/credentials", tag = "credentials", operation_id = "dashboardCredentials",
    params(Page, Look, credentials::OfType), responses((status = 200, body = List<credentials::CredentialRow>)))]
async fn some_credentials(
    app: State<App>,
    caller: Caller,
    page: Asked<Page>,
    look: Asked<Look>,
    of: Asked<credentials::OfType>,
) -> Result<Json<List<credentials::CredentialRow>>, Failure> {
    credentials::list(app, caller, page, look, of).await
}
