//! Host functions over bytes and addresses: what `Buffer`, `crypto` and `URL` stand on.

use std::hash::{BuildHasher, RandomState};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use model::item::Blob;
use rquickjs::{Ctx, Exception, Object, TypedArray, function::Opt};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::{
    border,
    host::{add, now},
    slot::Slot,
    text::{base64_decode, url_parts},
};

type Js<'js> = rquickjs::Value<'js>;

/// How many bytes of chance a script may ask for at once.
const RANDOM_BYTES_MAX: usize = 65_536;

pub(crate) fn install<'js>(host: &Object<'js>, slot: &Slot) -> rquickjs::Result<()> {
    add(host, "bytes", |ctx: Ctx<'js>, text: String, encoding: String| {
        TypedArray::new(ctx, decode(&text, &encoding))
    })?;
    // Bytes come out of JavaScript as text of one letter per byte.
    add(host, "text", |bytes: String, encoding: String| {
        encode(&decode(&bytes, "latin1"), &encoding)
    })?;
    add(host, "random", |ctx: Ctx<'js>, size: usize| {
        if size > RANDOM_BYTES_MAX {
            let why = format!("at most {RANDOM_BYTES_MAX} random bytes can be had at once");
            return Err(Exception::throw_range(&ctx, &why));
        }
        TypedArray::new(ctx, random(size))
    })?;
    add(host, "digest", |ctx: Ctx<'js>, name: String, data: String, key: Opt<String>| {
        let key = key.0.map(|it| decode(&it, "latin1"));
        match digest(&name, key.as_deref(), &decode(&data, "latin1")) {
            Some(it) => TypedArray::new(ctx, it).map(TypedArray::into_value),
            None => Ok(Js::new_null(ctx.clone())),
        }
    })?;
    add(host, "urlJoin", |ctx: Ctx<'js>, text: String, base: Opt<String>| {
        let joined = match &base.0 {
            None => url::Url::parse(&text),
            Some(base) => url::Url::parse(base).and_then(|it| it.join(&text)),
        };
        match joined {
            Ok(it) => border::enter(&ctx, &url_parts(it.as_str())),
            Err(_) => Ok(Js::new_null(ctx.clone())),
        }
    })?;
    add(
        host,
        "urlWith",
        |ctx: Ctx<'js>, text: String, part: String, value: String| match url_with(
            &text, &part, &value,
        ) {
            Some(it) => border::enter(&ctx, &url_parts(it.as_str())),
            None => Ok(Js::new_null(ctx.clone())),
        },
    )?;
    let here = slot.clone();
    add(host, "file", move |ctx: Ctx<'js>, index: usize, name: String| {
        let scope = now(&ctx, &here)?.scope;
        let fault = |why: &str| Exception::throw_message(&ctx, why);
        let item = scope.input.first().map_or(Ok(None), |it| it.get(index));
        let item = item.map_err(|why| fault(&why))?;
        let files = item.and_then(|it| it.binary);
        let file = files.as_ref().and_then(|it| it.get(name.as_str()));
        let file = file.ok_or_else(|| fault(&format!("item {index} has no file `{name}`")))?;
        let bytes = match &file.data {
            Blob::Inline(bytes) => bytes.clone(),
            stored @ Blob::Stored { .. } => scope.world.blob(stored).map_err(|why| fault(&why))?,
        };
        TypedArray::new(ctx.clone(), bytes.to_vec())
    })
}

/// The hash of `data`, or with a key its HMAC; `None` for an unknown algorithm.
fn digest(name: &str, key: Option<&[u8]>, data: &[u8]) -> Option<Vec<u8>> {
    macro_rules! one {
        ($hash:ty) => {
            match key {
                None => <$hash>::digest(data).to_vec(),
                Some(key) => {
                    let mac = Hmac::<$hash>::new_from_slice(key).ok()?;
                    mac.chain_update(data).finalize().into_bytes().to_vec()
                }
            }
        };
    }
    let name = name.to_ascii_lowercase().replace('-', "");
    Some(match name.as_str() {
        "md5" => one!(Md5),
        "sha1" => one!(Sha1),
        "sha224" => one!(Sha224),
        "sha256" => one!(Sha256),
        "sha384" => one!(Sha384),
        "sha512" => one!(Sha512),
        _ => return None,
    })
}

fn decode(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "base64" | "base64url" => base64_decode(text),
        "hex" => {
            let digits: Vec<u32> = text.chars().map_while(|it| it.to_digit(16)).collect();
            digits.chunks_exact(2).map(|it| (it[0] * 16 + it[1]) as u8).collect()
        }
        "latin1" => text.encode_utf16().map(|it| it as u8).collect(),
        "utf16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.as_bytes().to_vec(),
    }
}

fn encode(bytes: &[u8], encoding: &str) -> String {
    match encoding {
        "base64" => STANDARD.encode(bytes),
        "base64url" => URL_SAFE_NO_PAD.encode(bytes),
        "hex" => super::text::hex(bytes),
        "latin1" => bytes.iter().copied().map(char::from).collect(),
        "utf16le" => {
            let units: Vec<u16> =
                bytes.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Chance from the keys that the operating system gives each map.
fn random(size: usize) -> Vec<u8> {
    let mut res = Vec::with_capacity(size + 8);
    while res.len() < size {
        res.extend(RandomState::new().hash_one(res.len()).to_le_bytes());
    }
    res.truncate(size);
    res
}

fn url_with(text: &str, part: &str, value: &str) -> Option<url::Url> {
    let mut url = url::Url::parse(text).ok()?;
    let some = |it: &'static str| Some(value.trim_start_matches(it)).filter(|it| !it.is_empty());
    // A part that does not fit leaves the address as it was, as browsers do.
    match part {
        "protocol" => _ = url.set_scheme(value.trim_end_matches(':')),
        "username" => _ = url.set_username(value),
        "password" => _ = url.set_password(Some(value)),
        "hostname" => _ = url.set_host(Some(value)),
        "host" => {
            let (name, port) = value.split_once(':').unwrap_or((value, ""));
            _ = url.set_host(Some(name));
            if let Ok(port) = port.parse() {
                _ = url.set_port(Some(port));
            }
        }
        "port" => _ = url.set_port(value.parse().ok()),
        "pathname" => url.set_path(value),
        "search" => url.set_query(some("?")),
        "query" => url.set_query(Some(value).filter(|it| !it.is_empty())),
        "hash" => url.set_fragment(some("#")),
        _ => {}
    }
    Some(url)
}
