//! How often somebody may ask: a bucket of tokens for each caller and class of routes.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use model::{Code, Fault, Value, id::WorkspaceId};
use sha2::{Digest, Sha256};

use crate::failure::Failure;

mod anonymous;
mod bucket;
mod memory;
mod shared;

pub(crate) use anonymous::{anonymous, guessed, may_sign_in};
pub(crate) use bucket::Quota;
pub use model::rate::Rate;
pub use shared::Shared;

/// Sign-ins to one account from everywhere together, for each one that an address has: whoever sits
/// at one address cannot use up what another person needs.
const ACCOUNT_TIMES: NonZeroU32 = NonZeroU32::new(10).expect("more than none");

/// How often each class of routes may be called by one caller; absent is without limit.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub auth: Option<Rate>,
    pub api: Option<Rate>,
    pub upload: Option<Rate>,
}

impl Rates {
    /// Nothing is limited.
    pub const OFF: Rates = Rates { auth: None, api: None, upload: None };
}

/// Routes that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Tries a password or a word, or has a mail written.
    Auth,
    Api,
    /// Takes a file.
    Upload,
    /// Calls a workflow; limited only where a workspace or a route of its gateway says so.
    Webhook,
    /// Goes on to another service; limited only where a workspace or the route says so.
    Gateway,
}

impl Class {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Class::Auth => "auth",
            Class::Api => "api",
            Class::Upload => "upload",
            Class::Webhook => "webhook",
            Class::Gateway => "gateway",
        }
    }

    /// The server's option that says how often its routes may be called.
    fn option(self) -> Option<&'static str> {
        match self {
            Class::Auth => Some("--rate-auth"),
            Class::Api => Some("--rate-api"),
            Class::Upload => Some("--rate-upload"),
            Class::Webhook | Class::Gateway => None,
        }
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Limits(Arc<Inner>);

struct Inner {
    rates: Rates,
    buckets: memory::Memory,
    /// The buckets of several processes; those of this one count while it is away.
    line: Option<shared::Line>,
}

impl Limits {
    pub(crate) fn new(rates: Rates, shared: Option<Shared>) -> Limits {
        let line = shared.map(shared::Line::open).and_then(|it| {
            it.inspect_err(|why| tracing::error!("Redis cannot be used: {why}")).ok()
        });
        Limits(Arc::new(Inner { rates, buckets: memory::Memory::default(), line }))
    }

    /// Takes one token of a known caller; `None` where nothing is limited. `own` is the caller's own
    /// limit, in the place of the server's.
    pub(crate) async fn known(&self, class: Class, who: &str, own: Option<Rate>) -> Option<Quota> {
        let rate = own.or_else(|| self.rate(class))?;
        let quota = self.take(&format!("{}:{who}", class.as_str()), rate).await;
        Some(Quota {
            option: class.option().filter(|_| own.is_none() || own == self.rate(class)),
            ..quota
        })
    }

    /// The same for whoever sits at an address.
    pub(crate) async fn anonymous(&self, class: Class, from: Option<IpAddr>) -> Option<Quota> {
        let rate = self.rate(class)?;
        let household = accounts::household(from);
        let quota = self.take(&format!("{}:at:{household}", class.as_str()), rate).await;
        Some(Quota { option: class.option(), ..quota })
    }

    /// The same for sign-ins to one account, wherever they come from.
    pub(crate) async fn account(&self, email: &str) -> Option<Quota> {
        let rate = self.rate(Class::Auth)?.times(ACCOUNT_TIMES);
        // As a hash: an address may be long, and is nobody's business in another system's memory.
        let hash = Sha256::digest(email.trim().to_lowercase().as_bytes());
        let hash = u128::from_be_bytes(hash[..16].try_into().expect("a hash of 32 bytes"));
        Some(self.take(&format!("auth:account:{hash:032x}"), rate).await)
    }

    /// The same for one caller of a route of a gateway, or for all of them together.
    pub(crate) async fn route(&self, route: &str, who: Option<&str>, rate: Rate) -> Quota {
        self.take(&format!("route:{route}:{}", who.unwrap_or("all")), rate).await
    }

    /// The same for all calls of a class that a workspace gets.
    pub(crate) async fn workspace(&self, class: Class, of: WorkspaceId, rate: Rate) -> Quota {
        self.take(&format!("{}:of:{of}", class.as_str()), rate).await
    }

    /// How often one caller may come where nobody says otherwise.
    pub(crate) fn rate(&self, class: Class) -> Option<Rate> {
        let rates = self.0.rates;
        match class {
            Class::Auth => rates.auth,
            Class::Api => rates.api,
            Class::Upload => rates.upload,
            Class::Webhook | Class::Gateway => None,
        }
    }

    async fn take(&self, key: &str, rate: Rate) -> Quota {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if let Some(line) = &self.0.line
            && let Some(quota) = line.take(key, rate, now).await
        {
            return quota;
        }
        self.0.buckets.take(key, rate, now)
    }
}

impl Quota {
    /// [`Code::TooManyRequests`] when there was no token.
    pub(crate) fn pass(&self, class: Class) -> Result<(), Failure> {
        let Some(wait) = self.wait else { return Ok(()) };
        let seconds = whole_seconds(wait).max(1);
        metrics::counter!("tailorbird_http_limited_total", "class" => class.as_str()).increment(1);
        let rate = self.rate;
        let per = rate.per.seconds();
        let wait = Value::from(seconds as f64);
        let message = match &self.plan {
            Some(plan) => format!(
                "too many requests: {} in {per} seconds may come here by the plan `{plan}`; try again in {seconds} seconds, or take a larger plan under Settings, Plan and usage",
                rate.requests
            ),
            None => {
                let more = self.option.map(|it| format!("; the server's option {it} allows more"));
                format!(
                    "too many requests: {} in {per} seconds may come here; try again in {seconds} seconds{}",
                    rate.requests,
                    more.unwrap_or_default()
                )
            }
        };
        let plan = self.plan.as_ref().map(|it| ("plan", Value::from(it.as_str())));
        let details = Value::object([("retryAfterSeconds", wait)].into_iter().chain(plan));
        Err(Fault::new(Code::TooManyRequests, message).with(details).into())
    }

    /// Of two limits that both count, the one that is felt first.
    pub(crate) fn or_tighter(self, other: Option<Quota>) -> Quota {
        match other {
            Some(other) if other.wait > self.wait => other,
            Some(other) if other.wait == self.wait && other.remaining < self.remaining => other,
            Some(_) | None => self,
        }
    }

    /// Tells a client how much is left.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let mut set = |name, value: u64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        set("ratelimit-limit", u64::from(self.rate.requests.get()));
        set("ratelimit-remaining", u64::from(self.remaining));
        set("ratelimit-reset", whole_seconds(self.full_in));
    }
}

fn whole_seconds(it: Duration) -> u64 {
    it.as_secs() + u64::from(it.subsec_nanos() > 0)
}
