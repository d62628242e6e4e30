//! Host functions over text: base64, hashes, URLs.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use md5::Md5;
use model::Value;
use rquickjs::{Ctx, Object};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::{border, host::add};

/// As liberal as Node.js: padding or none, bits left over or none.
const LIBERAL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(crate) fn install<'js>(host: &Object<'js>) -> rquickjs::Result<()> {
    add(host, "base64Encode", |text: String| STANDARD.encode(text))?;
    add(host, "base64Decode", |text: String| {
        String::from_utf8_lossy(&base64_decode(&text)).into_owned()
    })?;
    add(host, "hash", |ctx: Ctx<'js>, algorithm: String, text: String| {
        border::enter(&ctx, &hash(&algorithm, text.as_bytes()).into())
    })?;
    add(host, "url", |ctx: Ctx<'js>, text: String| border::enter(&ctx, &url_parts(&text)))
}

/// Skips what is no base64, as Node.js does.
pub(crate) fn base64_decode(text: &str) -> Vec<u8> {
    let mut kept = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '=' => break,
            '-' => kept.push('+'),
            '_' => kept.push('/'),
            '+' | '/' => kept.push(it),
            _ if it.is_ascii_alphanumeric() => kept.push(it),
            _ => {}
        }
    }
    // One digit alone holds no byte.
    if kept.len() % 4 == 1 {
        kept.pop();
    }
    LIBERAL.decode(kept).unwrap_or_default()
}

fn hash(algorithm: &str, bytes: &[u8]) -> Option<String> {
    let name = algorithm.to_ascii_lowercase().replace('-', "");
    Some(match name.as_str() {
        "md5" => hex(&Md5::digest(bytes)),
        "sha1" => hex(&Sha1::digest(bytes)),
        "sha224" => hex(&Sha224::digest(bytes)),
        "sha256" => hex(&Sha256::digest(bytes)),
        "sha384" => hex(&Sha384::digest(bytes)),
        "sha512" => hex(&Sha512::digest(bytes)),
        "sha3" | "sha3512" => hex(&sha3::Sha3_512::digest(bytes)),
        "sha3256" => hex(&sha3::Sha3_256::digest(bytes)),
        "ripemd160" => hex(&ripemd::Ripemd160::digest(bytes)),
        _ => return None,
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut res = String::with_capacity(2 * bytes.len());
    for it in bytes {
        write!(res, "{it:02x}").expect("a string takes any text");
    }
    res
}

/// The parts of an absolute URL with the names of the web; null when it is none.
pub(crate) fn url_parts(text: &str) -> Value {
    let Ok(url) = url::Url::parse(text) else { return Value::Null };
    let with = |mark: &str, part: Option<&str>| match part {
        Some(part) if !part.is_empty() => format!("{mark}{part}"),
        _ => String::new(),
    };
    let port = url.port().map_or(String::new(), |it| it.to_string());
    let hostname = url.host_str().unwrap_or_default().to_owned();
    let host = if port.is_empty() { hostname.clone() } else { format!("{hostname}:{port}") };
    Value::object([
        ("href", Value::from(url.as_str())),
        ("protocol", format!("{}:", url.scheme()).into()),
        ("username", url.username().into()),
        ("password", url.password().unwrap_or_default().into()),
        ("host", host.into()),
        ("hostname", hostname.into()),
        ("port", port.into()),
        ("pathname", url.path().into()),
        ("search", with("?", url.query()).into()),
        ("hash", with("#", url.fragment()).into()),
        ("origin", url.origin().ascii_serialization().into()),
    ])
}
