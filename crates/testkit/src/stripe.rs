//! A payment provider that speaks as Stripe does, for tests, on a free port. It checks what a client owes it.

mod charges;
mod wares;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Form, Path, Request, State},
    http::{Method, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{net::TcpListener, task::JoinHandle};

pub use charges::{Charge, Mood};

pub const KEY: &str = "sk_test_house";
pub const SIGNING_SECRET: &str = "whsec_house";

/// See the module. It ends when it is dropped.
pub struct Stripe {
    base: String,
    house: House,
    task: JoinHandle<()>,
}

/// What was asked: the path, and the fields of the form.
type Asked = Vec<(String, BTreeMap<String, String>)>;

/// What is known in the house.
#[derive(Clone, Default)]
struct House(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    asked: Asked,
    charges: Vec<Charge>,
    n_charges_asked: usize,
    mood: Mood,
    wares: wares::Wares,
}

impl House {
    fn open(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stripe {
    /// # Panics
    /// When there is no free port.
    pub async fn open() -> Stripe {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it listens"));
        let house = House::default();
        let router = Router::new()
            .route("/v1/checkout/sessions", post(checkout))
            .route("/v1/billing_portal/sessions", post(portal))
            .route("/v1/subscriptions/{id}", get(subscription).post(change))
            .route("/v1/invoices/create_preview", post(preview))
            .merge(charges::routes())
            .merge(wares::routes())
            .layer(middleware::from_fn(owed))
            .with_state(house.clone());
        let task = tokio::spawn(async move {
            // It ends with the test.
            let _ = axum::serve(listener, router).await;
        });
        Stripe { base, house, task }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// What was asked so far.
    pub fn asked(&self) -> Asked {
        self.house.open().asked.clone()
    }

    /// Every charge that there is, the first first.
    pub fn charges(&self) -> Vec<Charge> {
        self.house.open().charges.clone()
    }

    /// Every price that there is or was, the oldest first.
    pub fn prices(&self) -> Vec<Value> {
        self.house.open().wares.prices()
    }

    /// A charge that came here before, under this key.
    pub fn put_charge(&self, key: &str, fields: &[(&str, &str)], status: &'static str) {
        self.house.open().put_charge(key, fields, status);
    }

    /// How often a charge was asked for, whatever came of it.
    pub fn n_charges_asked(&self) -> usize {
        self.house.open().n_charges_asked
    }

    /// How charges go from now on.
    pub fn set_mood(&self, mood: Mood) {
        self.house.open().mood = mood;
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
    let error = json!({"type": "invalid_request_error", "message": why});
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error })))
}

fn done(it: Value) -> Answer {
    (StatusCode::OK, Json(it))
}

/// Stands before every route, and checks what each request owes.
async fn owed(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let bearer = headers.get("authorization").and_then(|it| it.to_str().ok());
    if bearer != Some(&format!("Bearer {KEY}")) || !headers.contains_key("stripe-version") {
        return refused("no such key").into_response();
    }
    if request.method() == Method::POST && !headers.contains_key("idempotency-key") {
        return refused("what changes something has a key of its own").into_response();
    }
    next.run(request).await
}

async fn checkout(
    State(house): State<House>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    let page = json!({"url": "https://pay.example/checkout"});
    told(&house, "checkout", form, page)
}

async fn portal(State(house): State<House>, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let page = json!({"url": "https://pay.example/portal"});
    told(&house, "portal", form, page)
}

async fn subscription(Path(id): Path<String>) -> Answer {
    done(json!({"id": id, "items": {"data": [{"id": "si_1"}]}}))
}

async fn change(
    State(house): State<House>,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    told(&house, &format!("subscriptions/{id}"), form, json!({"id": id}))
}

async fn preview(State(house): State<House>, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let bill = json!({"amount_due": 4_000, "currency": "eur"});
    told(&house, "invoices/create_preview", form, bill)
}

/// Notes what was asked, and answers.
fn told(house: &House, path: &str, form: BTreeMap<String, String>, answer: Value) -> Answer {
    house.open().asked.push((path.to_owned(), form));
    done(answer)
}
