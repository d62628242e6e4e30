//! Variables: named texts of the workspace, `$vars` in expressions.

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use model::{Code, Fault, id::VariableId};
use serde::{Deserialize, Serialize};
use store::variables::Variable as Row;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    list::{List, Listed, Look, Page},
    read::{Asked, At, Given},
};

const NAME_CHARS_MAX: usize = 100;
const VALUE_CHARS_MAX: usize = 100_000;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Variable {
    #[schema(value_type = String)]
    id: VariableId,
    name: String,
    value: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VariableFields {
    /// As in `$vars.name`: letters, digits and `_`.
    #[schema(max_length = 100, pattern = "^[A-Za-z_][A-Za-z0-9_]*$")]
    name: String,
    #[schema(max_length = 100_000)]
    value: String,
}

impl Listed for Row {
    fn name(&self) -> &str {
        &self.name
    }
    fn created_at(&self) -> Timestamp {
        self.created_at
    }
    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

impl From<Row> for Variable {
    fn from(it: Row) -> Variable {
        Variable {
            id: it.id,
            name: it.name.to_string(),
            value: it.value,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

impl VariableFields {
    fn checked(self) -> Result<VariableFields, Failure> {
        let word = |it: &str| {
            !it.is_empty()
                && it.len() <= NAME_CHARS_MAX
                && !it.starts_with(|it: char| it.is_ascii_digit())
                && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
        };
        if !word(&self.name) {
            let message = format!(
                "`{}` is no name for a variable: letters, digits and `_`, at most {NAME_CHARS_MAX}",
                self.name
            );
            return Err(Fault::invalid(message).into());
        }
        if self.value.chars().count() > VALUE_CHARS_MAX {
            let message = format!("a variable holds at most {VALUE_CHARS_MAX} characters");
            return Err(Fault::invalid(message).into());
        }
        Ok(self)
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list, add)).routes(routes!(get, change, delete))
}

/// All variables
#[utoipa::path(get, path = "/variables", tag = "variables", operation_id = "listVariables",
    params(Page, Look), responses((status = 200, body = List<Variable>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
    Asked(look): Asked<Look>,
) -> Result<Json<List<Variable>>, Failure> {
    let all = look.at(app.store().variables(actor.workspace).await?)?;
    Ok(Json(page.cut(all).map(Variable::from)))
}

/// Add a variable
#[utoipa::path(post, path = "/variables", tag = "variables", operation_id = "addVariable",
    request_body = VariableFields, responses((status = 201, body = Variable)))]
async fn add(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(fields): Given<VariableFields>,
) -> Result<(StatusCode, Json<Variable>), Failure> {
    let VariableFields { name, value } = fields.checked()?;
    let (id, now) = (VariableId(Uuid::now_v7()), Timestamp::now());
    app.store().add_variable(actor.workspace, id, &name, &value, now).await?;
    Ok((StatusCode::CREATED, Json(Variable { id, name, value, created_at: now, updated_at: now })))
}

/// One variable
#[utoipa::path(get, path = "/variables/{id}", tag = "variables", operation_id = "getVariable",
    params(("id" = String, Path)), responses((status = 200, body = Variable)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<VariableId>,
) -> Result<Json<Variable>, Failure> {
    let all = app.store().variables(actor.workspace).await?;
    let found = all.into_iter().find(|it| it.id == id).ok_or_else(|| absent(id))?;
    Ok(Json(found.into()))
}

/// Change a variable
#[utoipa::path(put, path = "/variables/{id}", tag = "variables", operation_id = "changeVariable",
    params(("id" = String, Path)), request_body = VariableFields, responses((status = 200, body = Variable)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<VariableId>,
    Given(fields): Given<VariableFields>,
) -> Result<Json<Variable>, Failure> {
    let VariableFields { name, value } = fields.checked()?;
    let now = Timestamp::now();
    if !app.store().change_variable(actor.workspace, id, &name, &value, now).await? {
        return Err(absent(id));
    }
    get(State(app), Caller(actor), At(id)).await
}

/// Remove a variable
#[utoipa::path(delete, path = "/variables/{id}", tag = "variables", operation_id = "deleteVariable",
    params(("id" = String, Path)), responses((status = 204)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<VariableId>,
) -> Result<StatusCode, Failure> {
    match app.store().delete_variable(actor.workspace, id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(absent(id)),
    }
}

fn absent(id: VariableId) -> Failure {
    Failure::of(Code::VariableNotFound, format!("there is no variable {id}"))
}
