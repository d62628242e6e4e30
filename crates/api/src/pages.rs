//! Pages for people: the API's description to read and try, and a page for each error code.

use axum::{
    extract::OriginalUri,
    http::header,
    response::{Html, IntoResponse, Redirect, Response},
};
use model::Code;

use crate::{
    described::{Routes, routes},
    failure::Failure,
    read::At,
};

macro_rules! error_pages {
    ($($code:literal)*) => {
        /// Each code with its page.
        const ERROR_PAGES: &[(&str, &str)] =
            &[$(($code, include_str!(concat!("../../../docs/errors/", $code, ".md")))),*];
    };
}

error_pages! {
    "backlog_full"
    "body_too_large"
    "body_too_slow"
    "challenge_ended"
    "credential_in_use"
    "credential_not_found"
    "credential_restricted"
    "credits_used_up"
    "email_unverified"
    "execution_failed"
    "execution_not_found"
    "execution_state"
    "expression_failed"
    "forbidden"
    "format_unknown"
    "identity_taken"
    "internal"
    "invalid_request"
    "key_disabled"
    "key_expired"
    "last_way_in"
    "maintenance"
    "method_not_allowed"
    "name_taken"
    "node_not_found"
    "node_type_unknown"
    "not_found"
    "overloaded"
    "payment_failed"
    "payments_off"
    "plan_limit"
    "provider_failed"
    "provider_refused"
    "revision_conflict"
    "route_not_found"
    "schema_newer"
    "second_factor_needed"
    "sign_in_expired"
    "sign_up_closed"
    "still_needed"
    "store_unavailable"
    "timeout"
    "too_many_requests"
    "unauthorized"
    "upstream_failed"
    "upstream_timeout"
    "variable_not_found"
    "version_not_found"
    "wait_not_found"
    "webhook_not_found"
    "webhook_not_listening"
    "webhook_taken"
    "workflow_invalid"
    "workflow_not_found"
    "workflow_not_published"
    "workspace_inactive"
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(error_page))
}

/// The page that explains an error code
#[utoipa::path(get, path = "/docs/errors/{code}", tag = "platform", operation_id = "errorPage", security(()),
    params(("code" = String, Path)), responses((status = 200, body = String, content_type = "text/plain")))]
async fn error_page(At(code): At<String>) -> Result<Response, Failure> {
    let found = ERROR_PAGES.iter().find(|it| it.0 == code);
    let (_, text) = found
        .ok_or_else(|| Failure::of(Code::NotFound, format!("there is no error code `{code}`")))?;
    // As plain text: browsers show it, where they would offer Markdown as a download.
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], *text).into_response())
}

/// What the page may load: what stands in it, and the API itself.
const ALONE: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// `GET /api`, where others have that page: it leads there, and its own links go on from there.
pub(crate) async fn front(OriginalUri(asked): OriginalUri) -> Redirect {
    Redirect::temporary(&format!("{}/docs", asked.path().trim_end_matches('/')))
}

/// `GET /api/docs`: works without anything from elsewhere.
pub(crate) async fn docs() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, ALONE)], Html(include_str!("docs.html"))).into_response()
}

/// `GET /api/auth/reset`: where mails about a new password led before the web app had a page for it. The
/// word stands behind the `#`, which a browser takes along.
pub(crate) async fn reset() -> Redirect {
    Redirect::temporary("/app/reset")
}

/// `GET /api/auth/join`: where invitations led, likewise.
pub(crate) async fn join() -> Redirect {
    Redirect::temporary("/app/join")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_page() {
        let codes: Vec<&str> = Code::ALL.iter().map(|it| it.as_str()).collect();
        for code in &codes {
            assert!(ERROR_PAGES.iter().any(|it| it.0 == *code), "no page for {code}");
        }
        assert_eq!(ERROR_PAGES.len(), codes.len());
    }
}
