//! The routes, as they are written there.

use super::super::{people::PASSWORD, *};

/// Who calls.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum By {
    /// Somebody who has not signed in.
    Nobody,
    /// The owner, who looks after the server as well.
    Ada,
    /// A member, in a session that may end with the call.
    Another,
}

/// What it answers: done, sent elsewhere, or refused for what was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Says {
    Done,
    Elsewhere,
    No,
}

/// A route as it is written there, who calls it, with what, and what it answers.
pub(super) type Route = (&'static str, &'static str, By, Value, Says);

pub(super) fn account(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

/// Below `/api` and `/api/v1`.
pub(super) fn below_api() -> Vec<Route> {
    let none = Value::Null;
    let password = json!({"currentPassword": PASSWORD, "newPassword": PASSWORD});
    vec![
        ("POST", "/api/auth/register", By::Nobody, account("new@example.com"), Says::Done),
        ("POST", "/api/auth/login", By::Nobody, account("ada@example.com"), Says::Done),
        ("POST", "/api/auth/refresh", By::Nobody, json!({"refreshToken": ":refresh"}), Says::Done),
        ("POST", "/api/auth/logout", By::Another, json!({}), Says::Done),
        ("POST", "/api/auth/forgot", By::Nobody, json!({"email": "ada@example.com"}), Says::Done),
        (
            "POST",
            "/api/auth/reset",
            By::Nobody,
            json!({"token": "none", "password": "x"}),
            Says::No,
        ),
        ("POST", "/api/auth/verify-email", By::Nobody, json!({"token": "none"}), Says::No),
        (
            "POST",
            "/api/auth/resend-verification",
            By::Nobody,
            json!({"email": "ada@example.com"}),
            Says::Done,
        ),
        ("POST", "/api/auth/change-password", By::Another, password, Says::Done),
        ("GET", "/api/auth/me", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/auth/oidc/none", By::Nobody, none.clone(), Says::No),
        ("GET", "/api/tenants", By::Ada, none.clone(), Says::Done),
        ("POST", "/api/tenants", By::Ada, json!({"name": "A tenant"}), Says::Done),
        ("GET", "/api/tenants/:id", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/tenants/:id", By::Ada, json!({"name": "Ours"}), Says::Done),
        ("GET", "/api/tenants/:id/users", By::Ada, none.clone(), Says::Done),
        (
            "POST",
            "/api/tenants/:id/users",
            By::Ada,
            json!({"email": ":new", "role": "TENANT_USER"}),
            Says::Done,
        ),
        ("DELETE", "/api/tenants/:other", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/users/profile", By::Ada, none.clone(), Says::Done),
        (
            "PUT",
            "/api/users/profile",
            By::Ada,
            json!({"name": "Ada", "language": "pt-BR", "timezone": "America/Sao_Paulo", "avatarColor": "#aa3300"}),
            Says::Done,
        ),
        ("GET", "/api/users/trial-info", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/users/workspace-members", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/users/preferences", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/users/preferences", By::Ada, json!({"theme": "dark"}), Says::Done),
        ("GET", "/api/dashboard/overview", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/stats", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/workflows", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/executions", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/dashboard/credentials", By::Ada, none, Says::Done),
    ]
}

/// Also without a prefix.
pub(super) fn bare() -> Vec<Route> {
    let none = Value::Null;
    let password = json!({"currentPassword": PASSWORD, "newPassword": PASSWORD});
    let email = || json!({"email": "ada@example.com"});
    vec![
        ("POST", "/auth/register", By::Nobody, account("new@example.com"), Says::Done),
        ("POST", "/auth/login", By::Nobody, account("ada@example.com"), Says::Done),
        ("POST", "/auth/logout", By::Another, json!({}), Says::Done),
        ("POST", "/auth/resend-verification", By::Nobody, email(), Says::Done),
        ("POST", "/auth/resend-verification", By::Ada, none.clone(), Says::Done),
        ("POST", "/auth/resend-verification", By::Nobody, none.clone(), Says::No),
        ("POST", "/auth/forgot-password", By::Nobody, email(), Says::Done),
        (
            "POST",
            "/auth/reset-password",
            By::Nobody,
            json!({"token": "none", "password": "x"}),
            Says::No,
        ),
        ("POST", "/auth/verify-reset-token", By::Nobody, json!({"token": "none"}), Says::Done),
        ("POST", "/auth/update-password", By::Another, password, Says::Done),
        ("GET", "/auth/profile", By::Ada, none.clone(), Says::Done),
        ("GET", "/auth/google", By::Nobody, none.clone(), Says::Elsewhere),
        ("GET", "/auth/facebook", By::Nobody, none.clone(), Says::Elsewhere),
        // Without what a browser brings along, it is sent to where it begins anew; a word that nobody has is none.
        (
            "GET",
            "/auth/google/callback?state=none&code=none",
            By::Nobody,
            none.clone(),
            Says::Elsewhere,
        ),
        (
            "GET",
            "/auth/facebook/callback?state=none&code=none",
            By::Nobody,
            none.clone(),
            Says::Elsewhere,
        ),
        ("GET", "/auth/verify-email?token=none", By::Nobody, none.clone(), Says::No),
        ("GET", "/auth/verify", By::Ada, none.clone(), Says::Done),
        ("PUT", "/auth/:vera/permissions", By::Ada, json!({"role": "TEAM_MEMBER"}), Says::Done),
        ("PUT", "/auth/:ada/update-name", By::Ada, json!({"name": "Ada"}), Says::Done),
        ("GET", "/workspaces", By::Ada, none.clone(), Says::Done),
        ("GET", "/workspaces/basic", By::Ada, none.clone(), Says::Done),
        ("GET", "/workspaces/:id/dashboard-metrics", By::Ada, none.clone(), Says::Done),
        ("GET", "/workspaces/:id/detailed", By::Ada, none.clone(), Says::Done),
        ("PUT", "/workspaces/:id/deactivate", By::Ada, none.clone(), Says::Done),
        ("PUT", "/workspaces/:id/activate", By::Ada, none, Says::Done),
        ("PUT", "/workspaces/:id/name", By::Ada, json!({"name": "Ours"}), Says::Done),
    ]
}

/// Of AIgentable: people by id, the tenant where one is, and keys; below `/api` and `/api/v1`.
pub(super) fn of_tenants() -> Vec<Route> {
    let none = Value::Null;
    let password = json!({"currentPassword": PASSWORD, "newPassword": PASSWORD});
    let key = || json!({"name": "A key", "permissions": ["workflows:read"], "rateLimit": 1000});
    let status = |it: &str| json!({"status": it});
    let person = json!({
        "email": ":new", "firstName": "New", "lastName": "One", "role": "TEAM_MEMBER", "sendInvitation": true
    });
    let settings = json!({"name": "Ours", "settings": {"theme": "dark", "language": "es"}});
    vec![
        ("PUT", "/api/auth/me", By::Ada, json!({"firstName": "Ada", "lastName": ""}), Says::Done),
        ("GET", "/api/users", By::Ada, none.clone(), Says::Done),
        (
            "GET",
            "/api/users?page=1&limit=10&role=TEAM_MEMBER&status=ACTIVE&sortBy=name&sortOrder=asc&search=v",
            By::Ada,
            none.clone(),
            Says::Done,
        ),
        ("POST", "/api/users", By::Ada, person, Says::Done),
        ("GET", "/api/users/:vera", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/users/:vera", By::Ada, json!({"role": "TEAM_MEMBER"}), Says::Done),
        ("DELETE", "/api/users/:guest", By::Ada, none.clone(), Says::Done),
        ("POST", "/api/users/:vera/change-password", By::Another, password, Says::Done),
        ("POST", "/api/users/:guest/resend-invitation", By::Ada, none.clone(), Says::Done),
        ("PATCH", "/api/users/:vera/status", By::Ada, status("SUSPENDED"), Says::Done),
        ("PATCH", "/api/users/:vera/status", By::Ada, status("ACTIVE"), Says::Done),
        ("GET", "/api/users/:vera/activity", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/users/me/profile", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/users/me/profile", By::Ada, json!({"firstName": "Ada"}), Says::Done),
        ("GET", "/api/tenants/current", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/tenants/settings", By::Ada, settings, Says::Done),
        ("GET", "/api/tenants/usage", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/tenants/usage?period=7d", By::Ada, none.clone(), Says::Done),
        // Where payments are not set up, that is said; how it goes where they are is in `clients.rs`.
        (
            "PUT",
            "/api/tenants/subscription",
            By::Ada,
            json!({"plan": "PROFESSIONAL", "billingCycle": "MONTHLY"}),
            Says::No,
        ),
        ("GET", "/api/tenants/billing", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/tenants/activity", By::Ada, none.clone(), Says::Done),
        ("POST", "/api/tenants/api-keys", By::Ada, key(), Says::Done),
        ("GET", "/api/tenants/api-keys", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/tenants/api-keys/:key", By::Ada, json!({"name": "Another"}), Says::Done),
        ("DELETE", "/api/tenants/api-keys/:key", By::Ada, none.clone(), Says::Done),
        ("POST", "/api/api-keys", By::Ada, key(), Says::Done),
        ("GET", "/api/api-keys", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/api-keys/permissions", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/api-keys/:key", By::Ada, none.clone(), Says::Done),
        ("PUT", "/api/api-keys/:key", By::Ada, json!({"isActive": false}), Says::Done),
        ("DELETE", "/api/api-keys/:key", By::Ada, none.clone(), Says::Done),
        ("GET", "/api/api-keys/:key/stats?days=7", By::Ada, none, Says::Done),
    ]
}

/// What the documents name as places to go to, without another prefix.
pub(super) fn places() -> Vec<Route> {
    let read = |path, says| ("GET", path, By::Nobody, Value::Null, says);
    vec![read("/api", Says::Elsewhere), read("/api/docs", Says::Done), read("/health", Says::Done)]
}
