//! The engine of one process: what it is made of, how it opens and how it closes.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use expr::{Limits, Sandbox};
use jiff::tz::TimeZone;
use model::{
    Code, Fault, Map,
    id::{ApiKeyId, ExecutionId, UserId, WorkspaceId},
    sharing::Sight,
};
use sdk::{Catalog, CredentialType, NodeType, http};
use smol_str::SmolStr;
use store::{Store, files::Files};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    bus::Bus,
    callers::{Callers, Reply},
    editors::Editors,
    failure::fault,
    lanes::Lanes,
    plans::Plans,
    relay::{Others, Relay},
    requests::{self, Requests},
    routes::{Listeners, Routes},
    run::{CLOSING, Outside, PagesOf, Stop, Stored},
    shelf::StoredShelf,
    standing::{self, Standings},
    worker,
};

/// How an engine is to work.
pub struct Options {
    /// Under which this process holds executions; the same after a restart.
    pub worker: SmolStr,
    /// Under which the world reaches us, such as `https://flows.example.com`.
    pub base_url: String,
    /// How many executions run at once.
    pub running_max: usize,
    /// How many accepted executions may wait before triggers are refused.
    pub backlog_max: u64,
    /// How long executions stay this worker's without a sign of life.
    pub lease: Duration,
    /// How long the caller of a webhook may wait for its answer.
    pub answer_wait_max: Duration,
    /// The folder that file nodes may touch.
    pub folder: Option<PathBuf>,
    /// `$env`; absent blocks it.
    pub env: Option<Map>,
    /// Time zone of workflows that name none.
    pub zone: TimeZone,
    pub limits: Limits,
    pub http: http::Policy,
    /// How many bytes of items one execution keeps in memory.
    pub memory_bytes_max: usize,
    /// How many days of ended executions are kept; absent keeps all.
    pub keep_days: Option<u32>,
    /// How many days of the audit log are kept; absent keeps all.
    pub audit_days: Option<u32>,
    /// Tells the other processes that work on the same database; absent when there are none.
    pub relay: Option<Arc<dyn Relay>>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            worker: "main".into(),
            base_url: "http://localhost:5680".to_owned(),
            running_max: 200,
            backlog_max: 1_000_000,
            lease: Duration::from_secs(30),
            answer_wait_max: Duration::from_secs(300),
            folder: None,
            env: None,
            zone: TimeZone::UTC,
            limits: Limits::default(),
            http: http::Policy::default(),
            memory_bytes_max: crate::MEMORY_BYTES_MAX,
            keep_days: None,
            audit_days: None,
            relay: None,
        }
    }
}

/// Who asks for something, and in which workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub workspace: WorkspaceId,
    pub who: Who,
    /// What it sees of what is restricted.
    pub sight: Sight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Key(ApiKeyId),
    /// A person who is a member of the workspace.
    Member(UserId),
    /// The platform itself, such as a command of the operator.
    System,
}

impl Actor {
    pub fn system(workspace: WorkspaceId) -> Actor {
        Actor { workspace, who: Who::System, sight: Sight::All }
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) outside: Arc<Outside>,
    pub(crate) nodes: Arc<Catalog<NodeType>>,
    pub(crate) credential_types: Arc<Catalog<CredentialType>>,
    pub(crate) options: Options,
    pub(crate) plans: Plans,
    pub(crate) standings: Standings,
    pub(crate) routes: Routes,
    pub(crate) listeners: Listeners,
    pub(crate) editors: Editors,
    pub(crate) requests: Requests,
    pub(crate) lanes: Lanes,
    pub(crate) roll: Arc<worker::Roll>,
    /// Executions that run here, and how each is told to stop.
    pub(crate) running: Mutex<HashMap<ExecutionId, watch::Sender<Stop>>>,
    /// Executions that this process let go without being able to say so to the database.
    pub(crate) orphans: Mutex<Vec<(WorkspaceId, ExecutionId, i64)>>,
    pub(crate) look: worker::Look,
    /// Executions that were ready in the queue at the last count.
    pub(crate) backlog: AtomicU64,
    pub(crate) default_workspace: WorkspaceId,
    pub(crate) closing: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    lease: Mutex<Option<worker::Lease>>,
}

impl Engine {
    /// Takes over what an earlier process of this name left, and begins to work.
    ///
    /// # Errors
    /// [`store::Error`] when the database refuses.
    pub async fn open(
        store: Store,
        files: Arc<dyn Files>,
        nodes: Arc<Catalog<NodeType>>,
        credential_types: Arc<Catalog<CredentialType>>,
        options: Options,
    ) -> Result<Engine, store::Error> {
        let taken = store.take_over(&options.worker).await?;
        if taken > 0 {
            tracing::info!(executions = taken, "taking up executions that were left unfinished");
        }
        let default_workspace = store.default_workspace(jiff::Timestamp::now()).await?;
        let inner = Arc::new_cyclic(|inner: &Weak<Inner>| {
            let outside = outside(inner.clone(), &store, files, &options);
            Inner {
                outside: Arc::new(outside),
                plans: Plans::new(nodes.clone(), options.zone.clone()),
                standings: Standings::default(),
                routes: Routes::default(),
                listeners: Listeners::default(),
                editors: Editors::default(),
                requests: Requests::default(),
                lanes: Lanes::new(options.running_max),
                roll: Arc::default(),
                running: Mutex::default(),
                orphans: Mutex::default(),
                look: worker::Look::default(),
                backlog: AtomicU64::new(0),
                default_workspace,
                closing: watch::channel(false).0,
                tasks: Mutex::default(),
                lease: Mutex::default(),
                store,
                nodes,
                credential_types,
                options,
            }
        });
        *inner.lease.lock().expect("a plain handle") = Some(worker::Lease::start(&inner)?);
        let tasks = vec![
            tokio::spawn(worker::claim(inner.clone())),
            tokio::spawn(crate::schedules::fire_all(inner.clone())),
            tokio::spawn(worker::sweep(inner.clone())),
            tokio::spawn(worker::cancels(inner.clone())),
            tokio::spawn(worker::strays(inner.clone())),
            tokio::spawn(requests::write(inner.clone())),
            tokio::spawn(crate::relay::keep_saying(inner.clone())),
        ];
        *inner.tasks.lock().expect("plain handles") = tasks;
        Ok(Engine(inner))
    }

    /// Stops taking work up, lets what runs come to a safe point, and gives back what is left.
    pub async fn close(&self) {
        let inner = &self.0;
        inner.closing.send_replace(true);
        inner.outside.bus.wake();
        for stop in inner.running.lock().expect("a plain table").values() {
            stop.send_replace(Stop::Release);
        }
        let tasks = std::mem::take(&mut *inner.tasks.lock().expect("plain handles"));
        for task in tasks {
            // One that panicked has said so.
            let _ = task.await;
        }
        for live in inner.lanes.clear() {
            if live.pen.refuse(CLOSING) {
                let (workspace, execution) = (live.workspace(), live.facts.execution);
                let gone = Reply::Lost(CLOSING.to_owned());
                inner.outside.callers.tell(workspace, execution, gone).await;
            }
        }
        inner.lanes.idle(Duration::from_secs(20)).await;
        inner.outside.callers.remove_all();
        let lease = inner.lease.lock().expect("a plain handle").take();
        if let Some(lease) = lease {
            lease.stop();
        }
        if let Err(error) = inner.store.release(&inner.options.worker).await {
            tracing::error!("what this worker holds could not be given back: {error}");
        }
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn files(&self) -> &Arc<dyn Files> {
        &self.0.outside.files
    }

    pub fn nodes(&self) -> &Catalog<NodeType> {
        &self.0.nodes
    }

    pub fn credential_types(&self) -> &Catalog<CredentialType> {
        &self.0.credential_types
    }

    pub fn bus(&self) -> &Bus {
        &self.0.outside.bus
    }

    /// Turns true when this process is about to end, so that nobody listens to it for ever.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    pub fn default_workspace(&self) -> WorkspaceId {
        self.0.default_workspace
    }

    pub fn base_url(&self) -> &str {
        &self.0.outside.base_url
    }

    /// How many executions run in this process, and how many wait here for their turn.
    pub fn load(&self) -> (usize, usize) {
        self.0.lanes.load()
    }
}

fn outside(inner: Weak<Inner>, store: &Store, files: Arc<dyn Files>, options: &Options) -> Outside {
    let born = inner.clone();
    let others = Arc::new(Others::over(options.relay.clone()));
    Outside {
        sandbox: Sandbox::new(options.limits.clone()),
        http: http::Client::new(options.http.clone()),
        files: files.clone(),
        journal: Arc::new(Stored { store: store.clone(), files }),
        shelf: Arc::new(StoredShelf { inner }),
        callers: Callers::beside(others.clone(), options.answer_wait_max),
        bus: Bus::beside(others),
        children: Box::new(move |children| {
            if let Some(inner) = born.upgrade() {
                worker::adopt(&inner, children);
            }
        }),
        base_url: options.base_url.trim_end_matches('/').to_owned(),
        folder: options.folder.clone(),
        env: options.env.clone().map(Arc::new),
        now: None,
        pins: true,
        memory_bytes_max: options.memory_bytes_max,
    }
}

impl Inner {
    pub(crate) fn pages(&self, workspace: WorkspaceId) -> PagesOf {
        PagesOf::new(self.outside.files.clone(), workspace)
    }

    pub(crate) fn pages_of(&self, recorded: &crate::executions::Recorded) -> PagesOf {
        self.pages(recorded.workspace)
    }

    /// Refuses a trigger that this process can take in no more; nothing is accepted then.
    ///
    /// # Errors
    /// [`Code::Overloaded`], [`Code::WorkspaceInactive`].
    pub(crate) async fn may_accept(&self, workspace: WorkspaceId) -> Result<(), Fault> {
        let found = self.standings.of(&self.store, workspace).await;
        standing::is_active(&*found.map_err(fault)?)?;
        let message = if self.is_closing() {
            "this server is shutting down; call again"
        } else if !self.lanes.has_room(workspace)
            && self.backlog.load(Ordering::Relaxed) >= self.options.backlog_max
        {
            "too many executions wait already; nothing was accepted, call again later"
        } else {
            return Ok(());
        };
        Err(Fault::new(Code::Overloaded, message))
    }

    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }
}
