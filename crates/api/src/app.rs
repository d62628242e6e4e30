//! What every handler may use.

use std::sync::Arc;

use bytes::Bytes;
use engine::Engine;
use ipnet::IpNet;
use model::{Binary, id::WorkspaceId, item::Blob};
use store::Store;

use crate::door::Known;

/// How the API is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Largest body of a call to a webhook.
    pub webhook_body_bytes_max: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { trusted_proxies: vec![], webhook_body_bytes_max: 16 << 20 }
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

struct Inner {
    engine: Engine,
    options: Options,
    known_keys: Known,
}

impl App {
    pub(crate) fn new(engine: Engine, options: Options) -> App {
        App(Arc::new(Inner { engine, options, known_keys: Known::default() }))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
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

    pub(crate) fn known_keys(&self) -> &Known {
        &self.0.known_keys
    }
}
