//! What clients of another system are told about payments, in their words.

use std::collections::{BTreeMap, BTreeSet};

use accounts::payments::Price;
use jiff::{Span, Timestamp, civil::Date};
use model::{
    id::WorkspaceId,
    plan::Limit,
    subscription::{Status, Subscription},
};
use serde::Serialize;
use store::{
    payments::{Kind, PaidOnDay},
    plans::Offer,
};
use utoipa::ToSchema;

/// A plan that is for sale.
#[derive(Serialize, ToSchema)]
#[schema(as = StripeProduct)]
pub(super) struct Product {
    product: ProductName,
    prices: Vec<ProductPrice>,
    metadata: ProductPlan,
}

#[derive(Serialize, ToSchema)]
#[schema(as = StripeProductName)]
struct ProductName {
    id: String,
    name: String,
}

/// In Stripe's own spelling.
#[derive(Serialize, ToSchema)]
#[schema(as = StripePrice)]
struct ProductPrice {
    id: String,
    /// In the smallest unit of the currency.
    unit_amount: u64,
    /// Three letters.
    currency: String,
    recurring: Recurring,
}

#[derive(Serialize, ToSchema)]
#[schema(as = StripeRecurring)]
struct Recurring {
    /// `month` or `year`.
    interval: String,
}

/// What the plan allows; absent is as much as one likes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StripePlanLimits)]
struct ProductPlan {
    plan: String,
    credits_limit: Option<u64>,
    agent_limit: Option<u64>,
    trial_days: u32,
    is_enterprise: bool,
    features: Vec<String>,
}

impl Product {
    /// The plans of these prices that are offered.
    pub(super) fn all(prices: &[Price], offers: &[Offer]) -> Vec<Product> {
        let of =
            |it: &Price| Some(Product::of(it, offers.iter().find(|o| o.plan.name == it.plan)?));
        prices.iter().filter_map(of).collect()
    }

    fn of(it: &Price, Offer { plan, trial_days, is_enterprise, features, .. }: &Offer) -> Product {
        Product {
            product: ProductName { id: it.product.clone(), name: plan.title.to_string() },
            prices: vec![ProductPrice {
                id: it.id.clone(),
                unit_amount: it.amount,
                currency: it.currency.clone(),
                recurring: Recurring { interval: it.interval.clone() },
            }],
            metadata: ProductPlan {
                plan: plan.name.to_string(),
                credits_limit: plan.limits.of(Limit::Credits),
                agent_limit: plan.limits.of(Limit::Agents),
                trial_days: *trial_days,
                is_enterprise: *is_enterprise,
                features: features.clone(),
            },
        }
    }
}

/// A plan; without a price it is not for sale.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PricedPlan {
    /// Of the plan.
    id: String,
    name: String,
    description: String,
    features: Vec<String>,
    /// In the smallest unit of the currency.
    amount: Option<u64>,
    currency: Option<String>,
    interval: Option<String>,
    price_id: Option<String>,
    credits_limit: Option<u64>,
    agent_limit: Option<u64>,
    /// For how many days it is to try before it is paid.
    trial_days: u32,
    /// Whether it is offered.
    is_active: bool,
    /// It is given by agreement.
    is_enterprise: bool,
}

impl PricedPlan {
    pub(super) fn of(it: &Offer, price: Option<&Price>) -> PricedPlan {
        let limits = it.plan.limits;
        PricedPlan {
            id: it.plan.name.to_string(),
            name: it.plan.title.to_string(),
            description: it.description.clone(),
            features: it.features.clone(),
            amount: price.map(|it| it.amount),
            currency: price.map(|it| it.currency.clone()),
            interval: price.map(|it| it.interval.clone()),
            price_id: price.map(|it| it.id.clone()),
            credits_limit: limits.of(Limit::Credits),
            agent_limit: limits.of(Limit::Agents),
            trial_days: it.trial_days,
            is_active: it.is_active,
            is_enterprise: it.is_enterprise,
        }
    }

    /// Of these, with what they cost.
    pub(super) fn all(offers: &[Offer], prices: &[Price]) -> Vec<PricedPlan> {
        let price = |offer: &Offer| prices.iter().find(|it| it.plan == offer.plan.name);
        offers.iter().map(|it| PricedPlan::of(it, price(it))).collect()
    }
}

/// What became of a plan.
#[derive(Serialize, ToSchema)]
#[schema(as = StripePlanMade)]
pub(super) struct PlanMade {
    pub(super) message: &'static str,
    pub(super) plan: PricedPlan,
}

/// How a subscription stands.
#[derive(Serialize, ToSchema)]
#[schema(as = StripeBillingStatus)]
pub(super) struct BillingState {
    subscription: BilledSubscription,
    plan: PricedPlan,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StripeSubscription)]
struct BilledSubscription {
    /// A workspace has one, which bears its id.
    #[schema(value_type = String)]
    id: WorkspaceId,
    status: BilledStatus,
    #[schema(value_type = Option<String>, format = DateTime)]
    current_period_end: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    trial_end: Option<Timestamp>,
    cancel_at_period_end: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = StripeSubscriptionStatus)]
enum BilledStatus {
    Trial,
    Active,
    PastDue,
    Canceled,
}

impl BillingState {
    pub(super) fn of(
        id: WorkspaceId,
        terms: &Subscription,
        (offer, price): (&Offer, Option<&Price>),
        now: Timestamp,
    ) -> BillingState {
        let status = terms.status_at(now);
        BillingState {
            subscription: BilledSubscription {
                id,
                status: match status {
                    Status::Trialing => BilledStatus::Trial,
                    Status::Active => BilledStatus::Active,
                    Status::PastDue => BilledStatus::PastDue,
                    Status::Canceled | Status::Expired => BilledStatus::Canceled,
                },
                current_period_end: terms.period_ends_at,
                trial_end: terms.trial_ends_at,
                cancel_at_period_end: status == Status::Canceled,
            },
            plan: PricedPlan::of(offer, price),
        }
    }
}

/// What the next bill would be.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StripePlanPreview)]
pub(super) struct BillPreview {
    /// In the smallest unit of the currency; less than nothing where something is given back.
    pub(super) amount_due: i64,
    pub(super) currency: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StripePlanChange)]
pub(super) struct PlanChange {
    pub(super) message: &'static str,
    pub(super) subscription_id: String,
}

/// The page where a subscription begins, or the subscription that was changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StripePlanChoice)]
pub(super) struct PlanChoice {
    pub(super) url: Option<String>,
    pub(super) message: Option<&'static str>,
    pub(super) subscription_id: Option<String>,
}

/// What was paid until the end of a day, from the first day on, in the smallest unit of the currency.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StripePayments)]
pub(super) struct PaidByDay {
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Three letters.
    currency: String,
    plan_amount: u64,
    /// For credits, bought by a person or by smart recharge.
    one_time_amount: u64,
    total: u64,
}

impl PaidByDay {
    pub(super) fn sums(all: &[PaidOnDay], (first, last): (Date, Date)) -> Vec<PaidByDay> {
        let currencies: BTreeSet<&str> = all.iter().map(|it| it.currency.as_str()).collect();
        let mut days: BTreeMap<(Date, &str), (u64, u64)> = BTreeMap::new();
        for it in all {
            let sums = days.entry((it.day, it.currency.as_str())).or_default();
            let sum = match it.kind {
                Kind::Plan => &mut sums.0,
                Kind::Credits | Kind::Recharge => &mut sums.1,
            };
            *sum = sum.saturating_add(it.amount);
        }
        let mut res = vec![];
        for currency in currencies {
            let (mut plan, mut once, mut day) = (0_u64, 0_u64, first);
            while day <= last {
                let found = days.get(&(day, currency)).copied().unwrap_or_default();
                plan = plan.saturating_add(found.0);
                once = once.saturating_add(found.1);
                res.push(PaidByDay {
                    date: day,
                    currency: currency.to_owned(),
                    plan_amount: plan,
                    one_time_amount: once,
                    total: plan.saturating_add(once),
                });
                let Ok(next) = day.checked_add(Span::new().days(1)) else { break };
                day = next;
            }
        }
        res
    }
}
