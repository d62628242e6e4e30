//! What counts for one call, of a workflow or of another service: its route, its limits, its rules.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    http::header,
    response::Response,
};
use model::id::WorkspaceId;
use store::gateway::Row;

use super::{known::Standing, rules};
use crate::{
    App,
    failure::Failure,
    limits::{Class, Quota},
    pace::PACE,
    read, remote,
};

/// See the module.
pub(crate) struct Way {
    class: Class,
    workspace: WorkspaceId,
    standing: Arc<Standing>,
    /// Absent where the workspace has none for the path.
    route: Option<Row>,
    quota: Option<Quota>,
}

impl Way {
    /// To a webhook of a workspace.
    pub(crate) async fn to_hook(
        app: &App,
        workspace: WorkspaceId,
        method: &str,
        path: &str,
    ) -> Result<Way, Failure> {
        let standing = app.gateway().known.of(app.store(), workspace).await?;
        let segments: Vec<&str> = path.split('/').collect();
        let counts = |it: &&Row| it.route.takes(method) && it.route.path.take(&segments).is_some();
        let route = standing.hooks.iter().find(counts).cloned();
        Ok(Way { class: Class::Webhook, workspace, standing, route, quota: None })
    }

    /// To another service.
    pub(super) fn to_service(workspace: WorkspaceId, standing: Arc<Standing>, route: Row) -> Way {
        Way { class: Class::Gateway, workspace, standing, route: Some(route), quota: None }
    }

    /// Takes a token of each limit that counts: the caller's, the route's, the workspace's.
    pub(crate) async fn pay(&mut self, app: &App, who: &str) -> Result<(), Failure> {
        let limits = app.limits();
        if let Some(row) = &self.route {
            let id = row.id.to_string();
            let own = row.route.limits;
            for (who, rate) in [(Some(who), own.caller), (None, own.together)] {
                if let Some(rate) = rate {
                    let found = limits.route(&id, who, rate).await;
                    self.paid(found)?;
                }
            }
        }
        if let Some(rate) = self.standing.limits.of(self.class.as_str(), None) {
            let found = limits.workspace(self.class, self.workspace, rate).await;
            self.paid(found)?;
        }
        Ok(())
    }

    fn paid(&mut self, found: Quota) -> Result<(), Failure> {
        let end = found.pass(self.class);
        self.quota = Some(found.or_tighter(self.quota.take()));
        end
    }

    /// The request after the rules of its route.
    pub(crate) async fn inwards(&self, app: &App, request: Request) -> Result<Request, Failure> {
        let Some(rules) =
            self.route.as_ref().map(|it| &it.route.request).filter(|it| !it.is_empty())
        else {
            return Ok(request);
        };
        let (mut parts, body) = request.into_parts();
        rules::change_headers(rules, &mut parts.headers);
        if rules.fields.is_empty() || !rules::is_json(&parts.headers) {
            return Ok(Request::from_parts(parts, body));
        }
        let bytes = read::bytes_of(body, app.options().webhook_body_bytes_max, &PACE).await?;
        let bytes = rules::change_request(rules, &parts.headers, bytes)?;
        parts.headers.remove(header::CONTENT_LENGTH);
        Ok(Request::from_parts(parts, Body::from(bytes)))
    }

    /// The answer after the rules of its route. A failure of ours stays what it is.
    pub(crate) async fn outwards(&self, response: Response) -> Result<Response, Failure> {
        let Some(rules) =
            self.route.as_ref().map(|it| &it.route.response).filter(|it| !it.is_empty())
        else {
            return Ok(response);
        };
        if response.extensions().get::<Failure>().is_some() {
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        rules::change_headers(rules, &mut parts.headers);
        let body = rules::change_answer(rules, &mut parts.headers, body).await?;
        Ok(Response::from_parts(parts, body))
    }

    /// Lets the answer tell how much is left.
    pub(crate) fn leave(&self, mut response: Response) -> Response {
        if let Some(quota) = &self.quota {
            response.extensions_mut().insert(quota.clone());
        }
        response
    }
}

/// Who calls without being known: all of a household are one.
pub(super) fn household(from: Option<IpAddr>) -> String {
    format!("at:{}", accounts::household(from))
}

/// The same for a request.
pub(crate) fn stranger(app: &App, request: &Request) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    household(remote::of(peer, request.headers(), &app.options().trusted_proxies))
}
