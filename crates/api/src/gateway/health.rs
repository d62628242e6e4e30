//! How services behind routes are: one that fails again and again is left alone for a while.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use model::id::RouteId;

/// So many failures one after the other, and nobody is sent there.
const FAILURES_MAX: u32 = 5;
/// After so long one is sent there to look.
const REST: Duration = Duration::from_secs(10);
/// How many routes are remembered.
const KEPT_MAX: usize = 10_000;

/// What is known of a service, in this process.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pulse {
    pub(crate) calls: u64,
    pub(crate) failures: u64,
    /// One after the other, the latest ones.
    pub(crate) in_a_row: u32,
    pub(crate) last_at: Option<Timestamp>,
    /// What the last call gave; absent when there was no answer.
    pub(crate) last_status: Option<u16>,
    /// Why the last call that failed did so.
    pub(crate) trouble: Option<String>,
    rests_until: Option<Instant>,
}

impl Pulse {
    /// Nobody is sent there.
    pub(crate) fn is_down(&self) -> bool {
        self.in_a_row >= FAILURES_MAX
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Health(Mutex<HashMap<RouteId, Pulse>>);

impl Health {
    /// # Errors
    /// How long it is still left alone.
    pub(crate) fn may_go(&self, to: RouteId, now: Instant) -> Result<(), Duration> {
        let mut all = self.0.lock().expect("a plain table");
        let Some(pulse) = all.get_mut(&to).filter(|it| it.is_down()) else { return Ok(()) };
        match pulse.rests_until.filter(|it| *it > now) {
            Some(until) => Err(until - now),
            None => {
                // This one looks, and no other until it is back.
                pulse.rests_until = Some(now + REST);
                Ok(())
            }
        }
    }

    /// Notes what a call came to. An answer that says that the service is not there is a failure too.
    pub(crate) fn note(&self, of: RouteId, end: Result<u16, &str>, now: Instant) {
        let mut all = self.0.lock().expect("a plain table");
        if all.len() >= KEPT_MAX && !all.contains_key(&of) {
            all.clear();
        }
        let pulse = all.entry(of).or_default();
        pulse.calls += 1;
        pulse.last_at = Some(Timestamp::now());
        pulse.last_status = end.ok();
        match end {
            Ok(status) if !is_away(status) => pulse.in_a_row = 0,
            end => {
                pulse.failures += 1;
                pulse.in_a_row = pulse.in_a_row.saturating_add(1);
                pulse.rests_until = Some(now + REST);
                let answered = |status: u16| format!("it answered with status {status}");
                pulse.trouble = Some(end.map_or_else(str::to_owned, answered));
            }
        }
    }

    pub(crate) fn of(&self, route: RouteId) -> Pulse {
        self.0.lock().expect("a plain table").get(&route).cloned().unwrap_or_default()
    }

    /// It leads elsewhere now.
    pub(crate) fn forget(&self, route: RouteId) {
        self.0.lock().expect("a plain table").remove(&route);
    }
}

/// What proxies answer for services that are not there.
pub(crate) fn is_away(status: u16) -> bool {
    matches!(status, 502..=504)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_service_that_fails_is_left_alone_for_a_while() {
        let (health, now) = (Health::default(), Instant::now());
        let [one, two] = [1, 2].map(|it| RouteId(Uuid::from_u128(it)));
        for it in 0..FAILURES_MAX {
            assert_eq!(health.may_go(one, now), Ok(()), "{it}");
            health.note(one, if it % 2 == 0 { Err("no answer") } else { Ok(503) }, now);
        }
        assert_eq!(health.may_go(one, now), Err(REST));
        assert_eq!(health.may_go(two, now), Ok(()));
        assert_eq!(health.may_go(one, now + REST), Ok(()), "one looks");
        assert_eq!(health.may_go(one, now + REST), Err(REST), "and no other");
        health.note(one, Ok(404), now + REST);
        assert_eq!(health.may_go(one, now + REST), Ok(()));
        let pulse = health.of(one);
        assert_eq!((pulse.calls, pulse.failures, pulse.in_a_row), (6, 5, 0));
        health.forget(one);
        assert_eq!(health.of(one), Pulse::default());
    }
}
