//! Plans that who looks after the server makes and changes, in the words of another system.

use std::collections::BTreeMap;

use accounts::payments::{Offered, Terms};
use axum::{Json, extract::State};
use jiff::Timestamp;
use model::{Fault, id::WorkspaceId, plan::Limit};
use serde::{Deserialize, Deserializer, Serialize};
use store::subscriptions::OwnLimit;
use utoipa::ToSchema;

use super::views::{PlanMade, PricedPlan};
use crate::{
    App,
    described::{Routes, routes},
    failure::Failure,
    read::Given,
    routes::plans::limits_of,
};

/// What is said where a plan would limit what it does not.
const NO_TRAININGS: &str =
    "plans do not limit trainings; leave out what limits them, or say that it is not set";

/// A plan. What is absent is as much as one likes where it is made, and stays where it is changed; `null` is as much as
/// one likes.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = StripePlanFields)]
struct PlanForm {
    /// What it is called; its name is made of that, and finds it again.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(max_length = 1000)]
    description: Option<String>,
    /// Of a month, in the smallest unit of the currency; 0 is not for sale.
    #[schema(maximum = 99999999)]
    price: Option<u64>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u64>)]
    credits_limit: Option<Option<u64>>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u64>)]
    agents_limit: Option<Option<u64>>,
    /// All others, by name, as for a workspace.
    #[serde(default)]
    limits: BTreeMap<String, Option<u64>>,
    #[schema(maximum = 730)]
    trial_days: Option<u32>,
    /// Trainings are not limited; `null`.
    training_text_limit: Option<u64>,
    training_document_limit: Option<u64>,
    training_video_limit: Option<u64>,
    training_website_limit: Option<u64>,
    /// Whether it is offered; absent is so where it is made.
    is_active: Option<bool>,
    is_enterprise: Option<bool>,
    #[schema(max_items = 50)]
    features: Option<Vec<String>>,
}

/// A product at the payment provider that is to be a plan.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = StripeSyncFields)]
struct SyncFields {
    /// As the product is called there.
    #[schema(min_length = 1, max_length = 100)]
    plan_name: String,
    #[schema(max_items = 50)]
    features: Option<Vec<String>>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u64>)]
    credits_limit: Option<Option<u64>>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u64>)]
    agent_limit: Option<Option<u64>>,
    #[schema(maximum = 730)]
    trial_days: Option<u32>,
    /// Trainings are not limited; `null`.
    training_text_limit: Option<u64>,
    training_document_limit: Option<u64>,
    training_video_limit: Option<u64>,
    training_website_limit: Option<u64>,
    is_enterprise: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = StripeOverrideFields)]
struct OverrideFields {
    /// As `GET /stripe/billing/status/{workspaceId}` tells it: the id of the workspace.
    #[schema(value_type = String)]
    subscription_id: WorkspaceId,
    overrides: Overrides,
}

/// Limits of a workspace in the place of its plan's; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = StripeOverrides)]
struct Overrides {
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Override>)]
    credits_limit_overrides: Option<Option<Override>>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Override>)]
    agent_limit_overrides: Option<Option<Override>>,
    /// Trainings are not limited; not set.
    training_text_limit_overrides: Option<Override>,
    training_website_limit_overrides: Option<Override>,
    training_video_limit_overrides: Option<Override>,
    training_document_limit_overrides: Option<Override>,
    /// No plan switches a feature on; empty.
    #[serde(default)]
    feature_overrides: Vec<String>,
    /// A price of its own is that of a plan of its own; absent.
    custom_stripe_price_id: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = StripeOverride)]
struct Override {
    /// A number, or `UNLIMITED`.
    value: Option<OverrideValue>,
    /// Not set is what the plan says.
    explicitly_set: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = StripeOverrideValue)]
enum OverrideValue {
    Max(u64),
    Word(Unlimited),
}

#[derive(Deserialize, ToSchema)]
#[schema(as = StripeUnlimited)]
enum Unlimited {
    #[serde(rename = "UNLIMITED")]
    Unlimited,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StripeOverridden)]
struct Overridden {
    message: &'static str,
    #[schema(value_type = String)]
    subscription_id: WorkspaceId,
}

/// Tells `null` from what is absent.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(create))
        .routes(routes!(update))
        .routes(routes!(sync))
        .routes(routes!(override_limits))
}

/// Make a plan
///
/// Where payments are set up and it costs something, it is put up for sale with a product and a price of its own.
#[utoipa::path(post, path = "/stripe/plans/create-from-form", tag = "platform", operation_id = "createStripePlan",
    request_body = PlanForm, responses((status = 200, body = PlanMade)))]
async fn create(
    State(app): State<App>,
    Given(form): Given<PlanForm>,
) -> Result<Json<PlanMade>, Failure> {
    let (title, price) = (form.name.clone(), form.price.unwrap_or(0));
    let made = app.accounts().make_plan(&title, form.terms()?, price).await?;
    made_plan(&app, "the plan was made", made).await
}

/// Change a plan
///
/// By its name: for everybody who has it, and at once. Another price is what it costs from now on; who pays for it
/// already goes on as before.
#[utoipa::path(post, path = "/stripe/plans/update-from-form", tag = "platform", operation_id = "updateStripePlan",
    request_body = PlanForm, responses((status = 200, body = PlanMade)))]
async fn update(
    State(app): State<App>,
    Given(form): Given<PlanForm>,
) -> Result<Json<PlanMade>, Failure> {
    let (title, price) = (form.name.clone(), form.price);
    let made = app.accounts().edit_plan(&title, form.terms()?, price).await?;
    app.engine().bus().wake();
    made_plan(&app, "the plan was changed", made).await
}

/// Make a plan of a product at the payment provider
///
/// The product of this name there, with its newest price that comes back. A plan that there is already is changed.
#[utoipa::path(post, path = "/stripe/plans/sync-from-stripe", tag = "platform", operation_id = "syncStripePlan",
    request_body = SyncFields, responses((status = 200, body = PlanMade)))]
async fn sync(
    State(app): State<App>,
    Given(given): Given<SyncFields>,
) -> Result<Json<PlanMade>, Failure> {
    let trainings = [
        given.training_text_limit,
        given.training_document_limit,
        given.training_video_limit,
        given.training_website_limit,
    ];
    let limits = [(Limit::Credits, given.credits_limit), (Limit::Agents, given.agent_limit)];
    let terms = Terms {
        features: given.features,
        limits: limits_said(limits, BTreeMap::new(), trainings)?,
        trial_days: given.trial_days,
        is_enterprise: given.is_enterprise,
        ..Terms::default()
    };
    let (made, is_new) = app.accounts().take_up_plan(&given.plan_name, terms).await?;
    app.engine().bus().wake();
    made_plan(&app, if is_new { "the plan was made" } else { "the plan was changed" }, made).await
}

/// Give a workspace limits of its own
///
/// In the place of its plan's, at once.
#[utoipa::path(post, path = "/stripe/subscription/update-overrides", tag = "platform",
    operation_id = "updateStripeOverrides", request_body = OverrideFields,
    responses((status = 200, body = Overridden)))]
async fn override_limits(
    State(app): State<App>,
    Given(given): Given<OverrideFields>,
) -> Result<Json<Overridden>, Failure> {
    let subscription_id = given.subscription_id;
    let changes = given.overrides.changes()?;
    app.accounts().workspace(subscription_id).await?;
    app.store().change_own_limits(subscription_id, &changes, Timestamp::now()).await?;
    app.engine().bus().wake();
    Ok(Json(Overridden { message: "the limits were changed", subscription_id }))
}

/// With what it costs, also where that was not said now.
async fn made_plan(
    app: &App,
    message: &'static str,
    Offered { offer, price }: Offered,
) -> Result<Json<PlanMade>, Failure> {
    let prices = app.accounts().prices().await?.plans;
    let price = price.or_else(|| prices.into_iter().find(|it| it.plan == offer.plan.name));
    Ok(Json(PlanMade { message, plan: PricedPlan::of(&offer, price.as_ref()) }))
}

impl PlanForm {
    fn terms(self) -> Result<Terms, Fault> {
        let trainings = [
            self.training_text_limit,
            self.training_document_limit,
            self.training_video_limit,
            self.training_website_limit,
        ];
        let limits = [(Limit::Credits, self.credits_limit), (Limit::Agents, self.agents_limit)];
        Ok(Terms {
            description: self.description,
            features: self.features,
            limits: limits_said(limits, self.limits, trainings)?,
            trial_days: self.trial_days,
            is_active: self.is_active,
            is_enterprise: self.is_enterprise,
        })
    }
}

fn limits_said(
    own: [(Limit, Option<Option<u64>>); 2],
    mut others: BTreeMap<String, Option<u64>>,
    trainings: [Option<u64>; 4],
) -> Result<Vec<(Limit, Option<u64>)>, Fault> {
    if trainings.iter().any(Option::is_some) {
        return Err(Fault::invalid(NO_TRAININGS));
    }
    for (limit, max) in own {
        if let Some(max) = max {
            others.insert(limit.as_str().to_owned(), max);
        }
    }
    limits_of(others)
}

impl Overrides {
    fn changes(self) -> Result<Vec<(Limit, OwnLimit)>, Fault> {
        let trainings = [
            self.training_text_limit_overrides,
            self.training_website_limit_overrides,
            self.training_video_limit_overrides,
            self.training_document_limit_overrides,
        ];
        if trainings.iter().flatten().any(|it| it.explicitly_set) {
            return Err(Fault::invalid(NO_TRAININGS));
        }
        if !self.feature_overrides.is_empty() {
            let message = "no plan switches a feature on; `featureOverrides` is empty";
            return Err(Fault::invalid(message));
        }
        if self.custom_stripe_price_id.is_some_and(|it| !it.is_empty()) {
            let message =
                "a price of its own is that of a plan of its own: make that plan, and give it";
            return Err(Fault::invalid(message));
        }
        let all = [
            (Limit::Credits, self.credits_limit_overrides),
            (Limit::Agents, self.agent_limit_overrides),
        ];
        let said = all.into_iter().filter_map(|(limit, it)| Some((limit, it?)));
        said.map(|(limit, it)| Ok((limit, own_limit(limit, it)?))).collect()
    }
}

fn own_limit(limit: Limit, it: Option<Override>) -> Result<OwnLimit, Fault> {
    let Some(Override { value, explicitly_set: true }) = it else { return Ok(OwnLimit::Removed) };
    let max = match value {
        Some(OverrideValue::Max(max)) => Some(max),
        Some(OverrideValue::Word(Unlimited::Unlimited)) => None,
        None => return Err(Fault::invalid("an override that is set has a `value`")),
    };
    limits_of(BTreeMap::from([(limit.as_str().to_owned(), max)]))?;
    Ok(OwnLimit::Set(max))
}
