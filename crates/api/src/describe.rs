//! The description of the API (OpenAPI 3.1), generated from the routes.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use model::permission::Permission;
use serde_json::{Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, failure::ErrorBody, gate, routes, schema};

#[derive(OpenApi)]
#[openapi(
    info(title = "Tailorbird", description = ABOUT, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/", description = "This server")),
    security(("bearer" = []), ("apiKey" = [])),
    components(schemas(ErrorBody, schema::Workflow)),
    modifiers(&Keys),
    tags(
        (name = "workflows", description = "Drafts, versions, and what is published"),
        (name = "executions", description = "Runs of workflows, their steps, and live events"),
        (name = "nodes", description = "Node types, credential types and their forms"),
        (name = "credentials", description = "Secrets by name; never shown again"),
        (name = "variables", description = "`$vars` in expressions"),
        (name = "webhooks", description = "Addresses that start workflows"),
        (name = "gateway", description = "Limits and rules of paths, and services behind them"),
        (name = "workspaces", description = "Workspaces, their members and invitations"),
        (name = "accounts", description = "Signing in, sessions and passwords"),
        (name = "keys", description = "API keys of the workspace"),
        (name = "roles", description = "Roles, and what each may do"),
        (name = "audit", description = "Who changed what, and from where"),
        (name = "platform", description = "The server itself"),
    ),
)]
struct Base;

const ABOUT: &str = "\
Sign in with `POST /api/auth/login` and send the access token with each request,
`Authorization: Bearer …`; or an API key, `Authorization: Bearer tbk_…` or `X-API-Key: tbk_…`. It names
the workspace and says what may be done; `x-permission` is what an operation takes. Everything is also
served under `/api/v1`.

A failed request answers `{\"error\": {\"code\", \"message\", \"details\", \"requestId\", \"docs\"}}`; branch on
`code`. Lists answer `{\"items\", \"total\", \"page\", \"pageSize\"}` and take `page`, `pageSize`, and where it
makes sense `sort`, `search`, `from` and `until`.";

struct Keys;

impl Modify for Keys {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let key = ApiKey::Header(ApiKeyValue::new("X-API-Key"));
        components.add_security_scheme("apiKey", SecurityScheme::ApiKey(key));
    }
}

/// The description as JSON.
pub fn openapi() -> String {
    let routes = routes::guarded().merge(routes::open()).merge(routes::people_open());
    let described =
        OpenApiRouter::<App>::with_openapi(Base::openapi()).nest("/api", routes.described());
    let mut described = serde_json::to_value(described.into_openapi()).expect("plain data");
    add_failures(&mut described);
    add_permissions(&mut described);
    serde_json::to_string_pretty(&described).expect("plain data")
}

/// Any operation may fail, and does so in the same shape.
fn add_failures(described: &mut Value) {
    let failure = json!({
        "description": "It failed; `error.code` says why",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
    });
    let paths = described["paths"].as_object_mut().into_iter().flatten();
    for (_, path) in paths {
        for (_, operation) in path.as_object_mut().into_iter().flatten() {
            if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
                responses.entry("default").or_insert_with(|| failure.clone());
            }
        }
    }
}

/// What each operation takes, as the door looks at it.
fn add_permissions(described: &mut Value) {
    let operation = |(method, path, wanted): &(&str, &str, Permission)| {
        let place = (format!("/api{path}"), method.to_lowercase());
        (place, wanted.as_str())
    };
    for ((path, method), wanted) in gate::GATES.iter().map(operation) {
        if let Some(found) = described["paths"].get_mut(path).and_then(|it| it.get_mut(method)) {
            found["x-permission"] = json!(wanted);
        }
    }
}

/// The JSON Schema of a workflow's document.
pub fn workflow_schema() -> Value {
    let described: Value = serde_json::from_str(&openapi()).expect("it was just written");
    let all = described["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let mut defs = serde_json::Map::new();
    let mut open = vec!["Workflow".to_owned()];
    while let Some(name) = open.pop() {
        let Some(schema) = all.get(&name).filter(|_| !defs.contains_key(&name)) else { continue };
        let text = schema.to_string();
        let names = text.split("#/components/schemas/").skip(1);
        open.extend(names.filter_map(|it| it.split('"').next()).map(str::to_owned));
        let text = text.replace("#/components/schemas/", "#/$defs/");
        defs.insert(name, serde_json::from_str(&text).expect("it was just written"));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tailorbird.dev/workflow.schema.json",
        "title": "Tailorbird workflow",
        "$ref": "#/$defs/Workflow",
        "$defs": defs,
    })
}

/// `GET /api/openapi.json`
pub(crate) async fn show() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(openapi);
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}
