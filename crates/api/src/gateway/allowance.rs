//! How often callers of a workspace may come: by who looks after the server, by its plan, by its own word.

use jiff::Timestamp;
use model::{Rate, plan::Limit, subscription::Subscription};
use smol_str::SmolStr;
use store::rate_limits::RateLimits;

use crate::limits::Class;

/// See the module.
pub(crate) struct Allowance {
    pub(crate) limits: RateLimits,
    /// The plan that counts.
    pub(crate) plan: SmolStr,
    /// What that gives one caller of the API, in the place of what the server gives everybody.
    pub(crate) caller: Option<Rate>,
    /// What it gives all of them together.
    pub(crate) together: Option<Rate>,
}

impl Allowance {
    pub(crate) fn of(limits: RateLimits, terms: &Subscription, now: Timestamp) -> Allowance {
        let (plan, max) = (terms.plan_at(now).name.clone(), terms.limits_at(now));
        let caller = max.rate(Limit::CallerRequestsPerMinute);
        Allowance { limits, plan, caller, together: max.rate(Limit::RequestsPerMinute) }
    }

    /// The most that the workspace may give itself, where the server gives everybody so much.
    pub(crate) fn most(&self, class: Class, server: Option<Rate>) -> Option<Rate> {
        self.limits.most(class.as_str(), self.planned(class).or(server))
    }

    /// What counts.
    pub(crate) fn rate(&self, class: Class, server: Option<Rate>) -> Option<Rate> {
        self.limits.of(class.as_str(), self.planned(class).or(server))
    }

    /// What counts for a key that has a rate of its own: the plan's where that is lower.
    pub(crate) fn of_key(&self, own: Rate) -> Rate {
        match self.planned(Class::Api) {
            Some(planned) if !own.is_within(planned) => planned,
            Some(_) | None => own,
        }
    }

    /// The plan, where this rate is its.
    pub(crate) fn named_by(&self, class: Class, rate: Option<Rate>) -> Option<&SmolStr> {
        (rate.is_some() && self.planned(class) == rate).then_some(&self.plan)
    }

    /// What the plan says, unless who looks after the server has said something else.
    fn planned(&self, class: Class) -> Option<Rate> {
        let is_granted = self.limits.granted.contains_key(class.as_str());
        self.caller.filter(|_| class == Class::Api && !is_granted)
    }
}

#[cfg(test)]
mod tests {
    use model::plan::Plan;

    use super::*;

    #[test]
    fn the_lower_of_plan_and_own_counts() {
        let terms = Subscription::to(Plan::named("starter").unwrap());
        let rate = |text: &str| text.parse::<Rate>().ok();
        let check = |granted: &str, own: &str, key: &str, expected: (&str, Option<&str>)| {
            let side = |text: &str| rate(text).map(|it| ("api", it)).into_iter().collect();
            let limits = RateLimits { granted: side(granted), own: side(own) };
            let found = Allowance::of(limits, &terms, Timestamp::UNIX_EPOCH);
            let counts = match rate(key) {
                Some(key) => Some(found.of_key(key)),
                None => found.rate(Class::Api, rate("100/min")),
            };
            assert_eq!(counts, rate(expected.0), "{granted} {own} {key}");
            let named = found.named_by(Class::Api, counts).map(SmolStr::as_str);
            assert_eq!(named, expected.1, "{granted} {own} {key}");
        };
        check("", "", "", ("200/min", Some("starter")));
        check("", "150/min", "", ("150/min", None));
        check("", "500/min", "", ("200/min", Some("starter")));
        check("1000/min", "", "", ("1000/min", None));
        check("50/min", "", "", ("50/min", None));
        check("", "", "30/min", ("30/min", None));
        check("", "", "300/min", ("200/min", Some("starter")));
        check("1000/min", "", "300/min", ("300/min", None));
        let free = Allowance::of(RateLimits::default(), &terms, Timestamp::UNIX_EPOCH);
        assert_eq!((free.together, free.rate(Class::Upload, None)), (rate("1000/min"), None));
    }
}
