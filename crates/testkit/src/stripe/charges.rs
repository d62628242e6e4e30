//! Cards that were left there, and charges of them: one for each idempotency key, whatever is asked how often.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Form, Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{Answer, House, Known, done, refused};

/// How charges go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Pays,
    Declines,
    /// It takes a while to decide.
    Ponders,
    /// The charge is made, and its answer is lost.
    Loses,
    /// Nothing is done.
    Fails,
    /// The customer left no card.
    NoCard,
}

/// A charge.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// Under which it was asked for.
    pub key: String,
    pub fields: BTreeMap<String, String>,
    pub status: &'static str,
    created: i64,
    number: usize,
}

impl Charge {
    /// As an event or an answer says it.
    pub fn said(&self) -> Value {
        let field = |name: &str| self.fields.get(name).cloned().unwrap_or_default();
        let metadata: BTreeMap<&str, &String> = self
            .fields
            .iter()
            .filter_map(|(name, it)| Some((name.strip_prefix("metadata[")?.strip_suffix(']')?, it)))
            .collect();
        let amount: u64 = field("amount").parse().unwrap_or_default();
        json!({
            "id": format!("pi_{}", self.number),
            "status": self.status,
            "amount": amount,
            "amount_received": if self.status == "succeeded" { amount } else { 0 },
            "currency": field("currency"),
            "customer": field("customer"),
            "created": self.created,
            "metadata": metadata,
        })
    }
}

impl Known {
    pub(super) fn put_charge(&mut self, key: &str, fields: &[(&str, &str)], status: &'static str) {
        let fields = fields.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        self.keep(key, fields, status);
    }

    fn keep(
        &mut self,
        key: &str,
        fields: BTreeMap<String, String>,
        status: &'static str,
    ) -> Charge {
        let number = self.charges.len() + 1;
        let created = jiff::Timestamp::now().as_second();
        let new = Charge { key: key.to_owned(), fields, status, created, number };
        self.charges.push(new.clone());
        new
    }
}

pub(super) fn routes() -> Router<House> {
    Router::new()
        .route("/v1/customers/{id}", get(customer))
        .route("/v1/customers/{id}/payment_methods", get(cards))
        .route("/v1/payment_intents", post(charge).get(list))
        .route("/v1/payment_intents/{id}", get(show))
}

async fn customer(Path(id): Path<String>) -> Answer {
    done(json!({"id": id, "invoice_settings": {"default_payment_method": "pm_usual"}}))
}

async fn cards(State(house): State<House>) -> Answer {
    let cards = match house.open().mood {
        Mood::NoCard => json!([]),
        Mood::Pays | Mood::Declines | Mood::Ponders | Mood::Loses | Mood::Fails => {
            json!([{"id": "pm_newest"}, {"id": "pm_usual"}])
        }
    };
    done(json!({ "data": cards }))
}

async fn charge(
    State(house): State<House>,
    headers: HeaderMap,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Answer {
    let key = headers.get("idempotency-key").and_then(|it| it.to_str().ok());
    let Some(key) = key else { return refused("a charge has a key of its own") };
    let mut known = house.open();
    known.n_charges_asked += 1;
    let mood = known.mood;
    if mood == Mood::Fails {
        return lost();
    }
    if let Some(found) = known.charges.iter().find(|it| it.key == key) {
        return match found.fields == fields {
            true => answer(found),
            false => refused("the same key with other fields"),
        };
    }
    let status = match mood {
        Mood::Declines => "requires_payment_method",
        Mood::Ponders => "processing",
        Mood::Pays | Mood::Loses | Mood::Fails | Mood::NoCard => "succeeded",
    };
    let new = known.keep(key, fields, status);
    if mood == Mood::Loses {
        return lost();
    }
    answer(&new)
}

fn lost() -> Answer {
    let error = json!({"type": "api_error", "message": "something went wrong"});
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": error })))
}

fn answer(it: &Charge) -> Answer {
    if it.status == "requires_payment_method" {
        let error = json!({
            "type": "card_error", "code": "card_declined", "message": "Your card was declined.",
            "payment_intent": it.said(),
        });
        return (StatusCode::PAYMENT_REQUIRED, Json(json!({ "error": error })));
    }
    done(it.said())
}

async fn show(State(house): State<House>, Path(id): Path<String>) -> Answer {
    let mut known = house.open();
    known.asked.push((format!("payment_intents/{id}"), BTreeMap::new()));
    let found = known.charges.iter().map(Charge::said).find(|it| it["id"] == id.as_str());
    found.map_or_else(|| refused("no such charge"), done)
}

async fn list(State(house): State<House>, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    if !query.contains("customer=") {
        return refused("no such key");
    }
    let all: Vec<Value> = house.open().charges.iter().rev().map(Charge::said).collect();
    done(json!({ "data": all }))
}
