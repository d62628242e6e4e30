//! The whole API over a real engine; every answer is held against the description. On SQLite, or with
//! `TEST_DATABASE=postgres` on PostgreSQL.

mod answers;
mod audit;
mod billing;
mod catalogue;
mod clients;
mod credentials;
mod crossing;
mod description;
mod door;
mod elsewhere;
mod executions;
mod gateway;
mod hooks;
mod jobs;
mod leaving;
mod limits;
mod maintenance;
mod passkeys;
mod people;
mod permissions;
mod plans;
mod recharges;
mod saml;
mod second_factor;
mod seeds;
mod service_accounts;
mod sharing;
mod sockets;
mod stripe;
mod sweep;
mod two_factor;
mod web;
mod webhooks;
mod workflows;
mod workspaces;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
    time::Duration,
};

use accounts::{Accounts, Registration, elsewhere::Providers};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use engine::Engine;
use jiff::Timestamp;
use model::id::WorkspaceId;
use serde_json::{Value, json};
use store::{MasterKey, Store, files::Folder, keys::NewKey};
use tower::ServiceExt;
use uuid::Uuid;

use crate::{Api, Options, openapi};

/// The engine works while a test waits for something to become true; longer than this it is stuck.
const STUCK: Duration = Duration::from_secs(20);

/// Waits for what comes, and not for ever.
pub(crate) async fn comes<F: Future>(it: F) -> F::Output {
    tokio::time::timeout(STUCK, it).await.expect("what is waited for comes")
}

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&openapi()).unwrap());

/// A server with two workspaces.
pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) engine: Engine,
    /// Of the default workspace.
    pub(crate) key: String,
    /// Of another workspace.
    pub(crate) foreign_key: String,
    pub(crate) foreign: WorkspaceId,
    pub(crate) accounts: Accounts,
    _folder: tempfile::TempDir,
}

/// Of PostgreSQL, when these tests are to run on it: a schema for one test, that goes with its server.
async fn database() -> Option<String> {
    if std::env::var("TEST_DATABASE").is_ok_and(|it| it == "postgres") {
        let server =
            std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names the server");
        return Some(store::scratch::Schema::make(&server).await.unwrap().url);
    }
    None
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// Null when it is no JSON.
    pub(crate) json: Value,
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(None, Registration::Open).await
    }

    pub(crate) async fn with(
        mail: Option<accounts::mail::Server>,
        registration: Registration,
    ) -> World {
        World::among(mail, registration, Providers::default()).await
    }

    /// With others where people come from.
    pub(crate) async fn among(
        mail: Option<accounts::mail::Server>,
        registration: Registration,
        providers: Providers,
    ) -> World {
        World::built(mail, registration, providers, None, engine::Options::default()).await
    }

    /// Whose requests reach this machine as well.
    pub(crate) async fn reaching() -> World {
        let http = sdk::http::Policy { allow_private: true, ..Default::default() };
        let options = engine::Options { http, ..engine::Options::default() };
        World::built(None, Registration::Open, Providers::default(), None, options).await
    }

    /// With a provider that takes payments.
    pub(crate) async fn with_payments(
        payments: accounts::payments::Stripe,
        mail: Option<accounts::mail::Server>,
    ) -> World {
        let (providers, options) = (Providers::default(), engine::Options::default());
        World::built(mail, Registration::Open, providers, Some(payments), options).await
    }

    async fn built(
        mail: Option<accounts::mail::Server>,
        registration: Registration,
        providers: Providers,
        payments: Option<accounts::payments::Stripe>,
        engine_options: engine::Options,
    ) -> World {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::from_file(&folder.path().join("key")).unwrap();
        let options = store::Options { url: database().await, data: folder.path().to_owned() };
        let store = Store::open(&options, key).await.unwrap();
        let files = Arc::new(Folder::open(&folder.path().join("files")).unwrap());
        let types = Arc::new(nodes::credentials());
        let engine =
            Engine::open(store.clone(), files, Arc::new(nodes::all()), types, engine_options);
        let engine = engine.await.unwrap();
        let now = Timestamp::now();
        let foreign = WorkspaceId(Uuid::now_v7());
        store.add_workspace(foreign, "Foreign", now).await.unwrap();
        let own = engine.default_workspace();
        let (_, key) = store.add_key(own, &NewKey::everything("own"), now).await.unwrap();
        let (_, foreign_key) =
            store.add_key(foreign, &NewKey::everything("foreign"), now).await.unwrap();
        let accounts = accounts::Options {
            base_url: engine.base_url().to_owned(),
            registration,
            breached: Default::default(),
            mail,
            providers,
            payments,
        };
        let accounts = Accounts::open(store.clone(), accounts);
        World {
            router: Api::open(engine.clone(), accounts.clone(), Options::default()).router,
            accounts,
            engine,
            key: key.expose().to_owned(),
            foreign_key: foreign_key.expose().to_owned(),
            foreign,
            _folder: folder,
        }
    }

    pub(crate) fn app(&self) -> crate::App {
        crate::App::new(self.engine.clone(), self.accounts.clone(), Options::default())
    }

    /// Asks as the owner of a key.
    pub(crate) async fn ask_as(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let answer = self.send(request.body(body).unwrap()).await;
        fits_description(method, path, &answer);
        answer
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.ask_as(&self.key, method, path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "GET {path}: {}", answer.text);
        answer.json
    }

    /// Posts and demands success.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.ask("POST", path, &body).await;
        assert!(answer.status.is_success(), "POST {path}: {}", answer.text);
        answer.json
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: head.status, headers: head.headers, text, json }
    }

    /// Reads until what is read is as wanted.
    pub(crate) async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until_as(&self.key, path, wanted).await
    }

    /// The same with another key, or a person's token.
    pub(crate) async fn until_as(
        &self,
        key: &str,
        path: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut events = self.engine.bus().listen(self.engine.default_workspace());
        let read = async {
            loop {
                let found = self.ask_as(key, "GET", path, &Value::Null).await;
                assert_eq!(found.status, StatusCode::OK, "{path}: {}", found.text);
                if wanted(&found.json) {
                    return found.json;
                }
                // Something else happened, or the engine writes down what it told before.
                let _ = tokio::time::timeout(Duration::from_millis(20), events.next()).await;
            }
        };
        comes(read).await
    }

    /// Makes a workflow and gives its id.
    pub(crate) async fn workflow(&self, document: Value) -> String {
        let made = self.post("/api/workflows", document).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Makes a workflow and publishes it.
    pub(crate) async fn published(&self, document: Value) -> String {
        let id = self.workflow(document).await;
        self.post(&format!("/api/workflows/{id}/publish"), json!({})).await;
        id
    }
}

/// A document of nodes in a row.
pub(crate) fn chain(name: &str, nodes: &[Value]) -> Value {
    let wires = nodes.windows(2).map(|it| json!({"from": it[0]["name"], "to": it[1]["name"]}));
    json!({"name": name, "nodes": nodes, "connections": wires.collect::<Vec<_>>()})
}

pub(crate) fn node(name: &str, kind: &str, parameters: Value) -> Value {
    json!({"id": name.to_lowercase(), "name": name, "type": kind, "version": 1, "position": [0, 0], "parameters": parameters})
}

pub(crate) fn webhook(path: &str, parameters: Value) -> Value {
    let mut all = json!({"methods": ["POST"], "path": path});
    for (name, value) in parameters.as_object().unwrap() {
        all[name] = value.clone();
    }
    node("Webhook", "trigger.webhook", all)
}

/// A node that sets one field.
pub(crate) fn set(name: &str, field: &str, value: &str) -> Value {
    let row = json!({"name": field, "type": "string", "value": value});
    node(name, "data.set", json!({"fields": [row]}))
}

/// The operation that a path leads to.
pub(crate) fn operation(method: &str, path: &str) -> Option<(&'static str, &'static Value)> {
    let path = path.split('?').next().unwrap().replace("/api/v1/", "/api/");
    let segments: Vec<&str> = path.split('/').collect();
    let mut found: Vec<(&str, &Value)> = vec![];
    for (template, item) in DESCRIPTION["paths"].as_object().unwrap() {
        let wanted: Vec<&str> = template.split('/').collect();
        let fits = wanted.len() == segments.len()
            && wanted.iter().zip(&segments).all(|(a, b)| a.starts_with('{') || a == b);
        if fits && let Some(it) = item.get(method.to_lowercase()) {
            found.push((template, it));
        }
    }
    found.sort_by_key(|it| it.0.matches('{').count());
    found.first().copied()
}

/// Holds an answer against what the description promises.
fn fits_description(method: &str, path: &str, answer: &Answer) {
    let Some((_, operation)) = operation(method, path) else { return };
    let responses = &operation["responses"];
    let status = answer.status.as_u16().to_string();
    let response = responses.get(&status).or_else(|| responses.get("default"));
    let response = response.unwrap_or_else(|| panic!("{method} {path} does not promise {status}"));
    if answer.status.is_client_error() || answer.status.is_server_error() {
        assert!(answer.json["error"]["code"].is_string(), "{method} {path}: {}", answer.text);
    } else {
        assert!(responses.get(&status).is_some(), "{method} {path} does not promise {status}");
    }
    let Some(schema) = response["content"]["application/json"].get("schema") else { return };
    let text = schema.to_string();
    let faults = faults(&text, &answer.json);
    assert!(faults.is_empty(), "{method} {path} {status}: {faults:#?}\n{}", answer.text);
}

/// What of a value does not fit a schema of the description. Fields that it does not name count as
/// faults, so that no field is left undescribed.
pub(crate) fn faults(schema: &str, value: &Value) -> Vec<String> {
    thread_local! {
        static COMPILED: std::cell::RefCell<HashMap<String, Arc<jsonschema::Validator>>> = Default::default();
    }
    let validator = COMPILED.with_borrow_mut(|compiled| {
        let it = compiled.entry(schema.to_owned()).or_insert_with(|| {
            let mut whole: Value = serde_json::from_str(schema).unwrap();
            whole["components"] = DESCRIPTION["components"].clone();
            let parts = parts_of_others(&whole);
            for (name, it) in whole["components"]["schemas"].as_object_mut().unwrap() {
                close(it, parts.contains(name));
            }
            Arc::new(jsonschema::options().should_validate_formats(true).build(&whole).unwrap())
        });
        it.clone()
    });
    validator.iter_errors(value).map(|it| format!("{}: {it}", it.instance_path)).collect()
}

/// The names of schemas that others are put together of.
fn parts_of_others(schema: &Value) -> HashSet<String> {
    let mut res = HashSet::new();
    let mut open = vec![schema];
    while let Some(it) = open.pop() {
        match it {
            Value::Object(map) => {
                for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
                    let name = part["$ref"].as_str().and_then(|it| it.rsplit('/').next());
                    res.extend(name.map(str::to_owned));
                }
                open.extend(map.values());
            }
            Value::Array(all) => open.extend(all),
            _ => {}
        }
    }
    res
}

/// An object with named fields has no others. A part of another schema stays open.
fn close(schema: &mut Value, is_part: bool) {
    let Some(map) = schema.as_object_mut() else { return };
    let is_named = map.contains_key("properties") || map.contains_key("allOf");
    if is_named && !is_part && !map.contains_key("additionalProperties") {
        map.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    for (key, it) in map.iter_mut() {
        match it {
            Value::Object(_) => close(it, false),
            Value::Array(all) => all.iter_mut().for_each(|it| close(it, key == "allOf")),
            _ => {}
        }
    }
}
