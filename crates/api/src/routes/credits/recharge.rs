//! Smart recharge: credits that are bought by themselves when the balance falls under a threshold.

use accounts::payments::Changes;
use axum::{Json, extract::State};
use model::id::WorkspaceId;
use serde::{Deserialize, Serialize};
use store::recharges::DAILY_MAX;
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::Given,
};

/// What a workspace wants, and how it goes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SmartRecharge {
    /// A charge begins when the balance falls under so many credits; 0 before somebody says so.
    threshold: u64,
    /// So many credits are bought.
    recharge_amount: u64,
    active: bool,
    /// Why it was switched off, where it was not by a person.
    off_reason: Option<RechargeOffReason>,
    /// A charge has begun, and the provider has not said how it ends.
    charging: bool,
    /// How many charges began in the last 24 hours.
    charges_today: u32,
    /// As many at most.
    charges_daily_max: u32,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RechargeOffReason {
    Declined,
    NoCard,
    /// The provider refused it for another reason.
    Refused,
    /// The provider could not be asked for a day.
    Unreachable,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SmartRechargeFields {
    #[schema(minimum = 1, maximum = 10000000)]
    threshold: Option<u64>,
    #[schema(minimum = 1, maximum = 10000000)]
    recharge_amount: Option<u64>,
    active: Option<bool>,
}

fn off_reason(text: &str) -> RechargeOffReason {
    match text {
        "declined" => RechargeOffReason::Declined,
        "no_card" => RechargeOffReason::NoCard,
        "unreachable" => RechargeOffReason::Unreachable,
        _ => RechargeOffReason::Refused,
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(show)).routes(routes!(change))
}

/// Smart recharge
#[utoipa::path(get, path = "/credits/smart-recharge/{workspaceId}", tag = "workspaces",
    operation_id = "getSmartRecharge", params(("workspaceId" = String, Path)),
    responses((status = 200, body = SmartRecharge)))]
async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<SmartRecharge>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    seen(&app, actor.workspace).await
}

/// Change smart recharge
///
/// When credits are spent and the balance falls under `threshold`, `rechargeAmount` credits are bought with the card
/// that is kept at the payment provider: once for each time that it falls, at most 5 times within 24 hours, and never
/// while a charge goes on. A card that is declined switches it off, and the owner gets a mail. What is absent stays.
#[utoipa::path(patch, path = "/credits/smart-recharge/{workspaceId}", tag = "workspaces",
    operation_id = "updateSmartRecharge", params(("workspaceId" = String, Path)),
    request_body = SmartRechargeFields, responses((status = 200, body = SmartRecharge)))]
async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<SmartRechargeFields>,
) -> Result<Json<SmartRecharge>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let SmartRechargeFields { threshold, recharge_amount: credits, active } = given;
    app.accounts().set_recharge(actor.workspace, Changes { threshold, credits, active }).await?;
    seen(&app, actor.workspace).await
}

async fn seen(app: &App, workspace: WorkspaceId) -> Result<Json<SmartRecharge>, Failure> {
    let (it, going) = app.accounts().recharge(workspace).await?;
    Ok(Json(SmartRecharge {
        threshold: it.threshold,
        recharge_amount: it.credits,
        active: it.active,
        off_reason: it.off_reason.as_deref().map(off_reason),
        charging: going.is_open,
        charges_today: going.today,
        charges_daily_max: DAILY_MAX,
    }))
}
