//! A request on its way to a service: what it brings, what it loses, and what is told of its caller.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use jiff::Timestamp;

use crate::{App, envelope::Named, remote};

/// What counts between two neighbours only.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// What we write ourselves, or what only concerns us.
const OURS: [&str; 9] = [
    "accept-encoding",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];
const VIA: HeaderValue = HeaderValue::from_static("1.1 tailorbird");

/// Removes what is between neighbours, also what their `Connection` names.
pub(super) fn strip_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .filter_map(|it| HeaderName::from_bytes(it.trim().as_bytes()).ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Takes out what is not for the service: what we write ourselves, and what opens this server.
pub(super) fn strip(app: &App, headers: &mut HeaderMap) {
    strip_hops(headers);
    for name in OURS {
        headers.remove(name);
    }
    let opens_us = |text: &str| {
        let word = text.trim().rsplit(' ').next().unwrap_or_default();
        word.starts_with(store::keys::PREFIX)
            || app.accounts().read(word, Timestamp::now()).is_some()
    };
    for name in [header::AUTHORIZATION, HeaderName::from_static("x-api-key")] {
        let is_ours = headers.get(&name).and_then(|it| it.to_str().ok()).is_some_and(opens_us);
        if is_ours {
            headers.remove(name);
        }
    }
}

/// Tells the service who called, how, and by which name.
pub(super) fn tell(app: &App, parts: &Parts, from: Option<IpAddr>, headers: &mut HeaderMap) {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let trusted = &app.options().trusted_proxies;
    let scheme = if remote::is_by_tls(peer, &parts.headers, trusted) { "https" } else { "http" };
    headers.insert("x-forwarded-proto", HeaderValue::from_static(scheme));
    let mut set = |name: &'static str, value: Option<String>| {
        if let Some(value) = value.and_then(|it| HeaderValue::from_str(&it).ok()) {
            headers.insert(name, value);
        }
    };
    set("x-forwarded-for", from.map(|it| it.to_string()));
    set("x-forwarded-host", remote::host(peer, &parts.headers, trusted).map(str::to_owned));
    set("x-request-id", parts.extensions.get::<Named>().map(|it| it.id().to_owned()));
    headers.insert(header::VIA, VIA);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_neighbours_goes_no_further() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Private"),
            ("x-private", "a"),
            ("te", "trailers"),
            ("upgrade", "websocket"),
            ("x-kept", "b"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        strip_hops(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-kept"]);
    }
}
