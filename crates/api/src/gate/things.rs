//! Which routes are about things that can be shared, and what a share of one gives there.

use axum::http::Method;
use model::{
    permission::Permission::{self, WorkflowsRead},
    sharing::{Level, Thing},
};

use super::bare;

/// What the path of a route names, whose sharing decides with the caller's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Workflow,
    Execution,
    Webhook,
    Credential,
}

const THINGS: &[(&str, Kind)] = &[
    ("/workflows/{id}", Kind::Workflow),
    ("/executions/{id}", Kind::Execution),
    ("/webhooks/{id}", Kind::Webhook),
    ("/credentials/{id}", Kind::Credential),
];

/// Routes about no thing in particular that who has a share of this level calls as well, whatever his role.
const LENT: &[(&str, &str, (Thing, Level))] = &[
    ("GET", "/credentials", (Thing::Credential, Level::Use)),
    ("GET", "/dashboard/credentials", (Thing::Credential, Level::Use)),
    ("POST", "/expressions/evaluate", (Thing::Workflow, Level::Edit)),
    ("POST", "/workflows/nodes/test", (Thing::Workflow, Level::Edit)),
];

/// Routes that make something new of a thing, and what they take of that thing; the rest is the role's.
const COPIES: &[(&str, &str, Permission)] = &[("POST", "/workflows/{id}/duplicate", WorkflowsRead)];

/// What a route's path names.
pub(crate) fn thing_in(route: &str) -> Option<Kind> {
    let route = bare(route);
    let is_in = |it: &&(&str, Kind)| {
        route.strip_prefix(it.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    THINGS.iter().find(is_in).map(|it| it.1)
}

/// With which share a route may be called as well.
pub(crate) fn lent(method: &Method, route: &str) -> Option<(Thing, Level)> {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    LENT.iter().find(|it| (it.0, it.1) == (method, bare(route))).map(|it| it.2)
}

/// What a route takes of the thing that it copies.
pub(crate) fn copies(method: &Method, route: &str) -> Option<Permission> {
    COPIES.iter().find(|it| (it.0, it.1) == (method.as_str(), bare(route))).map(|it| it.2)
}
