//! Payments under the names that clients of another system call, beside those of workspaces.

mod plans;
mod views;

use accounts::payments::Chosen;
use axum::{Json, body::Body, extract::State, http::HeaderMap};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use model::{Code, Fault, id::WorkspaceId};
use serde::Deserialize;
use store::plans::Offer;
use utoipa::ToSchema;

use self::views::{
    BillPreview, BillingState, PaidByDay, PlanChange, PlanChoice, PricedPlan, Product,
};
use super::workspaces::billing::{Heard, PaymentPage, hear};
use crate::{
    App,
    days::Days,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::{Asked, At, Given},
};

/// As many days at most are told.
const DAYS_MAX: u32 = 181;

/// A workspace, and the price of a plan.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PriceFields {
    /// The workspace that the token or key opens.
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    /// As `GET /stripe/products` tells it.
    #[schema(min_length = 1, max_length = 255)]
    price_id: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PurchaseFields {
    /// The workspace that the token or key opens.
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    #[schema(minimum = 1, maximum = 10000000)]
    credits: u64,
    /// Keep the card at the provider, so that smart recharge can charge it.
    #[serde(default)]
    keep_card: bool,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(checkout))
        .routes(routes!(purchase))
        .routes(routes!(products))
        .routes(routes!(list_plans))
        .routes(routes!(status))
        .routes(routes!(portal))
        .routes(routes!(preview))
        .routes(routes!(change))
        .routes(routes!(choose))
        .routes(routes!(payments))
        .routes(routes!(all_payments))
        .merge(plans::routes())
}

pub(super) fn open() -> Routes {
    Routes::new().routes(routes!(event))
}

/// Pay for a plan, by its price
///
/// Answers the page of the payment provider where that is done.
#[utoipa::path(post, path = "/stripe/checkout", tag = "workspaces", operation_id = "stripeCheckout",
    request_body = PriceFields, responses((status = 200, body = PaymentPage)))]
async fn checkout(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<PriceFields>,
) -> Result<Json<PaymentPage>, Failure> {
    let workspace = own(&app, actor.workspace, given.workspace_id).await?;
    let url = app.accounts().check_out_at(workspace, &given.price_id).await?;
    Ok(Json(PaymentPage { url: url.into() }))
}

/// Pay for credits
///
/// Answers the page of the payment provider where that is done; they come when the provider says so.
#[utoipa::path(post, path = "/stripe/purchase-credits", tag = "workspaces", operation_id = "stripePurchaseCredits",
    request_body = PurchaseFields, responses((status = 200, body = PaymentPage)))]
async fn purchase(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<PurchaseFields>,
) -> Result<Json<PaymentPage>, Failure> {
    let workspace = own(&app, actor.workspace, given.workspace_id).await?;
    let card = super::workspaces::billing::card(given.keep_card);
    let url = app.accounts().buy_credits(workspace, given.credits, card).await?;
    Ok(Json(PaymentPage { url: url.into() }))
}

/// What Stripe says
///
/// The same as `POST /billing/stripe/webhook`, at the address that another system gave Stripe.
#[utoipa::path(post, path = "/stripe/webhook", tag = "workspaces", operation_id = "stripeWebhook", security(()),
    request_body(content = String, content_type = "application/json"), responses((status = 200, body = Heard)))]
async fn event(
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Heard>, Failure> {
    hear(&app, &headers, body).await
}

/// The plans that are for sale, as products with their prices
///
/// None where payments are not set up.
#[utoipa::path(get, path = "/stripe/products", tag = "workspaces", operation_id = "listStripeProducts",
    responses((status = 200, body = Vec<Product>)))]
async fn products(State(app): State<App>, _: Caller) -> Result<Json<Vec<Product>>, Failure> {
    let (prices, offers) = (app.accounts().prices().await?.plans, app.accounts().offers().await?);
    Ok(Json(Product::all(&prices, &offers)))
}

/// All plans, with prices where they are for sale
///
/// Also those that are not offered any more.
#[utoipa::path(get, path = "/stripe/plans", tag = "workspaces", operation_id = "listStripePlans",
    responses((status = 200, body = Vec<PricedPlan>)))]
async fn list_plans(State(app): State<App>, _: Caller) -> Result<Json<Vec<PricedPlan>>, Failure> {
    let (prices, offers) = (app.accounts().prices().await?.plans, app.accounts().offers().await?);
    Ok(Json(PricedPlan::all(&offers, &prices)))
}

/// How the subscription stands
#[utoipa::path(get, path = "/stripe/billing/status/{workspaceId}", tag = "workspaces",
    operation_id = "getStripeBillingStatus", params(("workspaceId" = String, Path)),
    responses((status = 200, body = BillingState)))]
async fn status(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<BillingState>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let (now, workspace) = (Timestamp::now(), actor.workspace);
    let terms = app.store().standing(workspace).await?.subscription;
    let plan = terms.plan_at(now);
    let offer = app.store().offer(&plan.name).await?.unwrap_or_else(|| Offer::of(plan));
    let prices = app.accounts().prices().await?.plans;
    let price = prices.iter().find(|it| it.plan == plan.name);
    Ok(Json(BillingState::of(workspace, &terms, (&offer, price), now)))
}

/// Change cards, see invoices, cancel
///
/// Answers the page of the payment provider where that is done.
#[utoipa::path(post, path = "/stripe/billing/customer-portal/{workspaceId}", tag = "workspaces",
    operation_id = "stripeCustomerPortal", params(("workspaceId" = String, Path)),
    responses((status = 200, body = PaymentPage)))]
async fn portal(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<PaymentPage>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let url = app.accounts().portal(actor.workspace).await?;
    Ok(Json(PaymentPage { url: url.into() }))
}

/// What the next bill would be with another plan
#[utoipa::path(get, path = "/stripe/billing/plan-preview/{workspaceId}/{priceId}", tag = "workspaces",
    operation_id = "previewStripePlan", params(("workspaceId" = String, Path), ("priceId" = String, Path)),
    responses((status = 200, body = BillPreview)))]
async fn preview(
    State(app): State<App>,
    Caller(actor): Caller,
    At((_, price)): At<(String, String)>,
) -> Result<Json<BillPreview>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let it = app.accounts().preview_plan(actor.workspace, &price).await?;
    Ok(Json(BillPreview { amount_due: it.amount_due, currency: it.currency }))
}

/// Change the plan of a subscription that goes on
///
/// The other plan counts when the provider says so, which takes a moment; the next bill has the difference.
#[utoipa::path(post, path = "/stripe/billing/change-plan", tag = "workspaces", operation_id = "changeStripePlan",
    request_body = PriceFields, responses((status = 200, body = PlanChange)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<PriceFields>,
) -> Result<Json<PlanChange>, Failure> {
    let workspace = own(&app, actor.workspace, given.workspace_id).await?;
    let subscription_id = app.accounts().change_plan(workspace, &given.price_id).await?;
    Ok(Json(PlanChange { message: CHANGED, subscription_id }))
}

/// Change the plan of a subscription, or pay for one where none goes on
#[utoipa::path(post, path = "/stripe/billing/change-or-subscribe", tag = "workspaces",
    operation_id = "chooseStripePlan", request_body = PriceFields, responses((status = 200, body = PlanChoice)))]
async fn choose(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<PriceFields>,
) -> Result<Json<PlanChoice>, Failure> {
    let workspace = own(&app, actor.workspace, given.workspace_id).await?;
    Ok(Json(match app.accounts().choose_plan(workspace, &given.price_id).await? {
        Chosen::Page(url) => {
            PlanChoice { url: Some(url.into()), message: None, subscription_id: None }
        }
        Chosen::Changed { subscription } => {
            PlanChoice { url: None, message: Some(CHANGED), subscription_id: Some(subscription) }
        }
    }))
}

const CHANGED: &str = "the plan changes as soon as the payment provider says so";

/// What was paid, day by day
///
/// Each day has the sums from the first day on, for each currency that was paid in.
#[utoipa::path(get, path = "/stripe/billing/payments/{workspaceId}", tag = "workspaces",
    operation_id = "listStripePayments", params(("workspaceId" = String, Path), Days),
    responses((status = 200, body = Vec<PaidByDay>)))]
async fn payments(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(asked): Asked<Days>,
) -> Result<Json<Vec<PaidByDay>>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let days = asked.range(Timestamp::now(), DAYS_MAX)?;
    let (from, until) = moments(days)?;
    let all = app.store().payments(actor.workspace, from, until).await?;
    Ok(Json(PaidByDay::sums(&all, days)))
}

/// What all workspaces paid together, day by day
///
/// For who looks after the server, as for one workspace.
#[utoipa::path(get, path = "/stripe/billing/payments/all", tag = "platform",
    operation_id = "listAllStripePayments", params(Days), responses((status = 200, body = Vec<PaidByDay>)))]
async fn all_payments(
    State(app): State<App>,
    Asked(asked): Asked<Days>,
) -> Result<Json<Vec<PaidByDay>>, Failure> {
    let days = asked.range(Timestamp::now(), DAYS_MAX)?;
    let (from, until) = moments(days)?;
    let all = app.store().payments_any_workspace(from, until).await?;
    Ok(Json(PaidByDay::sums(&all, days)))
}

/// When the first day begins, and the one after the last.
fn moments((first, last): (Date, Date)) -> Result<(Timestamp, Timestamp), Fault> {
    let midnight = |it: Date| {
        let at = it.to_zoned(TimeZone::UTC).map(|it| it.timestamp());
        at.map_err(|_| Fault::invalid("the days lie outside of all years"))
    };
    let until = midnight(last)?.saturating_add(SignedDuration::from_hours(24));
    Ok((midnight(first)?, until.unwrap_or(Timestamp::MAX)))
}

/// The workspace that a body names, which has to be the caller's own.
async fn own(app: &App, own: WorkspaceId, named: WorkspaceId) -> Result<WorkspaceId, Failure> {
    if named != own {
        let message = format!(
            "your token or key opens no workspace {named}; POST /api/workspaces/{{id}}/switch gives one for another of yours"
        );
        return Err(Failure::of(Code::NotFound, message));
    }
    app.accounts().workspace(own).await?;
    Ok(own)
}
