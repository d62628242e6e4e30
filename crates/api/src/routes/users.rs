//! What people set about themselves and how things are to look.

use axum::{Json, extract::State};
use model::{Value, id::UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::workspaces::{
    members::Member,
    usage::{self, Trial},
};
use crate::{
    App,
    described::{Routes, routes},
    door::{Caller, Person},
    failure::Failure,
    list::{List, Page},
    read::{Asked, Given},
    schema,
};

mod own;
mod people;

/// About oneself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Profile {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    name: String,
    /// Address of a picture.
    avatar: Option<String>,
    /// `#rrggbb`, for those without a picture.
    avatar_color: Option<String>,
    language: Option<String>,
    time_zone: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProfileFields {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Address of a picture, beginning with `https://`.
    #[serde(default)]
    avatar: Option<String>,
    #[serde(default)]
    #[schema(pattern = "^#[0-9A-Fa-f]{6}$")]
    avatar_color: Option<String>,
    /// Such as `de` or `pt-BR`.
    #[serde(default)]
    language: Option<String>,
    /// Such as `Europe/Berlin`.
    #[serde(default, alias = "timezone")]
    time_zone: Option<String>,
}

/// How things are to look.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Preferences {
    #[serde(default)]
    theme: Theme,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    notifications: Notifications,
    /// Whatever the interface keeps about the arrangement of a dashboard, up to 64 KiB.
    #[serde(default)]
    #[schema(value_type = schema::Data)]
    dashboard_layout: Value,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Theme {
    Light,
    Dark,
    #[default]
    System,
}

/// What one is told, and how.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Notifications {
    #[serde(default = "yes")]
    email: bool,
    #[serde(default = "yes")]
    in_app: bool,
}

fn yes() -> bool {
    true
}

impl Default for Notifications {
    fn default() -> Notifications {
        Notifications { email: true, in_app: true }
    }
}

impl From<accounts::Preferences> for Preferences {
    fn from(it: accounts::Preferences) -> Preferences {
        Preferences {
            theme: match it.theme {
                accounts::Theme::Light => Theme::Light,
                accounts::Theme::Dark => Theme::Dark,
                accounts::Theme::System => Theme::System,
            },
            language: it.language,
            notifications: Notifications {
                email: it.notifications.email,
                in_app: it.notifications.in_app,
            },
            dashboard_layout: it.dashboard_layout,
        }
    }
}

impl From<Preferences> for accounts::Preferences {
    fn from(it: Preferences) -> accounts::Preferences {
        accounts::Preferences {
            theme: match it.theme {
                Theme::Light => accounts::Theme::Light,
                Theme::Dark => accounts::Theme::Dark,
                Theme::System => accounts::Theme::System,
            },
            language: it.language,
            notifications: accounts::Notifications {
                email: it.notifications.email,
                in_app: it.notifications.in_app,
            },
            dashboard_layout: it.dashboard_layout,
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(profile, set_profile))
        .routes(routes!(preferences, set_preferences))
        .routes(routes!(members))
        .routes(routes!(trial))
        .merge(own::routes())
        .merge(people::routes())
}

/// How the trial of your workspace stands
#[utoipa::path(get, path = "/users/trial-info", tag = "accounts", operation_id = "getTrialInfo",
    responses((status = 200, body = Trial)))]
async fn trial(State(app): State<App>, person: Person) -> Result<Json<Trial>, Failure> {
    Ok(Json(usage::trial(&app, &person).await?))
}

/// About yourself
#[utoipa::path(get, path = "/users/profile", tag = "accounts", operation_id = "getProfile",
    responses((status = 200, body = Profile)))]
async fn profile(State(app): State<App>, person: Person) -> Result<Json<Profile>, Failure> {
    let (user, it) = app.accounts().profile(person.user).await?;
    Ok(Json(Profile {
        id: user.id,
        email: user.email.into(),
        name: user.name.into(),
        avatar: it.avatar,
        avatar_color: it.avatar_color,
        language: it.language,
        time_zone: it.time_zone,
    }))
}

/// Say something about yourself
#[utoipa::path(put, path = "/users/profile", tag = "accounts", operation_id = "setProfile",
    request_body = ProfileFields, responses((status = 200, body = Profile)))]
async fn set_profile(
    State(app): State<App>,
    person: Person,
    Given(given): Given<ProfileFields>,
) -> Result<Json<Profile>, Failure> {
    let it = accounts::Profile {
        avatar: given.avatar,
        avatar_color: given.avatar_color,
        language: given.language,
        time_zone: given.time_zone,
    };
    app.accounts().set_profile(person.user, &given.name, &it).await?;
    profile(State(app), person).await
}

/// How things are to look
#[utoipa::path(get, path = "/users/preferences", tag = "accounts", operation_id = "getPreferences",
    responses((status = 200, body = Preferences)))]
async fn preferences(State(app): State<App>, person: Person) -> Result<Json<Preferences>, Failure> {
    Ok(Json(app.accounts().preferences(person.user).await?.into()))
}

/// Say how things are to look
#[utoipa::path(put, path = "/users/preferences", tag = "accounts", operation_id = "setPreferences",
    request_body = Preferences, responses((status = 200, body = Preferences)))]
async fn set_preferences(
    State(app): State<App>,
    person: Person,
    Given(given): Given<Preferences>,
) -> Result<Json<Preferences>, Failure> {
    app.accounts().set_preferences(person.user, &given.into()).await?;
    preferences(State(app), person).await
}

/// Who is in the workspace where you are
#[utoipa::path(get, path = "/users/workspace-members", tag = "workspaces", operation_id = "listWorkspaceMembers",
    params(Page), responses((status = 200, body = List<Member>)))]
async fn members(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<List<Member>>, Failure> {
    let all = app.accounts().members(actor.workspace).await?;
    Ok(Json(page.cut(all).map(Member::from)))
}
