//! Routes about one workflow or credential: what its sharing gives the caller, and takes from him.

use axum::{
    RequestExt,
    extract::{RawPathParams, Request},
};
use model::{
    Code,
    id::{CredentialId, ExecutionId, WorkflowId},
    permission::{
        Permission::{self, SharingAll},
        Permissions,
    },
    sharing::{self, Sight, Thing, Viewer},
};
use uuid::Uuid;

use super::Found;
use crate::{
    App,
    failure::Failure,
    gate::{self, Wanted},
};

/// What a path names.
struct Named {
    thing: Thing,
    id: Uuid,
    /// What is said when it is not there.
    absent: Failure,
}

/// Makes of what the caller may do in the workspace what he may do with what the path is about.
pub(super) async fn weigh(
    app: &App,
    request: &mut Request,
    route: &str,
    wanted: Wanted,
    known: &mut Found,
) -> Result<(), Failure> {
    let Some(viewer) = known.actor.sight.viewer() else { return Ok(()) };
    let Wanted::Permission(wanted) = wanted else { return Ok(()) };
    if let Some(lent) = gate::lent(request.method(), route) {
        return lend(app, lent, wanted, viewer, known).await;
    }
    let Some(kind) = gate::thing_in(route) else { return Ok(()) };
    let Some(named) = named(app, request, kind, known).await? else { return Ok(()) };
    let access = app.store().access(known.actor.workspace, named.id, viewer).await?;
    let by_role = known.rights.may;
    if access.hides() {
        // To who may do nothing of the kind, it is as all others are.
        return if by_role.contains(wanted) { Err(named.absent) } else { Ok(()) };
    }
    let may = sharing::may(by_role, known.rights.most, named.thing, access);
    if let Some(needed) = gate::copies(request.method(), route) {
        // What is made is no part of what is shared: the role says whether one makes any.
        return passes(may, needed, by_role, named.thing);
    }
    passes(may, wanted, by_role, named.thing)?;
    known.rights.may = may;
    Ok(())
}

/// Refuses what sharing has taken away; what the role lacks is refused as everywhere.
fn passes(
    may: Permissions,
    wanted: Permission,
    by_role: Permissions,
    thing: Thing,
) -> Result<(), Failure> {
    if may.contains(wanted) || !by_role.contains(wanted) {
        return Ok(());
    }
    let message = format!(
        "this {} is restricted, and what is shared with you lacks `{}`; ask its owner or an admin for more",
        thing.as_str(),
        wanted.as_str()
    );
    Err(Failure::of(Code::Forbidden, message))
}

/// Lets somebody call a route about all things of a kind whose role does not allow it, when one of them is
/// shared with him; he sees no other.
async fn lend(
    app: &App,
    (thing, least): (Thing, sharing::Level),
    wanted: Permission,
    viewer: Viewer,
    known: &mut Found,
) -> Result<(), Failure> {
    if known.rights.may.contains(wanted) || !known.rights.most.contains(wanted) {
        return Ok(());
    }
    if app.store().has_shares(known.actor.workspace, viewer, thing, least).await? {
        known.rights.may = known.rights.may.or([wanted].into_iter().collect());
        known.actor.sight = Sight::Shared(viewer);
    }
    Ok(())
}

/// `None` when the path names nothing that could be there.
async fn named(
    app: &App,
    request: &mut Request,
    kind: gate::Kind,
    known: &Found,
) -> Result<Option<Named>, Failure> {
    // As the handlers read it: with what stands in `%`.
    let params: Result<RawPathParams, _> = request.extract_parts().await;
    let params = params.map_err(|it| Failure::of(Code::InvalidRequest, it.to_string()))?;
    let Some((_, text)) = params.iter().find(|it| it.0 == "id") else { return Ok(None) };
    let workflow = |id: Option<WorkflowId>, code, what: &str| {
        let message = format!("there is no {what} {text}");
        id.map(|id| Named { thing: Thing::Workflow, id: id.0, absent: Failure::of(code, message) })
    };
    Ok(match kind {
        gate::Kind::Workflow => workflow(text.parse().ok(), Code::WorkflowNotFound, "workflow"),
        gate::Kind::Execution => {
            let Ok(id) = text.parse::<ExecutionId>() else { return Ok(None) };
            let of = app.store().workflow_of(known.actor.workspace, id).await?;
            workflow(of, Code::ExecutionNotFound, "execution")
        }
        gate::Kind::Webhook => {
            let id = text.split_once('.').and_then(|it| it.0.parse().ok());
            workflow(id, Code::WebhookNotFound, "webhook")
        }
        gate::Kind::Credential => text.parse::<CredentialId>().ok().map(|id| Named {
            thing: Thing::Credential,
            id: id.0,
            absent: Failure::of(Code::CredentialNotFound, format!("there is no credential {id}")),
        }),
    })
}

/// What a caller sees who may do this.
pub(super) fn sight(may: Permissions, viewer: Viewer) -> Sight {
    if may.contains(SharingAll) { Sight::All } else { Sight::Open(viewer) }
}

impl super::Rights {
    /// Refuses what the caller may not do with a workflow that a body names.
    pub(crate) async fn may_with(
        self,
        app: &App,
        actor: &engine::Actor,
        id: WorkflowId,
        wanted: Permission,
    ) -> Result<(), Failure> {
        let Some(viewer) = actor.sight.viewer() else { return Ok(()) };
        let access = app.store().access(actor.workspace, id.0, viewer).await?;
        if access.hides() {
            let message = format!("there is no workflow {id}");
            return Err(Failure::of(Code::WorkflowNotFound, message));
        }
        let may = sharing::may(self.may, self.most, Thing::Workflow, access);
        passes(may, wanted, self.may, Thing::Workflow)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;

    #[test]
    fn every_path_that_names_a_thing_is_weighed() {
        for (method, path, _) in gate::GATES {
            let about = ["/workflows/{", "/executions/{", "/webhooks/{", "/credentials/{"];
            let names = about.iter().any(|it| path.starts_with(it));
            assert_eq!(gate::thing_in(path).is_some(), names, "{method} {path}");
        }
        assert!(gate::lent(&Method::GET, "/api/credentials").is_some());
        assert!(gate::lent(&Method::POST, "/api/credentials").is_none());
    }
}
