//! Charging a card that a person left there, while nobody is at the keyboard.

use jiff::Timestamp;
use model::Fault;
use serde_json::Value;
use store::{
    payments::Paid,
    recharges::{Open, Terms},
};

use super::{CREDITS, CreditPrice, LOOKUP, RECHARGE, Said, Stripe, failed, in_path};

/// How many cards of a customer are looked at.
const CARDS_MAX: &str = "20";
/// How many charges of a customer are looked through for one.
const CHARGES_MAX: &str = "100";

/// What became of a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::payments) enum Outcome {
    Paid(Paid),
    /// No money comes.
    Failed {
        payment: Option<String>,
        reason: &'static str,
    },
    /// It is not decided.
    Open(String),
}

impl Stripe {
    /// What one credit costs.
    pub(in crate::payments) async fn credit_price(&self) -> Result<CreditPrice, Fault> {
        self.prices(&[]).await?.credit.ok_or_else(|| {
            failed(&format!(
                "it has no active price with the lookup key `{LOOKUP}{CREDITS}` in whole units of its currency; make one there"
            ))
        })
    }

    /// The card that a customer left: the one that he made the usual one, or else the newest.
    pub(in crate::payments) async fn card(&self, customer: &str) -> Result<Option<String>, Fault> {
        let path = format!("customers/{}", in_path(customer)?);
        let found = self.ask("GET", &path, &[]).await?;
        if found["deleted"] == true {
            return Ok(None);
        }
        let usual = &found["invoice_settings"]["default_payment_method"];
        let asked = [("type", "card"), ("limit", CARDS_MAX)];
        let cards = self.ask("GET", &format!("{path}/payment_methods"), &asked).await?;
        let ids = || {
            let all = cards["data"].as_array().into_iter().flatten();
            all.filter_map(|it| it["id"].as_str())
        };
        let usual = ids().find(|it| usual.as_str() == Some(it));
        Ok(usual.or_else(|| ids().next()).map(str::to_owned))
    }

    /// Charges. However often it is asked, it happens once: the key is the charge's own, and so are the fields.
    pub(in crate::payments) async fn charge(
        &self,
        it: &Open,
        terms: &Terms,
    ) -> Result<Outcome, Fault> {
        let (id, workspace) = (it.id.to_string(), it.workspace.to_string());
        let (amount, credits) = (terms.amount.to_string(), it.credits.to_string());
        let fields = [
            ("amount", amount.as_str()),
            ("currency", &terms.currency),
            ("customer", &terms.customer),
            ("payment_method", &terms.card),
            ("payment_method_types[]", "card"),
            ("off_session", "true"),
            ("confirm", "true"),
            ("description", "Credits, recharged by itself"),
            ("metadata[kind]", RECHARGE),
            ("metadata[workspace]", &workspace),
            ("metadata[recharge]", &id),
            ("metadata[credits]", &credits),
        ];
        match self.say("POST", "payment_intents", &fields, &format!("recharge-{id}")).await? {
            Said::Done(it) => outcome(&it),
            Said::Refused { status, error } => {
                let payment = error["payment_intent"]["id"].as_str().map(str::to_owned);
                match error["type"].as_str() {
                    Some("card_error") => Ok(Outcome::Failed { payment, reason: "declined" }),
                    // The customer or the card is gone, or the amount is too small.
                    Some("invalid_request_error") if matches!(status, 400 | 404) => {
                        Ok(Outcome::Failed { payment, reason: "refused" })
                    }
                    _ => Err(failed(&format!("it answered with status {status}"))),
                }
            }
        }
    }

    /// How a charge stands that the provider has named.
    pub(in crate::payments) async fn look(&self, payment: &str) -> Result<Outcome, Fault> {
        let path = format!("payment_intents/{}", in_path(payment)?);
        outcome(&self.ask("GET", &path, &[]).await?)
    }

    /// Looks for a charge of which nobody heard the answer. `None`: it never came there.
    pub(in crate::payments) async fn find(
        &self,
        it: &Open,
        terms: &Terms,
    ) -> Result<Option<Outcome>, Fault> {
        // Their clock may be behind ours.
        let since = it.created_at.as_second().saturating_sub(600).to_string();
        let customer = terms.customer.as_str();
        let asked = [("customer", customer), ("created[gte]", &since), ("limit", CHARGES_MAX)];
        let found = self.ask("GET", "payment_intents", &asked).await?;
        let id = it.id.to_string();
        let mut all = found["data"].as_array().into_iter().flatten();
        all.find(|it| it["metadata"]["recharge"] == id.as_str()).map(outcome).transpose()
    }
}

fn outcome(it: &Value) -> Result<Outcome, Fault> {
    let id = it["id"].as_str().ok_or_else(|| failed("it named no charge"))?.to_owned();
    Ok(match it["status"].as_str() {
        Some("succeeded") => Outcome::Paid(
            paid(it).ok_or_else(|| failed("it says that something was paid, and not how much"))?,
        ),
        Some("processing") => Outcome::Open(id),
        // Nobody is there to do what it asks for.
        Some(_) => Outcome::Failed { payment: Some(id), reason: "declined" },
        None => return Err(failed("it does not say how the charge stands")),
    })
}

/// The money of a charge that succeeded.
pub(in crate::payments) fn paid(it: &Value) -> Option<Paid> {
    Some(Paid {
        id: it["id"].as_str()?.to_owned(),
        amount: it["amount_received"].as_u64().or_else(|| it["amount"].as_u64())?,
        currency: it["currency"].as_str()?.to_owned(),
        at: Timestamp::from_second(it["created"].as_i64()?).ok()?,
    })
}
