//! ID tokens: read only when the provider has signed them, for us, for this very sign-in
//! (OpenID Connect Core 1.0, 3.1.3.7).

use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde_json::{Map, Value};

/// What a token must say.
pub(super) struct Wanted<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// How much clocks may differ, in seconds.
const LEEWAY: f64 = 60.0;
/// How many keys are tried on a token that names none.
const KEYS_TRIED_MAX: usize = 10;

/// Why a token does not count; the words are for the log.
pub(super) type Refused = &'static str;

/// No key of the set is the one that the token names; the provider may have made a new one.
pub(super) const KEY_UNKNOWN: Refused = "no key of the provider has signed it";

/// What a token says.
pub(super) fn read(
    token: &str,
    keys: &[Jwk],
    wanted: &Wanted<'_>,
) -> Result<Map<String, Value>, Refused> {
    let header = decode_header(token).map_err(|_| "it is no token")?;
    let fits = |it: &&Jwk| {
        let named = header.kid.is_none() || it.common.key_id == header.kid;
        let signs = !matches!(it.common.public_key_use, Some(PublicKeyUse::Encryption));
        // The key says which ways of signing are its own; the token cannot choose another.
        named && signs && algorithms(it).contains(&header.alg)
    };
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[wanted.issuer]);
    validation.set_audience(&[wanted.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Times are looked at below, by the clock that is given.
    validation.validate_exp = false;
    let read = |it: &Jwk| {
        let key = DecodingKey::from_jwk(it).ok()?;
        Some(decode::<Map<String, Value>>(token, &key, &validation).map(|it| it.claims))
    };
    let tried = keys.iter().filter(fits).take(KEYS_TRIED_MAX).filter_map(read);
    let mut refused = KEY_UNKNOWN;
    for it in tried {
        match it {
            Ok(claims) => return check(claims, wanted),
            Err(error) => {
                use jsonwebtoken::errors::ErrorKind;
                refused = match error.kind() {
                    ErrorKind::InvalidIssuer => "it is of another issuer",
                    ErrorKind::InvalidAudience => "it is for another client",
                    ErrorKind::InvalidSignature => "its signature does not fit",
                    _ => "it is no token as it must be",
                };
            }
        }
    }
    Err(refused)
}

fn check(claims: Map<String, Value>, wanted: &Wanted<'_>) -> Result<Map<String, Value>, Refused> {
    let now = wanted.now.as_second() as f64;
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if number("exp").is_none_or(|it| it + LEEWAY <= now) {
        return Err("its time is over");
    }
    if ["iat", "nbf"].iter().any(|it| number(it).is_some_and(|it| it > now + LEEWAY)) {
        return Err("its time has not come");
    }
    if text("nonce") != Some(wanted.nonce) {
        return Err("it is of another sign-in");
    }
    let is_shared = claims.get("aud").and_then(Value::as_array).is_some_and(|it| it.len() > 1);
    match claims.get("azp") {
        None if is_shared => return Err("it is for several and does not say for whom"),
        Some(it) if it.as_str() != Some(wanted.client_id) => {
            return Err("it was given to another client");
        }
        _ => {}
    }
    if text("sub").is_none_or(|it| it.is_empty() || it.len() > 255) {
        return Err("it names nobody");
    }
    Ok(claims)
}

/// The ways of signing that a key is for: never one with a shared secret, never none.
fn algorithms(key: &Jwk) -> Vec<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let of_kind: &[Algorithm] = match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(it) if it.curve == EllipticCurve::P256 => &[ES256],
        AlgorithmParameters::EllipticCurve(it) if it.curve == EllipticCurve::P384 => &[ES384],
        AlgorithmParameters::OctetKeyPair(it) if it.curve == EllipticCurve::Ed25519 => &[EdDSA],
        _ => &[],
    };
    let is_own = |it: &&Algorithm| match key.common.key_algorithm {
        None => true,
        Some(named) => Algorithm::try_from(named).is_ok_and(|named| named == **it),
    };
    of_kind.iter().filter(is_own).copied().collect()
}
