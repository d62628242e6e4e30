//! What clients of other systems read of who has signed in, beside what the rest reads.

use axum::{Json, extract::State};
use model::id::WorkspaceId;
use serde::{Deserialize, Serialize};
use store::members::Membership;
use utoipa::ToSchema;

use super::super::shapes::{ClientPerson, OnePerson, Reply, one_name};
use crate::{
    App,
    described::{Routes, routes},
    door::Person,
    failure::Failure,
    read::Given,
};

/// Who has signed in, once more as clients of another system read it.
#[derive(Serialize, ToSchema)]
pub(super) struct ClientSession {
    /// The access token.
    token: String,
    tokens: ClientTokens,
    user: ClientPerson,
    tenant: Option<ClientTenantName>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClientTokens {
    access_token: String,
    refresh_token: String,
}

#[derive(Serialize, ToSchema)]
struct ClientTenantName {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
}

/// Who one is.
#[derive(Serialize, ToSchema)]
#[schema(as = ClientKnown)]
pub(super) struct Known {
    user: ClientPerson,
    tenant: Option<ClientTenantName>,
}

/// What one is called; absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::routes) struct OwnNames {
    #[serde(default)]
    #[schema(max_length = 100)]
    first_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    last_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    /// The address that there is; another one is asked for with `POST /auth/email-change`.
    #[serde(default)]
    email: Option<String>,
}

impl ClientTenantName {
    fn of(it: &Membership) -> ClientTenantName {
        ClientTenantName { id: it.workspace, name: it.name.to_string() }
    }
}

impl ClientSession {
    pub(super) fn of(it: &accounts::SignedIn, workspace: Option<&Membership>) -> ClientSession {
        let here = workspace.map(|it| (it.workspace, it.role.as_str()));
        let (access, refresh) = (it.access.expose(), it.refresh.expose());
        ClientSession {
            token: access.to_owned(),
            tokens: ClientTokens {
                access_token: access.to_owned(),
                refresh_token: refresh.to_owned(),
            },
            user: ClientPerson::own(&it.user, here, None),
            tenant: workspace.map(ClientTenantName::of),
        }
    }
}

impl Known {
    pub(super) async fn of(app: &App, person: &Person) -> Result<Known, Failure> {
        let all = app.accounts().memberships(person.user).await?;
        let here = all.iter().find(|it| it.workspace == person.workspace);
        Ok(Known { user: own(app, person).await?, tenant: here.map(ClientTenantName::of) })
    }
}

/// Oneself.
pub(in crate::routes) async fn own(app: &App, person: &Person) -> Result<ClientPerson, Failure> {
    let user = app.accounts().user(person.user).await?;
    let sessions = app.accounts().sessions(person.user).await?;
    let last = sessions.iter().map(|it| it.created_at).max();
    let role = person.role.as_deref();
    Ok(ClientPerson::own(&user, role.map(|it| (person.workspace, it)), last))
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(set_names))
}

/// Change your name
#[utoipa::path(put, path = "/auth/me", tag = "accounts", operation_id = "updateMe",
    request_body = OwnNames, responses((status = 200, body = Reply<OnePerson>)))]
async fn set_names(
    app: State<App>,
    person: Person,
    given: Given<OwnNames>,
) -> Result<Json<Reply<OnePerson>>, Failure> {
    rename(app, person, given).await
}

/// Gives oneself another name.
pub(in crate::routes) async fn rename(
    State(app): State<App>,
    person: Person,
    Given(given): Given<OwnNames>,
) -> Result<Json<Reply<OnePerson>>, Failure> {
    let was = app.accounts().user(person.user).await?;
    same_address(given.email.as_deref(), &was.email)?;
    let (first, last) = (given.first_name.as_deref(), given.last_name.as_deref());
    if let Some(name) = one_name(&was.name, given.name.as_deref(), first, last) {
        app.accounts().rename(person.user, &name).await?;
    }
    Ok(Reply::said("the profile is changed", OnePerson::of(own(&app, &person).await?)))
}

/// An address is changed only by who reads a mail at the new one.
pub(in crate::routes) fn same_address(wanted: Option<&str>, was: &str) -> Result<(), Failure> {
    match wanted.is_none_or(|it| it.trim().eq_ignore_ascii_case(was)) {
        true => Ok(()),
        false => {
            let message =
                "another address is asked for with POST /api/auth/email-change by its owner";
            Err(model::Fault::invalid(message).into())
        }
    }
}
