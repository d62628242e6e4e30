//! A payment provider that speaks as Stripe does, for tests, on a free port. It checks what a client owes it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Form, RawQuery, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{net::TcpListener, task::JoinHandle};

pub const KEY: &str = "sk_test_house";
pub const SIGNING_SECRET: &str = "whsec_house";

/// See the module. It ends when it is dropped.
pub struct Stripe {
    base: String,
    asked: Asked,
    task: JoinHandle<()>,
}

/// What was asked: the path, and the fields of the form.
type Asked = Arc<Mutex<Vec<(String, BTreeMap<String, String>)>>>;

impl Stripe {
    /// # Panics
    /// When there is no free port.
    pub async fn open() -> Stripe {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it listens"));
        let asked = Asked::default();
        let router = Router::new()
            .route("/v1/prices", get(prices))
            .route("/v1/checkout/sessions", post(checkout))
            .route("/v1/billing_portal/sessions", post(portal))
            .with_state(asked.clone());
        let task = tokio::spawn(async move {
            // It ends with the test.
            let _ = axum::serve(listener, router).await;
        });
        Stripe { base, asked, task }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<(String, BTreeMap<String, String>)> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Stripe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The header that goes with an event.
pub fn signature(payload: &str, at: i64, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(format!("{at}.{payload}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect();
    format!("t={at},v1={hex}")
}

type Answer = (StatusCode, Json<Value>);

fn refused(why: &str) -> Answer {
    (StatusCode::BAD_REQUEST, Json(json!({"error": {"message": why}})))
}

fn is_known(headers: &HeaderMap) -> bool {
    let bearer = headers.get("authorization").and_then(|it| it.to_str().ok());
    bearer == Some(&format!("Bearer {KEY}")) && headers.contains_key("stripe-version")
}

async fn prices(headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    if !is_known(&headers) {
        return refused("no such key");
    }
    let query = query.unwrap_or_default();
    let all = [("starter", 900), ("pro", 4_900), ("credits", 1)];
    let wanted = all.iter().filter(|it| query.contains(&format!("tailorbird_{}", it.0)));
    let price = |(name, amount): &(&str, u32)| {
        let recurring = (*name != "credits").then(|| json!({"interval": "month"}));
        json!({
            "id": format!("price_{name}"),
            "lookup_key": format!("tailorbird_{name}"),
            "unit_amount": amount,
            "currency": "eur",
            "recurring": recurring,
        })
    };
    (StatusCode::OK, Json(json!({"data": wanted.map(price).collect::<Vec<_>>()})))
}

async fn checkout(
    State(asked): State<Asked>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    session(&asked, &headers, "checkout", form)
}

async fn portal(
    State(asked): State<Asked>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    session(&asked, &headers, "portal", form)
}

fn session(
    asked: &Asked,
    headers: &HeaderMap,
    path: &str,
    form: BTreeMap<String, String>,
) -> Answer {
    if !is_known(headers) || !headers.contains_key("idempotency-key") {
        return refused("no such key");
    }
    asked.lock().unwrap_or_else(PoisonError::into_inner).push((path.to_owned(), form));
    (StatusCode::OK, Json(json!({"url": format!("https://pay.example/{path}")})))
}
