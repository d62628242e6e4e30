//! Stripe's API, as far as we ask it. Prices are found by their lookup keys: `tailorbird_pro` is what the plan
//! `pro` costs, `tailorbird_credits` what one credit does.

mod charges;
mod terms;
mod wares;

use std::time::Duration;

use model::{Code, Fault, Secret, id::WorkspaceId};
use sdk::http::{Call, Client, Options, Policy};
use serde_json::Value;
use smol_str::SmolStr;
use store::plans::Offer;
use url::Url;
use uuid::Uuid;

pub(super) use charges::{Outcome, paid};
pub use terms::Preview;
pub(super) use wares::Ware;

/// Before the name of a plan in a price's lookup key.
pub(super) const LOOKUP: &str = "tailorbird_";
pub(super) const CREDITS: &str = "credits";
/// The kind of a charge that a workspace wants to happen by itself.
pub(super) const RECHARGE: &str = "recharge";
/// As many lookup keys at most they take at once.
const LOOKUPS_MAX: usize = 10;
/// The version of the API that is spoken.
const VERSION: &str = "2025-03-31.basil";
const WAIT_MAX: Duration = Duration::from_secs(20);
const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// An account at Stripe. Cheap to clone.
#[derive(Clone)]
pub struct Stripe {
    key: Secret,
    signing_secret: Secret,
    base: String,
    client: Client,
}

/// What a plan costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Of the price there, and of the product that it is of.
    pub id: String,
    pub product: String,
    pub plan: SmolStr,
    /// In the smallest unit of the currency.
    pub amount: u64,
    /// Three letters.
    pub currency: String,
    /// `month` or `year`.
    pub interval: String,
}

/// What one credit costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditPrice {
    /// In the smallest unit of the currency.
    pub amount: u64,
    /// Three letters.
    pub currency: String,
}

/// What is for sale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    pub plans: Vec<Price>,
    /// Absent where it is not for sale, or costs a part of the smallest unit.
    pub credit: Option<CreditPrice>,
}

/// Whether the card is kept for later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    Kept,
    Once,
}

/// What was answered.
enum Said {
    Done(Value),
    Refused { status: u16, error: Value },
}

impl Stripe {
    /// `base` is where it is asked, `https://api.stripe.com`.
    ///
    /// # Errors
    /// A sentence when the address is none that secrets may go to.
    pub fn new(
        key: Secret,
        signing_secret: Secret,
        base: &str,
        policy: Policy,
    ) -> Result<Stripe, Fault> {
        let url = Url::parse(base).ok().filter(crate::elsewhere::is_safe);
        if url.is_none() {
            return Err(Fault::invalid("write its address as `https://api.stripe.com`"));
        }
        let client = Client::new(Policy { body_bytes_max: ANSWER_BYTES_MAX, ..policy });
        let base = base.trim_end_matches('/').to_owned();
        Ok(Stripe { key, signing_secret, base, client })
    }

    pub(super) fn signing_secret(&self) -> &Secret {
        &self.signing_secret
    }

    /// What is for sale of these plans, and of credits.
    pub(super) async fn prices(&self, plans: &[&str]) -> Result<Prices, Fault> {
        let names: Vec<&str> = plans.iter().copied().chain([CREDITS]).collect();
        let all = self.priced(&names).await?;
        Ok(Prices {
            plans: all.iter().filter_map(price).collect(),
            credit: all.iter().find_map(credit),
        })
    }

    /// The prices of these, as they are told there.
    async fn priced(&self, names: &[&str]) -> Result<Vec<Value>, Fault> {
        let mut res = vec![];
        for names in names.chunks(LOOKUPS_MAX) {
            let keys: Vec<String> = names.iter().map(|it| format!("{LOOKUP}{it}")).collect();
            let mut asked = vec![("active", "true"), ("limit", "100")];
            asked.extend(keys.iter().map(|it| ("lookup_keys[]", it.as_str())));
            let mut found = self.ask("GET", "prices", &asked).await?;
            if let Value::Array(found) = found["data"].take() {
                res.extend(found);
            }
        }
        Ok(res)
    }

    pub(super) async fn check_out(
        &self,
        workspace: WorkspaceId,
        offer: &Offer,
        customer: Option<&str>,
        back: &str,
    ) -> Result<Url, Fault> {
        let plan = offer.plan.name.as_str();
        let price = self.price(plan).await?;
        let (workspace, days) = (workspace.to_string(), offer.trial_days.to_string());
        let mut fields = vec![
            ("mode", "subscription"),
            ("line_items[0][price]", price.as_str()),
            ("line_items[0][quantity]", "1"),
            ("subscription_data[metadata][workspace]", &workspace),
            ("subscription_data[metadata][plan]", plan),
        ];
        // Who was there before has tried it.
        if offer.trial_days > 0 && customer.is_none() {
            fields.push(("subscription_data[trial_period_days]", &days));
        }
        self.session(&mut fields, &workspace, customer, back).await
    }

    pub(super) async fn buy_credits(
        &self,
        workspace: WorkspaceId,
        credits: u64,
        card: Card,
        customer: Option<&str>,
        back: &str,
    ) -> Result<Url, Fault> {
        let price = self.price(CREDITS).await?;
        let (workspace, n) = (workspace.to_string(), credits.to_string());
        let mut fields = vec![
            ("mode", "payment"),
            ("line_items[0][price]", price.as_str()),
            ("line_items[0][quantity]", &n),
            ("metadata[kind]", CREDITS),
            ("metadata[credits]", &n),
        ];
        if card == Card::Kept {
            fields.push(("payment_intent_data[setup_future_usage]", "off_session"));
            if customer.is_none() {
                fields.push(("customer_creation", "always"));
            }
        }
        self.session(&mut fields, &workspace, customer, back).await
    }

    async fn session<'a>(
        &self,
        fields: &mut Vec<(&'a str, &'a str)>,
        workspace: &'a str,
        customer: Option<&'a str>,
        back: &'a str,
    ) -> Result<Url, Fault> {
        fields.extend([
            ("client_reference_id", workspace),
            ("metadata[workspace]", workspace),
            ("success_url", back),
            ("cancel_url", back),
        ]);
        fields.extend(customer.map(|it| ("customer", it)));
        address(&self.ask("POST", "checkout/sessions", fields).await?)
    }

    pub(super) async fn portal(&self, customer: &str, back: &str) -> Result<Url, Fault> {
        let fields = [("customer", customer), ("return_url", back)];
        address(&self.ask("POST", "billing_portal/sessions", &fields).await?)
    }

    /// The id of a price.
    async fn price(&self, name: &str) -> Result<String, Fault> {
        let key = format!("{LOOKUP}{name}");
        let asked = [("active", "true"), ("limit", "1"), ("lookup_keys[]", key.as_str())];
        let found = self.ask("GET", "prices", &asked).await?;
        let id = found["data"][0]["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| {
            failed(&format!("it has no active price with the lookup key `{key}`; make one there"))
        })
    }

    /// Asks once; nothing of it is to be repeated.
    async fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Result<Value, Fault> {
        let key = Uuid::now_v7().to_string();
        match self.say(method, path, fields, &key).await? {
            Said::Done(it) => Ok(it),
            Said::Refused { status, .. } => {
                Err(failed(&format!("it answered with status {status}")))
            }
        }
    }

    /// With the same key, the same is done once.
    async fn say(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
        key: &str,
    ) -> Result<Said, Fault> {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut address = format!("{}/v1/{path}", self.base);
        if method == "GET" {
            address = format!("{address}?{form}");
        }
        let mut call = Call::new(method, &address).map_err(|it| failed(&it.message))?;
        call.header("authorization", format!("Bearer {}", self.key.expose()));
        call.header("stripe-version", VERSION);
        call.header("accept", "application/json");
        if method == "POST" {
            call.header("content-type", "application/x-www-form-urlencoded");
            call.header("idempotency-key", key.to_owned());
            call.body = form.into_bytes().into();
        }
        call.options = Options { redirects_max: 0, timeout: WAIT_MAX, ..Options::default() };
        let reply = self.client.send(call).await.map_err(|it| failed(&it.message))?;
        let value: Option<Value> = serde_json::from_slice(&reply.body).ok();
        match value {
            Some(it) if reply.is_success() && it.is_object() => Ok(Said::Done(it)),
            other => {
                let error = other.map(|mut it| it["error"].take()).unwrap_or_default();
                let said = error["message"].as_str();
                let said = said.unwrap_or_default().chars().filter(|it| !it.is_control());
                let said: String = said.take(200).collect();
                tracing::warn!(status = reply.status, error = %said, "the payment provider refused");
                Ok(Said::Refused { status: reply.status, error })
            }
        }
    }
}

fn price(it: &Value) -> Option<Price> {
    let name = it["lookup_key"].as_str()?.strip_prefix(LOOKUP)?;
    Some(Price {
        id: it["id"].as_str()?.to_owned(),
        product: it["product"].as_str()?.to_owned(),
        plan: name.into(),
        amount: it["unit_amount"].as_u64()?,
        currency: it["currency"].as_str()?.to_owned(),
        // What one credit costs is paid once.
        interval: it["recurring"]["interval"].as_str()?.to_owned(),
    })
}

fn credit(it: &Value) -> Option<CreditPrice> {
    let is_credit = it["lookup_key"].as_str()?.strip_prefix(LOOKUP)? == CREDITS;
    let currency = it["currency"].as_str()?.to_owned();
    is_credit.then_some(CreditPrice { amount: it["unit_amount"].as_u64()?, currency })
}

/// An id that may stand in a path there.
fn in_path(id: &str) -> Result<&str, Fault> {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    match !id.is_empty() && id.bytes().all(is_plain) {
        true => Ok(id),
        false => Err(failed("it named something by an odd id")),
    }
}

fn address(session: &Value) -> Result<Url, Fault> {
    let url = session["url"].as_str().and_then(|it| Url::parse(it).ok());
    url.ok_or_else(|| failed("it named no page"))
}

fn failed(why: &str) -> Fault {
    Fault::new(Code::PaymentFailed, format!("the payment provider does not help: {why}"))
}
