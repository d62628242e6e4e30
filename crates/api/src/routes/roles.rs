//! Roles: the built-in ones, and those that a workspace makes for itself.

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use model::{
    Code, Fault,
    permission::{Permission, Permissions, Role as BuiltIn},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    list::{List, Page},
    read::{Asked, At, Given},
};

const NAME_CHARS_MAX: usize = 50;
/// Names that mean something else.
const RESERVED: &[&str] = &["platform_admin", "end_customer"];

/// A role, and what it may do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Role {
    name: String,
    /// It is the same in all workspaces, and cannot be changed.
    built_in: bool,
    /// Other names under which it is known.
    aliases: Vec<String>,
    #[schema(value_type = Vec<String>)]
    permissions: Permissions,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    /// Small letters, digits, `_` and `-`.
    #[schema(min_length = 1, max_length = 50, pattern = "^[a-z][a-z0-9_-]*$")]
    name: String,
    /// Such as `workflows.read`; at most what you may do yourself.
    #[schema(value_type = Vec<String>)]
    permissions: Permissions,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleFields {
    /// All that it may do from now on.
    #[schema(value_type = Vec<String>)]
    permissions: Permissions,
}

/// A permission, and from which role on it is given.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Permission)]
struct PermissionRow {
    name: &'static str,
    /// What it allows.
    description: &'static str,
    /// The least built-in role that has it.
    role: &'static str,
}

impl From<BuiltIn> for Role {
    fn from(it: BuiltIn) -> Role {
        Role {
            name: it.as_str().to_owned(),
            built_in: true,
            aliases: it.aliases().map(str::to_owned).collect(),
            permissions: it.permissions(),
        }
    }
}

impl From<store::roles::Role> for Role {
    fn from(it: store::roles::Role) -> Role {
        own(it.name.into(), it.may)
    }
}

fn own(name: String, permissions: Permissions) -> Role {
    Role { name, built_in: false, aliases: vec![], permissions }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, make))
        .routes(routes!(change, delete))
        .routes(routes!(permissions))
}

/// All roles
#[utoipa::path(get, path = "/roles", tag = "roles", operation_id = "listRoles",
    params(Page), responses((status = 200, body = List<Role>)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Role>>, Failure> {
    let own = app.store().roles(actor.workspace).await?;
    let built_in = BuiltIn::ALL.iter().copied().map(Role::from);
    Ok(Json(page.cut(built_in.chain(own.into_iter().map(Role::from)).collect())))
}

/// Make a role
#[utoipa::path(post, path = "/roles", tag = "roles", operation_id = "makeRole",
    request_body = NewRole, responses((status = 201, body = Role)))]
async fn make(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    Given(new): Given<NewRole>,
) -> Result<(StatusCode, Json<Role>), Failure> {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "_-".contains(it);
    let name = &new.name;
    if !name.starts_with(|it: char| it.is_ascii_lowercase())
        || name.len() > NAME_CHARS_MAX
        || !name.chars().all(fits)
    {
        let message = format!(
            "a role is called by small letters, digits, `_` and `-`, at most {NAME_CHARS_MAX}"
        );
        return Err(Fault::invalid(message).into());
    }
    not_built_in(name)?;
    rights.may_give(new.permissions)?;
    app.store().add_role(actor.workspace, name, new.permissions, Timestamp::now()).await?;
    Ok((StatusCode::CREATED, Json(own(new.name, new.permissions))))
}

/// Change a role
///
/// Whoever has it may do so much from now on; other processes notice within seconds.
#[utoipa::path(put, path = "/roles/{name}", tag = "roles", operation_id = "changeRole",
    params(("name" = String, Path)), request_body = RoleFields, responses((status = 200, body = Role)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(name): At<String>,
    Given(fields): Given<RoleFields>,
) -> Result<Json<Role>, Failure> {
    not_built_in(&name)?;
    let before = app.store().role(actor.workspace, &name).await?;
    rights.may_give(before.ok_or_else(|| absent(&name))?)?;
    rights.may_give(fields.permissions)?;
    let (may, now) = (fields.permissions, Timestamp::now());
    if !app.store().change_role(actor.workspace, &name, may, now).await? {
        return Err(absent(&name));
    }
    app.forget_rights(actor.workspace);
    Ok(Json(own(name, may)))
}

/// Remove a role
///
/// One that a key has stays, and the answer is 409.
#[utoipa::path(delete, path = "/roles/{name}", tag = "roles", operation_id = "deleteRole",
    params(("name" = String, Path)), responses((status = 204)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    At(name): At<String>,
) -> Result<StatusCode, Failure> {
    not_built_in(&name)?;
    match app.store().delete_role(actor.workspace, &name).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(absent(&name)),
    }
}

/// All permissions
#[utoipa::path(get, path = "/permissions", tag = "roles", operation_id = "listPermissions",
    params(Page), responses((status = 200, body = List<PermissionRow>)))]
async fn permissions(Asked(page): Asked<Page>) -> Json<List<PermissionRow>> {
    let row = |it: &Permission| PermissionRow {
        name: it.as_str(),
        description: it.about(),
        role: it.least().as_str(),
    };
    Json(page.cut(Permission::ALL.iter().map(row).collect()))
}

fn not_built_in(name: &str) -> Result<(), Failure> {
    match BuiltIn::named(name).is_some() || RESERVED.contains(&name) {
        false => Ok(()),
        true => Err(Failure::of(
            Code::NameTaken,
            format!("the role `{name}` is built in; choose another name"),
        )),
    }
}

fn absent(name: &str) -> Failure {
    Failure::of(Code::NotFound, format!("there is no role `{name}`"))
}
