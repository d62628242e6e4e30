//! Who else has a draft open.

use std::collections::HashMap;

use axum::{Json, extract::State, http::StatusCode};
use engine::{Who, editors::Editor};
use model::{
    Fault,
    id::{UserId, VersionId, WorkflowId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::{At, Given},
};

/// Longest name that a tab may give itself.
const TAB_CHARS_MAX: usize = 64;
/// Longest name of a node that is passed on.
const NODE_CHARS_MAX: usize = 200;

/// What a tab says of itself every five seconds or so; it is forgotten 20 seconds after the last time.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenDraft {
    /// A name that the tab made up for itself, such as a random one.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 64)]
    tab: String,
    /// The node whose form is open.
    #[schema(max_length = 200)]
    node: Option<String>,
    /// The revision that the tab saved last, if it saved one.
    saved: Option<u64>,
}

/// The others, and how far the workflow is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenDrafts {
    /// Of the draft now: whoever holds an older one should read it again.
    revision: u64,
    /// The version that is published now.
    #[schema(value_type = Option<String>)]
    published_version: Option<VersionId>,
    editors: Vec<DraftEditor>,
}

/// Somebody who has the draft open, in one tab.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DraftEditor {
    #[schema(value_type = String)]
    user_id: UserId,
    /// The person's name, or address where there is none; empty for one who is no member.
    name: String,
    tab: String,
    /// The node whose form is open.
    node: Option<String>,
    /// The revision that the tab saved last.
    saved: Option<u64>,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(open)).routes(routes!(close))
}

/// Say that a draft is open, and hear who else has it open
///
/// A key may ask, too, but is nobody's tab.
#[utoipa::path(post, path = "/workflows/{id}/editors", tag = "workflows", operation_id = "openDraft",
    params(("id" = String, Path)), request_body = OpenDraft, responses((status = 200, body = OpenDrafts)))]
async fn open(
    State(app): State<App>,
    Caller(actor): Caller,
    At(id): At<WorkflowId>,
    Given(fields): Given<OpenDraft>,
) -> Result<Json<OpenDrafts>, Failure> {
    let state = app.engine().workflow_state(&actor, id).await?;
    checked(&fields)?;
    let engine = app.engine();
    let others = match actor.who {
        Who::Member(user) => {
            let (tab, node) = (fields.tab.into(), fields.node.map(Into::into));
            let editor = Editor { user, tab, node, saved: fields.saved };
            engine.has_open(actor.workspace, id, editor)
        }
        Who::Key(_) | Who::System => engine.editors(actor.workspace, id),
    };
    let mut names: HashMap<UserId, String> = HashMap::new();
    if !others.is_empty() {
        let named = |it: store::members::Member| {
            let name = if it.name.is_empty() { &it.email } else { &it.name };
            (it.user, name.to_string())
        };
        names = app.store().members(actor.workspace).await?.into_iter().map(named).collect();
    }
    let editor = |it: Editor| DraftEditor {
        name: names.get(&it.user).cloned().unwrap_or_default(),
        user_id: it.user,
        tab: it.tab.into(),
        node: it.node.map(Into::into),
        saved: it.saved,
    };
    Ok(Json(OpenDrafts {
        revision: state.revision,
        published_version: state.published,
        editors: others.into_iter().map(editor).collect(),
    }))
}

/// Say that a tab has a draft open no more
#[utoipa::path(delete, path = "/workflows/{id}/editors/{tab}", tag = "workflows", operation_id = "closeDraft",
    params(("id" = String, Path), ("tab" = String, Path)), responses((status = 204)))]
async fn close(
    State(app): State<App>,
    Caller(actor): Caller,
    At((id, tab)): At<(WorkflowId, String)>,
) -> Result<StatusCode, Failure> {
    app.engine().workflow_state(&actor, id).await?;
    if let Who::Member(user) = actor.who {
        app.engine().has_closed(actor.workspace, id, user, &tab);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn checked(it: &OpenDraft) -> Result<(), Fault> {
    if it.tab.is_empty() || it.tab.chars().count() > TAB_CHARS_MAX {
        return Err(Fault::invalid(format!("`tab` has 1 to {TAB_CHARS_MAX} characters")));
    }
    if it.node.as_ref().is_some_and(|it| it.chars().count() > NODE_CHARS_MAX) {
        return Err(Fault::invalid(format!("`node` has at most {NODE_CHARS_MAX} characters")));
    }
    Ok(())
}
