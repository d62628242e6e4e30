//! Credits: what a workspace may spend, what it reserved and what it spent.

mod ledger;
mod recharge;

use axum::{Json, extract::State};
use jiff::{Timestamp, civil::Date};
use model::{Code, Fault, id::WorkspaceId, subscription::Status};
use serde::{Deserialize, Serialize};
use store::credits::{self, State as Became};
use utoipa::ToSchema;

use crate::{
    App,
    days::Days,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::{Asked, At, Given},
};

/// Longest key and label, in characters.
const TEXT_CHARS_MAX: usize = 200;
/// As many credits at most in one deed.
const CREDITS_MAX: u64 = 1_000_000_000;
/// As many days at most are told.
const DAYS_MAX: u32 = 366;

/// What a workspace may spend.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Credits {
    /// What is left; absent where the plan has no limit.
    credits: Option<u64>,
    /// Of the plan's, which are new each month.
    plan_credits: u64,
    /// Bought or given; they stay.
    extra_credits: u64,
    /// The same as `planCredits`, as another system calls it.
    plan_credits_remaining: u64,
    /// The same as `extraCredits`, as another system calls it.
    extra_credits_remaining: u64,
    /// Reserved, and so not in the others.
    reserved: u64,
    status: CreditStatus,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CreditStatus {
    Trial,
    Active,
    PastDue,
    Canceled,
}

/// What was spent, by day.
#[derive(Serialize, ToSchema)]
struct SpentCredits {
    total: u64,
    data: Vec<SpentOnDay>,
}

#[derive(Serialize, ToSchema)]
struct SpentOnDay {
    credits: u64,
    year: i16,
    month: i8,
    day: i8,
    /// What was paid with them.
    model: String,
}

/// What was left at the end of a day (UTC); of today, what is left now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreditsOnDay)]
struct LeftOnDay {
    #[schema(value_type = String, format = Date)]
    date: Date,
    plan_credits_remaining: u64,
    extra_credits_remaining: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReservationFields {
    /// Names the deed: the same key twice reserves once.
    #[schema(min_length = 1, max_length = 200)]
    key: String,
    /// What is to be paid, such as the name of a model.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    #[schema(minimum = 1, maximum = 1000000000)]
    credits: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettleFields {
    /// So many of them were spent; the others come back.
    #[schema(minimum = 0, maximum = 1000000000)]
    credits: u64,
}

/// Credits that are put aside.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreditReservation)]
struct Reservation {
    key: String,
    label: String,
    credits: u64,
    spent: u64,
    state: ReservationState,
    /// When it is released by itself.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreditReservationState)]
enum ReservationState {
    Reserved,
    Settled,
    Released,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GiftFields {
    #[schema(value_type = String)]
    workspace_id: WorkspaceId,
    /// Names the gift: the same key twice gives once.
    #[schema(min_length = 1, max_length = 200)]
    key: String,
    #[schema(minimum = 1, maximum = 1000000000)]
    credits: u64,
}

impl From<credits::Reservation> for Reservation {
    fn from(it: credits::Reservation) -> Reservation {
        Reservation {
            key: it.key.into(),
            label: it.label.into(),
            credits: it.credits,
            spent: it.spent,
            state: match it.state {
                Became::Reserved => ReservationState::Reserved,
                Became::Settled => ReservationState::Settled,
                Became::Released => ReservationState::Released,
            },
            ends_at: it.ends_at,
        }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(remaining))
        .routes(routes!(daily))
        .routes(routes!(spent))
        .routes(routes!(reserve))
        .routes(routes!(settle))
        .routes(routes!(release))
        .merge(ledger::routes())
        .merge(recharge::routes())
}

pub(super) fn platform_routes() -> Routes {
    Routes::new().routes(routes!(give))
}

/// The credits that a workspace has left
#[utoipa::path(get, path = "/credits/remaining/{workspaceId}", tag = "workspaces", operation_id = "getCredits",
    params(("workspaceId" = String, Path)), responses((status = 200, body = Credits)))]
async fn remaining(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Result<Json<Credits>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let now = Timestamp::now();
    let it = app.store().credits(actor.workspace, now).await?;
    let terms = app.store().standing(actor.workspace).await?.subscription;
    Ok(Json(Credits {
        credits: it.given.map(|_| it.account.left()),
        plan_credits: it.account.plan,
        extra_credits: it.account.extra,
        plan_credits_remaining: it.account.plan,
        extra_credits_remaining: it.account.extra,
        reserved: it.reserved,
        status: match terms.status_at(now) {
            Status::Trialing => CreditStatus::Trial,
            Status::Active => CreditStatus::Active,
            Status::PastDue => CreditStatus::PastDue,
            Status::Canceled | Status::Expired => CreditStatus::Canceled,
        },
    }))
}

/// The credits that were left, day by day
///
/// Each day until today, the first first; none where the plan has no limit. Before anything was spent or came, it is
/// what the plan gives.
#[utoipa::path(get, path = "/credits/daily-balance/{workspaceId}", tag = "workspaces",
    operation_id = "listCreditsLeft", params(("workspaceId" = String, Path), Days),
    responses((status = 200, body = Vec<LeftOnDay>)))]
async fn daily(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(asked): Asked<Days>,
) -> Result<Json<Vec<LeftOnDay>>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let now = Timestamp::now();
    let days = asked.range(now, DAYS_MAX)?;
    let found = app.store().credits_by_day(actor.workspace, days, now).await?;
    let one = |it: credits::DayLeft| LeftOnDay {
        date: it.day,
        plan_credits_remaining: it.plan,
        extra_credits_remaining: it.extra,
    };
    Ok(Json(found.unwrap_or_default().into_iter().map(one).collect()))
}

/// The credits that were spent, by day and what they paid
#[utoipa::path(get, path = "/workspaces/{id}/credits/spent", tag = "workspaces",
    operation_id = "listSpentCredits", params(("id" = String, Path), Days),
    responses((status = 200, body = SpentCredits)))]
async fn spent(
    State(app): State<App>,
    Caller(actor): Caller,
    Asked(asked): Asked<Days>,
) -> Result<Json<SpentCredits>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let (first, last) = asked.range(Timestamp::now(), DAYS_MAX)?;
    let mut all = app.store().spent_credits(actor.workspace, first).await?;
    all.retain(|it| it.day <= last);
    let one = |it: credits::Spent| SpentOnDay {
        credits: it.credits,
        year: it.day.year(),
        month: it.day.month(),
        day: it.day.day(),
        model: it.label.into(),
    };
    let total = all.iter().map(|it| it.credits).sum();
    Ok(Json(SpentCredits { total, data: all.into_iter().map(one).collect() }))
}

/// Put credits aside
///
/// Before something is done that costs some. Settle it when it is done, or release it; after a day it is
/// released by itself. Asked again with the same key, it answers what there is.
#[utoipa::path(post, path = "/workspaces/{id}/credits/reservations", tag = "workspaces",
    operation_id = "reserveCredits", params(("id" = String, Path)), request_body = ReservationFields,
    responses((status = 200, body = Reservation)))]
async fn reserve(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<ReservationFields>,
) -> Result<Json<Reservation>, Failure> {
    app.accounts().workspace(actor.workspace).await?;
    let (key, label) = (text("key", &given.key)?, text("label", &given.label)?);
    let n = credits_of(given.credits, 1)?;
    let it = app.store().reserve_credits(actor.workspace, key, label, n, Timestamp::now()).await;
    app.accounts().spent();
    Ok(Json(it?.into()))
}

/// Say how many of the credits that were put aside were spent
#[utoipa::path(post, path = "/workspaces/{id}/credits/reservations/{key}/settle", tag = "workspaces",
    operation_id = "settleCredits", params(("id" = String, Path), ("key" = String, Path)),
    request_body = SettleFields, responses((status = 200, body = Reservation)))]
async fn settle(
    State(app): State<App>,
    Caller(actor): Caller,
    At((_, key)): At<(String, String)>,
    Given(given): Given<SettleFields>,
) -> Result<Json<Reservation>, Failure> {
    end(&app, actor.workspace, &key, credits_of(given.credits, 0)?).await
}

/// Put credits back that were put aside
#[utoipa::path(delete, path = "/workspaces/{id}/credits/reservations/{key}", tag = "workspaces",
    operation_id = "releaseCredits", params(("id" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = Reservation)))]
async fn release(
    State(app): State<App>,
    Caller(actor): Caller,
    At((_, key)): At<(String, String)>,
) -> Result<Json<Reservation>, Failure> {
    end(&app, actor.workspace, &key, 0).await
}

async fn end(
    app: &App,
    workspace: WorkspaceId,
    key: &str,
    spent: u64,
) -> Result<Json<Reservation>, Failure> {
    let found = app.store().settle_credits(workspace, key, spent, Timestamp::now()).await?;
    let found = found.ok_or_else(|| {
        Fault::new(Code::NotFound, "no credits were put aside under this key".to_owned())
    })?;
    Ok(Json(found.into()))
}

/// Give a workspace credits
///
/// They stay until they are spent. With the same key twice, they come once.
#[utoipa::path(post, path = "/platform/credits", tag = "platform", operation_id = "giveCredits",
    request_body = GiftFields, responses((status = 200, body = Credits)))]
async fn give(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<GiftFields>,
) -> Result<Json<Credits>, Failure> {
    app.accounts().workspace(given.workspace_id).await?;
    let (key, n) = (text("key", &given.key)?, credits_of(given.credits, 1)?);
    app.store().give_credits(given.workspace_id, key, n, Timestamp::now()).await?;
    let of = engine::Actor { workspace: given.workspace_id, ..actor };
    remaining(State(app), Caller(of)).await
}

fn text<'a>(name: &str, text: &'a str) -> Result<&'a str, Fault> {
    let n = text.chars().count();
    if n == 0 || n > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
        let message = format!("`{name}` has 1 to {TEXT_CHARS_MAX} characters, and none to control");
        return Err(Fault::invalid(message));
    }
    Ok(text)
}

fn credits_of(n: u64, min: u64) -> Result<u64, Fault> {
    if !(min..=CREDITS_MAX).contains(&n) {
        return Err(Fault::invalid(format!("`credits` is from {min} to {CREDITS_MAX}")));
    }
    Ok(n)
}
