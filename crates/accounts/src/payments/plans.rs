//! What plans cost, and another plan for a subscription that goes on.

use model::{Code, Fault, id::WorkspaceId};
use store::payments::Subscriber;
use url::Url;

use super::{Preview, Price};
use crate::{Accounts, failure::fault};

/// What came of the wish for a plan.
pub enum Chosen {
    /// A person pays there first.
    Page(Url),
    /// It is changed at the provider, and counts once the provider says so.
    Changed { subscription: String },
}

impl Accounts {
    /// The price with this id, if it is one of a plan.
    ///
    /// # Errors
    /// [`Code::PaymentsOff`], [`Code::PaymentFailed`], [`Code::InvalidRequest`].
    pub async fn price(&self, id: &str) -> Result<Price, Fault> {
        self.stripe()?;
        let all = self.prices().await?.plans;
        all.into_iter().find(|it| it.id == id).ok_or_else(|| {
            Fault::invalid(
                "no plan is for sale at this price; GET /api/stripe/products lists the prices",
            )
        })
    }

    /// Where a person pays for the plan that costs this.
    ///
    /// # Errors
    /// As [`Accounts::price`] and [`Accounts::check_out`].
    pub async fn check_out_at(&self, workspace: WorkspaceId, price: &str) -> Result<Url, Fault> {
        let price = self.price(price).await?;
        self.check_out(workspace, &price.plan).await
    }

    /// What the next bill would be with another plan.
    ///
    /// # Errors
    /// [`Code::NotFound`] without a subscription, and as [`Accounts::price`].
    pub async fn preview_plan(
        &self,
        workspace: WorkspaceId,
        price: &str,
    ) -> Result<Preview, Fault> {
        let (stripe, price) = (self.stripe()?, self.price(price).await?);
        stripe.preview(&self.subscriber(workspace).await?, &price).await
    }

    /// Changes the plan of a subscription that goes on. Gives the subscription.
    ///
    /// # Errors
    /// [`Code::NotFound`] without a subscription, and as [`Accounts::price`].
    pub async fn change_plan(&self, workspace: WorkspaceId, price: &str) -> Result<String, Fault> {
        let (stripe, price) = (self.stripe()?, self.price(price).await?);
        let of = self.subscriber(workspace).await?;
        stripe.change(&of, &price).await?;
        self.store().note(wish(workspace, &price.plan)).await.map_err(fault)?;
        Ok(of.subscription)
    }

    /// Changes the plan where a subscription goes on, or leads to where one begins.
    ///
    /// # Errors
    /// As the others.
    pub async fn choose_plan(&self, workspace: WorkspaceId, price: &str) -> Result<Chosen, Fault> {
        match self.is_subscribed(workspace).await? {
            true => {
                let subscription = self.change_plan(workspace, price).await?;
                Ok(Chosen::Changed { subscription })
            }
            false => self.check_out_at(workspace, price).await.map(Chosen::Page),
        }
    }

    async fn subscriber(&self, workspace: WorkspaceId) -> Result<Subscriber, Fault> {
        let found = self.store().subscription_of(workspace).await.map_err(fault)?;
        found.ok_or_else(|| {
            Fault::new(Code::NotFound, "no subscription goes on here; pay for a plan first")
        })
    }
}

fn wish(workspace: WorkspaceId, plan: &str) -> store::audit::Note {
    let note = store::audit::Note::of(workspace, "subscription.change", workspace);
    note.became(serde_json::json!({ "plan": plan }))
}
