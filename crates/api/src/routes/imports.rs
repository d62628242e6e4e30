//! Workflows from files: ours and n8n's, each with a report of what became of it.

use axum::{
    Json,
    body::Body,
    extract::{FromRequest, Multipart, Request, State},
    http::{StatusCode, header},
};
use bytes::Bytes;
use model::{Fault, Map, id::WorkflowId, workflow::Workflow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    pace::IN_TIME,
    read, schema,
};

/// What an import made.
#[derive(Serialize, ToSchema)]
struct ImportedWorkflows {
    workflows: Vec<ImportedWorkflow>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ImportedWorkflow {
    #[schema(value_type = String)]
    id: WorkflowId,
    name: String,
    /// It was switched on where it comes from; here it waits to be published.
    was_active: bool,
    #[schema(value_type = schema::Report)]
    report: formats::Report,
}

/// What a file holds, as it would be here.
#[derive(Serialize, ToSchema)]
struct ConvertedWorkflows {
    workflows: Vec<ConvertedWorkflow>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConvertedWorkflow {
    #[schema(value_type = schema::Workflow)]
    document: Workflow,
    /// It is switched on where it comes from.
    was_active: bool,
    #[schema(value_type = schema::Report)]
    report: formats::Report,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(import)).routes(routes!(convert))
}

/// Import workflows from a file
///
/// The file is the body, or a part of a form. Every workflow of the file is made, whatever could be
/// converted; the report says what to look at.
#[utoipa::path(post, path = "/workflows/import", tag = "workflows", operation_id = "importWorkflows",
    request_body(content((schema::WorkflowFile = "application/json"), (schema::WorkflowFileForm = "multipart/form-data"))),
    responses((status = 201, body = ImportedWorkflows)))]
async fn import(
    State(app): State<App>,
    Caller(actor): Caller,
    request: Request,
) -> Result<(StatusCode, Json<ImportedWorkflows>), Failure> {
    let text = text_of(request).await?;
    let added = app.engine().import(&actor, &text).await?;
    let workflow = |it: engine::workflows::Added| ImportedWorkflow {
        id: it.id,
        name: it.name.to_string(),
        was_active: it.was_active,
        report: it.report,
    };
    let workflows = added.into_iter().map(workflow).collect();
    Ok((StatusCode::CREATED, Json(ImportedWorkflows { workflows })))
}

/// Convert workflows of a file
///
/// As an import would, but nothing is made: the documents are the answer, as for nodes that are
/// pasted into a workflow.
#[utoipa::path(post, path = "/workflows/convert", tag = "workflows", operation_id = "convertWorkflows",
    request_body(content((schema::WorkflowFile = "application/json"), (schema::WorkflowFileForm = "multipart/form-data"))),
    responses((status = 200, body = ConvertedWorkflows)))]
async fn convert(Caller(_): Caller, request: Request) -> Result<Json<ConvertedWorkflows>, Failure> {
    let text = text_of(request).await?;
    let workflow = |it: formats::Imported| ConvertedWorkflow {
        document: bare(it.workflow),
        was_active: it.active,
        report: it.report,
    };
    let workflows = engine::workflows::convert(&text)?.into_iter().map(workflow).collect();
    Ok(Json(ConvertedWorkflows { workflows }))
}

/// Without what a file says beside what is described, which is kept with a file that is imported.
fn bare(mut document: Workflow) -> Workflow {
    document.extra = Map::new();
    for node in &mut document.nodes {
        node.extra = Map::new();
    }
    document
}

async fn text_of(request: Request) -> Result<String, Failure> {
    let (head, body) = request.into_parts();
    let bytes = read::bytes_of(body, formats::TEXT_BYTES_MAX, &IN_TIME).await?;
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let bytes = match kind {
        Some(it) if it.starts_with("multipart/") => {
            file_of(Request::from_parts(head, Body::from(bytes))).await?
        }
        _ => bytes,
    };
    String::from_utf8(bytes.into()).map_err(|_| Fault::invalid("the file is no text").into())
}

async fn file_of(request: Request) -> Result<Bytes, Failure> {
    let broken =
        |why: String| Failure::new(Fault::invalid(format!("the form cannot be read: {why}")));
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|it| broken(it.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(|it| broken(it.body_text()))? {
        if field.file_name().is_some() || field.name() == Some("file") {
            return field.bytes().await.map_err(|it| broken(it.body_text()));
        }
    }
    Err(broken("it has no file".to_owned()))
}
