//! With which others each route is counted.

use axum::http::Method;

use super::bare;
use crate::limits::Class;

/// Routes that are not counted as `api`, and how they are: what tries a password or a word or has a mail
/// written, what takes a file; and live events, which are one request for a long time.
pub(crate) const CLASSES: &[(&str, &str, Option<Class>)] = &[
    ("POST", "/auth/change-password", Some(Class::Auth)),
    ("POST", "/auth/email-change", Some(Class::Auth)),
    ("POST", "/auth/email-change/confirm", Some(Class::Auth)),
    ("POST", "/auth/forgot", Some(Class::Auth)),
    ("POST", "/auth/forgot-password", Some(Class::Auth)),
    ("POST", "/auth/login", Some(Class::Auth)),
    ("POST", "/auth/passkeys/set-up", Some(Class::Auth)),
    ("POST", "/auth/passkeys/sign-in", Some(Class::Auth)),
    ("POST", "/auth/register", Some(Class::Auth)),
    ("POST", "/auth/resend-verification", Some(Class::Auth)),
    ("POST", "/auth/reset", Some(Class::Auth)),
    ("POST", "/auth/reset-password", Some(Class::Auth)),
    ("POST", "/auth/two-factor/confirm", Some(Class::Auth)),
    ("POST", "/auth/two-factor/disable", Some(Class::Auth)),
    ("POST", "/auth/two-factor/recovery-codes", Some(Class::Auth)),
    ("POST", "/auth/two-factor/set-up", Some(Class::Auth)),
    ("POST", "/auth/update-password", Some(Class::Auth)),
    ("GET", "/auth/verify-email", Some(Class::Auth)),
    ("POST", "/auth/verify-email", Some(Class::Auth)),
    ("POST", "/auth/verify-reset-token", Some(Class::Auth)),
    ("POST", "/users/deletion", Some(Class::Auth)),
    ("POST", "/users/{id}/change-password", Some(Class::Auth)),
    ("GET", "/executions/events", None),
    ("GET", "/executions/{id}/events", None),
    ("POST", "/workflows/convert", Some(Class::Upload)),
    ("POST", "/workflows/import", Some(Class::Upload)),
];

/// With which others a route is counted; `None` for one that is not.
pub(crate) fn class(method: &Method, path: &str) -> Option<Class> {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let path = bare(path);
    let own = CLASSES.iter().find(|it| (it.0, it.1) == (method, path));
    own.map_or(Some(Class::Api), |it| it.2)
}
