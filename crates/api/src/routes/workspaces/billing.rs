//! Paying for a workspace: what plans cost, where people pay, and what the payment provider says.

use accounts::payments::Card;
use axum::{Json, body::Body, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    pace::IN_TIME,
    read::{Given, bytes_of},
};

/// Largest event that is taken.
const EVENT_BYTES_MAX: usize = 1 << 20;

/// Whether and how a workspace can be paid for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Billing {
    /// Payments are set up on this server.
    is_set_up: bool,
    /// Something was paid already, so there is a page to change cards, see invoices and cancel.
    has_portal: bool,
    /// A subscription goes on; it is changed on that page.
    is_subscribed: bool,
    prices: Vec<PlanPrice>,
    /// What one credit costs; absent where none are for sale.
    credit_price: Option<CreditCost>,
}

#[derive(Serialize, ToSchema)]
struct CreditCost {
    /// In the smallest unit of the currency.
    amount: u64,
    /// Three letters.
    currency: String,
}

/// What a plan costs.
#[derive(Serialize, ToSchema)]
struct PlanPrice {
    plan: String,
    /// In the smallest unit of the currency.
    amount: u64,
    /// Three letters.
    currency: String,
    /// `month` or `year`.
    interval: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckoutFields {
    /// The name of the plan.
    plan: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreditFields {
    #[schema(minimum = 1, maximum = 10000000)]
    credits: u64,
    /// Keep the card at the provider, so that smart recharge can charge it.
    #[serde(default)]
    keep_card: bool,
}

/// A page of the payment provider.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct PaymentPage {
    pub(in crate::routes) url: String,
}

/// An event was taken.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct Heard {
    received: bool,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(show))
        .routes(routes!(checkout))
        .routes(routes!(buy))
        .routes(routes!(portal))
}

pub(in crate::routes) fn open() -> Routes {
    Routes::new().routes(routes!(event))
}

/// What plans cost, and whether they can be paid here
#[utoipa::path(get, path = "/workspaces/{id}/billing", tag = "workspaces", operation_id = "getBilling",
    params(("id" = String, Path)), responses((status = 200, body = Billing)))]
async fn show(State(app): State<App>, Caller(actor): Caller) -> Result<Json<Billing>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let prices = app.accounts().prices().await?;
    let one = |it: accounts::payments::Price| PlanPrice {
        plan: it.plan.into(),
        amount: it.amount,
        currency: it.currency,
        interval: it.interval,
    };
    let is_set_up = app.accounts().takes_payments();
    Ok(Json(Billing {
        is_set_up,
        is_subscribed: is_set_up && app.accounts().is_subscribed(actor.workspace).await?,
        has_portal: is_set_up && app.accounts().is_customer(actor.workspace).await?,
        credit_price: prices
            .credit
            .map(|it| CreditCost { amount: it.amount, currency: it.currency }),
        prices: prices.plans.into_iter().map(one).collect(),
    }))
}

/// Pay for a plan
///
/// Answers the page of the payment provider where that is done. The plan counts when the provider says so,
/// which takes a moment.
#[utoipa::path(post, path = "/workspaces/{id}/billing/checkout", tag = "workspaces", operation_id = "checkOut",
    params(("id" = String, Path)), request_body = CheckoutFields, responses((status = 200, body = PaymentPage)))]
async fn checkout(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<CheckoutFields>,
) -> Result<Json<PaymentPage>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let url = app.accounts().check_out(actor.workspace, &given.plan).await?;
    Ok(Json(PaymentPage { url: url.into() }))
}

/// Pay for credits
///
/// Answers the page of the payment provider where that is done; they come when the provider says so.
#[utoipa::path(post, path = "/workspaces/{id}/billing/credits", tag = "workspaces", operation_id = "buyCredits",
    params(("id" = String, Path)), request_body = CreditFields, responses((status = 200, body = PaymentPage)))]
async fn buy(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<CreditFields>,
) -> Result<Json<PaymentPage>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let url =
        app.accounts().buy_credits(actor.workspace, given.credits, card(given.keep_card)).await?;
    Ok(Json(PaymentPage { url: url.into() }))
}

/// Change cards, see invoices, cancel
///
/// Answers the page of the payment provider where that is done.
#[utoipa::path(post, path = "/workspaces/{id}/billing/portal", tag = "workspaces", operation_id = "openPortal",
    params(("id" = String, Path)), responses((status = 200, body = PaymentPage)))]
async fn portal(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<PaymentPage>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let url = app.accounts().portal(actor.workspace).await?;
    Ok(Json(PaymentPage { url: url.into() }))
}

/// What Stripe says
///
/// For Stripe's webhooks: events about subscriptions, checkout sessions, bills and charges, signed with the secret of the
/// endpoint in `Stripe-Signature`.
#[utoipa::path(post, path = "/billing/stripe/webhook", tag = "workspaces", operation_id = "stripeEvent", security(()),
    request_body(content = String, content_type = "application/json"), responses((status = 200, body = Heard)))]
async fn event(
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Heard>, Failure> {
    hear(&app, &headers, body).await
}

pub(in crate::routes) fn card(keep: bool) -> Card {
    if keep { Card::Kept } else { Card::Once }
}

/// Takes an event in, whatever the address it came to.
pub(in crate::routes) async fn hear(
    app: &App,
    headers: &HeaderMap,
    body: Body,
) -> Result<Json<Heard>, Failure> {
    let signed = headers.get("stripe-signature").and_then(|it| it.to_str().ok());
    let signed = signed.unwrap_or_default();
    let payload = bytes_of(body, EVENT_BYTES_MAX, &IN_TIME).await?;
    app.accounts().payment_event(&payload, signed).await?;
    app.engine().bus().wake();
    Ok(Json(Heard { received: true }))
}
