//! The door: whose key it is, and so in which workspace everything behind happens.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};
use engine::{Actor, Who};
use jiff::Timestamp;
use model::Code;
use sha2::{Digest, Sha256};
use store::{Store, keys::ApiKey};

use crate::{App, failure::Failure};

/// How long a key that was found counts without another look.
const KEPT: Duration = Duration::from_secs(5);
/// How many keys are remembered.
const KEPT_MAX: usize = 1_024;
/// Longest key that is looked up.
const KEY_CHARS_MAX: usize = 500;

/// Keys that were found a moment ago, by their hash.
#[derive(Default)]
pub(crate) struct Known(Mutex<HashMap<[u8; 32], (Instant, ApiKey)>>);

impl Known {
    pub(crate) async fn find(
        &self,
        store: &Store,
        text: &str,
        now: Timestamp,
    ) -> Result<Option<ApiKey>, store::Error> {
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        if let Some((at, key)) = self.0.lock().expect("a plain table").get(&hash)
            && at.elapsed() < KEPT
        {
            let fresh = key.expires_at.is_none_or(|it| it > now);
            return Ok(fresh.then(|| key.clone()));
        }
        let found = store.find_key(text, now).await?;
        let mut known = self.0.lock().expect("a plain table");
        match &found {
            Some(key) => {
                if known.len() >= KEPT_MAX {
                    known.clear();
                }
                known.insert(hash, (Instant::now(), key.clone()));
            }
            None => drop(known.remove(&hash)),
        }
        Ok(found)
    }

    /// A key that is removed opens nothing any more.
    pub(crate) fn forget(&self, id: model::id::ApiKeyId) {
        self.0.lock().expect("a plain table").retain(|_, (_, key)| key.id != id);
    }
}

/// Lets a request in that brings a key. What is behind finds its [`Caller`].
pub(crate) async fn open(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let needed = "an API key is needed: send `Authorization: Bearer tbk_…` or `X-API-Key: tbk_…`";
    let text = key_of(request.headers()).ok_or_else(|| Failure::of(Code::Unauthorized, needed))?;
    let found = app.known_keys().find(app.store(), text, Timestamp::now()).await?;
    let key = found.ok_or_else(|| {
        Failure::of(Code::Unauthorized, "the API key is unknown or has expired; make another one")
    })?;
    let actor = Actor { workspace: key.workspace, who: Who::Key(key.id) };
    request.extensions_mut().insert(Caller(actor));
    Ok(next.run(request).await)
}

fn key_of(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let bearer = text(header::AUTHORIZATION).and_then(|it| {
        let (scheme, rest) = it.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
    });
    let own = || text(header::HeaderName::from_static("x-api-key")).map(str::trim);
    bearer.or_else(own).filter(|it| !it.is_empty() && it.len() <= KEY_CHARS_MAX)
}

/// Who asks. Only routes behind the door have one.
#[derive(Clone)]
pub(crate) struct Caller(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Failure> {
        let found = parts.extensions.get::<Caller>().cloned();
        found.ok_or_else(|| Failure::of(Code::Unauthorized, "an API key is needed"))
    }
}
