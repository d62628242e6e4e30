//! Requests that their sender has signed with a shared secret.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use model::{
    Value,
    form::{Field, Form},
};
use sdk::trigger::{Refusal, Request};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::text;

pub(super) fn form() -> Form {
    let own = |field: Field| field.fixed().when("scheme", &["own"]);
    Form::new([
        Field::choice(
            "scheme",
            "Scheme",
            &[
                ("github", "GitHub, Meta"),
                ("stripe", "Stripe"),
                ("slack", "Slack"),
                ("standard", "Standard Webhooks, Svix"),
                ("own", "Own"),
            ],
        )
        .fixed()
        .help("Whose way of signing it is; *Own* lets you say each part."),
        own(Field::text("header", "Header").default("x-signature"))
            .help("The header that carries the signature."),
        own(Field::text("prefix", "Prefix"))
            .placeholder("sha256=")
            .help("What stands before the signature in the header; signatures without it do not count."),
        own(Field::choice("encoding", "Encoding", &[("hex", "Hexadecimal"), ("base64", "Base64")]))
            .help("How the signature is written. Base64 is read in both alphabets."),
        own(Field::choice(
            "algorithm",
            "Algorithm",
            &[("sha256", "HMAC-SHA256"), ("sha512", "HMAC-SHA512"), ("sha1", "HMAC-SHA1")],
        ))
        .help("How the signature is computed."),
        own(Field::text("signed", "What is signed").default("{body}"))
            .help("The text that is signed, with `{body}`, `{timestamp}`, `{method}`, `{path}` and `{url}` for parts of the request."),
        own(Field::text("timestampHeader", "Timestamp header"))
            .help("The header that carries the time at which the request was signed, in seconds since 1970. Empty: there is none."),
        Field::integer("toleranceS", "Tolerance", 0.0, 86_400.0)
            .fixed()
            .default(300)
            .when("scheme", &["stripe", "slack", "standard", "own"])
            .help("How old a signed request may be, in seconds; 0 does not look. It keeps recorded requests from being sent again."),
    ])
}

struct Scheme {
    header: String,
    prefix: String,
    /// What separates several signatures, or a signature and its time, in the header.
    separator: Option<char>,
    base64: bool,
    algorithm: String,
    /// With `{body}` and so on.
    signed: String,
    time: Time,
}

/// Where the time of signing stands.
enum Time {
    Nowhere,
    Header(String),
    /// In the signature's own header, behind `t=`.
    Beside,
}

/// # Errors
/// 403 when the signature or its time is wrong, 401 when there is none.
pub(super) fn check(
    request: &Request,
    parameters: &Value,
    secret: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let scheme = scheme(parameters);
    let header = request
        .headers
        .get(scheme.header.as_str())
        .ok_or_else(|| Refusal::new(401, format!("header `{}` is needed", scheme.header)))?;
    let parts: Vec<&str> = match scheme.separator {
        Some(separator) => header.split(separator).map(str::trim).collect(),
        None => vec![header.trim()],
    };
    let timestamp = match &scheme.time {
        Time::Nowhere => None,
        Time::Header(name) => request.headers.get(name.as_str()).map(String::as_str),
        Time::Beside => parts.iter().find_map(|it| it.strip_prefix("t=")),
    };
    if !matches!(scheme.time, Time::Nowhere) {
        let tolerance = parameters.get("toleranceS").and_then(Value::as_f64).unwrap_or(300.0);
        fresh(timestamp, tolerance as i64, now)?;
    }
    let message = message(&scheme.signed, request, timestamp.unwrap_or(""));
    let key = key(parameters, secret);
    let good = parts
        .iter()
        .filter_map(|it| it.strip_prefix(scheme.prefix.as_str()))
        .filter_map(|it| decode(it.trim(), scheme.base64))
        .any(|it| fits(&scheme.algorithm, &key, &message, &it));
    if good { Ok(()) } else { Err(Refusal::new(403, "the signature does not fit")) }
}

fn scheme(parameters: &Value) -> Scheme {
    let of = |header: &str, prefix: &str, signed: &str, time: Time| Scheme {
        header: header.to_ascii_lowercase(),
        prefix: prefix.into(),
        separator: None,
        base64: false,
        algorithm: "sha256".into(),
        signed: signed.into(),
        time,
    };
    match text(parameters, "scheme").as_str() {
        "stripe" => Scheme {
            separator: Some(','),
            ..of("stripe-signature", "v1=", "{timestamp}.{body}", Time::Beside)
        },
        "slack" => {
            let time = Time::Header("x-slack-request-timestamp".into());
            of("x-slack-signature", "v0=", "v0:{timestamp}:{body}", time)
        }
        "standard" => Scheme {
            separator: Some(' '),
            base64: true,
            ..of(
                "webhook-signature",
                "v1,",
                "{id}.{timestamp}.{body}",
                Time::Header("webhook-timestamp".into()),
            )
        },
        "own" => {
            let time_header = text(parameters, "timestampHeader").trim().to_ascii_lowercase();
            let time =
                if time_header.is_empty() { Time::Nowhere } else { Time::Header(time_header) };
            let signed = text(parameters, "signed");
            let signed = if signed.is_empty() { "{body}" } else { signed.as_str() };
            Scheme {
                base64: text(parameters, "encoding") == "base64",
                algorithm: text(parameters, "algorithm").into(),
                ..of(
                    text(parameters, "header").trim(),
                    text(parameters, "prefix").trim(),
                    signed,
                    time,
                )
            }
        }
        _ => of("x-hub-signature-256", "sha256=", "{body}", Time::Nowhere),
    }
}

fn fresh(timestamp: Option<&str>, tolerance_s: i64, now: Timestamp) -> Result<(), Refusal> {
    let at = timestamp
        .and_then(|it| it.trim().parse::<i64>().ok())
        .ok_or_else(|| Refusal::new(401, "the request does not say when it was signed"))?;
    // Some senders count milliseconds.
    let at = if at > 100_000_000_000 { at / 1_000 } else { at };
    if tolerance_s > 0 && now.as_second().saturating_sub(at).saturating_abs() > tolerance_s {
        return Err(Refusal::new(403, "the request was signed too long ago"));
    }
    Ok(())
}

/// The secret's bytes; Standard Webhooks writes them in base64 behind `whsec_`.
fn key(parameters: &Value, secret: &str) -> Vec<u8> {
    if text(parameters, "scheme") == "standard"
        && let Some(key) = decode(secret.strip_prefix("whsec_").unwrap_or(secret), true)
    {
        return key;
    }
    secret.as_bytes().to_vec()
}

fn message(template: &str, request: &Request, timestamp: &str) -> Vec<u8> {
    let mut res = vec![];
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(a, b)| Some((a, b.split_once('}')?)))
    {
        res.extend_from_slice(before.as_bytes());
        match name {
            "body" => res.extend_from_slice(&request.body),
            "timestamp" => res.extend_from_slice(timestamp.as_bytes()),
            "method" => res.extend_from_slice(request.method.as_bytes()),
            "path" => res.extend_from_slice(request.path.as_bytes()),
            "url" => res.extend_from_slice(request.url.as_bytes()),
            "id" => {
                let id = request.headers.get("webhook-id").map_or("", String::as_str);
                res.extend_from_slice(id.as_bytes());
            }
            other => res.extend_from_slice(format!("{{{other}}}").as_bytes()),
        }
        rest = after;
    }
    res.extend_from_slice(rest.as_bytes());
    res
}

fn decode(text: &str, base64: bool) -> Option<Vec<u8>> {
    if base64 {
        return BASE64_STANDARD
            .decode(text)
            .or_else(|_| BASE64_STANDARD_NO_PAD.decode(text))
            .or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
            .ok();
    }
    let digits = text.as_bytes();
    if digits.len() % 2 == 1 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pair = |it: &[u8]| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok();
    digits.chunks(2).map(pair).collect()
}

/// Compares in constant time.
fn fits(algorithm: &str, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    macro_rules! with {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(key)
                .is_ok_and(|mac| mac.chain_update(message).verify_slice(signature).is_ok())
        };
    }
    match algorithm {
        "sha1" => with!(Sha1),
        "sha512" => with!(Sha512),
        _ => with!(Sha256),
    }
}
