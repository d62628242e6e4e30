//! Plans: how much of what a workspace may have, and how a month is counted.

use std::num::NonZeroU32;

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use smol_str::SmolStr;

use crate::{Rate, Value, rate::Per};

/// What a plan limits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Limit {
    /// Executions that begin in a month (UTC), those run by hand in the editor left out.
    Executions,
    /// Executions that run at once; more wait for their turn.
    ConcurrentRuns,
    /// Executions that wait because another limit holds them back.
    Backlog,
    Workflows,
    /// People, those who are invited included.
    Members,
    Agents,
    /// Files that executions keep.
    StorageBytes,
    /// What the plan gives in a month (UTC) to spend on models.
    Credits,
    /// Requests to the API in a minute, of all people and keys together.
    RequestsPerMinute,
    /// The same of one person or key.
    CallerRequestsPerMinute,
    /// For how many days the audit log is kept.
    AuditDays,
}

impl Limit {
    pub const ALL: [Limit; 11] = [
        Limit::Executions,
        Limit::ConcurrentRuns,
        Limit::Backlog,
        Limit::Workflows,
        Limit::Members,
        Limit::Agents,
        Limit::StorageBytes,
        Limit::Credits,
        Limit::RequestsPerMinute,
        Limit::CallerRequestsPerMinute,
        Limit::AuditDays,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Limit::Executions => "executions",
            Limit::ConcurrentRuns => "concurrentRuns",
            Limit::Backlog => "backlog",
            Limit::Workflows => "workflows",
            Limit::Members => "members",
            Limit::Agents => "agents",
            Limit::StorageBytes => "storageBytes",
            Limit::Credits => "credits",
            Limit::RequestsPerMinute => "requestsPerMinute",
            Limit::CallerRequestsPerMinute => "callerRequestsPerMinute",
            Limit::AuditDays => "auditDays",
        }
    }

    /// It says how many there may be, and not how often or for how long; what is not counted is never none.
    pub fn is_counted(self) -> bool {
        !matches!(
            self,
            Limit::RequestsPerMinute | Limit::CallerRequestsPerMinute | Limit::AuditDays
        )
    }

    pub fn named(text: &str) -> Option<Limit> {
        Limit::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// What there is so much of, in a sentence.
    fn things(self) -> &'static str {
        match self {
            Limit::Executions => "executions a month",
            Limit::ConcurrentRuns => "executions at once",
            Limit::Backlog => "executions that wait",
            Limit::Workflows => "workflows",
            Limit::Members => "members and invitations",
            Limit::Agents => "agents",
            Limit::StorageBytes => "bytes of files",
            Limit::Credits => "credits a month",
            Limit::RequestsPerMinute => "requests a minute",
            Limit::CallerRequestsPerMinute => "requests a minute of one caller",
            Limit::AuditDays => "days of the audit log",
        }
    }
}

/// How much of each; absent is as much as one likes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits([Option<u64>; Limit::ALL.len()]);

impl Limits {
    pub const NONE: Limits = Limits([None; Limit::ALL.len()]);

    pub fn of(&self, limit: Limit) -> Option<u64> {
        self.0[limit as usize]
    }

    pub fn with(mut self, limit: Limit, max: Option<u64>) -> Limits {
        self.0[limit as usize] = max;
        self
    }

    /// How often something may happen; `None` where it is not limited.
    pub fn rate(&self, limit: Limit) -> Option<Rate> {
        // More than a rate can say is no limit.
        let requests = NonZeroU32::new(u32::try_from(self.of(limit)?).ok()?.max(1))?;
        (requests <= Rate::REQUESTS_MAX).then_some(Rate { requests, per: Per::Minute })
    }

    /// Whether executions that begin must be looked at before they run.
    pub fn hold_runs(&self) -> bool {
        let holds = [Limit::Executions, Limit::ConcurrentRuns, Limit::StorageBytes];
        holds.iter().any(|it| self.of(*it).is_some())
    }
}

/// What a workspace may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Of small letters, digits and hyphens; it stays.
    pub name: SmolStr,
    /// As people read it.
    pub title: SmolStr,
    pub limits: Limits,
}

const GIB: u64 = 1 << 30;

/// In the order of [`Limit::ALL`].
const fn limits(max: [u64; Limit::ALL.len()]) -> Limits {
    let mut res = [None; Limit::ALL.len()];
    let mut at = 0;
    while at < max.len() {
        res[at] = Some(max[at]);
        at += 1;
    }
    Limits(res)
}

/// The plans that come with the product, the smallest first; the one without limits last.
pub static PLANS: [Plan; 5] = [
    Plan {
        name: SmolStr::new_static("free"),
        title: SmolStr::new_static("Free"),
        limits: limits([1_000, 2, 100, 5, 2, 1, GIB / 4, 100, 300, 100, 30]),
    },
    Plan {
        name: SmolStr::new_static("starter"),
        title: SmolStr::new_static("Starter"),
        limits: limits([10_000, 5, 1_000, 25, 5, 3, 2 * GIB, 2_000, 1_000, 200, 90]),
    },
    Plan {
        name: SmolStr::new_static("pro"),
        title: SmolStr::new_static("Pro"),
        limits: limits([100_000, 20, 10_000, 200, 25, 10, 20 * GIB, 10_000, 5_000, 600, 365]),
    },
    Plan {
        name: SmolStr::new_static("business"),
        title: SmolStr::new_static("Business"),
        limits: limits([
            1_000_000,
            100,
            50_000,
            2_000,
            200,
            50,
            200 * GIB,
            100_000,
            30_000,
            3_000,
            1_095,
        ]),
    },
    Plan {
        name: SmolStr::new_static("unlimited"),
        title: SmolStr::new_static("Unlimited"),
        limits: Limits::NONE,
    },
];

/// Longest name of a plan.
pub const NAME_CHARS_MAX: usize = 40;

impl Plan {
    /// The name of a plan that people call so. `None`: nothing of it can stand in a name.
    pub fn name_of(title: &str) -> Option<SmolStr> {
        let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { ' ' };
        let text: String = title.to_lowercase().chars().map(plain).collect();
        let words: Vec<&str> = text.split_whitespace().collect();
        let name = words.join("-");
        (!name.is_empty() && name.len() <= NAME_CHARS_MAX).then(|| name.into())
    }

    /// Of those that come with the product.
    pub fn named(name: &str) -> Option<&'static Plan> {
        PLANS.iter().find(|it| it.name == name)
    }

    /// What is left to a workspace whose trial or subscription is over.
    pub fn free() -> &'static Plan {
        &PLANS[0]
    }

    /// What a workspace has of which nothing else was said.
    pub fn unlimited() -> &'static Plan {
        &PLANS[PLANS.len() - 1]
    }
}

/// There is as much as the plan allows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Excess {
    pub plan: SmolStr,
    pub limit: Limit,
    pub max: u64,
    pub used: u64,
}

impl Excess {
    /// What a client needs to say where the limit is.
    pub fn details(&self) -> Value {
        Value::object([
            ("plan", Value::from(self.plan.as_str())),
            ("limit", Value::from(self.limit.as_str())),
            ("max", Value::from(self.max as f64)),
            ("used", Value::from(self.used as f64)),
        ])
    }
}

impl std::fmt::Display for Excess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Excess { plan, max, used, .. } = self;
        let things = self.limit.things();
        write!(
            f,
            "the plan `{plan}` has room for {max} {things}, and {used} are there; \
             remove some, or take a larger plan under Settings, Plan and usage"
        )
    }
}

/// The month (UTC) in which a moment lies, counted from the year 0.
pub fn month(at: Timestamp) -> i64 {
    let day = at.to_zoned(TimeZone::UTC).date();
    i64::from(day.year()) * 12 + i64::from(day.month()) - 1
}

/// When the next month begins.
pub fn next_month(at: Timestamp) -> Timestamp {
    let first = at.to_zoned(TimeZone::UTC).date().first_of_month();
    let next = first.checked_add(1.month()).ok();
    let zoned = next.and_then(|it| it.to_zoned(TimeZone::UTC).ok());
    zoned.map_or(Timestamp::MAX, |it| it.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_plan_has_more_than_the_one_before() {
        for pair in PLANS.windows(2) {
            for limit in Limit::ALL {
                let (less, more) = (pair[0].limits.of(limit), pair[1].limits.of(limit));
                assert!(more.is_none() || less < more, "{} {limit:?}", pair[1].name);
            }
        }
        assert_eq!(Plan::unlimited().limits, Limits::NONE);
        assert_eq!(Plan::free().name, "free");
    }

    #[test]
    fn a_name_is_made_of_what_people_say() {
        let check = |title: &str, expected: Option<&str>| {
            assert_eq!(Plan::name_of(title).as_deref(), expected, "{title}");
        };
        check("Pro", Some("pro"));
        check(" Pro  Plus (2026)", Some("pro-plus-2026"));
        check("Ação", Some("a-o"));
        check("计划", None);
        check("", None);
        check(&"x".repeat(NAME_CHARS_MAX), Some(&"x".repeat(NAME_CHARS_MAX)));
        check(&"x".repeat(NAME_CHARS_MAX + 1), None);
    }

    #[test]
    fn places_of_limits_are_their_numbers() {
        for (n, it) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(it as usize, n);
            assert_eq!(Limit::named(it.as_str()), Some(it));
        }
    }

    #[test]
    fn a_rate_of_a_plan_is_so_many_in_a_minute() {
        let check = |max: Option<u64>, expected: Option<&str>| {
            let limits = Limits::NONE.with(Limit::RequestsPerMinute, max);
            let found = limits.rate(Limit::RequestsPerMinute).map(|it| it.to_string());
            assert_eq!(found.as_deref(), expected);
        };
        check(Some(60), Some("60/min"));
        check(Some(1_000_000), Some("1000000/min"));
        check(Some(1_000_001), None);
        check(Some(u64::MAX), None);
        check(None, None);
    }

    #[test]
    fn months_follow_one_another() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let end = at("2026-12-31T23:59:59.999999Z");
        assert_eq!(next_month(end), at("2027-01-01T00:00:00Z"));
        assert_eq!(month(end) + 1, month(next_month(end)));
        assert_eq!(next_month(at("2026-01-31T10:00:00Z")), at("2026-02-01T00:00:00Z"));
    }
}
