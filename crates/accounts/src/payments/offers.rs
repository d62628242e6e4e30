//! Plans that who looks after the server makes and changes: here, and where they are for sale.

use jiff::Timestamp;
use model::{
    Code, Fault,
    plan::{Limit, Limits, NAME_CHARS_MAX, Plan},
};
use store::plans::Offer;

use super::{
    Price,
    stripe::{CREDITS, Ware},
};
use crate::{Accounts, failure::fault};

/// Longest title, feature and description, in characters.
const TITLE_CHARS_MAX: usize = 100;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
const FEATURES_MAX: usize = 50;
/// Longest trial, in days.
const TRIAL_DAYS_MAX: u32 = 730;
/// The most that is taken for a month, in the smallest unit of the currency.
const PRICE_MAX: u64 = 99_999_999;

/// What is said of a plan; absent leaves what there is.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    pub description: Option<String>,
    pub features: Option<Vec<String>>,
    pub limits: Vec<(Limit, Option<u64>)>,
    pub trial_days: Option<u32>,
    pub is_active: Option<bool>,
    pub is_enterprise: Option<bool>,
}

/// A plan, and what it costs where it is for sale.
#[derive(Clone, Debug)]
pub struct Offered {
    pub offer: Offer,
    pub price: Option<Price>,
}

/// Whether a plan can cost anything: what is left to who pays nothing does not, and there is one without limits
/// only by hand.
pub(super) fn is_sold(plan: &str) -> bool {
    plan != Plan::free().name && plan != Plan::unlimited().name
}

impl Terms {
    fn over(self, was: Offer) -> Result<Offer, Fault> {
        let limits = self.limits.iter().fold(was.plan.limits, |res, it| res.with(it.0, it.1));
        let it = Offer {
            plan: Plan { limits, ..was.plan },
            description: self.description.unwrap_or(was.description),
            features: self.features.unwrap_or(was.features),
            trial_days: self.trial_days.unwrap_or(was.trial_days),
            is_active: self.is_active.unwrap_or(was.is_active),
            is_enterprise: self.is_enterprise.unwrap_or(was.is_enterprise),
        };
        if !is_text(&it.description, DESCRIPTION_CHARS_MAX) {
            let message = format!("`description` has at most {DESCRIPTION_CHARS_MAX} characters");
            return Err(Fault::invalid(message));
        }
        let is_feature = |it: &String| !it.is_empty() && is_text(it, TITLE_CHARS_MAX);
        if it.features.len() > FEATURES_MAX || !it.features.iter().all(is_feature) {
            let message = format!(
                "`features` has at most {FEATURES_MAX} texts of 1 to {TITLE_CHARS_MAX} characters"
            );
            return Err(Fault::invalid(message));
        }
        if it.trial_days > TRIAL_DAYS_MAX {
            return Err(Fault::invalid(format!("`trialDays` is at most {TRIAL_DAYS_MAX}")));
        }
        Ok(it)
    }
}

impl Accounts {
    /// All plans, offered or not.
    ///
    /// # Errors
    /// [`Code::StoreUnavailable`].
    pub async fn offers(&self) -> Result<Vec<Offer>, Fault> {
        self.store().offers().await.map_err(fault)
    }

    /// Makes a plan, and puts it up for sale where payments are set up and it costs something.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::NameTaken`] when there is one of this name, [`Code::PaymentFailed`].
    pub async fn make_plan(&self, title: &str, terms: Terms, price: u64) -> Result<Offered, Fault> {
        let offer = terms.over(new(title)?)?;
        if self.known_as(title).await?.is_some() {
            let message = format!("there is a plan `{title}` already; change that one");
            return Err(Fault::new(Code::NameTaken, message));
        }
        let price = self.sell(&offer, Some(price)).await?;
        self.store().add_offer(&offer, Timestamp::now()).await.map_err(fault)?;
        Ok(Offered { offer, price })
    }

    /// Changes a plan, by its name or title: for everybody who has it, but who pays for it already goes on to pay what
    /// he does.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidRequest`], [`Code::PaymentFailed`].
    pub async fn edit_plan(
        &self,
        title: &str,
        terms: Terms,
        price: Option<u64>,
    ) -> Result<Offered, Fault> {
        let was = self.known_as(title).await?.ok_or_else(|| {
            Fault::new(Code::NotFound, "there is no such plan; GET /api/stripe/plans lists them")
        })?;
        let offer = terms.over(was)?;
        if offer.plan.name == Plan::unlimited().name {
            let message = "the plan `unlimited` is the one without limits; make another one";
            return Err(Fault::invalid(message));
        }
        let price = self.sell(&offer, price).await?;
        self.store().put_offer(&offer, Timestamp::now()).await.map_err(fault)?;
        Ok(Offered { offer, price })
    }

    /// Makes a plan of a product that somebody made at the provider, or changes the one that there is. Gives whether
    /// it is new as well.
    ///
    /// # Errors
    /// [`Code::PaymentsOff`], [`Code::NotFound`] where no such product has a price, [`Code::InvalidRequest`],
    /// [`Code::PaymentFailed`].
    pub async fn take_up_plan(&self, title: &str, terms: Terms) -> Result<(Offered, bool), Fault> {
        let stripe = self.stripe()?;
        let known = self.known_as(title).await?;
        let is_new = known.is_none();
        let was = known.map_or_else(|| new(title), Ok)?;
        if !is_sold(&was.plan.name) {
            return Err(Fault::invalid(format!("the plan `{}` is not for sale", was.plan.name)));
        }
        let terms = Terms { is_active: terms.is_active.or(Some(true)), ..terms };
        let mut offer = terms.over(was)?;
        let found = stripe.take_up(title, &offer.plan.name).await?;
        let (product, price) = found.ok_or_else(|| {
            let message = format!(
                "the provider has no active product `{title}` with a price that comes back"
            );
            Fault::new(Code::NotFound, message)
        })?;
        offer.plan.title = product.title.into();
        offer.description = product.description.chars().take(DESCRIPTION_CHARS_MAX).collect();
        let (store, now) = (self.store(), Timestamp::now());
        match is_new {
            true => store.add_offer(&offer, now).await.map_err(fault)?,
            false => store.put_offer(&offer, now).await.map_err(fault)?,
        }
        Ok((Offered { offer, price: Some(price) }, is_new))
    }

    /// The plan of this name or title.
    async fn known_as(&self, title: &str) -> Result<Option<Offer>, Fault> {
        let (name, title) = (Plan::name_of(title), title.to_lowercase());
        let mut all = self.offers().await?.into_iter();
        Ok(all.find(|it| {
            Some(&it.plan.name) == name.as_ref() || it.plan.title.to_lowercase() == title
        }))
    }

    /// Has a plan cost so much at the provider, if there is one. Before it is written down here: asked again, the
    /// provider changes nothing.
    async fn sell(&self, it: &Offer, price: Option<u64>) -> Result<Option<Price>, Fault> {
        let plan = it.plan.name.as_str();
        let Some(amount) = price else { return Ok(None) };
        if amount > 0 && !is_sold(plan) {
            return Err(Fault::invalid(format!("the plan `{plan}` costs nothing; `price` is 0")));
        }
        if amount > PRICE_MAX {
            return Err(Fault::invalid(format!("`price` is at most {PRICE_MAX}")));
        }
        let Some(stripe) = &self.0.options.payments else { return Ok(None) };
        if amount == 0 {
            stripe.withdraw(plan).await?;
            return Ok(None);
        }
        let (title, description) = (it.plan.title.as_str(), it.description.as_str());
        stripe.sell(&Ware { plan, title, description, amount }).await.map(Some)
    }
}

fn new(title: &str) -> Result<Offer, Fault> {
    let name =
        Plan::name_of(title).filter(|_| !title.is_empty() && is_text(title, TITLE_CHARS_MAX));
    let name = name.ok_or_else(|| {
        let message =
            format!("`name` needs some letters or digits, and at most {NAME_CHARS_MAX} of them");
        Fault::invalid(message)
    })?;
    // What one credit costs is found under that name.
    if name == CREDITS {
        return Err(Fault::invalid(format!(
            "no plan can be called `{title}`; choose another name"
        )));
    }
    Ok(Offer::of(&Plan { name, title: title.trim().into(), limits: Limits::NONE }))
}

fn is_text(text: &str, max: usize) -> bool {
    text.chars().count() <= max && !text.chars().any(|it| it.is_control() && it != '\n')
}
