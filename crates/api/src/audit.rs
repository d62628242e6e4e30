//! Who asks, for the audit log: each request carries it along, and the store writes it beside what changes.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{Method, header},
    middleware::Next,
    response::Response,
};
use engine::{Actor, Who};
use serde_json::json;
use store::audit::{self, By, Note};

use crate::{
    App,
    door::{Person, Service},
    envelope::Named,
    failure::Failure,
    gate, remote,
};

/// Routes that do by what the store does for others as well, and what they are called.
const CALLED: &[(&str, &str, &str)] = &[
    ("POST", "/auth/logout", "sign_out"),
    ("POST", "/workflows/import", "workflow.import"),
    ("POST", "/workflows/{id}/duplicate", "workflow.duplicate"),
    ("POST", "/workflows/{id}/versions/{version}/restore", "workflow.restore"),
    ("POST", "/workspaces/{id}/leave", "member.leave"),
];

/// Routes that change nothing by themselves and still leave an entry: they make something run, or open a secret. It is
/// written before they do, so that nothing runs unseen, whatever becomes of the process; and once more, with the
/// status, when they are refused.
const NOTED: &[(&str, &str, &str)] = &[
    ("POST", "/credentials/{id}/test", "credential.test"),
    ("POST", "/executions/{id}/replay", "execution.replay"),
    ("POST", "/gateway/routes/{id}/check", "gateway.check"),
    ("POST", "/webhooks/{id}/logs/{call}/replay", "webhook.replay"),
    ("POST", "/workflows/nodes/test", "node.test"),
    ("POST", "/workflows/{id}/execute", "workflow.execute"),
];

fn of(table: &[(&str, &str, &'static str)], method: &Method, path: &str) -> Option<&'static str> {
    let path = gate::bare(path);
    table.iter().find(|it| it.0 == method.as_str() && it.1 == path).map(|it| it.2)
}

/// Stands around all routes. Until the door knows better, a visitor asks.
pub(crate) async fn asked(app: &App, request: Request, next: Next) -> Response {
    if !request.method().is_safe() || is_sign_in(request.uri().path()) {
        let who = who(app, &request);
        return audit::done_by(who, next.run(request)).await;
    }
    next.run(request).await
}

/// Some come back from elsewhere by a link.
fn is_sign_in(path: &str) -> bool {
    path.contains("/auth/")
}

fn who(app: &App, request: &Request) -> audit::Who {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let address = remote::of(peer, request.headers(), &app.options().trusted_proxies);
    let agent = request.headers().get(header::USER_AGENT).and_then(|it| it.to_str().ok());
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    audit::Who {
        by: By::Visitor,
        address: address.map(|it| it.to_string()),
        agent: agent.unwrap_or_default().to_owned(),
        request: request
            .extensions()
            .get::<Named>()
            .map(|it| it.id().to_owned())
            .unwrap_or_default(),
        action: of(CALLED, request.method(), route),
    }
}

/// Answers a request of a caller who is known.
pub(crate) async fn run(
    app: &App,
    actor: Actor,
    person: Option<&Person>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let by = match actor.who {
        Who::Key(id) => match request.extensions().get::<Service>() {
            Some(Service(account)) => By::Service(account.0),
            None => By::Key(id.0),
        },
        Who::Member(user) => By::Account { user, session: person.map(|it| it.session.0) },
        Who::System => By::System,
    };
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let noted = of(NOTED, request.method(), route);
    let note = noted.map(|action| {
        let at = gate::bare(route).split('/').position(|it| it == "{id}");
        let id = at.and_then(|at| gate::bare(request.uri().path()).split('/').nth(at));
        Note { id: id.map(Into::into), ..Note::of(actor.workspace, action, "") }
    });
    let answer = async {
        if let Some(note) = &note {
            app.store().note(note.clone()).await?;
        }
        let response = next.run(request).await;
        let status = response.status();
        if let Some(note) = note.filter(|_| !status.is_success()) {
            let note = note.became(json!({ "status": status.as_u16() }));
            // What was refused is told as it is; that it was tried stands there already.
            if let Err(error) = app.store().note(note).await {
                tracing::error!("a refusal is missing in the audit log: {error}");
            }
        }
        Ok(response)
    };
    audit::now_by(by, answer).await
}
