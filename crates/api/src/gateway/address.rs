//! Paths on their way: taken apart as they came, and put behind the address of a service.

use model::{
    Code, Fault,
    gateway::{Taken, Upstream},
};
use url::Url;

use crate::failure::Failure;

/// Segments of a path as they came, and as they read.
pub(super) struct Path<'a> {
    pub(super) raw: Vec<&'a str>,
    pub(super) plain: Vec<String>,
}

impl<'a> Path<'a> {
    /// Takes a path apart. One that could lead out of where it is put is refused, however it is written.
    pub(super) fn parse(path: &'a str) -> Result<Path<'a>, Failure> {
        let odd = || {
            let message = "the path has `.` or `..` or a character in it that services read in different ways";
            Failure::from(Fault::invalid(message))
        };
        let raw: Vec<&str> = path.split('/').collect();
        let plain = raw.iter().map(|it| decoded(it)).collect::<Option<Vec<_>>>().ok_or_else(odd)?;
        let leads_out = |it: &String| {
            // Some services read a `\` as `/`, and some read twice.
            let again = decoded(it).unwrap_or_default();
            let mut parts = it.split(['/', '\\']).chain(again.split(['/', '\\']));
            parts.any(|it| it.split(';').next().is_some_and(|it| it == "." || it == ".."))
        };
        if plain.iter().any(|it| it.chars().any(char::is_control) || leads_out(it)) {
            return Err(odd());
        }
        Ok(Path { raw, plain })
    }
}

/// `None` for what is no text.
fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut res = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok()) {
            Some(byte) => {
                res.push(byte);
                at += 3;
            }
            None => {
                res.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(res).ok()
}

/// Where a request goes on: the address of the service with what was taken of the path, and the query.
pub(super) fn target(
    upstream: &Upstream,
    taken: &Taken,
    raw: &[&str],
    query: Option<&str>,
) -> Result<Url, Failure> {
    let mut text = upstream.url.clone();
    for (name, n) in &taken.named {
        text = text.replace(&format!("{{{name}}}"), raw.get(*n).copied().unwrap_or_default());
    }
    let odd = |why: String| {
        let message = format!("the address of the route's service cannot be used: {why}");
        Failure::of(Code::UpstreamFailed, message)
    };
    let mut url = Url::parse(&text).map_err(|it| odd(it.to_string()))?;
    let rest = taken.rest.map(|from| raw.get(from..).unwrap_or_default().join("/"));
    if let Some(rest) = rest.filter(|it| !it.is_empty()) {
        let path = format!("{}/{rest}", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    if let Some(query) = query.filter(|it| !it.is_empty()) {
        let joined = match url.query() {
            Some(own) if !own.is_empty() => format!("{own}&{query}"),
            Some(_) | None => query.to_owned(),
        };
        url.set_query(Some(&joined));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Whether calls can go to an address, whatever stands in for its parts.
///
/// # Errors
/// A sentence.
pub(crate) fn may_lead(to: &str) -> Result<(), String> {
    let text = to.replace(['{', '}'], "");
    match Url::parse(&text) {
        Ok(url) if url.host_str().is_some_and(|it| !it.is_empty()) => Ok(()),
        Ok(_) => Err(format!("`{text}` names no host")),
        Err(why) => Err(format!("`{text}` is no address: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use model::gateway::{Access, Pattern};

    use super::*;

    fn upstream(url: &str) -> Upstream {
        Upstream {
            url: url.to_owned(),
            access: Access::Key,
            credential: None,
            timeout_ms: 1,
            body_bytes_max: 1,
            answer_bytes_max: 1,
            retries: 0,
        }
    }

    fn check(pattern: &str, url: &str, path: &str, expected: &str) {
        let pattern: Pattern = pattern.parse().unwrap();
        let (path, query) = path.split_once('?').map_or((path, None), |it| (it.0, Some(it.1)));
        let path = Path::parse(path).unwrap_or_else(|_| panic!("{path}"));
        let plain: Vec<&str> = path.plain.iter().map(String::as_str).collect();
        let taken = pattern.take(&plain).unwrap();
        let found = target(&upstream(url), &taken, &path.raw, query).unwrap();
        assert_eq!(found.as_str(), expected);
    }

    #[test]
    fn a_path_is_put_behind_the_address_as_it_came() {
        check("/shop/*", "https://a.example/v1", "shop/x/y", "https://a.example/v1/x/y");
        check("/shop/*", "https://a.example/v1/", "shop", "https://a.example/v1/");
        check("/shop/*", "https://a.example", "shop/x/", "https://a.example/x/");
        check("/shop", "https://a.example/v1", "shop?a=1&b", "https://a.example/v1?a=1&b");
        check("/shop", "https://a.example/?k=v", "shop?a=1", "https://a.example/?k=v&a=1");
        check("/s/:id", "https://a.example/{id}/x", "s/a%2Fb%20c", "https://a.example/a%2Fb%20c/x");
        check("/s/*", "https://a.example", "s/%C3%A9/%25", "https://a.example/%C3%A9/%25");
        check(
            "/s/*",
            "https://a.example/b",
            "s/http://evil.example",
            "https://a.example/b/http://evil.example",
        );
        check(
            "/s/*",
            "https://a.example",
            "s//evil.example/x",
            "https://a.example//evil.example/x",
        );
    }

    #[test]
    fn an_address_has_a_host_and_can_be_read() {
        for fine in ["https://a.example/{id}/x", "http://[::1]:8080", "http://127.0.0.1:1/"] {
            assert_eq!(may_lead(fine), Ok(()), "{fine}");
        }
        for odd in ["https://", "https://a.example:port", "http://[::1", "https://a b.example"] {
            assert!(may_lead(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_path_that_leads_out_is_refused() {
        for odd in [
            "s/../admin",
            "s/%2e%2e/admin",
            "s/.%2E/admin",
            "s/./x",
            "s/..%2fadmin",
            "s/a%5c..%5cadmin",
            "s/%252e%252e/admin",
            "s/..;/admin",
            "s/%00",
            "s/a%0d%0ab",
            "s/%ff",
        ] {
            assert!(Path::parse(odd).is_err(), "{odd}");
        }
        for fine in ["s/...", "s/..a", "s/a..b", "s/.well-known", "s/%", "s/%zz", "s/100%25"] {
            assert!(Path::parse(fine).is_ok(), "{fine}");
        }
    }
}
