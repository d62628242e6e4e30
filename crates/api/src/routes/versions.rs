//! What is published: versions, and how they differ.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use engine::{
    Actor,
    diff::{Change, Kind},
    workflows::Live,
};
use jiff::Timestamp;
use model::{
    Fault, Value,
    id::{VersionId, WorkflowId},
    workflow::Workflow,
};
use serde::{Deserialize, Serialize};
use store::workflows::{Over, Version, VersionRow};
use utoipa::{IntoParams, ToSchema};

use super::{
    checks::AdviceView,
    workflows::{if_match, shown},
};
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{List, Listed, Look, Page},
    read::{Asked, At, Given},
    schema,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublishFields {
    /// What changed, for people.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
}

const NOTE_CHARS_MAX: usize = 2_000;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PublishedVersion {
    #[schema(value_type = String)]
    version_id: VersionId,
    /// From 1.
    number: u32,
    /// The version that was published until then.
    #[schema(value_type = Option<String>)]
    before: Option<VersionId>,
    /// What a person should know about it.
    advice: Vec<AdviceView>,
}

/// What has to be published still.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Expected {
    /// Only where this version is published: its id, or `none`. Absent is whatever is.
    over: Option<String>,
}

/// A version in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VersionRow)]
struct Row {
    #[schema(value_type = String)]
    id: VersionId,
    number: u32,
    note: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A version with its document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Version)]
struct VersionView {
    #[schema(value_type = String)]
    id: VersionId,
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    /// Absent for one that was only run, never published.
    number: Option<u32>,
    note: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = schema::Workflow)]
    document: Workflow,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sides {
    /// A version's id, or `draft`; absent is the published version.
    from: Option<String>,
    /// A version's id, or `draft`.
    #[param(default = "draft")]
    to: Option<String>,
}

/// How two documents differ.
#[derive(Serialize, ToSchema)]
struct Diff {
    same: bool,
    changes: Vec<ChangeView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
struct ChangeView {
    kind: ChangeKind,
    /// Such as `nodes.Send.parameters.url` or `settings.order`.
    path: String,
    /// The name of the node, where one changed.
    node: Option<String>,
    #[schema(value_type = schema::Data)]
    before: Value,
    #[schema(value_type = schema::Data)]
    after: Value,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum ChangeKind {
    Added,
    Removed,
    Changed,
}

impl Listed for VersionRow {
    const ORDER: &str = "-createdAt";

    fn name(&self) -> &str {
        &self.note
    }
    fn created_at(&self) -> Timestamp {
        self.created_at
    }
    fn updated_at(&self) -> Timestamp {
        self.created_at
    }
}

impl PublishedVersion {
    async fn of(app: &App, actor: &Actor, workflow: WorkflowId, it: Live) -> PublishedVersion {
        // It is published, whatever becomes of the advice.
        let advice = app.engine().advise_live(actor, it).await.unwrap_or_else(|fault| {
            tracing::warn!(workflow = %workflow, "no advice on what was published: {}", fault.message);
            vec![]
        });
        PublishedVersion {
            version_id: it.version,
            number: it.number,
            before: it.before,
            advice: advice.into_iter().map(AdviceView::from).collect(),
        }
    }
}

impl Expected {
    fn read(&self) -> Result<Over, Failure> {
        match self.over.as_deref() {
            None => Ok(Over::Whatever),
            Some("none") => Ok(Over::Nothing),
            Some(text) => {
                let odd = |_| Fault::invalid("`over` is the id of a version, or `none`");
                Ok(Over::Version(text.parse().map_err(odd)?))
            }
        }
    }
}

impl From<VersionRow> for Row {
    fn from(it: VersionRow) -> Row {
        Row { id: it.id, number: it.number, note: it.note, created_at: it.created_at }
    }
}

impl From<Version> for VersionView {
    fn from(it: Version) -> VersionView {
        VersionView {
            id: it.id,
            workflow_id: it.workflow,
            number: it.number,
            note: it.note,
            created_at: it.created_at,
            document: it.document,
        }
    }
}

impl From<Change> for ChangeView {
    fn from(it: Change) -> ChangeView {
        ChangeView {
            kind: match it.kind {
                Kind::Added => ChangeKind::Added,
                Kind::Removed => ChangeKind::Removed,
                Kind::Changed => ChangeKind::Changed,
            },
            path: it.path,
            node: it.node.map(|it| it.to_string()),
            before: it.before,
            after: it.after,
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(publish))
        .routes(routes!(unpublish))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(restore))
        .routes(routes!(publish_again))
        .routes(routes!(diff))
}

/// Publish the draft
///
/// Its triggers listen from now on.
#[utoipa::path(post, path = "/workflows/{id}/publish", tag = "workflows", operation_id = "publishWorkflow",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The revision to publish")),
    request_body = PublishFields, responses((status = 200, body = PublishedVersion)))]
async fn publish(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    headers: HeaderMap,
    Given(fields): Given<PublishFields>,
) -> Result<Json<PublishedVersion>, Failure> {
    let note: String = fields.note.chars().take(NOTE_CHARS_MAX).collect();
    let live = app.engine().publish(&actor, id, if_match(&headers)?, &note).await?;
    Ok(Json(PublishedVersion::of(&app, &actor, id, live).await))
}

/// End listening
///
/// What runs goes on.
#[utoipa::path(post, path = "/workflows/{id}/unpublish", tag = "workflows", operation_id = "unpublishWorkflow",
    params(("id" = String, Path), Expected), responses((status = 204)))]
async fn unpublish(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    Asked(expected): Asked<Expected>,
) -> Result<StatusCode, Failure> {
    app.engine().unpublish(&actor, id, expected.read()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Published versions, past and present
#[utoipa::path(get, path = "/workflows/{id}/versions", tag = "workflows", operation_id = "listVersions",
    params(("id" = String, Path), Page, Look), responses((status = 200, body = List<Row>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
) -> Result<Json<List<Row>>, Failure> {
    let all = look.at(app.engine().versions(&actor, id).await?)?;
    Ok(Json(page.cut(all).map(Row::from)))
}

/// One version, with its document
#[utoipa::path(get, path = "/workflows/{id}/versions/{version}", tag = "workflows", operation_id = "getVersion",
    params(("id" = String, Path), ("version" = String, Path)), responses((status = 200, body = VersionView)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, version)): At<(WorkflowId, VersionId)>,
) -> Result<Json<VersionView>, Failure> {
    Ok(Json(app.engine().version(&actor, id, version).await?.into()))
}

/// Make a version the draft again
#[utoipa::path(post, path = "/workflows/{id}/versions/{version}/restore", tag = "workflows", operation_id = "restoreVersion",
    params(("id" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = super::workflows::WorkflowView)))]
async fn restore(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, version)): At<(WorkflowId, VersionId)>,
) -> Result<Response, Failure> {
    Ok(shown(StatusCode::OK, app.engine().restore(&actor, id, version).await?))
}

/// Publish a former version again
///
/// Its triggers listen from now on; the draft stays as it is.
#[utoipa::path(post, path = "/workflows/{id}/versions/{version}/publish", tag = "workflows", operation_id = "publishVersion",
    params(("id" = String, Path), ("version" = String, Path), Expected),
    responses((status = 200, body = PublishedVersion)))]
async fn publish_again(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, version)): At<(WorkflowId, VersionId)>,
    Asked(expected): Asked<Expected>,
) -> Result<Json<PublishedVersion>, Failure> {
    let live = app.engine().publish_version(&actor, id, version, expected.read()?).await?;
    Ok(Json(PublishedVersion::of(&app, &actor, id, live).await))
}

/// How two versions differ, or a version and the draft
#[utoipa::path(get, path = "/workflows/{id}/diff", tag = "workflows", operation_id = "diffWorkflow",
    params(("id" = String, Path), Sides), responses((status = 200, body = Diff)))]
async fn diff(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    Asked(sides): Asked<Sides>,
) -> Result<Json<Diff>, Failure> {
    let (from, to) = (sides.from.as_deref(), sides.to.as_deref().unwrap_or("draft"));
    let changes = app.engine().diff(&actor, id, from, to).await?;
    Ok(Json(Diff {
        same: changes.is_empty(),
        changes: changes.into_iter().map(ChangeView::from).collect(),
    }))
}
