//! From where a request comes, and how: the peer, or what a trusted proxy says.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The address nearest to the caller that is not one of our own proxies. Anybody may write
/// `X-Forwarded-For`, so it is believed only as far as trusted proxies wrote it.
pub(crate) fn of(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |it: &IpAddr| trusted.iter().any(|net| net.contains(&it.to_canonical()));
    let peer = peer.map(|it| it.to_canonical())?;
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|it| it.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|it| it.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for text in named.iter().rev() {
        if !is_trusted(&nearest) {
            break;
        }
        let Ok(next) = text.parse::<IpAddr>() else { break };
        nearest = next.to_canonical();
    }
    Some(nearest)
}

/// The name by which a caller knows us: what it says itself, or what a trusted proxy says that it said.
pub(crate) fn host<'a>(
    peer: Option<IpAddr>,
    headers: &'a HeaderMap,
    trusted: &[IpNet],
) -> Option<&'a str> {
    let is_trusted = |it: IpAddr| trusted.iter().any(|net| net.contains(&it.to_canonical()));
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let forwarded = text("x-forwarded-host").filter(|_| peer.is_some_and(is_trusted));
    // The first is the one that the caller asked for.
    let first = forwarded.and_then(|it| it.split(',').next()).map(str::trim);
    first.or_else(|| text("host"))
}

/// Whether the caller speaks TLS with a trusted proxy: only such a one is believed.
pub(crate) fn is_by_tls(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    let is_trusted = |it: IpAddr| trusted.iter().any(|net| net.contains(&it.to_canonical()));
    let said = headers.get("x-forwarded-proto").and_then(|it| it.to_str().ok()).unwrap_or("");
    // The first is the one that the caller spoke.
    let first = said.split(',').next().unwrap_or("").trim();
    peer.is_some_and(is_trusted) && first.eq_ignore_ascii_case("https")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let mut headers = HeaderMap::new();
        for it in forwarded {
            headers.append("x-forwarded-for", it.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let found = of(Some(peer.parse().unwrap()), &headers, &trusted);
        assert_eq!(found, Some(expected.parse().unwrap()), "{peer} {forwarded:?}");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        check("192.0.2.1", &[], "192.0.2.1");
        check("192.0.2.1", &["198.51.100.7"], "192.0.2.1");
        check("10.0.0.1", &["198.51.100.7"], "198.51.100.7");
        check("10.0.0.1", &["6.6.6.6, 198.51.100.7, 10.0.0.2"], "198.51.100.7");
        check("10.0.0.1", &["6.6.6.6", "198.51.100.7"], "198.51.100.7");
        check("10.0.0.1", &["unknown"], "10.0.0.1");
        check("::ffff:10.0.0.1", &["198.51.100.7"], "198.51.100.7");
    }
}
