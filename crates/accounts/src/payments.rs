//! Payments: a provider takes the money and says how subscriptions stand; we believe it only by its
//! signature.

pub(crate) mod cashier;
mod event;
mod offers;
mod plans;
mod recharge;
mod signature;
mod stripe;

use jiff::Timestamp;
use model::{Code, Fault, id::WorkspaceId};
use store::{
    payments::{Purchase, Reported},
    recharges,
};
use url::Url;
use uuid::Uuid;

pub use offers::{Offered, Terms};
pub use plans::Chosen;
pub use recharge::Changes;
pub use stripe::{Card, CreditPrice, Preview, Price, Prices, Stripe};

use crate::{Accounts, failure::fault};
use event::{End, Event};
use offers::is_sold;

/// As many credits at most are bought at once.
pub const CREDITS_MAX: u64 = 10_000_000;

impl Accounts {
    pub fn takes_payments(&self) -> bool {
        self.0.options.payments.is_some()
    }

    fn stripe(&self) -> Result<&Stripe, Fault> {
        self.0.options.payments.as_ref().ok_or_else(|| {
            let message = "payments are not set up on this server; whoever looks after it can give the \
                           workspace another plan, or start the server with --stripe-key";
            Fault::new(Code::PaymentsOff, message)
        })
    }

    /// What is for sale; nothing where payments are not set up.
    ///
    /// # Errors
    /// [`Code::PaymentFailed`] when the provider does not answer.
    pub async fn prices(&self) -> Result<Prices, Fault> {
        match &self.0.options.payments {
            Some(it) => {
                let offers = self.offers().await?;
                let offered = offers.iter().filter(|it| it.is_active);
                let names: Vec<&str> = offered.map(|it| it.plan.name.as_str()).collect();
                it.prices(&names).await
            }
            None => Ok(Prices::default()),
        }
    }

    /// The prices of the plans that are for sale.
    ///
    /// # Errors
    /// [`Code::PaymentsOff`], [`Code::PaymentFailed`] when the provider does not answer.
    pub async fn prices_for_sale(&self) -> Result<Vec<Price>, Fault> {
        self.stripe()?;
        Ok(self.prices().await?.plans)
    }

    /// Whether the provider knows the workspace already.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn is_customer(&self, workspace: WorkspaceId) -> Result<bool, Fault> {
        Ok(self.store().customer(workspace).await.map_err(fault)?.is_some())
    }

    /// Whether a subscription of the provider's goes on.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn is_subscribed(&self, workspace: WorkspaceId) -> Result<bool, Fault> {
        self.store().is_subscribed(workspace).await.map_err(fault)
    }

    /// Where a person pays for a plan.
    ///
    /// # Errors
    /// [`Code::PaymentsOff`], [`Code::PaymentFailed`], [`Code::InvalidRequest`] for a plan that cannot be
    /// bought, and while one is paid already.
    pub async fn check_out(&self, workspace: WorkspaceId, plan: &str) -> Result<Url, Fault> {
        let offer = self.store().offer(plan).await.map_err(fault)?;
        let offer = offer.ok_or_else(|| Fault::invalid("there is no such plan"))?;
        let stripe = self.stripe()?;
        if !is_sold(plan) || !offer.is_active {
            return Err(Fault::invalid(format!("the plan `{plan}` is not for sale")));
        }
        if self.is_subscribed(workspace).await? {
            let message = "the workspace has a subscription already; change it on the provider's page, \
                           under `Cards, invoices and cancelling`";
            return Err(Fault::invalid(message));
        }
        let customer = self.store().customer(workspace).await.map_err(fault)?;
        let back = self.plan_page();
        stripe.check_out(workspace, &offer, customer.as_deref(), &back).await
    }

    /// Where a person pays for credits.
    ///
    /// # Errors
    /// [`Code::PaymentsOff`], [`Code::PaymentFailed`], [`Code::InvalidRequest`].
    pub async fn buy_credits(
        &self,
        workspace: WorkspaceId,
        credits: u64,
        card: Card,
    ) -> Result<Url, Fault> {
        let stripe = self.stripe()?;
        if !(1..=CREDITS_MAX).contains(&credits) {
            return Err(Fault::invalid(format!("`credits` is from 1 to {CREDITS_MAX}")));
        }
        let customer = self.store().customer(workspace).await.map_err(fault)?;
        let back = format!("{}/app/settings/credits", self.0.options.base_url);
        stripe.buy_credits(workspace, credits, card, customer.as_deref(), &back).await
    }

    /// Where a person changes cards, sees invoices and cancels.
    ///
    /// # Errors
    /// [`Code::PaymentsOff`], [`Code::PaymentFailed`], [`Code::NotFound`] before the first payment.
    pub async fn portal(&self, workspace: WorkspaceId) -> Result<Url, Fault> {
        let stripe = self.stripe()?;
        let customer = self.store().customer(workspace).await.map_err(fault)?;
        let customer = customer.ok_or_else(|| {
            Fault::new(
                Code::NotFound,
                "nothing was paid for this workspace yet; choose a plan first",
            )
        })?;
        stripe.portal(&customer, &self.plan_page()).await
    }

    /// What the provider says, once for each event and the latest last, whatever the order in which they come.
    ///
    /// # Errors
    /// [`Code::PaymentsOff`], [`Code::InvalidRequest`] when it is not the provider who speaks,
    /// [`Code::StoreUnavailable`].
    pub async fn payment_event(&self, payload: &[u8], signed: &str) -> Result<(), Fault> {
        let stripe = self.stripe()?;
        let now = Timestamp::now();
        signature::check(payload, signed, stripe.signing_secret(), now)?;
        match event::read(payload)? {
            Event::Subscription { id, at, stand } => {
                let Some(offer) = self.store().offer(&stand.plan).await.map_err(fault)? else {
                    tracing::warn!(plan = %stand.plan, "a payment event is about a plan that there is not");
                    return Ok(());
                };
                let (said, report) = (Reported { event: &id, at, now }, stand.with(&offer.plan));
                self.store().report_subscription(said, &report).await.map_err(fault)?;
            }
            Event::Credits { id, at, workspace, credits, customer, session, paid } => {
                let key = format!("stripe {session}");
                let it = Purchase { workspace, credits, customer, key, paid };
                let said = Reported { event: &id, at, now };
                self.store().report_purchase(said, &it).await.map_err(fault)?;
            }
            Event::Bill { id, at, workspace, paid } => {
                let said = Reported { event: &id, at, now };
                self.store().report_invoice(said, workspace, &paid).await.map_err(fault)?;
            }
            Event::Recharge { id, at, workspace, recharge, credits, end } => {
                let said = Reported { event: &id, at, now };
                self.recharge_ended(said, workspace, (recharge, credits), end).await?;
            }
            Event::Other { kind } => {
                tracing::debug!(%kind, "a payment event that says nothing to us")
            }
        }
        Ok(())
    }

    async fn recharge_ended(
        &self,
        said: Reported<'_>,
        workspace: WorkspaceId,
        what: (Uuid, u64),
        end: End,
    ) -> Result<(), Fault> {
        match end {
            End::Paid(paid) => {
                let (store, now) = (self.store(), said.now);
                store
                    .recharge_paid(Some(said), workspace, what, &paid, now)
                    .await
                    .map_err(fault)?;
            }
            End::Failed { payment } => {
                let reason = "declined";
                let letter = match self.sends_mails() {
                    true => {
                        let base_url = &self.0.options.base_url;
                        recharge::letter(self.store(), base_url, workspace, reason).await?
                    }
                    false => None,
                };
                let (payment, letter) = (Some(payment.as_str()), letter.as_ref());
                let end = recharges::End { reason: Some(reason), payment, letter };
                let (store, now) = (self.store(), said.now);
                let ended = store.recharge_failed(Some(said), workspace, what.0, end, now).await;
                if ended.map_err(fault)? {
                    self.0.post.ring();
                }
            }
        }
        Ok(())
    }

    /// Where people come back to from the provider.
    fn plan_page(&self) -> String {
        format!("{}/app/settings/plan", self.0.options.base_url)
    }
}
