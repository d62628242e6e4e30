//! What is recorded of an execution's steps: their items, a page at a time, and files.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use engine::executions::Recorded;
use jiff::Timestamp;
use model::{
    Binary, Code, Items, Value,
    id::ExecutionId,
    item::ItemJson,
    journal::{Step, StepError},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{List, Page},
    read::{Asked, At},
    schema,
};

/// How many items of an output are shown with its step, unless the caller says.
const ITEMS: usize = 20;
/// Larger files are told without their bytes; those are had one by one.
const FILE_BYTES_SHOWN_MAX: f64 = 65_536.0;
pub(super) const ITEMS_MAX: usize = 1_000;

/// One run of one node.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Step)]
pub(super) struct StepView {
    node: String,
    #[serde(rename = "type")]
    node_type: String,
    /// From 0.
    run: u32,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    duration_ms: f64,
    /// How many tries it took.
    tries: u32,
    /// Where each input's items came from.
    sources: Vec<Option<StepSource>>,
    error: Option<StepErrorView>,
    outputs: Vec<StepOutput>,
    /// Lines of `console.log`, and hints.
    log: Vec<String>,
}

/// The output of an earlier step.
#[derive(Serialize, ToSchema)]
struct StepSource {
    node: String,
    run: u32,
    output: u16,
}

/// What a step gave at one output.
#[derive(Serialize, ToSchema)]
pub(super) struct StepOutput {
    /// How many items there are.
    pub(super) total: usize,
    /// The first of them.
    #[schema(value_type = Vec<schema::Item>)]
    pub(super) items: Vec<ItemJson>,
}

impl StepOutput {
    pub(super) fn of(it: &Items, items_max: usize) -> Result<StepOutput, Failure> {
        Ok(StepOutput { total: it.len(), items: spelled(it, 0, items_max)? })
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StepError)]
pub(super) struct StepErrorView {
    /// Name of the node.
    node: String,
    message: String,
    description: Option<String>,
    /// Index of the item that failed, where one is to blame.
    item: Option<u32>,
    /// An HTTP status, where the fault was an answer.
    http_status: Option<u16>,
}

impl From<StepError> for StepErrorView {
    fn from(it: StepError) -> StepErrorView {
        StepErrorView {
            node: it.node.to_string(),
            message: it.message,
            description: it.description,
            item: it.item,
            http_status: it.http_status,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct ItemsMax {
    /// How many items of each output to show: 0 to 1000.
    #[param(minimum = 0, maximum = 1000, default = 20)]
    items_max: Option<usize>,
}

/// A page of an execution's steps.
pub(super) fn page_of(
    recorded: &Recorded,
    page: &Page,
    max: &ItemsMax,
) -> Result<List<StepView>, Failure> {
    let max = max.items_max.unwrap_or(ITEMS).min(ITEMS_MAX);
    let steps = page.cut(recorded.steps.iter().collect());
    steps.try_map(|it| view(recorded, it, max))
}

fn view(recorded: &Recorded, step: &Step, max: usize) -> Result<StepView, Failure> {
    let name = |node: u32| recorded.plan.node(node).node.name.to_string();
    let source = |it: &Option<model::journal::Source>| {
        it.map(|it| StepSource { node: name(it.node), run: it.run, output: it.output })
    };

    Ok(StepView {
        node: name(step.node),
        node_type: recorded.plan.node(step.node).node.node_type.to_string(),
        run: step.run,
        started_at: step.started_at,
        duration_ms: step.duration_us as f64 / 1_000.0,
        tries: step.tries,
        sources: step.sources.iter().map(source).collect(),
        error: step.error.clone().map(StepErrorView::from),
        outputs: step.outputs.iter().map(|it| StepOutput::of(it, max)).collect::<Result<_, _>>()?,
        log: step.log.clone(),
    })
}

fn spelled(items: &Items, from: usize, to: usize) -> Result<Vec<ItemJson>, Failure> {
    let part = items.slice(from, to).and_then(|it| engine::spelling::spell_all(&it));
    let mut part = part.map_err(|why| Failure::of(Code::Internal, why))?;
    for file in part.iter_mut().flat_map(|it| &mut it.binary).flat_map(|it| it.values_mut()) {
        let bytes = file.get("bytes").and_then(Value::as_f64).unwrap_or_default();
        if let Value::Object(map) = file
            && bytes > FILE_BYTES_SHOWN_MAX
        {
            Arc::make_mut(map).remove("data");
        }
    }
    Ok(part)
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(items)).routes(routes!(file))
}

/// Steps of an execution
#[utoipa::path(get, path = "/executions/{id}/steps", tag = "executions", operation_id = "listSteps",
    params(("id" = String, Path), Page, ItemsMax), responses((status = 200, body = List<StepView>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<ExecutionId>,
    Asked(page): Asked<Page>,
    Asked(max): Asked<ItemsMax>,
) -> Result<Json<List<StepView>>, Failure> {
    let recorded = app.engine().recorded(&actor, id).await?;
    Ok(Json(page_of(&recorded, &page, &max)?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichOutput {
    /// From 0.
    #[param(default = 0)]
    output: Option<usize>,
}

/// Items that a step gave
#[utoipa::path(get, path = "/executions/{id}/steps/{node}/{run}/items", tag = "executions", operation_id = "listStepItems",
    params(("id" = String, Path), ("node" = String, Path), ("run" = u32, Path), WhichOutput, Page),
    responses((status = 200, body = List<schema::Item>)))]
async fn items(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, node, run)): At<(ExecutionId, String, u32)>,
    Asked(which): Asked<WhichOutput>,
    Asked(page): Asked<Page>,
) -> Result<Json<List<ItemJson>>, Failure> {
    let recorded = app.engine().recorded(&actor, id).await?;
    let step = step_of(&recorded, &node, run)?;
    let none = Items::default();
    let all = step.outputs.get(which.output.unwrap_or(0)).unwrap_or(&none);
    let from = page.offset() as usize;
    let part = spelled(all, from, from + page.size() as usize)?;
    Ok(Json(page.of(part, all.len() as u64)))
}

/// A file of an item
///
/// `name` is its name in the item's `binary`.
#[utoipa::path(get, path = "/executions/{id}/steps/{node}/{run}/items/{item}/files/{name}", tag = "executions", operation_id = "getFile",
    params(("id" = String, Path), ("node" = String, Path), ("run" = u32, Path),
        ("item" = usize, Path, description = "Index of the item, from 0"), ("name" = String, Path), WhichOutput),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
async fn file(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, node, run, item, name)): At<(ExecutionId, String, u32, usize, String)>,
    Asked(which): Asked<WhichOutput>,
) -> Result<Response, Failure> {
    let recorded = app.engine().recorded(&actor, id).await?;
    let step = step_of(&recorded, &node, run)?;
    let none = Items::default();
    let all = step.outputs.get(which.output.unwrap_or(0)).unwrap_or(&none);
    let found = all.get(item).map_err(|why| Failure::of(Code::Internal, why))?;
    let file = found.and_then(|it| it.binary?.get(name.as_str()).cloned());
    let file = file
        .ok_or_else(|| Failure::of(Code::NotFound, format!("item {item} has no file `{name}`")))?;
    let bytes = app.bytes_of(actor.workspace, &file).await;
    Ok(downloaded(&file, bytes.map_err(|it| Failure::of(Code::Internal, it.to_string()))?))
}

/// It may be a page with scripts: it is downloaded, never shown as ours.
fn downloaded(file: &Binary, bytes: Bytes) -> Response {
    let plain = |it: char| if it.is_ascii_graphic() && !"\"\\;".contains(it) { it } else { '_' };
    let name: String = file.file_name.as_deref().unwrap_or("file").chars().map(plain).collect();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    for (header, text) in [
        (header::CONTENT_TYPE, file.mime_type.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "sandbox".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header, value);
        }
    }
    response
}

fn step_of<'a>(recorded: &'a Recorded, node: &str, run: u32) -> Result<&'a Step, Failure> {
    let place = recorded.plan.index(node);
    let step = recorded.steps.iter().find(|it| Some(it.node) == place && it.run == run);
    step.map(|it| &**it).ok_or_else(|| {
        let id = recorded.execution.id;
        let message = format!("no run {run} of node `{node}` is recorded in execution {id}");
        Failure::of(Code::NodeNotFound, message)
    })
}
