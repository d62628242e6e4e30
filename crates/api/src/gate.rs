//! What each route wants of its caller. A route that is not in this table lets nobody in.

mod classes;
mod things;

use std::{collections::HashMap, sync::LazyLock};

use axum::http::Method;
use model::permission::Permission::{self, *};

#[cfg(test)]
pub(crate) use classes::CLASSES;
pub(crate) use classes::class;
pub(crate) use things::{Kind, copies, lent, thing_in};

/// Method and path under `/api`, and the permission that it takes.
pub(crate) const GATES: &[(&str, &str, Permission)] = &[
    ("GET", "/api-keys", KeysRead),
    ("POST", "/api-keys", KeysWrite),
    ("GET", "/api-keys/permissions", RolesRead),
    ("GET", "/api-keys/{id}", KeysRead),
    ("PUT", "/api-keys/{id}", KeysWrite),
    ("DELETE", "/api-keys/{id}", KeysWrite),
    ("GET", "/api-keys/{id}/stats", KeysRead),
    ("GET", "/audit", AuditRead),
    ("GET", "/audit/export", AuditRead),
    ("GET", "/audit/verify", AuditRead),
    ("PUT", "/auth/{userId}/permissions", MembersWrite),
    ("GET", "/credential-types", NodesRead),
    ("GET", "/credential-types/{name}", NodesRead),
    ("GET", "/credentials", CredentialsRead),
    ("POST", "/credentials", CredentialsWrite),
    ("GET", "/credentials/{id}", CredentialsRead),
    ("PUT", "/credentials/{id}", CredentialsWrite),
    ("DELETE", "/credentials/{id}", CredentialsWrite),
    ("GET", "/credentials/{id}/sharing", CredentialsRead),
    ("PUT", "/credentials/{id}/sharing", CredentialsWrite),
    ("POST", "/credentials/{id}/test", CredentialsWrite),
    ("GET", "/credits/daily-balance/{workspaceId}", WorkspaceRead),
    ("GET", "/credits/remaining/{workspaceId}", WorkspaceRead),
    ("GET", "/credits/smart-recharge/{workspaceId}", WorkspaceRead),
    ("PATCH", "/credits/smart-recharge/{workspaceId}", WorkspaceWrite),
    ("GET", "/dashboard/credentials", CredentialsRead),
    ("GET", "/dashboard/executions", ExecutionsRead),
    ("GET", "/dashboard/overview", ExecutionsRead),
    ("GET", "/dashboard/stats", ExecutionsRead),
    ("GET", "/dashboard/workflows", WorkflowsRead),
    ("GET", "/executions", ExecutionsRead),
    ("GET", "/executions/events", ExecutionsRead),
    ("GET", "/executions/{id}", ExecutionsRead),
    ("DELETE", "/executions/{id}", ExecutionsDelete),
    ("POST", "/executions/{id}/cancel", ExecutionsControl),
    ("GET", "/executions/{id}/events", ExecutionsRead),
    ("POST", "/executions/{id}/replay", ExecutionsControl),
    ("POST", "/executions/{id}/retry", ExecutionsControl),
    ("GET", "/executions/{id}/steps", ExecutionsRead),
    ("GET", "/executions/{id}/steps/{node}/{run}/items", ExecutionsRead),
    ("GET", "/executions/{id}/steps/{node}/{run}/items/{item}/files/{name}", ExecutionsRead),
    ("GET", "/executions/{id}/waits/{wait}/address", ExecutionsAnswer),
    ("POST", "/executions/{id}/waits/{wait}/answer", ExecutionsAnswer),
    ("POST", "/expressions/evaluate", NodesTry),
    ("GET", "/gateway/routes", GatewayRead),
    ("POST", "/gateway/routes", GatewayWrite),
    ("GET", "/gateway/routes/{id}", GatewayRead),
    ("PUT", "/gateway/routes/{id}", GatewayWrite),
    ("DELETE", "/gateway/routes/{id}", GatewayWrite),
    ("POST", "/gateway/routes/{id}/check", GatewayWrite),
    ("GET", "/keys", KeysRead),
    ("POST", "/keys", KeysWrite),
    ("PUT", "/keys/{id}", KeysWrite),
    ("DELETE", "/keys/{id}", KeysWrite),
    ("PUT", "/keys/{id}/rate", KeysWrite),
    ("POST", "/keys/{id}/rotate", KeysWrite),
    ("GET", "/node-types", NodesRead),
    ("GET", "/node-types/{name}", NodesRead),
    ("GET", "/permissions", RolesRead),
    ("GET", "/roles", RolesRead),
    ("POST", "/roles", RolesWrite),
    ("PUT", "/roles/{name}", RolesWrite),
    ("DELETE", "/roles/{name}", RolesWrite),
    ("GET", "/service-accounts", KeysRead),
    ("POST", "/service-accounts", KeysWrite),
    ("GET", "/service-accounts/{id}", KeysRead),
    ("PUT", "/service-accounts/{id}", KeysWrite),
    ("DELETE", "/service-accounts/{id}", KeysWrite),
    ("GET", "/statistics/daily", ExecutionsRead),
    ("GET", "/statistics/now", ExecutionsRead),
    ("GET", "/statistics/workflows", ExecutionsRead),
    ("POST", "/stripe/billing/change-or-subscribe", WorkspaceWrite),
    ("POST", "/stripe/billing/change-plan", WorkspaceWrite),
    ("POST", "/stripe/billing/customer-portal/{workspaceId}", WorkspaceWrite),
    ("GET", "/stripe/billing/payments/{workspaceId}", WorkspaceWrite),
    ("GET", "/stripe/billing/plan-preview/{workspaceId}/{priceId}", WorkspaceWrite),
    ("GET", "/stripe/billing/status/{workspaceId}", WorkspaceRead),
    ("POST", "/stripe/checkout", WorkspaceWrite),
    ("GET", "/stripe/plans", WorkspaceRead),
    ("GET", "/stripe/products", WorkspaceRead),
    ("POST", "/stripe/purchase-credits", WorkspaceWrite),
    ("GET", "/tenants/activity", AuditRead),
    ("GET", "/tenants/api-keys", KeysRead),
    ("POST", "/tenants/api-keys", KeysWrite),
    ("PUT", "/tenants/api-keys/{id}", KeysWrite),
    ("DELETE", "/tenants/api-keys/{id}", KeysWrite),
    ("GET", "/tenants/billing", WorkspaceWrite),
    ("GET", "/tenants/current", WorkspaceRead),
    ("PUT", "/tenants/settings", WorkspaceWrite),
    ("PUT", "/tenants/subscription", WorkspaceWrite),
    ("GET", "/tenants/usage", WorkspaceRead),
    ("GET", "/tenants/{id}", WorkspaceRead),
    ("PUT", "/tenants/{id}", WorkspaceWrite),
    ("DELETE", "/tenants/{id}", WorkspaceDelete),
    ("GET", "/tenants/{id}/users", MembersWrite),
    ("POST", "/tenants/{id}/users", MembersWrite),
    ("GET", "/users", MembersRead),
    ("POST", "/users", MembersWrite),
    ("GET", "/users/workspace-members", MembersRead),
    ("GET", "/users/{id}", MembersRead),
    ("PUT", "/users/{id}", MembersWrite),
    ("DELETE", "/users/{id}", MembersWrite),
    ("GET", "/users/{id}/activity", AuditRead),
    ("POST", "/users/{id}/resend-invitation", MembersWrite),
    ("PATCH", "/users/{id}/status", MembersWrite),
    ("GET", "/variables", VariablesRead),
    ("POST", "/variables", VariablesWrite),
    ("GET", "/variables/{id}", VariablesRead),
    ("PUT", "/variables/{id}", VariablesWrite),
    ("DELETE", "/variables/{id}", VariablesWrite),
    ("GET", "/webhooks", WebhooksRead),
    ("POST", "/webhooks", WorkflowsWrite),
    ("GET", "/webhooks/{id}", WebhooksRead),
    ("PUT", "/webhooks/{id}", WorkflowsWrite),
    ("DELETE", "/webhooks/{id}", WorkflowsWrite),
    ("GET", "/webhooks/{id}/logs", WebhooksRead),
    ("POST", "/webhooks/{id}/logs/{call}/replay", WorkflowsRun),
    ("POST", "/webhooks/{id}/test", WebhooksListen),
    ("GET", "/workflows", WorkflowsRead),
    ("POST", "/workflows", WorkflowsWrite),
    ("POST", "/workflows/convert", WorkflowsRead),
    ("GET", "/workflows/groups", WorkflowsRead),
    ("POST", "/workflows/import", WorkflowsWrite),
    ("GET", "/workflows/nodes/categories", NodesRead),
    ("GET", "/workflows/nodes/config-schema/{nodeType}", NodesRead),
    ("GET", "/workflows/nodes/templates", NodesRead),
    ("POST", "/workflows/nodes/test", NodesTry),
    ("GET", "/workflows/nodes/triggers", NodesRead),
    ("POST", "/workflows/nodes/validate", NodesRead),
    ("POST", "/workflows/ports", NodesRead),
    ("POST", "/workflows/validate", WorkflowsRead),
    ("GET", "/workflows/{id}", WorkflowsRead),
    ("PUT", "/workflows/{id}", WorkflowsWrite),
    ("DELETE", "/workflows/{id}", WorkflowsDelete),
    ("GET", "/workflows/{id}/diff", WorkflowsRead),
    ("POST", "/workflows/{id}/duplicate", WorkflowsWrite),
    ("POST", "/workflows/{id}/editors", WorkflowsRead),
    ("DELETE", "/workflows/{id}/editors/{tab}", WorkflowsRead),
    ("POST", "/workflows/{id}/execute", WorkflowsRun),
    ("GET", "/workflows/{id}/export", WorkflowsRead),
    ("POST", "/workflows/{id}/listen", WebhooksListen),
    ("DELETE", "/workflows/{id}/listen", WebhooksListen),
    ("POST", "/workflows/{id}/publish", WorkflowsPublish),
    ("GET", "/workflows/{id}/requests", WebhooksRead),
    ("GET", "/workflows/{id}/sharing", WorkflowsRead),
    ("PUT", "/workflows/{id}/sharing", WorkflowsWrite),
    ("POST", "/workflows/{id}/unpublish", WorkflowsPublish),
    ("GET", "/workflows/{id}/versions", WorkflowsRead),
    ("GET", "/workflows/{id}/versions/{version}", WorkflowsRead),
    ("POST", "/workflows/{id}/versions/{version}/publish", WorkflowsPublish),
    ("POST", "/workflows/{id}/versions/{version}/restore", WorkflowsWrite),
    ("GET", "/workspaces/{id}", WorkspaceRead),
    ("PUT", "/workspaces/{id}", WorkspaceWrite),
    ("DELETE", "/workspaces/{id}", WorkspaceDelete),
    ("PUT", "/workspaces/{id}/activate", WorkspaceWrite),
    ("GET", "/workspaces/{id}/billing", WorkspaceRead),
    ("POST", "/workspaces/{id}/billing/checkout", WorkspaceWrite),
    ("POST", "/workspaces/{id}/billing/credits", WorkspaceWrite),
    ("POST", "/workspaces/{id}/billing/portal", WorkspaceWrite),
    ("GET", "/workspaces/{id}/credits/ledger", WorkspaceRead),
    ("POST", "/workspaces/{id}/credits/reservations", WorkflowsRun),
    ("DELETE", "/workspaces/{id}/credits/reservations/{key}", WorkflowsRun),
    ("POST", "/workspaces/{id}/credits/reservations/{key}/settle", WorkflowsRun),
    ("GET", "/workspaces/{id}/credits/spent", WorkspaceRead),
    ("GET", "/workspaces/{id}/dashboard-metrics", WorkspaceRead),
    ("PUT", "/workspaces/{id}/deactivate", WorkspaceWrite),
    ("GET", "/workspaces/{id}/detailed", MembersRead),
    ("GET", "/workspaces/{id}/invitations", MembersRead),
    ("POST", "/workspaces/{id}/invitations", MembersWrite),
    ("DELETE", "/workspaces/{id}/invitations/{invitation}", MembersWrite),
    ("GET", "/workspaces/{id}/limits", WorkspaceRead),
    ("PUT", "/workspaces/{id}/limits", WorkspaceWrite),
    ("GET", "/workspaces/{id}/members", MembersRead),
    ("PUT", "/workspaces/{id}/members/{userId}", MembersWrite),
    ("DELETE", "/workspaces/{id}/members/{userId}", MembersWrite),
    ("PUT", "/workspaces/{id}/name", WorkspaceWrite),
    ("POST", "/workspaces/{id}/restore", WorkspaceDelete),
    ("GET", "/workspaces/{id}/origins", WorkspaceRead),
    ("PUT", "/workspaces/{id}/origins", WorkspaceWrite),
    ("GET", "/workspaces/{id}/second-factor", WorkspaceRead),
    ("PUT", "/workspaces/{id}/second-factor", WorkspaceWrite),
    ("GET", "/workspaces/{id}/sso", SsoRead),
    ("PUT", "/workspaces/{id}/sso", SsoWrite),
    ("DELETE", "/workspaces/{id}/sso", SsoWrite),
    ("POST", "/workspaces/{id}/transfer", WorkspaceTransfer),
    ("GET", "/workspaces/{id}/usage", WorkspaceRead),
];

/// Routes about oneself: a person who has signed in needs no permission for them, and nobody else
/// may call them.
pub(crate) const PERSONAL: &[(&str, &str)] = &[
    ("POST", "/auth/change-password"),
    ("GET", "/auth/email-change"),
    ("POST", "/auth/email-change"),
    ("GET", "/auth/identities"),
    ("POST", "/auth/identities"),
    ("DELETE", "/auth/identities/{id}"),
    ("POST", "/auth/invitations/accept"),
    ("POST", "/auth/logout"),
    ("GET", "/auth/me"),
    ("PUT", "/auth/me"),
    ("GET", "/auth/passkeys"),
    ("POST", "/auth/passkeys"),
    ("POST", "/auth/passkeys/set-up"),
    ("PUT", "/auth/passkeys/{id}"),
    ("DELETE", "/auth/passkeys/{id}"),
    ("GET", "/auth/profile"),
    ("GET", "/auth/sessions"),
    ("DELETE", "/auth/sessions"),
    ("DELETE", "/auth/sessions/{id}"),
    ("GET", "/auth/two-factor"),
    ("POST", "/auth/two-factor/confirm"),
    ("POST", "/auth/two-factor/disable"),
    ("POST", "/auth/two-factor/recovery-codes"),
    ("POST", "/auth/two-factor/set-up"),
    ("POST", "/auth/update-password"),
    ("GET", "/auth/verify"),
    ("PUT", "/auth/{userId}/update-name"),
    ("POST", "/tenants"),
    ("POST", "/users/deletion"),
    ("GET", "/users/export"),
    ("GET", "/users/me/profile"),
    ("PUT", "/users/me/profile"),
    ("GET", "/users/preferences"),
    ("PUT", "/users/preferences"),
    ("GET", "/users/profile"),
    ("PUT", "/users/profile"),
    ("GET", "/users/trial-info"),
    ("POST", "/users/{id}/change-password"),
    ("GET", "/workspaces"),
    ("POST", "/workspaces"),
    ("GET", "/workspaces/basic"),
    ("POST", "/workspaces/{id}/leave"),
    ("POST", "/workspaces/{id}/switch"),
];

/// Routes about the whole server, for who looks after it.
pub(crate) const PLATFORM: &[(&str, &str)] = &[
    ("POST", "/platform/credits"),
    ("GET", "/platform/data-keys"),
    ("POST", "/platform/data-keys/rotate"),
    ("GET", "/platform/plans"),
    ("PUT", "/platform/plans"),
    ("GET", "/platform/plans/given"),
    ("POST", "/platform/maintenance"),
    ("DELETE", "/platform/maintenance"),
    ("GET", "/sso/domains"),
    ("PUT", "/sso/domains"),
    ("GET", "/stripe/billing/payments/all"),
    ("POST", "/stripe/plans/create-from-form"),
    ("POST", "/stripe/plans/sync-from-stripe"),
    ("POST", "/stripe/plans/update-from-form"),
    ("POST", "/stripe/subscription/update-overrides"),
    ("GET", "/tenants"),
];

/// What everybody may call while the server is closed: whether it lives, why it is closed, and signing in,
/// where nobody knows beforehand who comes.
const STAYS_OPEN: &[&str] = &[
    "/health",
    "/health/live",
    "/platform/maintenance",
    "/docs/errors/{code}",
    "/auth/login",
    "/auth/logout",
    "/auth/refresh",
    "/auth/two-factor/sign-in",
    "/auth/passkeys/challenge",
    "/auth/passkeys/sign-in",
    "/auth/providers",
    "/auth/exchange",
    "/auth/google",
    "/auth/google/callback",
    "/auth/facebook",
    "/auth/facebook/callback",
    "/auth/oidc/{provider}",
    "/auth/oidc/{provider}/callback",
    "/auth/saml/find",
    "/auth/saml/{workspace}/metadata",
    "/auth/saml/{workspace}/start",
    "/auth/saml/{workspace}/acs",
];

/// What a route wants of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Permission(Permission),
    /// A person who has signed in.
    Person,
    /// A person who looks after the server, or a command on its machine.
    PlatformAdmin,
}

/// What a route wants; `None` for one that is not in the tables. `path` is as it is written in the
/// router, with what it is nested under.
pub(crate) fn wanted(method: &Method, path: &str) -> Option<Wanted> {
    static TABLE: LazyLock<HashMap<(&str, &str), Wanted>> = LazyLock::new(|| {
        let gates = GATES.iter().map(|it| ((it.0, it.1), Wanted::Permission(it.2)));
        let personal = PERSONAL.iter().map(|it| ((it.0, it.1), Wanted::Person));
        let platform = PLATFORM.iter().map(|it| ((it.0, it.1), Wanted::PlatformAdmin));
        gates.chain(personal).chain(platform).collect()
    });
    let path = bare(path);
    // What answers GET answers HEAD too.
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    TABLE.get(&(method, path)).copied()
}

/// Whether a route answers everybody also while the server is closed.
pub(crate) fn stays_open(path: &str) -> bool {
    STAYS_OPEN.contains(&bare(path))
}

/// What paths begin with that end in a workspace's id.
const ABOUT: &[&str] = &[
    "/workspaces/{id}",
    "/tenants/{id}",
    "/credits/daily-balance/{workspaceId}",
    "/credits/remaining/{workspaceId}",
    "/credits/smart-recharge/{workspaceId}",
    "/stripe/billing/customer-portal/{workspaceId}",
    "/stripe/billing/payments/{workspaceId}",
    "/stripe/billing/plan-preview/{workspaceId}",
    "/stripe/billing/status/{workspaceId}",
];

/// The workspace that a path names, as it stands in it. Such a path is about that workspace, whatever
/// the caller's own is.
pub(crate) fn workspace_of<'a>(route: &str, path: &'a str) -> Option<&'a str> {
    let route = bare(route);
    let is_about = |it: &&&str| {
        route.strip_prefix(**it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let named = ABOUT.iter().find(is_about)?;
    bare(path).split('/').nth(named.matches('/').count())
}

pub(crate) fn bare(path: &str) -> &str {
    path.strip_prefix("/api/v1").or_else(|| path.strip_prefix("/api")).unwrap_or(path)
}
