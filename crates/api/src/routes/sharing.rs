//! Sharing of workflows and credentials: whether one is restricted, whose it is, and who may what with it.

use axum::{Json, extract::State};
use engine::{Actor, sharing::Share};
use model::{
    Fault,
    id::{CredentialId, ServiceAccountId, UserId, WorkflowId},
    permission::Permissions,
    sharing::{Level, Openness, Thing},
};
use serde::{Deserialize, Serialize};
use store::sharing::{NewSharing, Sharing, Whom};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Rights},
    failure::Failure,
    read::{At, Given},
};

/// How a workflow or credential is shared. Owners and admins of the workspace always see and change all.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Sharing)]
struct SharingView {
    /// Only its owner and those below may, within their roles or as it is shared with them; else everybody
    /// in the workspace may what his role allows, and those below what is shared with them.
    restricted: bool,
    /// Absent for what was made before things had owners, by a key, or by who has left.
    owner: Option<Holder>,
    shares: Vec<ShareView>,
    /// Whether the caller may say how it is shared.
    may_share: bool,
    /// What the caller may do with it.
    #[schema(value_type = Vec<String>)]
    permissions: Permissions,
}

/// A person, service account or role.
#[derive(Serialize, ToSchema)]
#[schema(as = SharingHolder)]
struct Holder {
    with: With,
    /// Its id; of a role its name.
    id: String,
    name: String,
}

/// With whom it is shared, and how far.
#[derive(Serialize, ToSchema)]
#[schema(as = Share)]
struct ShareView {
    #[serde(flatten)]
    holder: Holder,
    level: LevelName,
}

#[derive(Serialize, Deserialize, ToSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[schema(as = SharedWith)]
enum With {
    Member,
    ServiceAccount,
    Role,
}

/// A workflow is shared to `view`, `run` or `edit`, a credential to `use` or `edit`.
#[derive(Serialize, Deserialize, ToSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[schema(as = SharingLevel)]
enum LevelName {
    View,
    Run,
    Use,
    Edit,
}

/// How it is shared from now on: who is not named is left out.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SharingFields {
    restricted: bool,
    /// Whose it is from now on; absent leaves it whose it is.
    owner: Option<HolderFields>,
    /// Each of them once, at most 100.
    #[schema(max_items = 100)]
    shares: Vec<ShareFields>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HolderFields {
    with: With,
    id: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShareFields {
    with: With,
    /// The id of a member or service account, or the name of a role.
    id: String,
    level: LevelName,
}

impl From<Level> for LevelName {
    fn from(it: Level) -> LevelName {
        match it {
            Level::View => LevelName::View,
            Level::Run => LevelName::Run,
            Level::Use => LevelName::Use,
            Level::Edit => LevelName::Edit,
        }
    }
}

impl From<LevelName> for Level {
    fn from(it: LevelName) -> Level {
        match it {
            LevelName::View => Level::View,
            LevelName::Run => Level::Run,
            LevelName::Use => Level::Use,
            LevelName::Edit => Level::Edit,
        }
    }
}

impl From<store::sharing::Named> for Holder {
    fn from(it: store::sharing::Named) -> Holder {
        let (with, id) = match it.whom {
            Whom::Member(id) => (With::Member, id.to_string()),
            Whom::Account(id) => (With::ServiceAccount, id.to_string()),
            Whom::Role(name) => (With::Role, name.to_string()),
        };
        Holder { with, id, name: it.name.to_string() }
    }
}

/// Whom a body names.
fn whom(with: With, id: &str) -> Result<Whom, Failure> {
    let odd = |what: &str| Failure::from(Fault::invalid(format!("`{id}` is no id of a {what}")));
    Ok(match with {
        With::Member => Whom::Member(id.parse::<UserId>().map_err(|_| odd("member"))?),
        With::ServiceAccount => {
            Whom::Account(id.parse::<ServiceAccountId>().map_err(|_| odd("service account"))?)
        }
        With::Role => match model::permission::Role::named(id) {
            Some(it) => Whom::Role(it.as_str().into()),
            None => Whom::Role(id.into()),
        },
    })
}

impl SharingFields {
    fn wish(self) -> Result<NewSharing, Failure> {
        let owner = self.owner.map(|it| whom(it.with, &it.id)).transpose()?;
        let mut shares: Vec<(Whom, Level)> = Vec::with_capacity(self.shares.len());
        for it in self.shares {
            let with = whom(it.with, &it.id)?;
            if shares.iter().any(|(known, _)| *known == with) {
                let message = format!("`{}` is named twice; give it one level", it.id);
                return Err(Fault::invalid(message).into());
            }
            shares.push((with, it.level.into()));
        }
        let openness = if self.restricted { Openness::Restricted } else { Openness::Open };
        Ok(NewSharing { openness, owner, shares })
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(of_workflow, share_workflow))
        .routes(routes!(of_credential, share_credential))
}

fn shown(app: &App, actor: &Actor, rights: Rights, thing: Thing, it: Sharing) -> SharingView {
    let share =
        |it: store::sharing::Share| ShareView { holder: it.with.into(), level: it.level.into() };
    SharingView {
        restricted: it.openness == Openness::Restricted,
        may_share: app.engine().may_share(actor, &it),
        permissions: rights.may.and(thing.permissions()),
        owner: it.owner.map(Holder::from),
        shares: it.shares.into_iter().map(share).collect(),
    }
}

async fn of(
    app: &App,
    actor: &Actor,
    rights: Rights,
    thing: Thing,
    id: Uuid,
) -> Result<Json<SharingView>, Failure> {
    let sharing = app.engine().sharing(actor, thing, id).await?;
    Ok(Json(shown(app, actor, rights, thing, sharing)))
}

async fn share(
    app: &App,
    actor: &Actor,
    rights: Rights,
    (thing, id): (Thing, Uuid),
    fields: SharingFields,
) -> Result<Json<SharingView>, Failure> {
    let wish = Share { thing, id, new: fields.wish()? };
    let sharing = app.engine().share(actor, &wish).await?;
    Ok(Json(shown(app, actor, rights, thing, sharing)))
}

/// How a workflow is shared
#[utoipa::path(get, path = "/workflows/{id}/sharing", tag = "workflows", operation_id = "getWorkflowSharing",
    params(("id" = String, Path)), responses((status = 200, body = SharingView)))]
async fn of_workflow(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<WorkflowId>,
) -> Result<Json<SharingView>, Failure> {
    of(&app, &actor, rights, Thing::Workflow, id.0).await
}

/// Share a workflow
///
/// Its owner does, and admins of the workspace. To `view` it is to see its executions as well; to `run` it
/// is to cancel, retry and replay them too; to `edit` it is to publish it too, and not to remove it.
#[utoipa::path(put, path = "/workflows/{id}/sharing", tag = "workflows", operation_id = "shareWorkflow",
    params(("id" = String, Path)), request_body = SharingFields, responses((status = 200, body = SharingView)))]
async fn share_workflow(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<WorkflowId>,
    Given(fields): Given<SharingFields>,
) -> Result<Json<SharingView>, Failure> {
    share(&app, &actor, rights, (Thing::Workflow, id.0), fields).await
}

/// How a credential is shared
#[utoipa::path(get, path = "/credentials/{id}/sharing", tag = "credentials", operation_id = "getCredentialSharing",
    params(("id" = String, Path)), responses((status = 200, body = SharingView)))]
async fn of_credential(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<CredentialId>,
) -> Result<Json<SharingView>, Failure> {
    of(&app, &actor, rights, Thing::Credential, id.0).await
}

/// Share a credential
///
/// Its owner does, and admins of the workspace. To `use` it is to choose it in nodes, and never to see it;
/// to `edit` it is to change, test and remove it.
#[utoipa::path(put, path = "/credentials/{id}/sharing", tag = "credentials", operation_id = "shareCredential",
    params(("id" = String, Path)), request_body = SharingFields, responses((status = 200, body = SharingView)))]
async fn share_credential(
    State(app): State<App>,
    Caller(actor): Caller,
    rights: Rights,
    At(id): At<CredentialId>,
    Given(fields): Given<SharingFields>,
) -> Result<Json<SharingView>, Failure> {
    share(&app, &actor, rights, (Thing::Credential, id.0), fields).await
}
