//! OpenID Connect: what a provider says of itself, the way there, and whom it sends back
//! (OpenID Connect Core 1.0 and Discovery 1.0; RFC 6749, 7636, 9207).

use std::sync::{Arc, Mutex, PoisonError};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use model::{Fault, Secret};
use sdk::http::Client;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    Person,
    ask::{failed, get, get_as, post, with_query},
    id_token::{self, KEY_UNKNOWN, Wanted},
    provider::Oidc,
};

/// How long what a provider says of itself is believed.
const MEMORY: SignedDuration = SignedDuration::from_mins(10);
/// How soon its keys are asked for again when a token names one that is not known.
const KEYS_AGAIN: SignedDuration = SignedDuration::from_secs(30);
/// How many keys of a provider are kept.
const KEYS_MAX: usize = 100;

/// What a provider has said of itself.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Option<Arc<About>>>);

struct About {
    authorization: String,
    token: String,
    userinfo: Option<String>,
    /// The secret stands in the form, because the provider does not take it in a header.
    secret_in_form: bool,
    /// It says in its answer who it is.
    names_itself: bool,
    keys: Vec<Jwk>,
    read_at: Timestamp,
}

/// What a way there and back needs to know.
pub(super) struct Way<'a> {
    pub(super) state: &'a str,
    pub(super) nonce: &'a str,
    /// For the proof of RFC 7636; only its digest goes there.
    pub(super) verifier: &'a str,
    pub(super) back: &'a str,
}

/// What the browser brings back.
pub(super) struct Brought<'a> {
    pub(super) code: &'a str,
    pub(super) issuer: Option<&'a str>,
}

impl Memory {
    fn get(&self, since: Timestamp) -> Option<Arc<About>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|it| it.read_at > since).cloned()
    }

    fn set(&self, it: &Arc<About>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(it.clone());
    }
}

impl Oidc {
    /// Where the browser goes.
    pub(super) async fn url(
        &self,
        client: &Client,
        memory: &Memory,
        way: &Way<'_>,
        now: Timestamp,
    ) -> Result<Url, Fault> {
        let about = self.about(client, memory, now - MEMORY, now).await?;
        let mut scope = "openid email profile".to_owned();
        for it in &self.scopes {
            scope.push(' ');
            scope.push_str(it);
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(way.verifier.as_bytes()));
        with_query(
            &about.authorization,
            &[
                ("response_type", "code"),
                ("client_id", &self.client_id),
                ("redirect_uri", way.back),
                ("scope", &scope),
                ("state", way.state),
                ("nonce", way.nonce),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ],
        )
    }

    /// Who comes back.
    pub(super) async fn person(
        &self,
        client: &Client,
        memory: &Memory,
        way: &Way<'_>,
        brought: &Brought<'_>,
        now: Timestamp,
    ) -> Result<Person, Fault> {
        let about = self.about(client, memory, now - MEMORY, now).await?;
        // The answer of another provider, brought to us as this one's.
        let is_other = match brought.issuer {
            Some(it) => it != self.issuer,
            None => about.names_itself,
        };
        if is_other {
            return Err(failed("the answer is not this provider's"));
        }
        let tokens = self.tokens(client, &about, way, brought.code).await?;
        let token = tokens["id_token"].as_str().ok_or_else(|| failed("there is no ID token"))?;
        let wanted =
            Wanted { issuer: &self.issuer, client_id: &self.client_id, nonce: way.nonce, now };
        let mut read = id_token::read(token, &about.keys, &wanted);
        if read == Err(KEY_UNKNOWN) {
            let newer = self.about(client, memory, now - KEYS_AGAIN, now).await?;
            read = id_token::read(token, &newer.keys, &wanted);
        }
        let mut claims = read.map_err(|why| {
            tracing::warn!(issuer = %self.issuer, "an ID token was refused: {why}");
            failed("the provider's token does not count")
        })?;
        if let (Some(url), Some(access)) = (&about.userinfo, tokens["access_token"].as_str()) {
            let more = get_as(client, url, access).await?;
            // Both must be of the same person (Core 1.0, 5.3.2).
            if more["sub"] != claims["sub"] {
                return Err(failed("the provider speaks of two people"));
            }
            for (name, value) in more.as_object().into_iter().flatten() {
                claims.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(self.named(Value::Object(claims)))
    }

    fn named(&self, claims: Value) -> Person {
        let text = |name: &str| claims[name].as_str().map(str::to_owned);
        // Some write it as text.
        let vouched = claims["email_verified"] == true || claims["email_verified"] == "true";
        Person {
            issuer: self.issuer.clone(),
            subject: claims["sub"].as_str().unwrap_or_default().into(),
            email: text("email"),
            vouched,
            name: text("name").or_else(|| text("preferred_username")),
            claims,
        }
    }

    async fn tokens(
        &self,
        client: &Client,
        about: &About,
        way: &Way<'_>,
        code: &str,
    ) -> Result<Value, Fault> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", way.back),
            ("code_verifier", way.verifier),
        ];
        let mut basic = None;
        match &self.client_secret {
            Some(secret) if !about.secret_in_form => basic = Some(self.basic(secret)),
            Some(secret) => {
                fields.push(("client_id", &self.client_id));
                fields.push(("client_secret", secret.expose()));
            }
            None => fields.push(("client_id", &self.client_id)),
        }
        post(client, &about.token, &fields, basic.as_ref().map(Secret::expose)).await
    }

    /// Both parts are written as in a form before they are joined (RFC 6749, 2.3.1).
    fn basic(&self, secret: &Secret) -> Secret {
        let written =
            |it: &str| url::form_urlencoded::byte_serialize(it.as_bytes()).collect::<String>();
        let both = format!("{}:{}", written(&self.client_id), written(secret.expose()));
        Secret::new(STANDARD.encode(both))
    }

    /// What it says of itself, asked for again when that was before `since`.
    async fn about(
        &self,
        client: &Client,
        memory: &Memory,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Arc<About>, Fault> {
        if let Some(it) = memory.get(since) {
            return Ok(it);
        }
        let issuer = self.issuer.trim_end_matches('/');
        let said = get(client, &format!("{issuer}/.well-known/openid-configuration")).await?;
        if said["issuer"].as_str() != Some(self.issuer.as_str()) {
            tracing::warn!(issuer = %self.issuer, "a provider calls itself otherwise than the options do");
            return Err(failed("the provider calls itself by another name"));
        }
        let text = |name: &str| said[name].as_str().map(str::to_owned);
        let needed =
            |name: &str| text(name).ok_or_else(|| failed("it does not say how it is asked"));
        let keys = get(client, &needed("jwks_uri")?).await?;
        let keys = keys["keys"].as_array().cloned().unwrap_or_default();
        // A key of a kind that we do not know is no reason to refuse the others.
        let keys = keys.into_iter().take(KEYS_MAX).filter_map(|it| serde_json::from_value(it).ok());
        let ways = said["token_endpoint_auth_methods_supported"].as_array();
        let takes = |way: &str| ways.is_some_and(|all| all.iter().any(|it| it == way));
        let about = Arc::new(About {
            authorization: needed("authorization_endpoint")?,
            token: needed("token_endpoint")?,
            userinfo: text("userinfo_endpoint"),
            secret_in_form: takes("client_secret_post") && !takes("client_secret_basic"),
            names_itself: said["authorization_response_iss_parameter_supported"] == true,
            keys: keys.collect(),
            read_at: now,
        });
        memory.set(&about);
        Ok(about)
    }
}
