//! How often somebody may ask: a bucket of tokens for each caller and class of routes.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    str::FromStr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use model::{Code, Fault, Value};
use sha2::{Digest, Sha256};

use crate::failure::Failure;

mod anonymous;
mod bucket;
mod memory;
mod shared;

pub(crate) use anonymous::{anonymous, may_sign_in};
pub(crate) use bucket::Quota;
pub use shared::Shared;

/// Sign-ins to one account from everywhere together, for each one that an address has: whoever sits
/// at one address cannot use up what another person needs.
const ACCOUNT_TIMES: u32 = 10;

/// So many requests in so much time. All of them may come at once; then each comes back in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub requests: NonZeroU32,
    pub per: Duration,
}

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

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Rate, String> {
        let odd = || "write it as `100/min`, or per `s`, `h` or `day`, or `off`".to_owned();
        let (requests, per) = text.trim().split_once('/').ok_or_else(odd)?;
        let seconds = match per.trim() {
            "s" | "second" => 1,
            "m" | "min" | "minute" => 60,
            "h" | "hour" => 3_600,
            "d" | "day" => 86_400,
            _ => return Err(odd()),
        };
        let requests = requests.trim().parse().map_err(|_| odd())?;
        if requests > Rate::REQUESTS_MAX {
            return Err(format!("at most {}, or `off`", Rate::REQUESTS_MAX));
        }
        Ok(Rate { requests, per: Duration::from_secs(seconds) })
    }
}

impl Rate {
    /// What is more often is no limit.
    const REQUESTS_MAX: NonZeroU32 = NonZeroU32::new(1_000_000).expect("more than none");

    /// After how long a token comes back, in whole microseconds.
    fn each(self) -> Duration {
        let micros = self.per.as_micros() / u128::from(self.requests.get());
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX).max(1))
    }

    /// How long an empty bucket takes to be full: as long as all its tokens, whatever the division
    /// dropped.
    fn window(self) -> Duration {
        self.each() * self.requests.get()
    }

    fn times(self, n: u32) -> Rate {
        Rate {
            requests: self.requests.saturating_mul(NonZeroU32::MIN.saturating_add(n - 1)),
            ..self
        }
    }
}

/// Routes that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Tries a password or a word, or has a mail written.
    Auth,
    Api,
    /// Takes a file.
    Upload,
}

impl Class {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Class::Auth => "auth",
            Class::Api => "api",
            Class::Upload => "upload",
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

    /// Takes one token of a known caller; `None` where nothing is limited.
    pub(crate) async fn known(&self, class: Class, who: &str) -> Option<Quota> {
        let rate = self.rate(class)?;
        Some(self.take(&format!("{}:{who}", class.as_str()), rate).await)
    }

    /// The same for whoever sits at an address.
    pub(crate) async fn anonymous(&self, class: Class, from: Option<IpAddr>) -> Option<Quota> {
        let rate = self.rate(class)?;
        let household = accounts::household(from);
        Some(self.take(&format!("{}:at:{household}", class.as_str()), rate).await)
    }

    /// The same for sign-ins to one account, wherever they come from.
    pub(crate) async fn account(&self, email: &str) -> Option<Quota> {
        let rate = self.rate(Class::Auth)?.times(ACCOUNT_TIMES);
        // As a hash: an address may be long, and is nobody's business in another system's memory.
        let hash = Sha256::digest(email.trim().to_lowercase().as_bytes());
        let hash = u128::from_be_bytes(hash[..16].try_into().expect("a hash of 32 bytes"));
        Some(self.take(&format!("auth:account:{hash:032x}"), rate).await)
    }

    fn rate(&self, class: Class) -> Option<Rate> {
        let rates = self.0.rates;
        match class {
            Class::Auth => rates.auth,
            Class::Api => rates.api,
            Class::Upload => rates.upload,
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
    pub(crate) fn pass(self, class: Class) -> Result<(), Failure> {
        let Some(wait) = self.wait else { return Ok(()) };
        let seconds = whole_seconds(wait).max(1);
        metrics::counter!("tailorbird_http_limited_total", "class" => class.as_str()).increment(1);
        let Quota { rate, .. } = self;
        let per = whole_seconds(rate.per);
        let message = format!(
            "too many requests: {} in {per} seconds may come here; try again in {seconds} seconds",
            rate.requests
        );
        let details = Value::object([("retryAfterSeconds", Value::from(seconds as f64))]);
        Err(Fault::new(Code::TooManyRequests, message).with(details).into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_and_a_time() {
        let seconds =
            |text: &str| text.parse::<Rate>().ok().map(|it| (it.requests.get(), it.per.as_secs()));
        assert_eq!(seconds("100/min"), Some((100, 60)));
        assert_eq!(seconds(" 5 / s "), Some((5, 1)));
        assert_eq!(seconds("1/day"), Some((1, 86_400)));
        assert_eq!(seconds("1000000/hour"), Some((1_000_000, 3_600)));
        for odd in ["", "off", "100", "0/min", "-1/min", "100/week", "1000001/s", "/min"] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }
}
