//! How slowly a body may come: nobody holds a connection by sending next to nothing.

use std::time::Duration;

use model::Code;

use crate::failure::Failure;

/// How slowly a body may come.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// Longest time between two pieces.
    pub(crate) pause_max: Duration,
    /// What may be waited for all pieces together: a pause, and longer for what is larger, but no longer than this.
    pub(crate) time_max: Duration,
    pub(crate) bytes_per_second_min: u64,
}

/// What callers of webhooks and services may do.
pub(crate) const PACE: Pace = Pace {
    pause_max: Duration::from_secs(60),
    time_max: Duration::from_secs(3_600),
    bytes_per_second_min: 16 << 10,
};

/// The same of one that is read whole before anything happens at the gateway.
pub(crate) const WHOLE: Pace = Pace { time_max: PACE.pause_max, ..PACE };

/// The same at the API, where the answer has to be there within a minute: what is left is for the answer.
pub(crate) const IN_TIME: Pace =
    Pace { pause_max: Duration::from_secs(50), time_max: Duration::from_secs(50), ..PACE };

impl Pace {
    /// How long the next piece is waited for, after so many bytes and so much waiting.
    pub(crate) fn wait(&self, sent: u64, waited: Duration) -> Duration {
        let earned = self.pause_max + Duration::from_secs(sent / self.bytes_per_second_min);
        self.pause_max.min(earned.min(self.time_max).saturating_sub(waited))
    }

    pub(crate) fn late(&self) -> Failure {
        let Pace { pause_max, time_max, bytes_per_second_min } = self;
        let seconds = pause_max.as_secs();
        let rest = match time_max <= pause_max {
            true => format!("it has {seconds} seconds"),
            false => format!(
                "it may pause for {seconds} seconds, and comes with {bytes_per_second_min} bytes a second"
            ),
        };
        Failure::of(Code::BodyTooSlow, format!("the body came too slowly: {rest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_more_may_take_longer_up_to_a_limit() {
        let check = |sent: u64, waited: u64, expected: u64| {
            let found = PACE.wait(sent, Duration::from_secs(waited)).as_secs();
            assert_eq!(found, expected, "{sent} bytes after {waited} s");
        };
        check(0, 0, 60);
        check(0, 59, 1);
        check(0, 60, 0);
        // A second for each 16 KiB, and no pause longer than the longest.
        check((16 << 10) - 1, 60, 0);
        check(16 << 10, 60, 1);
        check(100 * (16 << 10), 60, 60);
        check(100 * (16 << 10), 159, 1);
        check(100 * (16 << 10), 160, 0);
        check(1 << 30, 3_540, 60);
        check(1 << 30, 3_599, 1);
        check(1 << 30, 3_600, 0);
    }

    #[test]
    fn at_the_api_a_body_ends_before_the_answer_is_late() {
        assert!(IN_TIME.time_max < crate::router::ANSWER_MAX);
        let check = |sent: u64, waited: u64, expected: u64| {
            assert_eq!(IN_TIME.wait(sent, Duration::from_secs(waited)).as_secs(), expected);
        };
        check(0, 0, 50);
        check(1 << 30, 49, 1);
        check(1 << 30, 50, 0);
    }
}
