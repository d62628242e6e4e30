//! The plan of the workspace where one is, and what was paid for it.

use accounts::payments::{Chosen, Price};
use axum::{Json, extract::State};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Fault, plan::Plan};
use serde::{Deserialize, Serialize};
use store::payments::{Kind, PaidOnDay};
use utoipa::ToSchema;

use super::views::Terms;
use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::Given,
    routes::shapes::Reply,
};

/// As far back bills are told.
const TOLD: SignedDuration = SignedDuration::from_hours(24 * 366);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TenantPlanFields {
    /// `STARTER`, `PROFESSIONAL`, `ENTERPRISE`, or the name of any plan that is for sale.
    #[schema(min_length = 1, max_length = 100)]
    plan: String,
    /// As the plan is sold, see `GET /stripe/products`; absent is so.
    #[serde(default)]
    billing_cycle: Option<Cycle>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = TenantBillingCycle)]
enum Cycle {
    Monthly,
    Yearly,
}

/// The page where a subscription begins, or the subscription that was changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TenantPlanChosen {
    url: Option<String>,
    subscription_id: Option<String>,
    /// As it stands before the provider says that it is changed.
    subscription: Terms,
}

#[derive(Serialize, ToSchema)]
struct TenantBilling {
    billing: Bills,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TenantBills)]
struct Bills {
    subscription: Terms,
    /// What was paid within the last year, the latest first.
    invoices: Vec<Bill>,
    /// Absent where the plan costs nothing here.
    next_billing: Option<NextBill>,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TenantInvoice)]
struct Bill {
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// In the smallest unit of the currency.
    amount: u64,
    /// Three letters.
    currency: String,
    #[serde(rename = "for")]
    what: BillKind,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = TenantInvoiceKind)]
enum BillKind {
    Plan,
    Credits,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TenantNextBill)]
struct NextBill {
    #[schema(value_type = Option<String>, format = DateTime)]
    date: Option<Timestamp>,
    /// In the smallest unit of the currency.
    amount: u64,
    /// Three letters.
    currency: String,
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(choose)).routes(routes!(billing))
}

/// Change the plan of the workspace where you are, or pay for one where none is paid for
///
/// Answers the page of the payment provider where that is done. The other plan counts when the provider says so.
#[utoipa::path(put, path = "/tenants/subscription", tag = "workspaces", operation_id = "chooseTenantPlan",
    request_body = TenantPlanFields, responses((status = 200, body = Reply<TenantPlanChosen>)))]
async fn choose(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<TenantPlanFields>,
) -> Result<Json<Reply<TenantPlanChosen>>, Failure> {
    let workspace = actor.workspace;
    app.accounts().workspace(workspace).await?;
    let price = given.price(&app.accounts().prices_for_sale().await?)?;
    let (url, subscription_id): (Option<String>, Option<String>) =
        match app.accounts().choose_plan(workspace, &price).await? {
            Chosen::Page(url) => (Some(url.into()), None),
            Chosen::Changed { subscription } => (None, Some(subscription)),
        };
    let terms = app.store().standing(workspace).await?.subscription;
    let subscription = Terms::of(workspace, &terms, Timestamp::now());
    let message = match url {
        Some(_) => "the plan is paid for on the page of the payment provider",
        None => "the plan changes as soon as the payment provider says so",
    };
    Ok(Reply::said(message, TenantPlanChosen { url, subscription_id, subscription }))
}

/// What was paid for the workspace where you are, and what comes next
#[utoipa::path(get, path = "/tenants/billing", tag = "workspaces", operation_id = "getTenantBilling",
    responses((status = 200, body = Reply<TenantBilling>)))]
async fn billing(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<Reply<TenantBilling>>, Failure> {
    let (now, workspace) = (Timestamp::now(), actor.workspace);
    app.accounts().workspace(workspace).await?;
    let terms = app.store().standing(workspace).await?.subscription;
    let prices = app.accounts().prices().await?.plans;
    let price = prices.into_iter().find(|it| it.plan == terms.plan_at(now).name);
    let from = now.saturating_sub(TOLD).unwrap_or(Timestamp::MIN);
    let paid = app.store().payments(workspace, from, Timestamp::MAX).await?;
    let subscription = Terms::of(workspace, &terms, now);
    let date = subscription.end_date;
    let next = |it: Price| NextBill { date, amount: it.amount, currency: it.currency };
    let invoices = paid.into_iter().rev().map(Bill::of).collect();
    let billing = Bills { subscription, invoices, next_billing: price.map(next) };
    Ok(Reply::of(TenantBilling { billing }))
}

impl TenantPlanFields {
    /// The price that is wished for.
    fn price(&self, prices: &[Price]) -> Result<String, Fault> {
        let name = match self.plan.to_lowercase().as_str() {
            "professional" => "pro".into(),
            "enterprise" => "business".into(),
            other => Plan::name_of(other).unwrap_or_default(),
        };
        let found = prices.iter().find(|it| it.plan == name || it.plan == self.plan);
        let it = found
            .ok_or_else(|| Fault::invalid(format!("the plan `{}` is not for sale", self.plan)))?;
        let wished = self.billing_cycle.map(|it| match it {
            Cycle::Monthly => "month",
            Cycle::Yearly => "year",
        });
        match wished.is_none_or(|wished| wished == it.interval) {
            true => Ok(it.id.clone()),
            false => Err(Fault::invalid(format!(
                "the plan `{}` is paid by the {}; leave `billingCycle` out",
                it.plan, it.interval
            ))),
        }
    }
}

impl Bill {
    fn of(it: PaidOnDay) -> Bill {
        let what = match it.kind {
            Kind::Plan => BillKind::Plan,
            Kind::Credits | Kind::Recharge => BillKind::Credits,
        };
        Bill { date: it.day, amount: it.amount, currency: it.currency, what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_found_by_the_name_that_others_give_it() {
        let price = |plan: &str, interval: &str| Price {
            id: format!("price_{plan}"),
            product: "prod".into(),
            plan: plan.into(),
            amount: 900,
            currency: "usd".into(),
            interval: interval.into(),
        };
        let prices = [price("starter", "month"), price("pro", "month"), price("business", "year")];
        let check = |plan: &str, billing_cycle, expected: Option<&str>| {
            let found = TenantPlanFields { plan: plan.into(), billing_cycle }.price(&prices).ok();
            assert_eq!(found.as_deref(), expected, "{plan}");
        };
        check("STARTER", None, Some("price_starter"));
        check("PROFESSIONAL", Some(Cycle::Monthly), Some("price_pro"));
        check("PRO", Some(Cycle::Yearly), None);
        check("ENTERPRISE", Some(Cycle::Yearly), Some("price_business"));
        check("free", None, None);
    }
}
