//! A server that people sign in with, for tests: OpenID Connect and Facebook's Graph API on a free port.
//! It checks what a client owes it, and lies as a test tells it to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Form, Query, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinHandle};

pub const CLIENT_ID: &str = "tailorbird-tests";
/// With letters that a form writes otherwise.
pub const CLIENT_SECRET: &str = "s3cret:+/ä";

/// Made for this file, and used nowhere else.
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYkEX0PSSaUQlrCpO
2hurcT/7PXRN5ovh0kG+QDFQJTehRANCAARLx/gZDCo0zUsOFat6ZNv3WNeOs7Qq
7sUBFXdwAMi/SkTEMf5/N2TgyEWGzRrVAPtDnynPCy2JVbSudHjNr3YM
-----END PRIVATE KEY-----";
const OTHER_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg65f3llscXQtG/XJU
MPSzhT0O2avy9g5ubdln2vIo6OyhRANCAAQle/Qzaa5h5LSpbEhO8ojAefAN86/Z
TV9VZn04XRj92Q77Ot3xpt4ca3qNCT1SrqKMMWxNaJ38mC1EVjuTMLz9
-----END PRIVATE KEY-----";

/// How ID tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signed {
    #[default]
    Well,
    /// By somebody else, under the name of the right key.
    ByAnother,
    /// By somebody else, under a name that nobody knows.
    ByUnknown,
    /// With a shared secret: the public key, or the client's own.
    WithPublicKey,
    WithClientSecret,
    NotAtAll,
}

/// What the server says of whoever comes next.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Claims of the ID token; null takes one away.
    pub claims: HashMap<&'static str, Value>,
    /// What the page about a person says beside.
    pub userinfo: HashMap<&'static str, Value>,
    pub signed: Signed,
    /// What Facebook says of a person.
    pub facebook: Value,
}

/// See the module. It ends when it is dropped.
pub struct Provider {
    kept: Arc<Kept>,
    task: JoinHandle<()>,
}

struct Kept {
    base: String,
    script: Mutex<Script>,
    /// What was allowed, by code.
    grants: Mutex<HashMap<String, Grant>>,
}

#[derive(Clone)]
struct Grant {
    nonce: String,
    challenge: String,
    redirect: String,
}

type Failed = (StatusCode, Json<Value>);

impl Provider {
    pub async fn open() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let kept = Arc::new(Kept {
            base: format!("http://{address}"),
            script: Mutex::default(),
            grants: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(userinfo))
            .route("/v23.0/oauth/access_token", post(facebook_token))
            .route("/v23.0/me", get(facebook_me))
            .with_state(kept.clone());
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves until it is dropped");
        });
        Provider { kept, task }
    }

    pub fn url(&self) -> &str {
        &self.kept.base
    }

    pub fn say(&self, script: Script) {
        *lock(&self.kept.script) = script;
    }

    /// Says yes to whom a browser brings; gives the query with which it is sent back.
    ///
    /// # Panics
    /// When the client did not ask as it must.
    pub fn allow(&self, asked: &str) -> String {
        let url = url::Url::parse(asked).expect("an address");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT_ID);
        let is_facebook = url.path().ends_with("/dialog/oauth");
        if !is_facebook {
            assert_eq!(asked["code_challenge_method"], "S256");
            assert!(asked["scope"].split(' ').any(|it| it == "openid"));
        }
        let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let grant = Grant {
            nonce: text("nonce"),
            challenge: text("code_challenge"),
            redirect: text("redirect_uri"),
        };
        let mut grants = lock(&self.kept.grants);
        let code = format!("code-{}", grants.len());
        grants.insert(code.clone(), grant);
        let mut back = url::form_urlencoded::Serializer::new(String::new());
        back.append_pair("code", &code).append_pair("state", &asked["state"]);
        if !is_facebook {
            back.append_pair("iss", &self.kept.base);
        }
        back.finish()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn about(State(kept): State<Arc<Kept>>) -> Json<Value> {
    let base = &kept.base;
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/me"),
        "jwks_uri": format!("{base}/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

fn key(pem: &str) -> EncodingKey {
    EncodingKey::from_ec_pem(pem.as_bytes()).expect("a key")
}

fn public() -> Jwk {
    let mut jwk = Jwk::from_encoding_key(&key(KEY), Algorithm::ES256).expect("a key");
    jwk.common.key_id = Some("one".to_owned());
    jwk
}

/// Beside the key there is one of a kind that nobody knows.
async fn keys() -> Json<Value> {
    Json(json!({"keys": [{"kty": "FUTURE", "kid": "two", "q": 1}, public()]}))
}

async fn token(
    State(kept): State<Arc<Kept>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, Failed> {
    let written =
        |it: &str| url::form_urlencoded::byte_serialize(it.as_bytes()).collect::<String>();
    let both = format!("{}:{}", written(CLIENT_ID), written(CLIENT_SECRET));
    let basic = format!("Basic {}", STANDARD.encode(both));
    if headers.get("authorization").and_then(|it| it.to_str().ok()) != Some(&basic) {
        return Err(failed(StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let grant = lock(&kept.grants).remove(text("code"));
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(text("code_verifier").as_bytes()));
    let fits = |it: &Grant| it.challenge == digest && it.redirect == text("redirect_uri");
    let grant =
        grant.filter(fits).ok_or_else(|| failed(StatusCode::BAD_REQUEST, "invalid_grant"))?;
    let script = lock(&kept.script).clone();
    Ok(Json(json!({
        "access_token": "access",
        "token_type": "Bearer",
        "id_token": id_token(&kept.base, &grant, &script),
    })))
}

fn id_token(base: &str, grant: &Grant, script: &Script) -> String {
    let now = jiff::Timestamp::now().as_second();
    let mut claims = json!({
        "iss": base, "aud": CLIENT_ID, "sub": "bob", "nonce": grant.nonce,
        "iat": now, "exp": now + 300,
    });
    for (name, value) in &script.claims {
        claims[*name] = value.clone();
    }
    claims.as_object_mut().expect("an object").retain(|_, it| !it.is_null());
    let header = |alg, kid: &str| Header { kid: Some(kid.to_owned()), ..Header::new(alg) };
    let (es, hs) = (Algorithm::ES256, Algorithm::HS256);
    let signed = match script.signed {
        Signed::Well => encode(&header(es, "one"), &claims, &key(KEY)),
        Signed::ByAnother => encode(&header(es, "one"), &claims, &key(OTHER_KEY)),
        Signed::ByUnknown => encode(&header(es, "new"), &claims, &key(OTHER_KEY)),
        Signed::WithPublicKey => {
            let shared = serde_json::to_vec(&public()).expect("plain data");
            encode(&header(hs, "one"), &claims, &EncodingKey::from_secret(&shared))
        }
        Signed::WithClientSecret => {
            encode(&header(hs, "one"), &claims, &EncodingKey::from_secret(CLIENT_SECRET.as_bytes()))
        }
        Signed::NotAtAll => {
            let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
            Ok(format!("{}.{}.", part(&json!({"alg": "none", "kid": "one"})), part(&claims)))
        }
    };
    signed.expect("plain data")
}

async fn userinfo(
    State(kept): State<Arc<Kept>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Failed> {
    if headers.get("authorization").is_none_or(|it| it != "Bearer access") {
        return Err(failed(StatusCode::UNAUTHORIZED, "invalid_token"));
    }
    let script = lock(&kept.script).clone();
    let subject = script.claims.get("sub").cloned().unwrap_or_else(|| "bob".into());
    let mut said = json!({"sub": subject});
    for (name, value) in &script.userinfo {
        said[*name] = value.clone();
    }
    Ok(Json(said))
}

async fn facebook_token(
    State(kept): State<Arc<Kept>>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, Failed> {
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let is_client = text("client_id") == CLIENT_ID && text("client_secret") == CLIENT_SECRET;
    let grant = lock(&kept.grants).remove(text("code"));
    let fits = grant.is_some_and(|it| it.redirect == text("redirect_uri"));
    if !is_client || !fits {
        return Err(failed(StatusCode::BAD_REQUEST, "OAuthException"));
    }
    Ok(Json(json!({"access_token": "facebook", "token_type": "bearer"})))
}

async fn facebook_me(
    State(kept): State<Arc<Kept>>,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Failed> {
    let has_proof = asked.get("appsecret_proof").is_some_and(|it| it.len() == 64);
    if asked.get("access_token").is_none_or(|it| it != "facebook") || !has_proof {
        return Err(failed(StatusCode::BAD_REQUEST, "OAuthException"));
    }
    Ok(Json(lock(&kept.script).facebook.clone()))
}

fn failed(status: StatusCode, error: &str) -> Failed {
    (status, Json(json!({"error": error})))
}
