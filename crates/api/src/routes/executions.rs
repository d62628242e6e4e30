//! Executions: found, looked at, cancelled, retried, replayed, removed.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use engine::{
    executions::{Recorded, Resume},
    replay::Replay,
};
use jiff::Timestamp;
use model::{
    Fault, Value,
    execution::{Execution, Mode, Status, Wait, WaitKind},
    id::{ExecutionId, WaitId, WorkflowId},
    item::ItemJson,
    sharing::Sight,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::executions::{Filter, Sort, Total};
use utoipa::{IntoParams, ToSchema};

use super::{
    execute::Accepted,
    steps::{ItemsMax, StepView},
};
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{self, Between, List, Page},
    read::{Asked, At, Given},
    schema,
};

/// How far pages by number go; behind that a list goes on with `after`.
const OFFSET_MAX: u32 = 10_000;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Execution)]
pub(super) struct ExecutionView {
    #[serde(flatten)]
    #[schema(value_type = schema::Execution)]
    facts: Execution,
    /// The workflow's name as it is now; absent when it was removed.
    workflow_name: Option<String>,
    /// From start to end, waits included.
    duration_ms: Option<i64>,
}

/// An execution with its steps.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExecutionDetail {
    #[serde(flatten)]
    #[schema(value_type = schema::Execution)]
    facts: Execution,
    workflow_name: Option<String>,
    duration_ms: Option<i64>,
    /// What it waits for.
    waits: Vec<WaitView>,
    /// Steps that have begun and are not finished.
    in_flight: Vec<StepName>,
    /// When it was taken up again after a crash or a hand-over.
    resumes: Vec<ResumeView>,
    /// Finished steps in their order.
    steps: List<StepView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Resume)]
struct ResumeView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How many steps were finished by then: the first of the list, which were not repeated.
    n_kept: usize,
}

impl From<&Resume> for ResumeView {
    fn from(it: &Resume) -> ResumeView {
        ResumeView { at: it.at, n_kept: it.n_kept }
    }
}

#[derive(Serialize, ToSchema)]
struct StepName {
    node: String,
    /// From 0.
    run: u32,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Wait)]
struct WaitView {
    #[schema(value_type = String)]
    id: WaitId,
    #[schema(value_type = schema::WaitKind)]
    kind: WaitKind,
    node: String,
    run: u32,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    deadline: Option<Timestamp>,
    /// The key of the effect that is in doubt, and what is known of it.
    #[schema(value_type = schema::Data)]
    details: Value,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct ExecutionFilter {
    #[param(value_type = Option<String>)]
    workflow_id: Option<WorkflowId>,
    /// Any of these, separated by commas: `queued`, `running`, `waiting`, `success`, `error`, `cancelled`.
    status: Option<String>,
    #[param(value_type = Option<schema::Mode>)]
    mode: Option<Mode>,
    /// An id, or part of a business key, an error's text or the failed node's name, in any case.
    search: Option<String>,
    /// Called by this execution.
    #[param(value_type = Option<String>)]
    parent: Option<ExecutionId>,
    /// Replays of this execution.
    #[param(value_type = Option<String>)]
    replay_of: Option<ExecutionId>,
    /// `startedAt` or `duration`; with `-` before it the other way round.
    #[param(default = "-startedAt")]
    sort: Option<String>,
    /// Go on after this one, however far down the list: the last id of the page before.
    #[param(value_type = Option<String>)]
    after: Option<ExecutionId>,
}

impl ExecutionFilter {
    fn with(self, started: Between, page: &Page, sight: Sight) -> Result<Filter, Failure> {
        let sort = match list::order(self.sort.as_deref(), "-startedAt") {
            ("startedAt", true) => Sort::Newest,
            ("startedAt", false) => Sort::Oldest,
            ("duration", true) => Sort::Longest,
            (odd, _) => {
                return Err(list::odd_order(odd, &["startedAt", "-startedAt", "-duration"]));
            }
        };
        if page.offset() > OFFSET_MAX {
            let message = format!(
                "pages by number end after {OFFSET_MAX} executions; go on with `after` and the last id that you have"
            );
            return Err(Fault::invalid(message).into());
        }
        let written = self.status.unwrap_or_default();
        let statuses = written.split(',').map(str::trim).filter(|it| !it.is_empty());
        let status = |it: &str| {
            let message = || format!("`{it}` is no status of an execution");
            Status::from_text(it).ok_or_else(|| Failure::from(Fault::invalid(message())))
        };
        Ok(Filter {
            sight,
            workflow: self.workflow_id,
            statuses: statuses.map(status).collect::<Result<_, _>>()?,
            mode: self.mode,
            search: self.search.filter(|it| !it.trim().is_empty()),
            from: started.from,
            until: started.until,
            parent: self.parent,
            replay_of: self.replay_of,
            sort,
            after: self.after,
            offset: page.offset(),
            limit: page.size(),
        })
    }
}

impl ExecutionView {
    fn of(it: Execution, names: &BTreeMap<WorkflowId, SmolStr>) -> ExecutionView {
        ExecutionView {
            workflow_name: names.get(&it.workflow_id).map(|it| it.to_string()),
            duration_ms: duration_ms(&it),
            facts: it,
        }
    }
}

fn duration_ms(it: &Execution) -> Option<i64> {
    it.ended_at.map(|ended| ended.as_millisecond() - it.started_at.as_millisecond())
}

impl WaitView {
    fn of(it: Wait, recorded: &Recorded) -> WaitView {
        WaitView {
            id: it.id,
            kind: it.kind,
            node: recorded.plan.node(it.node).node.name.to_string(),
            run: it.run,
            deadline: it.deadline,
            details: it.details,
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list_all))
        .routes(routes!(get, delete))
        .routes(routes!(cancel))
        .routes(routes!(retry))
        .routes(routes!(replay))
}

/// All executions
///
/// `from` and `until` say when they began.
#[utoipa::path(get, path = "/executions", tag = "executions", operation_id = "listExecutions",
    params(Page, ExecutionFilter, Between), responses((status = 200, body = List<ExecutionView>)))]
pub(super) async fn list_all(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(filter): Asked<ExecutionFilter>,
    Asked(started): Asked<Between>,
) -> Result<Json<List<ExecutionView>>, Failure> {
    let filter = filter.with(started, &page, actor.sight)?;
    let found = app.store().executions(actor.workspace, &filter).await?;
    let mut ids: Vec<WorkflowId> = found.executions.iter().map(|it| it.workflow_id).collect();
    ids.sort();
    ids.dedup();
    let names = app.store().workflow_names(actor.workspace, &ids).await?;
    let (total, is_at_least) = match found.total {
        Total::Exactly(n) => (n, false),
        Total::AtLeast(n) => (n, true),
    };
    let mut list = page.of(found.executions, total).map(|it| ExecutionView::of(it, &names));
    list.total_is_at_least = is_at_least;
    Ok(Json(list))
}

/// One execution, with its steps
#[utoipa::path(get, path = "/executions/{id}", tag = "executions", operation_id = "getExecution",
    params(("id" = String, Path), Page, ItemsMax), responses((status = 200, body = ExecutionDetail)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ExecutionId>,
    Asked(page): Asked<Page>,
    Asked(max): Asked<ItemsMax>,
) -> Result<Json<ExecutionDetail>, Failure> {
    let recorded = app.engine().recorded(&actor, id).await?;
    let workflow = recorded.execution.workflow_id;
    let names = app.store().workflow_names(actor.workspace, &[workflow]).await?;
    let steps = super::steps::page_of(&recorded, &page, &max)?;
    let in_flight = recorded.in_flight.iter().map(|(node, run)| StepName {
        node: recorded.plan.node(*node).node.name.to_string(),
        run: *run,
    });
    Ok(Json(ExecutionDetail {
        workflow_name: names.get(&workflow).map(|it| it.to_string()),
        duration_ms: duration_ms(&recorded.execution),
        waits: recorded.waits.iter().map(|it| WaitView::of(it.clone(), &recorded)).collect(),
        in_flight: in_flight.collect(),
        resumes: recorded.resumes.iter().map(ResumeView::from).collect(),
        steps,
        facts: recorded.execution,
    }))
}

/// Remove an ended execution
#[utoipa::path(delete, path = "/executions/{id}", tag = "executions", operation_id = "deleteExecution",
    params(("id" = String, Path)), responses((status = 204)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ExecutionId>,
) -> Result<StatusCode, Failure> {
    app.engine().delete_execution(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Cancel an execution
///
/// It stops at its next safe point; what is done stays done. Those that it called are cancelled too.
#[utoipa::path(post, path = "/executions/{id}/cancel", tag = "executions", operation_id = "cancelExecution",
    params(("id" = String, Path)), responses((status = 202, body = Accepted)))]
async fn cancel(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ExecutionId>,
) -> Result<(StatusCode, Json<Accepted>), Failure> {
    app.engine().cancel(&actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { execution_id: id })))
}

/// Go on from the step that failed
///
/// The same execution continues; effects in doubt keep their idempotency keys.
#[utoipa::path(post, path = "/executions/{id}/retry", tag = "executions", operation_id = "retryExecution",
    params(("id" = String, Path)), responses((status = 202, body = Accepted)))]
async fn retry(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ExecutionId>,
) -> Result<(StatusCode, Json<Accepted>), Failure> {
    app.engine().retry(&actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { execution_id: id })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayFields {
    /// Name of the node to begin at; what was recorded before it is taken over. Absent runs all again.
    #[serde(default)]
    from: Option<String>,
    /// What that node gets, or the trigger gives, instead of what was recorded.
    #[serde(default)]
    #[schema(value_type = Option<Vec<schema::Item>>)]
    items: Option<Vec<ItemJson>>,
}

/// Run the same again as a new execution
///
/// With the same version, and the same items unless others are given; effects get new keys.
#[utoipa::path(post, path = "/executions/{id}/replay", tag = "executions", operation_id = "replayExecution",
    params(("id" = String, Path)), request_body = ReplayFields, responses((status = 202, body = Accepted)))]
async fn replay(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ExecutionId>,
    Given(fields): Given<ReplayFields>,
) -> Result<(StatusCode, Json<Accepted>), Failure> {
    let items = fields.items.map(|it| it.iter().map(engine::spelling::item_of).collect());
    let wish = Replay { from: fields.from.map(Into::into), items };
    let (execution_id, _) = app.engine().replay(&actor, id, wish).await?;
    app.engine().forget_caller(execution_id);
    Ok((StatusCode::ACCEPTED, Json(Accepted { execution_id })))
}
