//! Digest authentication (RFC 7616): the answer to a server's challenge.

use std::collections::BTreeMap;

use md5::Md5;
use sha2::{Digest, Sha256};

use crate::http::{Call, Failure, Reply};

/// The `Authorization` header that answers a challenge; `None` when there is nothing to answer.
pub(super) fn answer(call: &Call, reply: &Reply) -> Result<Option<String>, Failure> {
    let Some((user, password)) = &call.digest else { return Ok(None) };
    let Some(challenge) = reply
        .headers()
        .filter(|(name, _)| *name == "www-authenticate")
        .map(|(_, value)| value.into_owned())
        .find(|it| it.trim_start().get(..7).is_some_and(|it| it.eq_ignore_ascii_case("digest ")))
    else {
        return Ok(None);
    };
    let challenge = parse(challenge.trim_start().get(7..).unwrap_or(""));
    let mut uri = call.url.path().to_owned();
    if let Some(query) = call.url.query() {
        uri = format!("{uri}?{query}");
    }
    let asked = Asked {
        method: &call.method,
        uri: &uri,
        user,
        password: password.expose(),
        body: &call.body,
    };
    let cnonce = format!("{:016x}", fastrand::u64(..));
    write(&challenge, &asked, &cnonce).map(Some)
}

struct Asked<'a> {
    method: &'a str,
    uri: &'a str,
    user: &'a str,
    password: &'a str,
    body: &'a [u8],
}

fn write(
    challenge: &BTreeMap<String, String>,
    asked: &Asked<'_>,
    cnonce: &str,
) -> Result<String, Failure> {
    let get = |name: &str| challenge.get(name).map_or("", String::as_str);
    let algorithm = challenge.get("algorithm").map_or("MD5", String::as_str);
    let (base, session) = match algorithm.to_ascii_uppercase().strip_suffix("-SESS") {
        Some(base) => (base.to_owned(), true),
        None => (algorithm.to_ascii_uppercase(), false),
    };
    let hash: fn(&[u8]) -> String = match base.as_str() {
        "MD5" => |it| hex(&Md5::digest(it)),
        "SHA-256" => |it| hex(&Sha256::digest(it)),
        _ => {
            return Err(Failure::invalid(format!(
                "the server asks for digest algorithm `{algorithm}`, which is not known here"
            )));
        }
    };
    let offered: Vec<String> =
        get("qop").split(',').map(|it| it.trim().to_ascii_lowercase()).collect();
    let qop = ["auth", "auth-int"].into_iter().find(|it| offered.iter().any(|o| o == it));
    let (realm, nonce, nc) = (get("realm"), get("nonce"), "00000001");
    let mut ha1 = hash(format!("{}:{realm}:{}", asked.user, asked.password).as_bytes());
    if session {
        ha1 = hash(format!("{ha1}:{nonce}:{cnonce}").as_bytes());
    }
    let mut a2 = format!("{}:{}", asked.method, asked.uri);
    if qop == Some("auth-int") {
        a2 = format!("{a2}:{}", hash(asked.body));
    }
    let ha2 = hash(a2.as_bytes());
    let response = match qop {
        Some(qop) => hash(format!("{ha1}:{nonce}:{nc}:{cnonce}:{qop}:{ha2}").as_bytes()),
        None => hash(format!("{ha1}:{nonce}:{ha2}").as_bytes()),
    };
    let quoted = |it: &str| it.replace('\\', "\\\\").replace('"', "\\\"");
    let mut res = format!(
        r#"Digest username="{}", realm="{}", nonce="{}", uri="{}", algorithm={algorithm}, response="{response}""#,
        quoted(asked.user),
        quoted(realm),
        quoted(nonce),
        asked.uri
    );
    if let Some(qop) = qop {
        res.push_str(&format!(r#", qop={qop}, nc={nc}, cnonce="{cnonce}""#));
    }
    if let Some(opaque) = challenge.get("opaque") {
        res.push_str(&format!(r#", opaque="{}""#, quoted(opaque)));
    }
    Ok(res)
}

/// `a=1, b="x, y"` as a table; names in lower case.
fn parse(text: &str) -> BTreeMap<String, String> {
    let mut res = BTreeMap::new();
    let mut rest = text.trim();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches(|it: char| it == ',' || it.is_whitespace());
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('"') {
            Some(inner) => unquote(inner),
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        res.insert(name.to_ascii_lowercase(), value);
        rest = left;
    }
    res
}

fn unquote(inner: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = inner.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &inner[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, it)| it)),
            other => value.push(other),
        }
    }
    (value, "")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7616, section 3.9.1.
    #[test]
    fn the_standards_own_example_comes_out() {
        let answered = |algorithm: &str| {
            let challenge = parse(&format!(
                r#"realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
            ));
            let asked = Asked {
                method: "GET",
                uri: "/dir/index.html",
                user: "Mufasa",
                password: "Circle of Life",
                body: b"",
            };
            write(&challenge, &asked, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ").unwrap()
        };
        assert!(answered("MD5").contains(r#"response="8ca523f5e9506fed4657c9700eebdbec""#));
        assert!(answered("SHA-256").contains(
            r#"response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1""#
        ));
    }
}
