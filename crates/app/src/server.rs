//! The server of one process: a listener, the engine behind it, and how both come to an end.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use accounts::Accounts;
use api::Api;
use engine::{Actor, Engine, relay::Relay};
use jiff::{Timestamp, tz::TimeZone};
use model::{Map, Secret, Value, id::ApiKeyId};
use smol_str::SmolStr;
use store::{files::Folder, keys::NewKey};
use tokio::net::TcpListener;

use crate::{
    database::{self, cannot},
    demo,
    failure::{Failure, Outcome},
    place::Place,
};

pub(crate) mod door;
pub(crate) mod memory;
mod options;
mod relay;

pub(crate) use options::Options;

/// A server that takes requests.
pub(crate) struct Server {
    place: Place,
    opened: database::Opened,
    engine: Engine,
    accounts: Accounts,
    api: Api,
    door: door::Door,
    pub(crate) report: Report,
    _relay: Option<relay::Running>,
}

/// What a person wants to know of a server that has just started.
pub(crate) struct Report {
    pub(crate) url: String,
    pub(crate) database: String,
    /// The master key was made now, and lies there.
    pub(crate) new_master_key: Option<String>,
    /// The key of the commands on this machine was made now, and lies there.
    pub(crate) new_api_key: Option<String>,
    /// There is no account yet.
    pub(crate) nobody: bool,
    /// Workflows that `--demo` made now.
    pub(crate) n_demos: usize,
}

/// How long connections get, once all work has stopped, to write their last answer.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Shortest API key that an operator may choose.
const API_KEY_CHARS_MIN: usize = 24;

impl Server {
    pub(crate) async fn start(options: &Options, place: Place) -> Outcome<Server> {
        let zone = zone(&options.timezone)?;
        let terms = options.terms()?;
        place.make()?;
        // First, because it is what fails most often, and costs nothing.
        let listener = bind(&options.listen).await?;
        let address = listener
            .local_addr()
            .map_err(|e| Failure::unreachable(format!("{} cannot be used: {e}", options.listen)))?;
        let url = options.public_url()?.unwrap_or_else(|| local_url(address));
        let opened = options.database.open(&place).await?;
        opened.store.set_terms(terms);
        // Before anything runs, because an odd option is to be told at once.
        let default = opened.store.default_workspace(Timestamp::now()).await.map_err(cannot)?;
        let people = options.people(url.clone(), default)?;
        let (relay, line) = options.redis().map(|it| relay::line(it, default)).unzip();
        let engine = engine(options, &place, &opened, url, zone, relay).await?;
        let relay = line.map(|it| it.run(engine.clone()));
        let report = prepare(options, &place, &opened, &engine, address).await?;
        let accounts = Accounts::open(opened.store.clone(), people);
        let operator_key = operator_key(&place, &opened).await?;
        let api = Api::open(engine.clone(), accounts.clone(), options.api(operator_key));
        let door = door::Door::open(listener, api.router.clone(), options.connections_max());
        Ok(Server { place, opened, engine, accounts, api, door, report, _relay: relay })
    }

    /// Lets requests end, brings what runs to a safe point and gives back what is left.
    pub(crate) async fn stop(mut self, grace: Duration) {
        // A file that tells of a server that is gone would mislead; a crash leaves it, too.
        let _ = std::fs::remove_file(self.place.address());
        self.door.close(grace).await;
        self.engine.close().await;
        self.accounts.close();
        let left = self.door.close(LAST_WORDS).await;
        if left > 0 {
            tracing::warn!(requests = left, "some requests did not end in time");
        }
        self.api.close().await;
        self.opened.store.close().await;
    }
}

/// Where something that runs on this machine finds the server.
fn local_url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

pub(crate) fn zone(name: &str) -> Outcome<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        Failure::usage(format!("there is no time zone `{name}`; one is called `Europe/Berlin`"))
    })
}

async fn bind(listen: &str) -> Outcome<TcpListener> {
    let taken = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AddrInUse => Failure::unreachable(format!(
            "another program listens on {listen} already; stop it, or choose another port with --listen"
        )),
        std::io::ErrorKind::PermissionDenied => Failure::unreachable(format!(
            "this user may not listen on {listen}; choose a port above 1024 with --listen"
        )),
        std::io::ErrorKind::InvalidInput => Failure::usage(format!(
            "--listen {listen}: write address and port, such as `127.0.0.1:5680`"
        )),
        _ => Failure::unreachable(format!(
            "cannot listen on {listen}: {e}; choose another address with --listen"
        )),
    };
    TcpListener::bind(listen).await.map_err(taken)
}

async fn engine(
    options: &Options,
    place: &Place,
    opened: &database::Opened,
    url: String,
    zone: TimeZone,
    relay: Option<Arc<dyn Relay>>,
) -> Outcome<Engine> {
    let files = Folder::open(&place.files()).map_err(|e| {
        Failure::unreachable(format!("{} cannot be made: {e}", place.files().display()))
    })?;
    let worker = match &options.worker {
        Some(name) => SmolStr::from(name.as_str()),
        None => place.worker()?,
    };
    let env = options.env_names().iter().map(|name| {
        let value = std::env::var(name).unwrap_or_default();
        (SmolStr::from(name.as_str()), Value::from(value))
    });
    let env: BTreeMap<SmolStr, Value> = env.collect();
    let options = engine::Options {
        worker,
        base_url: url,
        env: (!env.is_empty()).then(|| env.into_iter().collect::<Map>()),
        zone,
        relay,
        ..options.engine()
    };
    let (nodes, kinds) = (Arc::new(nodes::all()), Arc::new(nodes::credentials()));
    Engine::open(opened.store.clone(), Arc::new(files), nodes, kinds, options).await.map_err(cannot)
}

/// What a first start leaves behind, and what whoever is to talk to the server needs.
async fn prepare(
    options: &Options,
    place: &Place,
    opened: &database::Opened,
    engine: &Engine,
    address: SocketAddr,
) -> Outcome<Report> {
    let new_api_key = api_key(place, engine).await?;
    if let Some(text) = &options.api_key {
        let text = text.trim();
        if text.len() < API_KEY_CHARS_MIN {
            return Err(Failure::usage(format!(
                "--api-key has less than {API_KEY_CHARS_MIN} characters, so it could be guessed; make one with `openssl rand -hex 24`"
            )));
        }
        add_key(engine, "From the options", &Secret::new(text)).await?;
    }
    let actor = Actor::system(engine.default_workspace());
    let n_demos = if options.demo { demo::make(engine, &actor).await? } else { 0 };
    place.write_private(&place.address(), &local_url(address))?;
    let shown = |path: std::path::PathBuf| path.display().to_string();
    Ok(Report {
        url: engine.base_url().to_owned(),
        database: opened.store.describe().await.map_err(cannot)?,
        new_master_key: opened.key_is_new.then(|| shown(place.master_key())),
        new_api_key: new_api_key.then(|| shown(place.api_key())),
        nobody: opened.store.has_nobody().await.map_err(cannot)?,
        n_demos,
    })
}

/// The key of the commands on this machine; tells whether it was made now.
async fn api_key(place: &Place, engine: &Engine) -> Outcome<bool> {
    let (store, workspace) = (engine.store(), engine.default_workspace());
    let now = Timestamp::now();
    match place.read_api_key()? {
        None => {
            let new = NewKey::everything("Commands on this machine");
            let key = store.add_key(workspace, &new, now).await;
            let (_, key) = key.map_err(cannot)?;
            place.write_private(&place.api_key(), key.expose())?;
            Ok(true)
        }
        // The folder has met a new database. One that has keys may have revoked this one.
        Some(key) if store.keys(workspace).await.map_err(cannot)?.is_empty() => {
            add_key(engine, "Commands on this machine", &key).await?;
            Ok(false)
        }
        Some(_) => Ok(false),
    }
}

/// The key of the commands on this machine, as long as it opens.
async fn operator_key(place: &Place, opened: &database::Opened) -> Outcome<Option<ApiKeyId>> {
    let Some(key) = place.read_api_key()? else { return Ok(None) };
    let found = opened.store.find_key(key.expose(), Timestamp::now()).await.map_err(cannot)?;
    Ok(found.opens().map(|it| it.id))
}

async fn add_key(engine: &Engine, name: &str, key: &Secret) -> Outcome {
    let (store, workspace) = (engine.store(), engine.default_workspace());
    let new = NewKey::everything(name);
    store.add_key_of(workspace, &new, key, Timestamp::now()).await.map_err(cannot)?;
    Ok(())
}
