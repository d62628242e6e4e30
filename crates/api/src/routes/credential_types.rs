//! Credential types and their forms.

use axum::{Json, extract::State};
use model::{Code, form};
use sdk::CredentialType;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    list::{List, Page},
    read::{Asked, At},
    schema,
};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredentialType)]
struct CredentialTypeView {
    /// Such as `httpHeaderAuth`.
    name: String,
    title: String,
    /// Markdown.
    docs: String,
    #[schema(value_type = schema::Form)]
    form: form::Form,
    /// It can sign HTTP requests by itself.
    signs: bool,
    /// Whether it can be tested by a call.
    testable: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CredentialTypeFilter {
    /// Part of the name or the title, in any case.
    search: Option<String>,
}

impl From<&CredentialType> for CredentialTypeView {
    fn from(it: &CredentialType) -> CredentialTypeView {
        CredentialTypeView {
            name: it.name.to_string(),
            title: it.title.to_string(),
            docs: it.docs.clone(),
            form: it.form.clone(),
            signs: !it.signs.is_empty(),
            testable: it.test.is_some(),
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(get))
}

/// All credential types
#[utoipa::path(get, path = "/credential-types", tag = "nodes", operation_id = "listCredentialTypes",
    params(Page, CredentialTypeFilter), responses((status = 200, body = List<CredentialTypeView>)))]
async fn list(
    State(app): State<App>,
    Asked(page): Asked<Page>,
    Asked(filter): Asked<CredentialTypeFilter>,
) -> Json<List<CredentialTypeView>> {
    let search = filter.search.unwrap_or_default().trim().to_lowercase();
    let fits = |it: &CredentialType| {
        it.name.to_lowercase().contains(&search) || it.title.to_lowercase().contains(&search)
    };
    let all = app.engine().credential_types().iter().filter(|it| fits(it));
    Json(page.cut(all.map(|it| CredentialTypeView::from(&**it)).collect()))
}

/// One credential type, with its form
#[utoipa::path(get, path = "/credential-types/{name}", tag = "nodes", operation_id = "getCredentialType",
    params(("name" = String, Path)), responses((status = 200, body = CredentialTypeView)))]
async fn get(
    State(app): State<App>,
    At(name): At<String>,
) -> Result<Json<CredentialTypeView>, Failure> {
    let found = app.engine().credential_types().get(&name).ok_or_else(|| {
        let message =
            format!("there is no credential type `{name}`; GET /api/credential-types lists all");
        Failure::of(Code::NotFound, message)
    })?;
    Ok(Json((&**found).into()))
}
