//! How executions went: by day, by workflow, and at this moment.

use axum::{Json, extract::State};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{Fault, execution::Status, id::WorkflowId};
use serde::{Deserialize, Serialize};
use store::statistics::Counts;
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{self, List, Page},
    read::Asked,
};

/// The days that are counted when the caller names none.
const DAYS: i32 = 30;
const DAYS_MAX: i32 = 3_660;

/// Executions that ended. Durations are exact to within a fifth.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExecutionCounts)]
pub(super) struct CountsView {
    total: u64,
    success: u64,
    error: u64,
    cancelled: u64,
    /// Errors among all, 0 to 1.
    error_rate: f64,
    mean_ms: Option<f64>,
    p50_ms: Option<f64>,
    p95_ms: Option<f64>,
    p99_ms: Option<f64>,
}

impl From<&Counts> for CountsView {
    fn from(it: &Counts) -> CountsView {
        let ms = |us: Option<u64>| us.map(|it| it as f64 / 1_000.0);
        let total = it.ended();
        CountsView {
            total,
            success: it.success,
            error: it.error,
            cancelled: it.cancelled,
            error_rate: if total == 0 { 0.0 } else { it.error as f64 / total as f64 },
            mean_ms: ms(it.mean_us()),
            p50_ms: ms(it.percentile_us(0.50)),
            p95_ms: ms(it.percentile_us(0.95)),
            p99_ms: ms(it.percentile_us(0.99)),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct DayCounts {
    /// In UTC. Days without executions are left out.
    #[schema(value_type = String, format = Date)]
    pub(super) date: Date,
    #[serde(flatten)]
    pub(super) counts: CountsView,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WorkflowCounts {
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    /// Its name as it is now; absent when it was removed.
    name: Option<String>,
    #[serde(flatten)]
    counts: CountsView,
}

/// Executions that have not ended.
#[derive(Serialize, ToSchema)]
pub(super) struct AtWork {
    queued: u64,
    running: u64,
    waiting: u64,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Days {
    /// The first day, in UTC, such as `2026-01-31`; 29 days before the last unless said otherwise.
    #[param(value_type = Option<String>)]
    from: Option<Date>,
    /// The last day; today unless said otherwise.
    #[param(value_type = Option<String>)]
    until: Option<Date>,
}

impl Days {
    fn range(&self, today: Date) -> Result<(Date, Date), Failure> {
        let last = self.until.unwrap_or(today);
        let first = self.from.unwrap_or_else(|| last.saturating_sub((DAYS - 1).days()));
        let n_days = first.until(last).map_or(i32::MAX, |it| it.get_days());
        match n_days {
            ..0 => Err(Fault::invalid("`from` lies after `until`").into()),
            0..DAYS_MAX => Ok((first, last)),
            _ => Err(Fault::invalid(format!("at most {DAYS_MAX} days are counted at once")).into()),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Order {
    /// `total`, `error`, `errorRate`, `meanMs` or `p95Ms`; with `-` before it the other way round.
    #[param(default = "-total")]
    sort: Option<String>,
}

impl Order {
    fn sort(&self, all: &mut [(WorkflowId, Counts)]) -> Result<(), Failure> {
        let (by, backwards) = list::order(self.sort.as_deref(), "-total");
        let key: fn(&CountsView) -> f64 = match by {
            "total" => |it| it.total as f64,
            "error" => |it| it.error as f64,
            "errorRate" => |it| it.error_rate,
            "meanMs" => |it| it.mean_ms.unwrap_or_default(),
            "p95Ms" => |it| it.p95_ms.unwrap_or_default(),
            odd => {
                let known = ["total", "error", "errorRate", "meanMs", "p95Ms"];
                return Err(list::odd_order(odd, &known));
            }
        };
        all.sort_by(|(_, a), (_, b)| key(&a.into()).total_cmp(&key(&b.into())));
        if backwards {
            all.reverse();
        }
        Ok(())
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfWorkflow {
    #[param(value_type = Option<String>)]
    workflow_id: Option<WorkflowId>,
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(daily)).routes(routes!(by_workflow)).routes(routes!(now))
}

/// Executions by day
#[utoipa::path(get, path = "/statistics/daily", tag = "executions", operation_id = "dailyStatistics",
    params(Days, OfWorkflow, Page), responses((status = 200, body = List<DayCounts>)))]
async fn daily(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(days): Asked<Days>,
    Asked(of): Asked<OfWorkflow>,
    Asked(page): Asked<Page>,
) -> Result<Json<List<DayCounts>>, Failure> {
    let (first, last) = days.range(today())?;
    let of = of.workflow_id;
    let all = app.store().daily(actor.workspace, of, first, last, actor.sight).await?;
    let day = |(date, counts): (Date, Counts)| DayCounts { date, counts: (&counts).into() };
    Ok(Json(page.cut(all.into_iter().map(day).collect())))
}

/// Executions by workflow
#[utoipa::path(get, path = "/statistics/workflows", tag = "executions", operation_id = "workflowStatistics",
    params(Days, Order, Page), responses((status = 200, body = List<WorkflowCounts>)))]
async fn by_workflow(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(days): Asked<Days>,
    Asked(order): Asked<Order>,
    Asked(page): Asked<Page>,
) -> Result<Json<List<WorkflowCounts>>, Failure> {
    let (first, last) = days.range(today())?;
    let all = app.store().by_workflow(actor.workspace, first, last, actor.sight).await?;
    let mut all: Vec<(WorkflowId, Counts)> = all.into_iter().collect();
    order.sort(&mut all)?;
    let page = page.cut(all);
    let ids: Vec<WorkflowId> = page.items.iter().map(|(id, _)| *id).collect();
    let names = app.store().workflow_names(actor.workspace, &ids).await?;
    Ok(Json(page.map(|(workflow_id, counts)| WorkflowCounts {
        workflow_id,
        name: names.get(&workflow_id).map(|it| it.to_string()),
        counts: (&counts).into(),
    })))
}

/// Executions that have not ended
#[utoipa::path(get, path = "/statistics/now", tag = "executions", operation_id = "currentStatistics",
    responses((status = 200, body = AtWork)))]
async fn now(State(app): State<App>, Caller(actor): Caller) -> Result<Json<AtWork>, Failure> {
    at_work(&app, &actor).await.map(Json)
}

pub(super) async fn at_work(app: &App, actor: &engine::Actor) -> Result<AtWork, Failure> {
    let counts = app.store().at_work(actor.workspace, actor.sight).await?;
    let of = |it: Status| counts.get(it.as_str()).copied().unwrap_or_default();
    Ok(AtWork {
        queued: of(Status::Queued),
        running: of(Status::Running),
        waiting: of(Status::Waiting),
    })
}
