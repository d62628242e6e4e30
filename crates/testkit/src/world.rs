//! The world outside: a server that counts what is done to it, answers the same for the same, and
//! can say the very moment at which a caller is to die.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore};

/// One effect by its idempotency key.
#[derive(Clone, Debug)]
pub struct Done {
    /// What it is to the workflow: the item's trail and the node; the same for the same effect.
    pub label: String,
    /// How often it was asked for.
    pub attempts: u32,
    /// What the latest attempt gave; absent: it failed.
    pub result: Option<Value>,
    /// When it was asked for the first time.
    pub first_at: Timestamp,
}

/// When a request kills the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It has arrived, and nothing was done.
    Before,
    /// It was done, and its answer is not sent.
    After,
}

#[derive(Default)]
struct Books {
    /// By name of the run (`/run`, `/reference`), then by key.
    effects: HashMap<String, BTreeMap<String, Done>>,
    faults: Vec<String>,
    doom: Option<(u32, Moment)>,
    /// How many requests are still to be held up, and how many were.
    hold: u32,
    held: u32,
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct World {
    books: Arc<Mutex<Books>>,
    /// Told when a request asked for its caller's death.
    pub doomed: Arc<Notify>,
    /// Lets requests go on that are held up.
    gate: Arc<Semaphore>,
    pub address: SocketAddr,
}

#[derive(Deserialize)]
struct Effect {
    item: serde_json::Map<String, Value>,
    node: String,
    /// How many attempts fail before one succeeds.
    #[serde(default)]
    fails: u32,
}

impl World {
    /// Opens the server on a free port; it lives as long as the runtime.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open() -> std::io::Result<World> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let gate = Arc::new(Semaphore::new(0));
        let world = World { books: Arc::default(), doomed: Arc::default(), gate, address };
        let router = Router::new()
            .route("/{run}/effect", post(effect))
            .route("/{run}/effect/{key}", get(known))
            .with_state(world.clone());
        tokio::spawn(async move {
            // Ends with the runtime only.
            let _ = axum::serve(listener, router).await;
        });
        Ok(world)
    }

    /// The address under which a run's effects are counted.
    pub fn base(&self, run: &str) -> String {
        format!("http://{}/{run}", self.address)
    }

    /// From now on, the `n`-th request of the run `run` asks for its caller's death.
    pub fn doom(&self, doom: Option<(u32, Moment)>) {
        self.books().doom = doom;
    }

    /// From now on, the next `n` requests are held up until [`World::release`].
    pub fn hold(&self, n: u32) {
        self.books().hold = n;
    }

    /// How many requests were held up so far.
    pub fn held(&self) -> u32 {
        self.books().held
    }

    /// Lets one that is held up go on.
    pub fn release(&self) {
        self.gate.add_permits(1);
    }

    async fn pass(&self) {
        let is_held = {
            let mut books = self.books();
            let is_held = books.hold > 0;
            books.hold -= u32::from(is_held);
            books.held += u32::from(is_held);
            is_held
        };
        if is_held && let Ok(permit) = self.gate.acquire().await {
            permit.forget();
        }
    }

    pub fn effects(&self, run: &str) -> BTreeMap<String, Done> {
        self.books().effects.get(run).cloned().unwrap_or_default()
    }

    /// What was wrong with requests, such as a missing key.
    pub fn faults(&self) -> Vec<String> {
        self.books().faults.clone()
    }

    fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.books.lock().expect("plain books")
    }

    /// Whether this request is the one, and at which moment.
    fn is_doomed(&self, run: &str) -> Option<Moment> {
        let mut books = self.books();
        let (left, moment) = books.doom?;
        if run != "run" {
            return None;
        }
        books.doom = (left > 1).then_some((left - 1, moment));
        (left <= 1).then_some(moment)
    }
}

/// What is done for a label: no chance, no clock.
pub fn value_of(label: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    label.hash(&mut hasher);
    (hasher.finish() % 100) as u32
}

async fn effect(
    State(world): State<World>,
    Path(run): Path<String>,
    headers: HeaderMap,
    Json(asked): Json<Effect>,
) -> Response {
    let doom = world.is_doomed(&run);
    if doom == Some(Moment::Before) {
        world.doomed.notify_one();
        return std::future::pending().await;
    }
    world.pass().await;
    let (status, body) = world.count(&run, &headers, asked);
    if doom == Some(Moment::After) {
        world.doomed.notify_one();
        return std::future::pending().await;
    }
    (status, Json(body)).into_response()
}

/// What an effect gave, for those who know its key.
async fn known(State(world): State<World>, Path((run, key)): Path<(String, String)>) -> Response {
    match world.effects(&run).remove(&key).and_then(|it| it.result) {
        Some(result) => Json(result).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl World {
    fn count(&self, run: &str, headers: &HeaderMap, asked: Effect) -> (StatusCode, Value) {
        let trail = asked.item.get("trail").and_then(Value::as_str).unwrap_or_default();
        let label = format!("{trail}/{}", asked.node);
        let mut books = self.books();
        let Some(key) = headers.get("idempotency-key").and_then(|it| it.to_str().ok()) else {
            books.faults.push(format!("`{label}` came without a key"));
            return (StatusCode::BAD_REQUEST, json!({}));
        };
        let of_run = books.effects.entry(run.to_owned()).or_default();
        let done = of_run.entry(key.to_owned()).or_insert_with(|| Done {
            label: label.clone(),
            attempts: 0,
            result: None,
            first_at: Timestamp::now(),
        });
        done.attempts += 1;
        if done.label != label {
            let fault = format!("key {key} was used for `{}` and for `{label}`", done.label);
            books.faults.push(fault);
            return (StatusCode::CONFLICT, json!({}));
        }
        if done.attempts <= asked.fails {
            return (StatusCode::SERVICE_UNAVAILABLE, json!({"error": "not now"}));
        }
        let mut item = asked.item;
        item.insert("value".to_owned(), value_of(&label).into());
        item.insert("trail".to_owned(), label.into());
        let body = Value::Object(item);
        done.result = Some(body.clone());
        (StatusCode::OK, body)
    }
}
