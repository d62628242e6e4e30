//! What is wrong with a route that somebody wrote, all of it at once.

use serde_json::Value;

use super::{
    FieldRule, HeaderRule, Route, Rules, Upstream,
    rules::{parts, size},
};

pub const NAME_CHARS_MAX: usize = 100;
/// Most rules of one kind in one direction.
pub const RULES_MAX: usize = 50;
/// Longest name of a header or path of a field.
pub const TEXT_CHARS_MAX: usize = 200;
/// Longest value of a rule.
const VALUE_BYTES_MAX: usize = 4_000;
const DEPTH_MAX: usize = 16;
const URL_CHARS_MAX: usize = 2_000;
pub const TIMEOUT_MS_MAX: u32 = 300_000;
pub const BODY_BYTES_MAX: u32 = 1 << 30;
pub const ANSWER_BYTES_MAX: u64 = 1 << 30;
pub const RETRIES_MAX: u32 = 5;
pub const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Headers that say how a message is framed, where it comes from and how a browser is to treat it.
const NOT_BY_RULES: &[&str] = &[
    "clear-site-data",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "service-worker-allowed",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-content-type-options",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-request-id",
];

/// Where in the route, and a sentence.
type Fault = (String, String);

impl Route {
    /// All that is wrong with it; nothing when it can be kept.
    pub fn faults(&self) -> Vec<Fault> {
        let mut res = vec![];
        let mut say = |path: &str, message: String| res.push((path.to_owned(), message));
        let n_chars = self.name.chars().count();
        if n_chars == 0 || n_chars > NAME_CHARS_MAX || self.name.chars().any(char::is_control) {
            say("name", format!("a route needs a name of 1 to {NAME_CHARS_MAX} characters"));
        }
        for (n, it) in self.methods.iter().enumerate() {
            if !METHODS.contains(&it.as_str()) || self.methods[..n].contains(it) {
                let path = format!("methods[{n}]");
                say(&path, format!("methods are some of {}, each once", METHODS.join(", ")));
            }
        }
        rules("request", &self.request, &mut res);
        rules("response", &self.response, &mut res);
        if let Some(it) = &self.upstream {
            upstream(self, it, &mut res);
        }
        res
    }
}

fn rules(at: &str, all: &Rules, res: &mut Vec<Fault>) {
    for (kind, n) in [("headers", all.headers.len()), ("fields", all.fields.len())] {
        if n > RULES_MAX {
            res.push((format!("{at}.{kind}"), format!("there are at most {RULES_MAX} rules")));
        }
    }
    for (n, rule) in all.headers.iter().enumerate() {
        if let Err(message) = header(rule) {
            res.push((format!("{at}.headers[{n}]"), message));
        }
    }
    for (n, rule) in all.fields.iter().enumerate() {
        if let Err(message) = field(rule) {
            res.push((format!("{at}.fields[{n}]"), message));
        }
    }
}

fn header(rule: &HeaderRule) -> Result<(), String> {
    match rule {
        HeaderRule::Rename { name, to } => {
            header_name(name)?;
            header_name(to)
        }
        HeaderRule::Add { name, value } => {
            header_name(name)?;
            // What is past ASCII may be read in more than one way.
            let is_plain = value.bytes().all(|it| (b' '..=b'~').contains(&it) || it == b'\t');
            if value.len() > VALUE_BYTES_MAX || !is_plain {
                return Err(format!(
                    "the value of header `{name}` is one line of ASCII, at most {VALUE_BYTES_MAX} characters"
                ));
            }
            Ok(())
        }
        HeaderRule::Remove { name } => header_name(name),
    }
}

fn header_name(name: &str) -> Result<(), String> {
    let is_token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
    if name.is_empty() || name.len() > TEXT_CHARS_MAX || !name.bytes().all(is_token) {
        let name: String = name.chars().take(60).collect();
        return Err(format!("`{name}` is no name of a header"));
    }
    if NOT_BY_RULES.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("the header `{name}` is written by the server and not by rules"));
    }
    Ok(())
}

fn field(rule: &FieldRule) -> Result<(), String> {
    let path = rule.path();
    let names = parts(path);
    if path.chars().count() > TEXT_CHARS_MAX
        || names.len() > DEPTH_MAX
        || names.iter().any(String::is_empty)
    {
        return Err(format!(
            "a field is named as `customer.city`, at most {TEXT_CHARS_MAX} characters and {DEPTH_MAX} deep"
        ));
    }
    match rule {
        FieldRule::Rename { to, .. }
            if parts(to).iter().any(String::is_empty) || to.chars().count() > TEXT_CHARS_MAX =>
        {
            Err(format!("the new name of `{path}` has 1 to {TEXT_CHARS_MAX} characters"))
        }
        FieldRule::Rename { to, .. } if parts(to).len() > 1 => Err(format!(
            "the new name of `{path}` is one name, as the field stays where it is; a dot in it is written `\\.`"
        )),
        FieldRule::Add { value, .. }
            if size(value) > VALUE_BYTES_MAX || is_deep(value, DEPTH_MAX) =>
        {
            Err(format!("the value of `{path}` takes at most {VALUE_BYTES_MAX} bytes"))
        }
        FieldRule::Rename { .. } | FieldRule::Add { .. } | FieldRule::Remove { .. } => Ok(()),
    }
}

fn is_deep(value: &Value, max: usize) -> bool {
    match value {
        Value::Array(all) => max == 0 || all.iter().any(|it| is_deep(it, max - 1)),
        Value::Object(all) => max == 0 || all.values().any(|it| is_deep(it, max - 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn upstream(route: &Route, it: &Upstream, res: &mut Vec<Fault>) {
    let mut say = |path: &str, message: String| res.push((format!("upstream.{path}"), message));
    let is_web = ["http://", "https://"].iter().any(|scheme| it.url.starts_with(scheme));
    if !is_web || it.url.chars().count() > URL_CHARS_MAX {
        say("url", "write an address such as `https://api.example.com/v1`".to_owned());
    }
    let (mut rest, names) = (it.url.as_str(), route.path.names().collect::<Vec<_>>());
    while let Some((_, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        if !names.iter().any(|it| *it == name) {
            let name: String = name.chars().take(60).collect();
            say("url", format!("the path of the route has no `:{name}` for `{{{name}}}`"));
        }
        rest = after;
    }
    let (_, behind) = it.url.split_once("//").unwrap_or_default();
    let host = behind.split(['/', '?', '#']).next().unwrap_or_default();
    let query = behind.split_once(['?', '#']).unwrap_or_default().1;
    if host.contains('{') || query.contains('{') {
        let message =
            "a part of the path may stand in the path of the address, not in its host or query";
        say("url", message.to_owned());
    }
    if host.contains('@') {
        say("url", "user and password belong into a credential".to_owned());
    }
    let mut within = |path: &str, value: u64, max: u64| {
        if value == 0 || value > max {
            say(path, format!("it is 1 to {max}"));
        }
    };
    within("timeoutMs", it.timeout_ms.into(), TIMEOUT_MS_MAX.into());
    within("bodyBytesMax", it.body_bytes_max.into(), BODY_BYTES_MAX.into());
    within("answerBytesMax", it.answer_bytes_max, ANSWER_BYTES_MAX);
    if it.retries > RETRIES_MAX {
        say("retries", format!("what fails is tried again at most {RETRIES_MAX} times"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{Access, Limits};

    fn route() -> Route {
        Route {
            name: "Shop".into(),
            path: "/shop/:id/*".parse().unwrap(),
            methods: vec!["GET".into()],
            enabled: true,
            limits: Limits::default(),
            request: Rules::default(),
            response: Rules::default(),
            upstream: Some(Upstream {
                url: "https://api.example.com/v1/{id}".to_owned(),
                access: Access::Key,
                credential: None,
                timeout_ms: 30_000,
                body_bytes_max: 1 << 20,
                answer_bytes_max: 1 << 20,
                retries: 2,
            }),
        }
    }

    /// Breaks a route, and says where it is broken then.
    fn check(breaks: impl Fn(&mut Route), expected: &[&str]) {
        let mut it = route();
        breaks(&mut it);
        let found = it.faults();
        let places: Vec<&str> = found.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(places, expected, "{found:?}");
    }

    #[test]
    fn each_fault_says_where_it_is() {
        let at = |it: &mut Route| it.upstream.clone().unwrap();
        check(|_| {}, &[]);
        check(|it| it.name = "".into(), &["name"]);
        check(|it| it.name = "x".repeat(NAME_CHARS_MAX).into(), &[]);
        check(|it| it.name = "x".repeat(NAME_CHARS_MAX + 1).into(), &["name"]);
        check(|it| it.methods = vec!["GET".into(), "get".into()], &["methods[1]"]);
        check(|it| it.methods = vec!["GET".into(), "GET".into()], &["methods[1]"]);
        let url = |url: &str| {
            let url = url.to_owned();
            move |it: &mut Route| it.upstream = Some(Upstream { url: url.clone(), ..at(it) })
        };
        check(url("ftp://a.example"), &["upstream.url"]);
        check(url("https://a.example/{other}"), &["upstream.url"]);
        check(url("https://{id}.example/"), &["upstream.url"]);
        check(url("https://a.example/?a={id}"), &["upstream.url"]);
        check(url("https://user:word@a.example/"), &["upstream.url"]);
        check(|it| it.upstream = Some(Upstream { retries: 6, ..at(it) }), &["upstream.retries"]);
        check(
            |it| it.upstream = Some(Upstream { timeout_ms: 0, ..at(it) }),
            &["upstream.timeoutMs"],
        );
    }

    #[test]
    fn rules_touch_nothing_that_frames_a_message() {
        let add = |name: &str, value: &str| HeaderRule::Add {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let with = |rule: HeaderRule| move |it: &mut Route| it.request.headers = vec![rule.clone()];
        check(with(add("X-Shop", "one")), &[]);
        for (name, value) in [
            ("Content-Length", "1"),
            ("HOST", "a"),
            ("x-forwarded-for", "10.0.0.1"),
            ("bad name", "a"),
            ("", "a"),
            ("x-shop", "two\r\nlines"),
        ] {
            check(with(add(name, value)), &["request.headers[0]"]);
        }
        let to = HeaderRule::Rename { name: "a".to_owned(), to: "Transfer-Encoding".to_owned() };
        check(with(to), &["request.headers[0]"]);
        let many = |n: usize| {
            move |it: &mut Route| {
                it.response.headers = vec![HeaderRule::Remove { name: "a".to_owned() }; n]
            }
        };
        check(many(RULES_MAX), &[]);
        check(many(RULES_MAX + 1), &["response.headers"]);
        for path in ["", "a..b", ".a", &"a.".repeat(DEPTH_MAX)] {
            let rule = FieldRule::Remove { path: path.to_owned() };
            check(|it| it.response.fields = vec![rule.clone()], &["response.fields[0]"]);
        }
        for (to, expected) in [("c", &[][..]), (r"a\.c", &[]), ("a.c", &["request.fields[0]"])] {
            let rule = FieldRule::Rename { path: "a.b".to_owned(), to: to.to_owned() };
            check(|it| it.request.fields = vec![rule.clone()], expected);
        }
    }
}
