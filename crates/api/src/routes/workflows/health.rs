//! How the workflows of a list did, and what they can be filtered by.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use model::{
    execution::Status,
    id::{ExecutionId, WorkflowId},
    permission::Permission,
};
use serde::Serialize;
use store::workflows::{Group, Health};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    schema,
};

/// The days of a week before today.
const DAYS: i32 = 6;

/// The execution that began last, of those that have ended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LastRun {
    #[schema(value_type = String)]
    execution_id: ExecutionId,
    #[schema(value_type = schema::Status)]
    status: Status,
    #[schema(value_type = String, format = DateTime)]
    ended_at: Timestamp,
}

/// Executions that ended today or in the six days before, in UTC.
#[derive(Serialize, ToSchema, Default)]
pub(super) struct RunsOfWeek {
    total: u64,
    failed: u64,
}

/// What is said of a workflow's executions, to who may see them.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) last_run: Option<LastRun>,
    pub(super) week: RunsOfWeek,
    pub(super) next_run_at: Option<Timestamp>,
}

/// Folders and tags that workflows have, each by name.
#[derive(Serialize, ToSchema)]
struct WorkflowGroups {
    folders: Vec<WorkflowGroup>,
    tags: Vec<WorkflowGroup>,
}

#[derive(Serialize, ToSchema)]
struct WorkflowGroup {
    name: String,
    /// How many workflows have it.
    count: u64,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(groups))
}

/// Of these workflows, for a caller of these rights.
pub(super) async fn of(
    app: &App,
    actor: &engine::Actor,
    rights: Rights,
    ids: &[WorkflowId],
) -> Result<BTreeMap<WorkflowId, Seen>, Failure> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let since = today.saturating_sub(DAYS.days());
    let found = app.store().workflow_health(actor.workspace, ids, since).await?;
    let may_see = rights.may.contains(Permission::ExecutionsRead);
    let seen = |it: Health| {
        let next_run_at = it.next_at;
        if !may_see {
            return Seen { next_run_at, ..Seen::default() };
        }
        let last = |(execution_id, status, ended_at)| LastRun { execution_id, status, ended_at };
        let week = RunsOfWeek { total: it.n_ended, failed: it.n_failed };
        Seen { last_run: it.last.map(last), week, next_run_at }
    };
    Ok(found.into_iter().map(|(id, it)| (id, seen(it))).collect())
}

/// Folders and tags of workflows
#[utoipa::path(get, path = "/workflows/groups", tag = "workflows", operation_id = "listWorkflowGroups",
    responses((status = 200, body = WorkflowGroups)))]
async fn groups(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<WorkflowGroups>, Failure> {
    let (folders, tags) = app.store().workflow_groups(actor.workspace, actor.sight).await?;
    let group = |(name, count): Group| WorkflowGroup { name: name.to_string(), count };
    let all = |it: Vec<Group>| it.into_iter().map(group).collect();
    Ok(Json(WorkflowGroups { folders: all(folders), tags: all(tags) }))
}
