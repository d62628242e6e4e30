//! What Stripe's events say, as far as it matters here.

use jiff::Timestamp;
use model::{
    Fault,
    id::WorkspaceId,
    plan::Plan,
    subscription::{Status, Subscription},
};
use serde_json::Value;
use store::payments::{Paid, Report};
use uuid::Uuid;

use super::stripe::{CREDITS, LOOKUP, RECHARGE, paid};

/// Longest id that is taken.
const ID_CHARS_MAX: usize = 255;

pub(super) enum Event {
    /// How a subscription stands.
    Subscription {
        id: String,
        at: Timestamp,
        stand: Box<Stand>,
    },
    /// Credits were paid.
    Credits {
        id: String,
        at: Timestamp,
        workspace: WorkspaceId,
        credits: u64,
        customer: Option<String>,
        session: String,
        paid: Option<Paid>,
    },
    /// A bill of a subscription was paid.
    Bill {
        id: String,
        at: Timestamp,
        workspace: WorkspaceId,
        paid: Paid,
    },
    /// How a charge ended that we sent by ourselves.
    Recharge {
        id: String,
        at: Timestamp,
        workspace: WorkspaceId,
        recharge: Uuid,
        credits: u64,
        end: End,
    },
    Other {
        kind: String,
    },
}

/// How a subscription stands, with the name of its plan: which one that is only the store knows.
pub(super) struct Stand {
    pub(super) plan: String,
    workspace: WorkspaceId,
    customer: String,
    subscription: String,
    status: Status,
    trial_ends_at: Option<Timestamp>,
    period_ends_at: Option<Timestamp>,
}

impl Stand {
    pub(super) fn with(self, plan: &Plan) -> Report {
        let Stand {
            workspace, customer, subscription, status, trial_ends_at, period_ends_at, ..
        } = self;
        let terms =
            Subscription { status, trial_ends_at, period_ends_at, ..Subscription::to(plan) };
        Report { workspace, customer, subscription, terms }
    }
}

pub(super) enum End {
    Paid(Paid),
    Failed { payment: String },
}

/// # Errors
/// [`model::Code::InvalidRequest`] when it is no event.
pub(super) fn read(payload: &[u8]) -> Result<Event, Fault> {
    let event: Value = serde_json::from_slice(payload).map_err(|_| odd("it is no JSON"))?;
    let id = id(&event["id"]).ok_or_else(|| odd("it has no id"))?;
    let kind = event["type"].as_str().ok_or_else(|| odd("it has no type"))?;
    let at = moment(&event["created"]).ok_or_else(|| odd("it has no time"))?;
    let about = &event["data"]["object"];
    let said = match kind {
        "customer.subscription.created"
        | "customer.subscription.updated"
        | "customer.subscription.deleted"
        | "customer.subscription.paused"
        | "customer.subscription.resumed" => {
            stand(about).map(|it| Event::Subscription { id, at, stand: Box::new(it) })
        }
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            credits(id, at, about)
        }
        "invoice.paid" => {
            bill(about).map(|(workspace, paid)| Event::Bill { id, at, workspace, paid })
        }
        "payment_intent.succeeded" => {
            let end = paid(about).map(End::Paid);
            end.and_then(|end| recharge(id, at, about, end))
        }
        "payment_intent.payment_failed" => {
            let end = self::id(&about["id"]).map(|payment| End::Failed { payment });
            end.and_then(|end| recharge(id, at, about, end))
        }
        _ => None,
    };
    Ok(said.unwrap_or_else(|| Event::Other { kind: kind.to_owned() }))
}

/// `None`: it is not ours, or has not begun.
fn stand(it: &Value) -> Option<Stand> {
    let workspace = workspace(it)?;
    let first = &it["items"]["data"][0];
    let named = first["price"]["lookup_key"].as_str().and_then(|it| it.strip_prefix(LOOKUP));
    let named = named.or_else(|| it["metadata"]["plan"].as_str())?;
    let is_ending = it["cancel_at_period_end"].as_bool().unwrap_or(false);
    let status = match it["status"].as_str()? {
        "trialing" | "active" if is_ending => Status::Canceled,
        "trialing" => Status::Trialing,
        "active" => Status::Active,
        "past_due" => Status::PastDue,
        "canceled" | "unpaid" | "incomplete_expired" | "paused" => Status::Expired,
        _ => return None,
    };
    // Newer versions of their API tell it of each item.
    let period_ends_at =
        moment(&it["current_period_end"]).or_else(|| moment(&first["current_period_end"]));
    Some(Stand {
        plan: named.to_owned(),
        workspace,
        customer: id(&it["customer"])?,
        subscription: id(&it["id"])?,
        status,
        trial_ends_at: moment(&it["trial_end"]),
        period_ends_at,
    })
}

fn credits(event: String, at: Timestamp, it: &Value) -> Option<Event> {
    let metadata = &it["metadata"];
    let is_paid = it["mode"] == "payment" && it["payment_status"] == "paid";
    if metadata["kind"] != CREDITS || !is_paid {
        return None;
    }
    Some(Event::Credits {
        id: event,
        at,
        workspace: workspace(it)?,
        credits: metadata["credits"].as_str()?.parse().ok()?,
        customer: id(&it["customer"]),
        session: id(&it["id"])?,
        paid: session_paid(it, at),
    })
}

fn session_paid(it: &Value, at: Timestamp) -> Option<Paid> {
    let id = id(&it["payment_intent"]).or_else(|| id(&it["id"]))?;
    Some(Paid { id, amount: it["amount_total"].as_u64()?, currency: currency(it)?, at })
}

/// `None`: it is not ours, or nothing was to be paid.
fn bill(it: &Value) -> Option<(WorkspaceId, Paid)> {
    // Older versions of their API tell it elsewhere.
    let of = [&it["parent"]["subscription_details"], &it["subscription_details"]];
    let workspace = of.into_iter().find_map(workspace)?;
    let at = moment(&it["status_transitions"]["paid_at"]).or_else(|| moment(&it["created"]))?;
    let amount = it["amount_paid"].as_u64().filter(|it| *it > 0)?;
    Some((workspace, Paid { id: id(&it["id"])?, amount, currency: currency(it)?, at }))
}

fn recharge(event: String, at: Timestamp, it: &Value, end: End) -> Option<Event> {
    let metadata = &it["metadata"];
    if metadata["kind"] != RECHARGE {
        return None;
    }
    Some(Event::Recharge {
        id: event,
        at,
        workspace: workspace(it)?,
        recharge: metadata["recharge"].as_str()?.parse().ok()?,
        credits: metadata["credits"].as_str()?.parse().ok()?,
        end,
    })
}

fn currency(it: &Value) -> Option<String> {
    it["currency"].as_str().filter(|it| it.len() == 3).map(str::to_owned)
}

fn workspace(it: &Value) -> Option<WorkspaceId> {
    it["metadata"]["workspace"].as_str()?.parse().ok()
}

fn id(it: &Value) -> Option<String> {
    it.as_str().filter(|it| !it.is_empty() && it.len() <= ID_CHARS_MAX).map(str::to_owned)
}

fn moment(it: &Value) -> Option<Timestamp> {
    Timestamp::from_second(it.as_i64()?).ok()
}

fn odd(why: &str) -> Fault {
    Fault::invalid(format!("the message is no event: {why}"))
}
