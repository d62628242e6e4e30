//! Headers that keep browsers from doing what nobody wants. What a workflow answers is its own and has none; what a
//! service answers has those of the gateway.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{HeaderMap, HeaderValue, header},
};

use crate::{App, remote};

/// An answer that is no page of ours loads nothing and stands in nobody's frame, should a browser show it.
const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// For a year this host is asked by TLS only.
const BY_TLS: &str = "max-age=31536000";
/// Where workflows answer.
const OF_WORKFLOWS: &[&str] = &["/webhook", "/w/", "/form-waiting"];
/// Where other services answer.
const OF_SERVICES: &[&str] = &["/gateway/", "/w/{workspace}/gateway/"];

/// Whether a route, as it is written in the router, is answered by a workflow.
pub(crate) fn is_of_workflow(route: &str) -> bool {
    OF_WORKFLOWS.iter().any(|it| route.starts_with(it)) && !is_of_service(route)
}

fn is_of_service(route: &str) -> bool {
    OF_SERVICES.iter().any(|it| route.starts_with(it))
}

/// What a request says about the headers of its answer.
pub(crate) struct Safety {
    is_by_tls: bool,
    /// Whoever answers has said what it is.
    is_said: bool,
}

impl Safety {
    pub(crate) fn of(app: &App, request: &Request) -> Safety {
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        let trusted = &app.options().trusted_proxies;
        Safety {
            is_by_tls: remote::is_by_tls(peer, request.headers(), trusted),
            is_said: is_of_workflow(route) || is_of_service(route),
        }
    }

    /// A page that has a policy of its own keeps it.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        if self.is_said {
            return;
        }
        let mut set = |name, value| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        set(header::CONTENT_SECURITY_POLICY, POLICY);
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::REFERRER_POLICY, "no-referrer");
        if self.is_by_tls {
            set(header::STRICT_TRANSPORT_SECURITY, BY_TLS);
        }
    }
}
