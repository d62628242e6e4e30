//! Whether a caller has proved who it is. Secrets are compared in constant time.

use base64::{Engine, prelude::BASE64_STANDARD};
use model::Value;
use sdk::{
    Credential,
    trigger::{ReceiveCtx, Refusal, Request},
};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;
use subtle::ConstantTimeEq;

use super::{signature, text};
use crate::jwt;

/// The claims of a token, where that is how callers prove themselves.
pub(super) fn check(request: &Request, ctx: &ReceiveCtx<'_>) -> Result<Option<Value>, Refusal> {
    match text(ctx.parameters, "authentication").as_str() {
        "" | "none" => Ok(None),
        "basicAuth" => basic(request, credential(ctx, "httpBasicAuth")?).map(|()| None),
        "headerAuth" => header(request, credential(ctx, "httpHeaderAuth")?).map(|()| None),
        "jwtAuth" => token(request, ctx, credential(ctx, "jwtAuth")?).map(Some),
        "signature" => {
            let scheme = ctx.parameters.get("signature").cloned().unwrap_or_default();
            let secret = needed(credential(ctx, "hmacAuth")?, "secret")?;
            signature::check(request, &scheme, &secret, ctx.now).map(|()| None)
        }
        other => Err(broken(format!("`{other}` is no way to authenticate"))),
    }
}

/// The header by whose value callers prove themselves here, where that value is the credential. A
/// signature proves one body only, and a token is the caller's own: a workflow may pass it on.
pub(super) fn secret_header(ctx: &ReceiveCtx<'_>) -> Option<SmolStr> {
    match text(ctx.parameters, "authentication").as_str() {
        "basicAuth" => Some("authorization".into()),
        "headerAuth" => Some(ctx.credential?.text("name").trim().to_ascii_lowercase().into()),
        _ => None,
    }
}

fn basic(request: &Request, credential: &Credential) -> Result<(), Refusal> {
    let (user, password) = (credential.text("user"), needed(credential, "password")?);
    let refuse = |status, why: &str| Refusal {
        headers: vec![("www-authenticate".into(), "Basic realm=\"Webhook\"".into())],
        ..Refusal::new(status, why)
    };
    let given = scheme(request, "basic")
        .and_then(|it| BASE64_STANDARD.decode(it).ok())
        .and_then(|it| String::from_utf8(it).ok())
        .ok_or_else(|| refuse(401, "user and password are needed"))?;
    let (given_user, given_password) = given.split_once(':').unwrap_or((&given, ""));
    // Both are compared, whatever the first gives: time must not tell which one is wrong.
    if same(given_user, &user) & same(given_password, &password) {
        return Ok(());
    }
    Err(refuse(403, "user or password are wrong"))
}

fn header(request: &Request, credential: &Credential) -> Result<(), Refusal> {
    let (name, value) = (needed(credential, "name")?, needed(credential, "value")?);
    let given = request.headers.get(name.trim().to_ascii_lowercase().as_str());
    if given.is_some_and(|it| same(it.trim(), value.trim())) {
        return Ok(());
    }
    Err(Refusal::new(403, "the header by which callers prove themselves is missing or wrong"))
}

fn token(
    request: &Request,
    ctx: &ReceiveCtx<'_>,
    credential: &Credential,
) -> Result<Value, Refusal> {
    let Some(token) = scheme(request, "bearer") else {
        return Err(Refusal {
            headers: vec![("www-authenticate".into(), "Bearer".into())],
            ..Refusal::new(401, "a bearer token is needed")
        });
    };
    jwt::verify(token, credential, ctx.now).map_err(|it| Refusal::new(403, it))
}

/// What follows the scheme in the `Authorization` header.
fn scheme<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let (scheme, rest) = request.headers.get("authorization")?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case(name).then(|| rest.trim())
}

/// Equal, in a time that depends neither on the content nor on the length of the secret.
fn same(given: &str, secret: &str) -> bool {
    Sha256::digest(given).ct_eq(&Sha256::digest(secret)).into()
}

fn credential<'a>(ctx: &ReceiveCtx<'a>, kind: &str) -> Result<&'a Credential, Refusal> {
    ctx.credential
        .filter(|it| it.kind == kind)
        .ok_or_else(|| broken(format!("the webhook has no `{kind}` credential; choose one")))
}

/// An empty secret would let everybody in.
fn needed(credential: &Credential, field: &str) -> Result<String, Refusal> {
    credential.needed(field).map_err(|it| broken(it.message))
}

/// The workflow is at fault, not the caller.
fn broken(why: String) -> Refusal {
    Refusal::new(500, why)
}
