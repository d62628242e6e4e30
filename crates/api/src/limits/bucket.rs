//! A bucket of tokens, as the one figure that describes it: when it will be full again.

use std::time::Duration;

use model::Rate;
use smol_str::SmolStr;

/// What a caller has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) rate: Rate,
    pub(crate) remaining: u32,
    /// Until the bucket is full.
    pub(crate) full_in: Duration,
    /// There was no token; the next one comes after this.
    pub(crate) wait: Option<Duration>,
    /// The plan of the workspace, where that says so.
    pub(crate) plan: Option<SmolStr>,
    /// The server's option that says so, where nobody has a limit of his own.
    pub(crate) option: Option<&'static str>,
}

/// Takes a token from a bucket that is full at `full_at`, and gives what is left with when it will be
/// full then. Times are since the epoch.
pub(crate) fn take(rate: Rate, full_at: Duration, now: Duration) -> (Quota, Duration) {
    let (each, window) = (rate.each(), rate.window());
    // No bucket is emptier than empty, also when the clock was set back.
    let full_at = full_at.clamp(now, now + window);
    let after = full_at + each;
    let over = after.saturating_sub(now + window);
    if over > Duration::ZERO {
        let (full_in, wait) = (full_at - now, Some(over));
        return (Quota { rate, remaining: 0, full_in, wait, plan: None, option: None }, full_at);
    }
    let left = (now + window - after).as_nanos() / each.as_nanos();
    let remaining = u32::try_from(left).unwrap_or(u32::MAX);
    (Quota { rate, remaining, full_in: after - now, wait: None, plan: None, option: None }, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000_000);

    /// Takes at these seconds, and tells each time how many are left, or after how long one comes.
    fn check(rate: &str, taken: &[(u64, Result<u32, u64>)]) {
        let rate: Rate = rate.parse().unwrap();
        let mut full_at = Duration::ZERO;
        for (at, expected) in taken {
            let (quota, next) = take(rate, full_at, NOW + Duration::from_secs(*at));
            full_at = next;
            let found = quota.wait.map_or(Ok(quota.remaining), |it| Err(it.as_secs()));
            assert_eq!(found, *expected, "{rate:?} at {at}: {quota:?}");
        }
    }

    #[test]
    fn all_may_come_at_once_and_each_comes_back_in_its_turn() {
        check("3/min", &[(0, Ok(2)), (0, Ok(1)), (0, Ok(0)), (0, Err(20)), (0, Err(20))]);
        check("3/min", &[(0, Ok(2)), (1, Ok(1)), (2, Ok(0)), (19, Err(1)), (20, Ok(0))]);
        check("3/min", &[(0, Ok(2)), (0, Ok(1)), (0, Ok(0)), (60, Ok(2)), (9_999, Ok(2))]);
        check("1/day", &[(0, Ok(0)), (86_399, Err(1)), (86_400, Ok(0))]);
        // What does not divide evenly loses no token.
        check("7/s", &[(0, Ok(6)), (0, Ok(5)), (0, Ok(4)), (0, Ok(3)), (0, Ok(2)), (0, Ok(1))]);
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let rate: Rate = "2/min".parse().unwrap();
        let far = NOW + Duration::from_secs(1_000_000);
        let (quota, _) = take(rate, far, NOW);
        assert_eq!(quota.wait, Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_refusal_takes_nothing() {
        let rate: Rate = "1/min".parse().unwrap();
        let (_, full_at) = take(rate, Duration::ZERO, NOW);
        let (refused, still) = take(rate, full_at, NOW);
        assert!(refused.wait.is_some());
        assert_eq!(still, full_at);
    }
}
