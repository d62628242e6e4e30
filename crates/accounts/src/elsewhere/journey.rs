//! The way to another server and back, and the word that it ends with.

use jiff::{SignedDuration, Timestamp};
use model::{
    Code, Fault, Secret,
    id::{UserId, WorkspaceId},
};
use sdk::http::Client;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::journeys::Leg;
use subtle::ConstantTimeEq;
use url::Url;

use super::{
    Known, Person,
    oidc::{Brought, Way},
    provider::{Kind, Provider},
};
use crate::{Accounts, Entrance, From, accounts::word, failure::fault};

/// How long the way there and back may take.
pub(super) const THERE: SignedDuration = SignedDuration::from_mins(10);
/// How long the word that it ends with counts.
pub(super) const IN: SignedDuration = SignedDuration::from_mins(2);
/// Letters of a word of ours.
const WORD_CHARS: usize = 43;
/// Longest code of another server.
const CODE_CHARS_MAX: usize = 4_096;

/// A sign-in that has begun.
pub struct Begun {
    /// Where the browser goes.
    pub url: Url,
    /// Binds the way to the browser: it keeps the word and brings it back.
    pub browser: Secret,
    pub seconds: i64,
}

/// What came of the way there and back.
pub enum Ended {
    /// To be exchanged for tokens by the same browser.
    In(Secret),
    /// The account elsewhere is one of the person's now.
    Linked,
}

/// What another server sends back by way of the browser.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub state: &'a str,
    pub code: Option<&'a str>,
    pub error: Option<&'a str>,
    pub issuer: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct There {
    pub(super) provider: SmolStr,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) browser: String,
    /// Who wants one more way in.
    pub(super) user: Option<UserId>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct In {
    pub(super) browser: String,
    pub(super) user: UserId,
    /// Where the person is then; else where he joined first.
    #[serde(default)]
    pub(super) workspace: Option<WorkspaceId>,
}

impl Accounts {
    /// Where people may come from.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.0.options.providers.all()
    }

    /// Begins to sign in by another server, or, for who has signed in, to link an account there.
    /// `browser` is the word that the browser has of an earlier sign-in.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ProviderFailed`], [`Code::StoreUnavailable`].
    pub async fn begin_elsewhere(
        &self,
        provider: &str,
        browser: Option<&str>,
        user: Option<UserId>,
    ) -> Result<Begun, Fault> {
        if let Some(workspace) = provider.strip_prefix("saml/") {
            return self.begin_saml(workspace, browser, user).await;
        }
        let (known, client) = self.provider(provider)?;
        let new = || word(self.store()).expose().to_owned();
        // One word for all that a browser has begun, so that two tabs do not shut each other out.
        let browser = self.browser(browser);
        let (state, now) = (new(), Timestamp::now());
        let there = There {
            provider: provider.into(),
            nonce: new(),
            verifier: new(),
            browser: browser.clone(),
            user,
        };
        let back = self.back(known);
        let way = there.way(&state, &back);
        let url = match &known.provider.kind {
            Kind::Google(it) | Kind::Oidc(it) => it.url(client, &known.memory, &way, now).await?,
            Kind::Facebook(it) => it.url(&way)?,
        };
        let luggage = luggage(&there)?;
        self.store()
            .begin_journey(Leg::There, &state, &luggage, now + THERE)
            .await
            .map_err(fault)?;
        Ok(Begun { url, browser: Secret::new(browser), seconds: (THERE + IN).as_secs() })
    }

    /// Takes what the browser brings back.
    ///
    /// # Errors
    /// [`Code::SignInExpired`] when the way was not begun, by this browser, for this server, in time, or
    /// was ended already; [`Code::ProviderRefused`], [`Code::ProviderFailed`], [`Code::EmailUnverified`],
    /// [`Code::SignUpClosed`], [`Code::IdentityTaken`].
    pub async fn end_elsewhere(
        &self,
        provider: &str,
        browser: Option<&str>,
        answer: &Answer<'_>,
    ) -> Result<Ended, Fault> {
        let (known, client) = self.provider(provider)?;
        let now = Timestamp::now();
        let kept = self.store().end_journey(Leg::There, answer.state, now).await.map_err(fault)?;
        let there: There = unpacked(kept)?;
        if there.provider != provider || !is_same(browser, &there.browser) {
            return Err(expired());
        }
        let code = match (answer.error, answer.code) {
            (None, Some(code)) if !code.is_empty() && code.len() <= CODE_CHARS_MAX => code,
            (error, _) => {
                let error: String = error.unwrap_or_default().chars().take(50).collect();
                tracing::info!(provider, %error, "a provider sent somebody back without a code");
                let message = format!("{} did not let the sign-in pass", known.provider.label);
                return Err(Fault::new(Code::ProviderRefused, message));
            }
        };
        let back = self.back(known);
        let way = there.way(answer.state, &back);
        let person =
            person(known, client, &way, &Brought { code, issuer: answer.issuer }, now).await?;
        if let Some(user) = there.user {
            self.link(user, &person, now).await?;
            return Ok(Ended::Linked);
        }
        let user = self.welcome(&known.provider, &person, now).await?;
        self.inward(In { browser: there.browser, user, workspace: None }, now).await
    }

    /// A word of ours that the browser has, or a new one.
    pub(super) fn browser(&self, browser: Option<&str>) -> String {
        let new = || word(self.store()).expose().to_owned();
        browser.filter(|it| is_word(it)).map_or_else(new, str::to_owned)
    }

    /// The word that is exchanged for the tokens.
    pub(super) async fn inward(&self, it: In, now: Timestamp) -> Result<Ended, Fault> {
        let (code, luggage) = (word(self.store()), luggage(&it)?);
        self.store()
            .begin_journey(Leg::In, code.expose(), &luggage, now + IN)
            .await
            .map_err(fault)?;
        Ok(Ended::In(code))
    }

    /// Exchanges the word for the tokens, or for the challenge of the second factor.
    ///
    /// # Errors
    /// [`Code::SignInExpired`].
    pub async fn exchange(
        &self,
        code: &str,
        browser: Option<&str>,
        from: &From,
    ) -> Result<Entrance, Fault> {
        let kept = self.store().end_journey(Leg::In, code, Timestamp::now()).await;
        let it: In = unpacked(kept.map_err(fault)?)?;
        if !is_same(browser, &it.browser) {
            return Err(expired());
        }
        let user = self.user(it.user).await?;
        self.enter(user, it.workspace, from).await
    }

    fn provider(&self, id: &str) -> Result<(&Known, &Client), Fault> {
        let absent = || {
            let id: String = id.chars().take(60).collect();
            Fault::new(Code::NotFound, format!("nobody signs in by `{id}` here"))
        };
        self.0.options.providers.known(id).ok_or_else(absent)
    }

    /// Where the other server sends the browser.
    fn back(&self, known: &Known) -> String {
        format!("{}/api/auth/{}/callback", self.0.options.base_url, known.provider.path())
    }
}

async fn person(
    known: &Known,
    client: &Client,
    way: &Way<'_>,
    brought: &Brought<'_>,
    now: Timestamp,
) -> Result<Person, Fault> {
    let mut person = match &known.provider.kind {
        Kind::Google(it) | Kind::Oidc(it) => {
            it.person(client, &known.memory, way, brought, now).await?
        }
        Kind::Facebook(it) => it.person(client, way, brought.code, known.provider.issuer()).await?,
    };
    person.vouched |= known.provider.trusts_email;
    Ok(person)
}

impl There {
    fn way<'a>(&'a self, state: &'a str, back: &'a str) -> Way<'a> {
        Way { state, nonce: &self.nonce, verifier: &self.verifier, back }
    }
}

pub(crate) fn luggage(it: &impl Serialize) -> Result<Secret, Fault> {
    serde_json::to_string(it).map(Secret::new).map_err(|e| Fault::internal(e.to_string()))
}

pub(super) fn unpacked<T: for<'de> Deserialize<'de>>(kept: Option<Secret>) -> Result<T, Fault> {
    let kept = kept.ok_or_else(expired)?;
    serde_json::from_str(kept.expose()).map_err(|e| Fault::internal(e.to_string()))
}

fn is_same(brought: Option<&str>, kept: &str) -> bool {
    brought.is_some_and(|it| bool::from(it.as_bytes().ct_eq(kept.as_bytes())))
}

pub(super) fn is_word(text: &str) -> bool {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    text.len() == WORD_CHARS && text.bytes().all(is_letter)
}

pub(super) fn expired() -> Fault {
    let message =
        "this sign-in was begun elsewhere, too long ago, or has ended already; begin again";
    Fault::new(Code::SignInExpired, message)
}
