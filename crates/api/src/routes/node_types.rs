//! Node types: what can be put on the canvas, and the form of each.

use std::sync::Arc;

use axum::{Json, extract::State};
use model::{Code, form};
use sdk::{Category, Effect, NodeType, Port, node::CredentialUse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    list::{self, List, Page},
    read::{Asked, At},
    schema,
};

/// A node type in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct NodeTypeRow {
    /// `family.verb`, such as `http.request`.
    name: String,
    version: u32,
    title: String,
    summary: String,
    #[schema(value_type = schema::Category)]
    category: Category,
    /// Name of an icon of the interface.
    icon: String,
    /// It starts executions.
    trigger: bool,
}

/// A node type with its form.
#[derive(Serialize, ToSchema)]
#[schema(as = NodeType)]
pub(super) struct NodeTypeView {
    #[serde(flatten)]
    row: NodeTypeRow,
    /// Markdown.
    docs: String,
    #[schema(value_type = schema::Effect)]
    effect: Effect,
    /// Ports when the parameters do not change them.
    #[schema(value_type = Vec<schema::Port>)]
    inputs: Vec<Port>,
    #[schema(value_type = Vec<schema::Port>)]
    outputs: Vec<Port>,
    #[schema(value_type = schema::Form)]
    form: form::Form,
    /// Types of credentials that it can use.
    #[schema(value_type = Vec<schema::CredentialUse>)]
    credentials: Vec<CredentialUse>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NodeTypeFilter {
    /// Part of the name, the title or the summary, in any case.
    pub(super) search: Option<String>,
    /// `AI`, `Action`, `Data`, `Flow`, `Core` or `Human`.
    pub(super) category: Option<String>,
    /// Only those that start executions, or only the others.
    pub(super) trigger: Option<bool>,
    /// `name`, `title` or `category`; with `-` before it the other way round.
    #[param(default = "name")]
    pub(super) sort: Option<String>,
}

impl NodeTypeFilter {
    /// Those that fit, in the order asked for.
    pub(super) fn of(&self, app: &App) -> Result<Vec<Arc<NodeType>>, Failure> {
        let mut res: Vec<_> =
            app.engine().nodes().iter().filter(|it| self.fits(it)).cloned().collect();
        let (by, backwards) = list::order(self.sort.as_deref(), "name");
        match by {
            "name" => res.sort_by(|a, b| a.name.cmp(&b.name)),
            "title" => res.sort_by(|a, b| a.title.cmp(&b.title)),
            "category" => res.sort_by_key(|it| format!("{:?}", it.category)),
            odd => return Err(list::odd_order(odd, &["name", "title", "category"])),
        }
        if backwards {
            res.reverse();
        }
        Ok(res)
    }

    fn fits(&self, it: &NodeType) -> bool {
        let search = self.search.as_deref().unwrap_or_default().trim().to_lowercase();
        let texts = [it.name.as_str(), it.title.as_str(), it.summary.as_str()];
        let category = format!("{:?}", it.category);
        texts.iter().any(|it| it.to_lowercase().contains(&search))
            && self.category.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(&category))
            && self.trigger.is_none_or(|trigger| trigger == it.trigger)
    }
}

impl From<&NodeType> for NodeTypeRow {
    fn from(it: &NodeType) -> NodeTypeRow {
        NodeTypeRow {
            name: it.name.to_string(),
            version: it.version,
            title: it.title.to_string(),
            summary: it.summary.clone(),
            category: it.category,
            icon: it.icon.to_string(),
            trigger: it.trigger,
        }
    }
}

impl From<&NodeType> for NodeTypeView {
    fn from(it: &NodeType) -> NodeTypeView {
        NodeTypeView {
            row: it.into(),
            docs: it.docs.clone(),
            effect: it.effect,
            inputs: it.inputs.clone(),
            outputs: it.outputs.clone(),
            form: it.form.clone(),
            credentials: it.credentials.clone(),
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(get))
}

/// All node types
#[utoipa::path(get, path = "/node-types", tag = "nodes", operation_id = "listNodeTypes",
    params(Page, NodeTypeFilter), responses((status = 200, body = List<NodeTypeRow>)))]
async fn list(
    State(app): State<App>,
    Asked(page): Asked<Page>,
    Asked(filter): Asked<NodeTypeFilter>,
) -> Result<Json<List<NodeTypeRow>>, Failure> {
    Ok(Json(page.cut(filter.of(&app)?).map(|it| NodeTypeRow::from(&*it))))
}

/// One node type, with its form
#[utoipa::path(get, path = "/node-types/{name}", tag = "nodes", operation_id = "getNodeType",
    params(("name" = String, Path)), responses((status = 200, body = NodeTypeView)))]
async fn get(State(app): State<App>, At(name): At<String>) -> Result<Json<NodeTypeView>, Failure> {
    let found = app.engine().nodes().get(&name).ok_or_else(|| unknown(&name))?;
    Ok(Json((&**found).into()))
}

pub(super) fn unknown(name: &str) -> Failure {
    let message = format!("there is no node type `{name}`; GET /api/node-types lists all");
    Failure::of(Code::NodeTypeUnknown, message)
}
