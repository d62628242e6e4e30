//! Buckets that several processes share, in Redis.

use std::{
    fmt,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use model::Rate;
use redis::{
    Client, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::bucket::{self, Quota};

/// Longest time for an answer. Every request waits for it, so it is short.
const ANSWER_MAX: Duration = Duration::from_millis(500);
/// How long one that did not answer is left alone.
const REST: Duration = Duration::from_secs(1);

/// Does what `bucket::take` does, by the clock of Redis, and tells that time and when the bucket was
/// to be full before.
const TAKE: &str = "
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local each, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1]) or now)
full = math.min(math.max(full, now), now + window)
local after = full + each
if after <= now + window then
  redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
end
return {now, full}
";

/// Where the buckets of several processes lie.
#[derive(Clone)]
pub struct Shared(Client);

impl Shared {
    /// `redis://host:6379/0`, or `rediss://…` with TLS.
    ///
    /// # Errors
    /// A sentence that says what is odd.
    pub fn at(url: &str) -> Result<Shared, String> {
        let odd = || "write it as `redis://user:password@host:6379/0`, or `rediss://…`".to_owned();
        let url = url.trim();
        if !["redis://", "rediss://"].iter().any(|it| url.starts_with(it)) {
            return Err(odd());
        }
        // It is set already when somebody else needed it before.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Client::open(url).map(Shared).map_err(|_| odd())
    }

    /// For whoever else has something to say there.
    pub fn client(&self) -> Client {
        self.0.clone()
    }
}

/// The address may hold a password.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

/// A line to Redis that is used while it is there.
pub(crate) struct Line {
    redis: ConnectionManager,
    script: Script,
    /// Until when, in microseconds since the epoch, nobody asks after an answer did not come.
    rests_until: AtomicU64,
    is_away: AtomicBool,
}

impl Line {
    pub(crate) fn open(shared: Shared) -> Result<Line, String> {
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(ANSWER_MAX))
            .set_response_timeout(Some(ANSWER_MAX));
        let redis = shared.0.get_connection_manager_lazy(config).map_err(|it| it.to_string())?;
        Ok(Line {
            redis,
            script: Script::new(TAKE),
            rests_until: AtomicU64::new(0),
            is_away: AtomicBool::new(false),
        })
    }

    /// `None` while Redis is away.
    pub(crate) async fn take(&self, key: &str, rate: Rate, now: Duration) -> Option<Quota> {
        let rests_until = self.rests_until.load(Ordering::Relaxed);
        if rests_until > 0 {
            let next = micros(now + REST);
            // One looks whether it is back, and nobody waits with it.
            let ours = micros(now) >= rests_until
                && self
                    .rests_until
                    .compare_exchange(rests_until, next, Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok();
            if !ours {
                return None;
            }
        }
        match self.ask(key, rate).await {
            Ok((now, full_at)) => {
                self.rests_until.store(0, Ordering::Relaxed);
                if self.is_away.swap(false, Ordering::Relaxed) {
                    tracing::info!("rate limits are counted in Redis again");
                }
                let since = Duration::from_micros;
                Some(bucket::take(rate, since(full_at), since(now)).0)
            }
            Err(why) => {
                self.rests_until.store(micros(now + REST), Ordering::Relaxed);
                if !self.is_away.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        "Redis does not answer, so rate limits are counted in this process alone: {why}"
                    );
                }
                None
            }
        }
    }

    async fn ask(&self, key: &str, rate: Rate) -> Result<(u64, u64), String> {
        let mut script = self.script.key(format!("tailorbird:rate:{key}"));
        script.arg(micros(rate.each())).arg(micros(rate.window()));
        let mut redis = self.redis.clone();
        let asked = tokio::time::timeout(ANSWER_MAX * 2, script.invoke_async(&mut redis)).await;
        asked.map_err(|_| "no answer in time".to_owned())?.map_err(|it| it.to_string())
    }
}

fn micros(it: Duration) -> u64 {
    u64::try_from(it.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        time::{SystemTime, UNIX_EPOCH},
    };

    use super::*;

    /// From the command that runs all tests.
    fn url() -> Option<String> {
        let url = std::env::var("TEST_REDIS_URL").ok();
        if url.is_none() {
            // Past the capture of tests that succeed, so that it is seen.
            let why = "Redis is not tested: TEST_REDIS_URL names no server";
            let _ = writeln!(std::io::stderr(), "{why}");
        }
        url
    }

    fn line(url: &str) -> Line {
        Line::open(Shared::at(url).unwrap()).unwrap()
    }

    fn now() -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
    }

    #[tokio::test]
    async fn processes_share_a_bucket() {
        let Some(url) = url() else { return };
        let (here, there) = (line(&url), line(&url));
        let rate: Rate = "3/day".parse().unwrap();
        let key = format!("test:{}", uuid::Uuid::now_v7());
        let mut left = vec![];
        for it in [&here, &there, &here, &there] {
            let quota = it.take(&key, rate, now()).await.expect("Redis answers");
            left.push((quota.remaining, quota.wait.is_some()));
        }
        assert_eq!(left, [(2, false), (1, false), (0, false), (0, true)]);
        let other = here.take(&format!("{key}:other"), rate, now()).await.unwrap();
        assert_eq!(other.remaining, 2);
    }

    #[tokio::test]
    async fn many_at_once_get_no_more_than_there_is() {
        let Some(url) = url() else { return };
        let line = line(&url);
        let rate: Rate = "10/day".parse().unwrap();
        let key = format!("test:{}", uuid::Uuid::now_v7());
        let all = (0..50).map(|_| line.take(&key, rate, now()));
        let all = futures::future::join_all(all).await;
        let passed =
            all.iter().filter(|it| it.as_ref().is_some_and(|it| it.wait.is_none())).count();
        assert_eq!(passed, 10);
    }

    #[tokio::test]
    async fn one_that_is_away_is_left_alone_for_a_while() {
        // Nobody listens there.
        for url in ["redis://127.0.0.1:9/", "rediss://127.0.0.1:9/"] {
            let line = line(url);
            let (rate, now) = ("3/day".parse().unwrap(), now());
            assert_eq!(line.take("test:away", rate, now).await, None);
            assert!(line.rests_until.load(Ordering::Relaxed) > micros(now));
            assert_eq!(line.take("test:away", rate, now).await, None);
        }
    }

    #[test]
    fn an_odd_address_is_told() {
        for odd in ["", "redis", "http://localhost", "redis://", "redis://host:port/"] {
            assert!(Shared::at(odd).is_err(), "{odd}");
        }
        let fine = Shared::at("redis://me:s3cret@host:6380/2").unwrap();
        assert!(!format!("{fine:?}").contains("s3cret"));
    }
}
