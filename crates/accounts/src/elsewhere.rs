//! Signing in with an account elsewhere: Google, Facebook, and every server that speaks OpenID Connect.
//!
//! The way there and back is kept on our side under a word that counts once, bound to the browser that
//! began it. What comes back never opens anything by itself: the browser exchanges a second word for the
//! tokens, and the second factor of the account is asked for as ever.

mod ask;
mod facebook;
mod id_token;
mod journey;
mod links;
mod oidc;
mod provider;
pub mod saml;
mod welcome;

use model::Fault;
pub(crate) use provider::is_safe;
pub use provider::{Facebook, GOOGLE, Join, Kind, Oidc, Provider};
use sdk::http::{Client, Policy};
use smol_str::SmolStr;

pub(crate) use self::{journey::luggage, saml::Refusals};
pub use self::{
    journey::{Answer, Begun, Ended},
    links::Link,
};

/// Longest answer of another server, in bytes.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// Most servers that people may come from.
const PROVIDERS_MAX: usize = 50;

/// The servers that people may come from.
#[derive(Default)]
pub struct Providers {
    all: Vec<Known>,
    client: Option<Client>,
}

/// One of them, and what it has said of itself.
pub(crate) struct Known {
    pub(crate) provider: Provider,
    pub(crate) memory: oidc::Memory,
}

/// What another server says of a person.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Person {
    pub(crate) issuer: SmolStr,
    pub(crate) subject: SmolStr,
    pub(crate) email: Option<String>,
    /// It vouches that the address is the person's.
    pub(crate) vouched: bool,
    pub(crate) name: Option<String>,
    /// All that it says, to read roles of.
    pub(crate) claims: serde_json::Value,
}

impl Providers {
    /// # Errors
    /// [`model::Code::InvalidRequest`] when one is odd, or two have the same id.
    pub fn new(all: Vec<Provider>, policy: Policy) -> Result<Providers, Fault> {
        if all.len() > PROVIDERS_MAX {
            return Err(Fault::invalid(format!("at most {PROVIDERS_MAX} providers are asked")));
        }
        for (n, it) in all.iter().enumerate() {
            it.check()?;
            if all[..n].iter().any(|other| other.id == it.id) {
                return Err(Fault::invalid(format!("two providers are called `{}`", it.id)));
            }
            if all[..n].iter().any(|other| other.issuer() == it.issuer()) {
                let message = format!("two providers have the issuer `{}`", it.issuer());
                return Err(Fault::invalid(message));
            }
        }
        let client = Client::new(Policy { body_bytes_max: ANSWER_BYTES_MAX, ..policy });
        let known = |provider| Known { provider, memory: oidc::Memory::default() };
        Ok(Providers { all: all.into_iter().map(known).collect(), client: Some(client) })
    }

    pub fn all(&self) -> impl Iterator<Item = &Provider> {
        self.all.iter().map(|it| &it.provider)
    }

    /// Asks other servers.
    pub(crate) fn client(&self) -> Result<&Client, Fault> {
        self.client.as_ref().ok_or_else(|| Fault::invalid("this server asks no others"))
    }

    pub(crate) fn known(&self, id: &str) -> Option<(&Known, &Client)> {
        let found = self.all.iter().find(|it| it.provider.id == id)?;
        Some((found, self.client.as_ref()?))
    }
}
