//! Smart recharge: what a workspace wants, and what its owner is told when it ends.

use jiff::Timestamp;
use model::{Fault, id::WorkspaceId, permission::Role};
use store::{
    Store,
    mails::Letter,
    recharges::{Going, Settings},
};

use super::CREDITS_MAX;
use crate::{Accounts, Email, failure::fault, mail};

/// What is to change; absent stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changes {
    pub threshold: Option<u64>,
    pub credits: Option<u64>,
    pub active: Option<bool>,
}

impl Accounts {
    /// # Errors
    /// [`model::Code::StoreUnavailable`].
    pub async fn recharge(&self, workspace: WorkspaceId) -> Result<(Settings, Going), Fault> {
        self.store().recharging(workspace, Timestamp::now()).await.map_err(fault)
    }

    /// # Errors
    /// [`model::Code::InvalidRequest`] also when there is no card to charge, [`model::Code::PaymentsOff`],
    /// [`model::Code::PaymentFailed`].
    pub async fn set_recharge(
        &self,
        workspace: WorkspaceId,
        changes: Changes,
    ) -> Result<(), Fault> {
        let was = self.store().recharge_settings(workspace).await.map_err(fault)?;
        let next = Settings {
            threshold: changes.threshold.unwrap_or(was.threshold),
            credits: changes.credits.unwrap_or(was.credits),
            active: changes.active.unwrap_or(was.active),
            off_reason: None,
        };
        let given = [("threshold", changes.threshold), ("rechargeAmount", changes.credits)];
        for (name, n) in given {
            if n.is_some_and(|it| !(1..=CREDITS_MAX).contains(&it)) {
                return Err(Fault::invalid(format!("`{name}` is from 1 to {CREDITS_MAX}")));
            }
        }
        if next.active {
            self.can_recharge(workspace, &next).await?;
        }
        self.store().set_recharge(workspace, &next, Timestamp::now()).await.map_err(fault)
    }

    /// Whether there is all that a charge takes.
    async fn can_recharge(&self, workspace: WorkspaceId, next: &Settings) -> Result<(), Fault> {
        if next.threshold == 0 || next.credits == 0 {
            let message = "say under which `threshold` it begins, and with `rechargeAmount` how many credits come";
            return Err(Fault::invalid(message));
        }
        let stripe = self.stripe()?;
        cost(stripe.credit_price().await?.amount, next.credits)?;
        let customer = self.store().customer(workspace).await.map_err(fault)?;
        let card = match customer {
            Some(it) => stripe.card(&it).await?,
            None => None,
        };
        card.map(|_| ()).ok_or_else(|| {
            let message = "there is no card to charge; buy credits once and let the card be kept, or add one on \
                           the provider's page for cards and invoices";
            Fault::invalid(message)
        })
    }

    /// Somebody spent credits, so a charge may be due.
    pub fn spent(&self) {
        if let Some(it) = &self.0.cashier {
            it.ring();
        }
    }
}

/// What so many credits cost, where the provider can count it.
///
/// # Errors
/// [`model::Code::InvalidRequest`].
pub(super) fn cost(price: u64, credits: u64) -> Result<u64, Fault> {
    /// Eight digits are the most that a charge may have there.
    const AMOUNT_MAX: u64 = 99_999_999;
    let amount = price.checked_mul(credits).filter(|it| *it <= AMOUNT_MAX);
    amount.ok_or_else(|| Fault::invalid("so many credits cannot be paid at once; take fewer"))
}

/// The letter to the owner of a workspace whose smart recharge was switched off.
pub(super) async fn letter(
    store: &Store,
    base_url: &str,
    workspace: WorkspaceId,
    reason: &'static str,
) -> Result<Option<Letter>, Fault> {
    let Some(found) = store.workspace(workspace).await.map_err(fault)? else { return Ok(None) };
    let members = store.members(workspace).await.map_err(fault)?;
    let owner = members.into_iter().find(|it| it.role == Role::Owner.as_str());
    let Some((owner, to)) = owner.and_then(|it| {
        let to = Email::parse(&it.email).ok()?;
        Some((it, to))
    }) else {
        return Ok(None);
    };
    let why = match reason {
        "no_card" => "there is no card any more that could be charged",
        "refused" => "the payment provider refused the charge",
        "unreachable" => "the payment provider could not be asked for a day",
        _ => "the card was declined",
    };
    Ok(Some(mail::recharge_off(&to, &owner.name, &found.name, base_url, why)))
}
