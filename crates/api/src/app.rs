//! What every handler may use.

use std::sync::Arc;

use accounts::Accounts;
use bytes::Bytes;
use engine::Engine;
use ipnet::IpNet;
use model::{
    Binary,
    id::{ApiKeyId, WorkspaceId},
    item::Blob,
};
use store::Store;

use crate::{
    WebFile,
    door::{Known, Seats},
    gateway::Gateway,
    limits::{Limits, Rates, Shared},
    maintenance,
    tally::Tally,
};

/// How the API is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Largest body of a call to a webhook.
    pub webhook_body_bytes_max: usize,
    /// How often one caller may ask.
    pub rates: Rates,
    /// Where that is counted for several processes together; absent is each for itself.
    pub shared: Option<Shared>,
    /// The key of the commands on this machine: it may do what the operator may.
    pub operator_key: Option<ApiKeyId>,
    /// The files of the web app, by name; none when the binary was built without it.
    pub web: &'static [WebFile],
}

impl Default for Options {
    fn default() -> Options {
        Options {
            trusted_proxies: vec![],
            webhook_body_bytes_max: 16 << 20,
            rates: Rates::OFF,
            shared: None,
            operator_key: None,
            web: &[],
        }
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

struct Inner {
    engine: Engine,
    accounts: Accounts,
    options: Options,
    limits: Limits,
    known_keys: Known,
    seats: Seats,
    maintenance: maintenance::Known,
    gateway: Gateway,
    tally: Tally,
}

impl App {
    pub(crate) fn new(engine: Engine, accounts: Accounts, options: Options) -> App {
        let (known_keys, seats) = (Known::default(), Seats::default());
        let limits = Limits::new(options.rates, options.shared.clone());
        let maintenance = maintenance::Known::default();
        let gateway = Gateway::default();
        let tally = Tally::open(engine.store().clone());
        App(Arc::new(Inner {
            engine,
            accounts,
            options,
            limits,
            known_keys,
            seats,
            maintenance,
            gateway,
            tally,
        }))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    pub(crate) fn store(&self) -> &Store {
        self.0.engine.store()
    }

    /// A file of an item, wherever it lies.
    pub(crate) async fn bytes_of(
        &self,
        workspace: WorkspaceId,
        file: &Binary,
    ) -> std::io::Result<Bytes> {
        match &file.data {
            Blob::Inline(bytes) => Ok(Bytes::from_owner(bytes.clone())),
            Blob::Stored { id, .. } => self.engine().files().get(workspace, id).await,
        }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn known_keys(&self) -> &Known {
        &self.0.known_keys
    }

    pub(crate) fn maintenance(&self) -> &maintenance::Known {
        &self.0.maintenance
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        &self.0.gateway
    }

    pub(crate) fn seats(&self) -> &Seats {
        &self.0.seats
    }

    /// What roles of a workspace may do has changed.
    pub(crate) fn forget_rights(&self, of: WorkspaceId) {
        self.known_keys().forget_all(of);
        self.seats().forget_all(of);
    }
}
