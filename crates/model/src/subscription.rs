//! On which terms a workspace has its plan, and how they change.

use jiff::{SignedDuration, Timestamp};

use crate::plan::{Limit, Limits, Plan};

/// How long a payment that failed may be late.
pub const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// To try, until the trial ends.
    Trialing,
    Active,
    /// A payment failed; the plan goes on for a while.
    PastDue,
    /// It goes on until what was paid is over.
    Canceled,
    /// Over: only what is free is left.
    Expired,
}

impl Status {
    pub const ALL: [Status; 5] =
        [Status::Trialing, Status::Active, Status::PastDue, Status::Canceled, Status::Expired];

    pub fn as_str(self) -> &'static str {
        match self {
            Status::Trialing => "trialing",
            Status::Active => "active",
            Status::PastDue => "past_due",
            Status::Canceled => "canceled",
            Status::Expired => "expired",
        }
    }

    pub fn named(text: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// The terms of a workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    pub plan: Plan,
    /// What is left once it is over.
    pub free: Plan,
    /// As it was written down; time may have changed it, see [`Subscription::status_at`].
    pub status: Status,
    pub trial_ends_at: Option<Timestamp>,
    /// Until when it is paid; absent is for as long as the operator likes.
    pub period_ends_at: Option<Timestamp>,
    /// Limits of this workspace's own, in the place of the plan's.
    pub own: Vec<(Limit, Option<u64>)>,
}

/// What happens to a subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event<'a> {
    /// Another plan, by the operator or by a payment.
    Chosen {
        plan: &'a Plan,
        period_ends_at: Option<Timestamp>,
    },
    TrialBegun {
        plan: &'a Plan,
        ends_at: Timestamp,
    },
    Paid {
        period_ends_at: Timestamp,
    },
    PaymentFailed,
    /// It is not to go on after what is paid.
    Canceled,
    /// It is to go on after all.
    Resumed,
    Ended,
}

/// An event that does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a subscription that is {} cannot be changed so; choose a plan first", .0.as_str())]
pub struct Unfit(pub Status);

impl Subscription {
    /// With a plan, for as long as the operator likes.
    pub fn to(plan: &Plan) -> Subscription {
        Subscription {
            plan: plan.clone(),
            free: Plan::free().clone(),
            status: Status::Active,
            trial_ends_at: None,
            period_ends_at: None,
            own: vec![],
        }
    }

    pub fn status_at(&self, now: Timestamp) -> Status {
        let over = |end: Option<Timestamp>| end.is_some_and(|it| it <= now);
        let late = |it: Timestamp| it.saturating_add(GRACE).unwrap_or(Timestamp::MAX);
        let is_over = match self.status {
            Status::Trialing => over(self.trial_ends_at),
            Status::PastDue => over(self.period_ends_at.map(late)),
            Status::Canceled => over(self.period_ends_at),
            // The word of the next payment may be on its way.
            Status::Active => over(self.period_ends_at.map(late)),
            Status::Expired => true,
        };
        if is_over { Status::Expired } else { self.status }
    }

    /// The plan whose limits count.
    pub fn plan_at(&self, now: Timestamp) -> &Plan {
        match self.status_at(now) {
            Status::Expired => &self.free,
            Status::Trialing | Status::Active | Status::PastDue | Status::Canceled => &self.plan,
        }
    }

    pub fn limits_at(&self, now: Timestamp) -> Limits {
        let plan = self.plan_at(now).limits;
        self.own.iter().fold(plan, |res, (limit, max)| res.with(*limit, *max))
    }

    /// # Errors
    /// [`Unfit`] when this cannot happen to it.
    pub fn after(&self, event: Event<'_>, now: Timestamp) -> Result<Subscription, Unfit> {
        let was = self.status_at(now);
        let mut res = Subscription { status: was, ..self.clone() };
        match event {
            Event::Chosen { plan, period_ends_at } => {
                let (own, free) = (res.own, res.free);
                res = Subscription { own, free, period_ends_at, ..Subscription::to(plan) };
            }
            Event::TrialBegun { plan, ends_at } => {
                res = Subscription { own: res.own, free: res.free, ..Subscription::to(plan) };
                (res.status, res.trial_ends_at) = (Status::Trialing, Some(ends_at));
            }
            Event::Paid { period_ends_at } => {
                // What was cancelled stays so, and is paid for longer.
                if was != Status::Canceled {
                    res.status = Status::Active;
                }
                res.period_ends_at = res.period_ends_at.max(Some(period_ends_at));
            }
            Event::PaymentFailed => {
                if !matches!(was, Status::Trialing | Status::Active | Status::PastDue) {
                    return Err(Unfit(was));
                }
                res.status = Status::PastDue;
                res.period_ends_at.get_or_insert(now);
            }
            Event::Canceled => {
                if was == Status::Expired {
                    return Err(Unfit(was));
                }
                res.status = Status::Canceled;
                let end = res.period_ends_at.or(res.trial_ends_at).unwrap_or(now);
                res.period_ends_at = Some(end);
            }
            Event::Resumed => {
                if was != Status::Canceled {
                    return Err(Unfit(was));
                }
                res.status = Status::Active;
            }
            Event::Ended => res.status = Status::Expired,
        }
        Ok(res)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + day * 86_400).unwrap()
    }

    fn pro() -> &'static Plan {
        Plan::named("pro").unwrap()
    }

    /// What is left on a day after these events, each on its day.
    #[track_caller]
    fn check(events: &[(i64, Event<'_>)], day: i64, status: Status, plan: &str) {
        let first = Subscription::to(Plan::free());
        let end = events.iter().fold(first, |it, (day, event)| it.after(*event, at(*day)).unwrap());
        assert_eq!((end.status_at(at(day)), end.plan_at(at(day)).name.as_str()), (status, plan));
    }

    const fn paid(day: i64, until: Timestamp) -> (i64, Event<'static>) {
        (day, Event::Paid { period_ends_at: until })
    }

    #[test]
    fn time_ends_what_nobody_goes_on_with() {
        let trial = (0, Event::TrialBegun { plan: pro(), ends_at: at(14) });
        check(&[trial], 13, Status::Trialing, "pro");
        check(&[trial], 14, Status::Expired, "free");
        let chosen = (10, Event::Chosen { plan: pro(), period_ends_at: Some(at(40)) });
        check(&[trial, chosen], 14, Status::Active, "pro");
        check(&[trial, chosen], 46, Status::Active, "pro");
        check(&[trial, chosen], 47, Status::Expired, "free");
        check(&[trial, chosen, paid(40, at(70))], 60, Status::Active, "pro");
        let failed = (40, Event::PaymentFailed);
        check(&[trial, chosen, failed], 46, Status::PastDue, "pro");
        check(&[trial, chosen, failed], 47, Status::Expired, "free");
        check(&[trial, chosen, failed, paid(50, at(80))], 60, Status::Active, "pro");
        let canceled = (20, Event::Canceled);
        check(&[trial, chosen, canceled], 39, Status::Canceled, "pro");
        check(&[trial, chosen, canceled], 40, Status::Expired, "free");
        check(&[trial, chosen, canceled, (30, Event::Resumed)], 40, Status::Active, "pro");
        check(&[trial, chosen, (20, Event::Ended)], 20, Status::Expired, "free");
        check(&[trial, (3, Event::Canceled)], 13, Status::Canceled, "pro");
        check(&[trial, (3, Event::Canceled)], 14, Status::Expired, "free");
        // By the operator, it lasts.
        check(
            &[(0, Event::Chosen { plan: pro(), period_ends_at: None })],
            9_999,
            Status::Active,
            "pro",
        );
    }

    #[test]
    fn what_is_over_is_not_cancelled_or_resumed() {
        let over = Subscription { status: Status::Expired, ..Subscription::to(pro()) };
        for event in [Event::Canceled, Event::Resumed, Event::PaymentFailed] {
            assert_eq!(over.after(event, at(0)), Err(Unfit(Status::Expired)));
        }
        let active = Subscription::to(pro());
        assert_eq!(active.after(Event::Resumed, at(0)), Err(Unfit(Status::Active)));
    }

    /// Also when that is not what came with the product.
    #[test]
    fn what_is_left_once_it_is_over_stays() {
        let free =
            Plan { limits: Limits::NONE.with(Limit::Members, Some(1)), ..Plan::free().clone() };
        let it = Subscription { free: free.clone(), ..Subscription::to(pro()) };
        for event in [
            Event::Chosen { plan: pro(), period_ends_at: Some(at(1)) },
            Event::TrialBegun { plan: pro(), ends_at: at(1) },
        ] {
            assert_eq!(it.after(event, at(0)).unwrap().plan_at(at(100)), &free);
        }
    }

    #[test]
    fn limits_of_its_own_stay() {
        let own = vec![(Limit::Members, Some(99)), (Limit::Workflows, None)];
        let it = Subscription { own, ..Subscription::to(pro()) };
        let next = it.after(Event::Chosen { plan: Plan::free(), period_ends_at: None }, at(0));
        let limits = next.unwrap().limits_at(at(0));
        assert_eq!(limits.of(Limit::Members), Some(99));
        assert_eq!(limits.of(Limit::Workflows), None);
        assert_eq!(limits.of(Limit::Agents), Plan::free().limits.of(Limit::Agents));
    }
}
