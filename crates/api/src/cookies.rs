//! Cookies that workflows and services set: they share this host with others, and with us, so that each comes back to
//! its own place and nowhere else.

use axum::http::{HeaderMap, HeaderValue, header};
use url::Url;

/// How the names of our own cookies begin, and of those that count for a whole host.
const NOT_THEIRS: [&str; 2] = ["tailorbird", "__host-"];

/// Lets the cookies of an answer count below a path of this host, or where they say within that, and never for a
/// domain. One that is called as ours are, or has no name, is left out.
pub(crate) fn keep_in(base_url: &str, place: &str, headers: &mut HeaderMap) {
    if !headers.contains_key(header::SET_COOKIE) {
        return;
    }
    // Who has us behind a path of his host sees that path too.
    let base = Url::parse(base_url).ok();
    let base = base.as_ref().map_or("", |it| it.path().trim_end_matches('/'));
    let place = format!("{base}{place}");
    let all: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for it in all {
        let kept = it.to_str().ok().and_then(|it| kept(it, &place));
        if let Some(mut value) = kept.and_then(|it| HeaderValue::from_str(&it).ok()) {
            value.set_sensitive(it.is_sensitive());
            headers.append(header::SET_COOKIE, value);
        }
    }
}

fn kept(text: &str, place: &str) -> Option<String> {
    let mut parts = text.split(';');
    // What comes first is the cookie itself, whatever it is called.
    let cookie = parts.next()?.trim();
    let name = cookie.split_once('=')?.0.trim().to_ascii_lowercase();
    if name.is_empty() || NOT_THEIRS.iter().any(|it| name.starts_with(it)) {
        return None;
    }
    let mut res = cookie.to_owned();
    let mut path = place;
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        if key.trim().eq_ignore_ascii_case("path") {
            // Of several, browsers take the last one.
            path = if is_within(value.trim(), place) { value.trim() } else { place };
        } else if !key.trim().eq_ignore_ascii_case("domain") && !part.trim().is_empty() {
            res.push_str("; ");
            res.push_str(part.trim());
        }
    }
    Some(format!("{res}; Path={path}"))
}

fn is_within(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_at(base_url: &str, text: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, text.parse().unwrap());
        keep_in(base_url, "/w/ws_1/gateway", &mut headers);
        let found = headers.get(header::SET_COOKIE).map(|it| it.to_str().unwrap());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn cookies_stay_in_their_place() {
        let check = |text: &str, expected: &str| check_at("http://a.example", text, Some(expected));
        check("a=1", "a=1; Path=/w/ws_1/gateway");
        check("a=1; Path=/; HttpOnly", "a=1; HttpOnly; Path=/w/ws_1/gateway");
        check("a=1;PATH = /x;Domain=example.com; Secure", "a=1; Secure; Path=/w/ws_1/gateway");
        check("path=1; Max-Age=3", "path=1; Max-Age=3; Path=/w/ws_1/gateway");
        check("a=1; Path=/w/ws_1/gateway/shop", "a=1; Path=/w/ws_1/gateway/shop");
        check("a=1; Path=/w/ws_1/gateway2", "a=1; Path=/w/ws_1/gateway");
        check("a=1; Path=/w/ws_1/gateway/b; Path=/", "a=1; Path=/w/ws_1/gateway");
        check("a=1; domain; ;", "a=1; Path=/w/ws_1/gateway");
    }

    #[test]
    fn a_path_of_the_host_counts() {
        let (base, place) = ("https://a.example/birds/", "/birds/w/ws_1/gateway");
        check_at(base, "a=1", Some(&format!("a=1; Path={place}")));
        check_at(base, "a=1; Path=/w/ws_1/gateway", Some(&format!("a=1; Path={place}")));
    }

    #[test]
    fn names_of_ours_are_not_theirs() {
        for text in ["tailorbird-sign-in=1", "__Host-a=1; Secure; Path=/", "=tailorbird=1", "1"] {
            check_at("http://a.example", text, None);
        }
    }
}
