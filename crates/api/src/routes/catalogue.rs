//! The catalogue of nodes by other names: templates, categories, triggers, forms as JSON Schema.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use model::{
    Value,
    form::{Field, FieldKind, Form},
};
use sdk::{Category, NodeType};
use serde::Serialize;
use utoipa::ToSchema;

use super::node_types::{NodeTypeFilter, NodeTypeRow, NodeTypeView, unknown};
use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    list::{List, Page},
    read::{Asked, At},
    schema,
};

/// A node to put on the canvas, with what holds when nothing is chosen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NodeTemplate {
    #[serde(flatten)]
    row: NodeTypeRow,
    /// The parameters of a fresh node.
    #[schema(value_type = schema::Parameters)]
    defaults: Value,
}

#[derive(Serialize, ToSchema)]
struct NodeCategory {
    #[schema(value_type = schema::Category)]
    name: Category,
    description: &'static str,
    /// How many node types it has.
    count: usize,
}

/// The form of a node type as a JSON Schema of its parameters, beside the form itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfigSchema {
    node_type: NodeTypeView,
    schema: JsonSchema,
    #[schema(value_type = schema::Parameters)]
    defaults: Value,
}

/// A JSON Schema (draft 2020-12), as far as forms need it.
#[derive(Serialize, ToSchema, Default)]
#[serde(rename_all = "camelCase")]
struct JsonSchema {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[schema(value_type = Option<schema::Data>)]
    #[serde(skip_serializing_if = "Value::is_null")]
    default: Value,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<schema::Data>, required = false)]
    values: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<f64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(no_recursion, required = false)]
    properties: BTreeMap<String, JsonSchema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    required: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    items: Option<Box<JsonSchema>>,
}

const CATEGORIES: [(Category, &str); 6] = [
    (Category::AI, "Models, agents and what they need"),
    (Category::Action, "Act in other systems"),
    (Category::Data, "Change, divide and join items"),
    (Category::Flow, "Choose, repeat, wait and stop"),
    (Category::Core, "Triggers, webhooks, HTTP and code"),
    (Category::Human, "Tasks and decisions of people"),
];

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(templates))
        .routes(routes!(categories))
        .routes(routes!(triggers))
        .routes(routes!(config_schema))
}

/// Nodes to put on the canvas
#[utoipa::path(get, path = "/workflows/nodes/templates", tag = "nodes", operation_id = "listNodeTemplates",
    params(Page, NodeTypeFilter), responses((status = 200, body = List<NodeTemplate>)))]
async fn templates(
    State(app): State<App>,
    Asked(page): Asked<Page>,
    Asked(filter): Asked<NodeTypeFilter>,
) -> Result<Json<List<NodeTemplate>>, Failure> {
    Ok(Json(page.cut(filter.of(&app)?).map(|it| template(&it))))
}

/// Categories of nodes
#[utoipa::path(get, path = "/workflows/nodes/categories", tag = "nodes", operation_id = "listNodeCategories",
    params(Page), responses((status = 200, body = List<NodeCategory>)))]
async fn categories(State(app): State<App>, Asked(page): Asked<Page>) -> Json<List<NodeCategory>> {
    let count = |of: Category| app.engine().nodes().iter().filter(|it| it.category == of).count();
    let category = |(name, description)| NodeCategory { name, description, count: count(name) };
    Json(page.cut(CATEGORIES.into_iter().map(category).collect()))
}

/// Nodes that start executions
#[utoipa::path(get, path = "/workflows/nodes/triggers", tag = "nodes", operation_id = "listTriggers",
    params(Page, NodeTypeFilter), responses((status = 200, body = List<NodeTemplate>)))]
async fn triggers(
    State(app): State<App>,
    Asked(page): Asked<Page>,
    Asked(filter): Asked<NodeTypeFilter>,
) -> Result<Json<List<NodeTemplate>>, Failure> {
    let filter = NodeTypeFilter { trigger: Some(true), ..filter };
    Ok(Json(page.cut(filter.of(&app)?).map(|it| template(&it))))
}

/// The form of a node type as a JSON Schema
#[utoipa::path(get, path = "/workflows/nodes/config-schema/{nodeType}", tag = "nodes", operation_id = "getConfigSchema",
    params(("nodeType" = String, Path)), responses((status = 200, body = ConfigSchema)))]
async fn config_schema(
    State(app): State<App>,
    At(name): At<String>,
) -> Result<Json<ConfigSchema>, Failure> {
    let found = app.engine().nodes().get(&name).ok_or_else(|| unknown(&name))?;
    Ok(Json(ConfigSchema {
        node_type: (&**found).into(),
        schema: schema_of(&found.form),
        defaults: found.form.fill(&Value::Null),
    }))
}

fn template(it: &NodeType) -> NodeTemplate {
    NodeTemplate { row: it.into(), defaults: it.form.fill(&Value::Null) }
}

fn schema_of(form: &Form) -> JsonSchema {
    let valued = |it: &&Field| it.kind != FieldKind::Notice;
    let properties = form.fields.iter().filter(valued);
    let needed = |it: &&Field| it.required && it.show.is_empty() && it.default.is_null();
    JsonSchema {
        kind: Some("object"),
        properties: properties.map(|it| (it.name.to_string(), schema_of_field(it))).collect(),
        required: form.fields.iter().filter(needed).map(|it| it.name.to_string()).collect(),
        ..JsonSchema::default()
    }
}

/// A field that takes an expression may be a text whatever its kind, so it names no type.
fn schema_of_field(field: &Field) -> JsonSchema {
    let mut res = match &field.kind {
        FieldKind::Text { .. }
        | FieldKind::Secret { .. }
        | FieldKind::Code { .. }
        | FieldKind::DateTime
        | FieldKind::TimeZone
        | FieldKind::Workflow
        | FieldKind::CredentialType => JsonSchema { kind: Some("string"), ..JsonSchema::default() },
        FieldKind::Number { min, max, integer } => JsonSchema {
            kind: (!field.expression).then_some(if *integer { "integer" } else { "number" }),
            minimum: *min,
            maximum: *max,
            ..JsonSchema::default()
        },
        FieldKind::Bool => {
            JsonSchema { kind: (!field.expression).then_some("boolean"), ..JsonSchema::default() }
        }
        FieldKind::Choice { options } if !field.expression => JsonSchema {
            values: options.iter().map(|it| it.value.clone()).collect(),
            ..JsonSchema::default()
        },
        FieldKind::List { form } => JsonSchema {
            kind: Some("array"),
            items: Some(Box::new(schema_of(form))),
            ..JsonSchema::default()
        },
        FieldKind::Group { form } => schema_of(form),
        FieldKind::Choice { .. }
        | FieldKind::Choices { .. }
        | FieldKind::Json
        | FieldKind::Conditions
        | FieldKind::Assignments
        | FieldKind::Pairs
        | FieldKind::Notice => JsonSchema::default(),
    };
    res.title = Some(field.title.to_string());
    res.description = (!field.help.is_empty()).then(|| field.help.clone());
    res.default = field.default.clone();
    res
}
