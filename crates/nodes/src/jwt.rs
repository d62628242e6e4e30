//! JSON web tokens as triggers check them and respond nodes sign them.
//!
//! The algorithm is the credential's. What a token's own header says is never believed.

use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation, decode, encode,
};
use model::Value;
use sdk::{Credential, NodeError};

/// Clocks may differ by this many seconds.
const LEEWAY_S: i64 = 5;

/// The claims of a token whose signature and times are good.
///
/// # Errors
/// A sentence for the caller; it says nothing about the key.
pub(crate) fn verify(
    token: &str,
    credential: &Credential,
    now: Timestamp,
) -> Result<Value, String> {
    let algorithm = algorithm(credential).map_err(|it| it.message)?;
    let key = decoding_key(algorithm, credential).map_err(|it| it.message)?;
    let mut rules = Validation::new(algorithm);
    // Times are compared here, with the clock that was handed in.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let claims = decode::<Value>(token, &key, &rules)
        .map_err(|_| "the token's signature does not fit".to_owned())?
        .claims;
    let now = now.as_second();
    let time = |name: &str| match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(it)) => Ok(Some(*it as i64)),
        Some(_) => Err(format!("the token's `{name}` is no number")),
    };
    if time("exp")?.is_some_and(|it| it <= now.saturating_sub(LEEWAY_S)) {
        return Err("the token has expired".into());
    }
    if time("nbf")?.is_some_and(|it| it > now.saturating_add(LEEWAY_S)) {
        return Err("the token is not valid yet".into());
    }
    Ok(claims)
}

/// A token with these claims; `iat` is added when it is not there.
pub(crate) fn sign(
    claims: &Value,
    credential: &Credential,
    now: Timestamp,
) -> Result<String, NodeError> {
    let Some(fields) = claims.as_object() else {
        return Err(NodeError::never("the claims of a token must be an object"));
    };
    let mut fields = fields.clone();
    if !fields.contains_key("iat") {
        fields.insert("iat", now.as_second());
    }
    let algorithm = algorithm(credential)?;
    let key = encoding_key(algorithm, credential)?;
    encode(&Header::new(algorithm), &Value::from(fields), &key).map_err(|_| {
        NodeError::never(format!("credential `{}` could not sign the token", credential.name))
    })
}

fn algorithm(credential: &Credential) -> Result<Algorithm, NodeError> {
    let written = credential.text("algorithm");
    let name = if written.is_empty() { "HS256" } else { written.trim() };
    name.parse().map_err(|_| {
        NodeError::never(format!(
            "credential `{}` names algorithm `{name}`, which is not supported; choose another one",
            credential.name
        ))
    })
}

fn decoding_key(algorithm: Algorithm, credential: &Credential) -> Result<DecodingKey, NodeError> {
    let field = if algorithm.family() == AlgorithmFamily::Hmac { "secret" } else { "publicKey" };
    let text = credential.needed(field)?;
    let key = text.as_bytes();
    match algorithm.family() {
        AlgorithmFamily::Hmac => Ok(DecodingKey::from_secret(key)),
        AlgorithmFamily::Rsa => DecodingKey::from_rsa_pem(key).map_err(|_| unreadable(credential)),
        AlgorithmFamily::Ec => DecodingKey::from_ec_pem(key).map_err(|_| unreadable(credential)),
        AlgorithmFamily::Ed => DecodingKey::from_ed_pem(key).map_err(|_| unreadable(credential)),
    }
}

fn encoding_key(algorithm: Algorithm, credential: &Credential) -> Result<EncodingKey, NodeError> {
    let field = if algorithm.family() == AlgorithmFamily::Hmac { "secret" } else { "privateKey" };
    let text = credential.needed(field)?;
    let key = text.as_bytes();
    match algorithm.family() {
        AlgorithmFamily::Hmac => Ok(EncodingKey::from_secret(key)),
        AlgorithmFamily::Rsa => EncodingKey::from_rsa_pem(key).map_err(|_| unreadable(credential)),
        AlgorithmFamily::Ec => EncodingKey::from_ec_pem(key).map_err(|_| unreadable(credential)),
        AlgorithmFamily::Ed => EncodingKey::from_ed_pem(key).map_err(|_| unreadable(credential)),
    }
}

fn unreadable(credential: &Credential) -> NodeError {
    NodeError::never(format!(
        "the key of credential `{}` is no PEM text that fits its algorithm",
        credential.name
    ))
}
