//! So many requests in so much time.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// All of the requests may come at once; then each comes back in its turn. As text: `100/min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub requests: NonZeroU32,
    pub per: Per,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Second,
    Minute,
    Hour,
    Day,
}

impl Per {
    pub fn seconds(self) -> u32 {
        match self {
            Per::Second => 1,
            Per::Minute => 60,
            Per::Hour => 3_600,
            Per::Day => 86_400,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Per::Second => "s",
            Per::Minute => "min",
            Per::Hour => "h",
            Per::Day => "day",
        }
    }
}

/// The text is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotARate(&'static str);

impl Rate {
    /// What is more often is no limit.
    pub const REQUESTS_MAX: NonZeroU32 = NonZeroU32::new(1_000_000).expect("more than none");

    /// After how long a token comes back, in whole microseconds.
    pub fn each(self) -> Duration {
        let micros = u64::from(self.per.seconds()) * 1_000_000 / u64::from(self.requests.get());
        Duration::from_micros(micros.max(1))
    }

    /// How long an empty bucket takes to be full: as long as all its tokens, whatever the division
    /// dropped.
    pub fn window(self) -> Duration {
        self.each() * self.requests.get()
    }

    /// So many times as often.
    #[must_use]
    pub fn times(self, n: NonZeroU32) -> Rate {
        Rate { requests: self.requests.saturating_mul(n), ..self }
    }

    /// Whether it lets through no more than another one does, neither at once nor in the long run.
    pub fn is_within(self, other: Rate) -> bool {
        let (own, others) = (u64::from(self.requests.get()), u64::from(other.requests.get()));
        let long_run =
            own * u64::from(other.per.seconds()) <= others * u64::from(self.per.seconds());
        own <= others && long_run
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Rate, NotARate> {
        const ODD: NotARate = NotARate("write it as `100/min`, or per `s`, `h` or `day`");
        let (requests, per) = text.trim().split_once('/').ok_or(ODD)?;
        let per = match per.trim() {
            "s" | "second" => Per::Second,
            "m" | "min" | "minute" => Per::Minute,
            "h" | "hour" => Per::Hour,
            "d" | "day" => Per::Day,
            _ => return Err(ODD),
        };
        let requests: NonZeroU32 = requests.trim().parse().map_err(|_| ODD)?;
        if requests > Rate::REQUESTS_MAX {
            return Err(NotARate("it is 1000000 at most"));
        }
        Ok(Rate { requests, per })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.requests, self.per.as_str())
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_and_a_time() {
        let seconds =
            |text: &str| text.parse::<Rate>().ok().map(|it| (it.requests.get(), it.per.seconds()));
        assert_eq!(seconds("100/min"), Some((100, 60)));
        assert_eq!(seconds(" 5 / s "), Some((5, 1)));
        assert_eq!(seconds("1/day"), Some((1, 86_400)));
        assert_eq!(seconds("1000000/hour"), Some((1_000_000, 3_600)));
        for odd in ["", "off", "100", "0/min", "-1/min", "100/week", "1000001/s", "/min"] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }

    #[test]
    fn text_and_back_is_the_same_rate() {
        for text in ["1/s", "100/min", "7/h", "1000000/day"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn one_rate_is_within_another_when_it_never_lets_more_through() {
        let check = |one: &str, other: &str, expected: bool| {
            let (a, b) = (one.parse::<Rate>().unwrap(), other.parse::<Rate>().unwrap());
            assert_eq!(a.is_within(b), expected, "{one} {other}");
        };
        check("100/min", "100/min", true);
        check("10/min", "100/min", true);
        check("101/min", "100/min", false);
        check("100/h", "100/min", true);
        // It is less in the long run, and more at once.
        check("1000/h", "100/min", false);
        // It is less at once, and more in the long run.
        check("10/s", "100/min", false);
        check("1000000/s", "1000000/day", false);
    }
}
