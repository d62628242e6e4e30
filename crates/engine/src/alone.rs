//! Runs a workflow in memory: no server, no database. The same plan and the same runner; only the
//! journal goes nowhere, and waits are waited for here.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use expr::{Limits, Sandbox};
use futures::future::BoxFuture;
use jiff::{Timestamp, tz::TimeZone};
use model::{
    Code, Fault, Items, Map,
    execution::{Answer, Mode, Status, WaitKind},
    id::{ExecutionId, VersionId, WorkflowId, WorkspaceId},
    journal::{Started, Step, StepError},
    workflow::{Node, Workflow},
};
use sdk::{Catalog, Credential, CredentialType, NodeError, NodeType, ctx::Callee, http};
use smol_str::SmolStr;
use store::{batch::NewExecution, files};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    bus::{Bus, Watch},
    callers::Callers,
    plan::Plan,
    run::{Callable, Child, End, Facts, Nowhere, Outside, Pen, Runner, Shelf, State, Stop, Turn},
};

/// A wait that lasts longer ends the run as waiting.
const WAIT_MAX: Duration = Duration::from_secs(65);

/// How a run in memory is to go.
pub struct Options {
    pub nodes: Arc<Catalog<NodeType>>,
    pub credential_types: Arc<Catalog<CredentialType>>,
    /// Fields by credential type.
    pub credentials: BTreeMap<SmolStr, Map>,
    /// The folder that file nodes may touch.
    pub folder: Option<PathBuf>,
    /// For pages and files that leave memory; emptied by whoever made it.
    pub scratch: PathBuf,
    pub zone: TimeZone,
    pub now: Option<Timestamp>,
    pub pins: bool,
    pub limits: Limits,
    pub http: http::Policy,
    /// Told about what happens as it happens, also in workflows that are called.
    pub watch: Option<Arc<Watch>>,
}

/// What happened.
pub struct Report {
    pub status: Status,
    pub error: Option<StepError>,
    /// Finished steps in their order.
    pub steps: Vec<Arc<Step>>,
    pub plan: Arc<Plan>,
    /// What it waits for, when it waits.
    pub waiting: Option<(WaitKind, Option<Timestamp>)>,
    /// The time of each step, as it was finished: for those who watch.
    pub last: Vec<Items>,
}

/// See the module.
pub struct Alone {
    outside: Arc<Outside>,
    children: Arc<Mutex<Vec<Child>>>,
    nodes: Arc<Catalog<NodeType>>,
    zone: TimeZone,
    vars: Arc<Map>,
}

impl Alone {
    /// # Errors
    /// When the scratch folder cannot be used.
    pub fn new(options: Options) -> std::io::Result<Alone> {
        let children: Arc<Mutex<Vec<Child>>> = Arc::default();
        let born = children.clone();
        let shelf = MemoryShelf {
            nodes: options.nodes.clone(),
            types: options.credential_types,
            credentials: options.credentials,
            folder: options.folder.clone(),
            zone: options.zone.clone(),
        };
        let outside = Outside {
            sandbox: Sandbox::new(options.limits),
            http: http::Client::new(options.http),
            files: Arc::new(files::Folder::open(&options.scratch)?),
            journal: Arc::new(Nowhere),
            shelf: Arc::new(shelf),
            callers: Callers::default(),
            bus: Bus::watched(options.watch),
            children: Box::new(move |all| born.lock().expect("a plain list").extend(all)),
            base_url: "http://localhost:5680".to_owned(),
            folder: options.folder,
            env: None,
            now: options.now,
            pins: options.pins,
            memory_bytes_max: crate::MEMORY_BYTES_MAX,
        };
        Ok(Alone {
            outside: Arc::new(outside),
            children,
            nodes: options.nodes,
            zone: options.zone,
            vars: Arc::default(),
        })
    }

    /// With these as `$vars`.
    pub(crate) fn with_vars(mut self, vars: Arc<Map>) -> Alone {
        self.vars = vars;
        self
    }

    /// Runs a workflow by hand from a node (by name; absent is its first trigger) with these
    /// items.
    ///
    /// # Errors
    /// [`Code::NodeNotFound`] when there is no such node, or none to start at.
    pub async fn run(
        &self,
        document: Workflow,
        start: Option<&str>,
        items: Vec<Items>,
    ) -> Result<Report, Fault> {
        let plan = Arc::new(Plan::compile(document, &self.nodes, &self.zone));
        let node = match start {
            Some(name) => plan.index(name).ok_or_else(|| {
                Fault::new(Code::NodeNotFound, format!("the workflow has no node `{name}`"))
            })?,
            None => plan.start().ok_or_else(|| {
                Fault::new(Code::NodeNotFound, "the workflow has no node to start at")
            })?,
        };
        let at = self.outside.now();
        let new = NewExecution {
            id: ExecutionId(Uuid::now_v7()),
            workflow: WorkflowId(Uuid::nil()),
            version: VersionId(Uuid::nil()),
            mode: Mode::Manual,
            started_at: at,
            run_at: None,
            priority: 0,
            parent: None,
            replay_of: None,
            business_key: None,
            firing: None,
        };
        let started = Started {
            at,
            mode: Mode::Manual,
            node,
            items,
            parent: None,
            replay_of: None,
            until: None,
            given: vec![],
            seed: crate::start::seed(),
            depth: 0,
        };
        let child = Child { workspace: WorkspaceId(Uuid::nil()), new, started, plan };
        Ok(self.drive(child).await)
    }

    fn drive(&self, it: Child) -> BoxFuture<'_, Report> {
        Box::pin(async move {
            let facts = Arc::new(Facts {
                workspace: it.workspace,
                execution: it.new.id,
                workflow: it.new.workflow,
                version: it.new.version,
                mode: it.new.mode,
                parent: it.new.parent,
                business_key: None,
                vars: self.vars.clone(),
                plan: it.plan.clone(),
            });
            let journal = self.outside.journal.clone();
            let pen = Arc::new(Pen::new(journal, it.workspace, it.new));
            let state = State::new(it.plan.clone(), it.started);
            let (_go, stop) = watch::channel(Stop::Go);
            let seen = state.seen.clone();
            let mut runner = Runner::new(self.outside.clone(), facts, state, pen, stop);
            loop {
                let (end, waiting) = match runner.run().await {
                    Turn::Ended(end) => (end, None),
                    Turn::Waiting(waits) => match self.wait(&mut runner.state, waits).await {
                        None => continue,
                        Some(waiting) => {
                            let status = Status::Waiting;
                            (End { status, error: None, last: vec![] }, Some(waiting))
                        }
                    },
                    Turn::Released | Turn::Lost(_) => {
                        (End { status: Status::Cancelled, error: None, last: vec![] }, None)
                    }
                };
                // What was started without waiting for it runs to its end as well.
                for child in self.unawaited() {
                    self.drive(child).await;
                }
                let step = |key: &(u32, u32)| seen.step(key.0, Some(key.1));
                return Report {
                    status: end.status,
                    error: end.error,
                    steps: runner.state.order.iter().filter_map(step).collect(),
                    plan: it.plan,
                    waiting,
                    last: end.last,
                };
            }
        })
    }

    fn unawaited(&self) -> Vec<Child> {
        let mut children = self.children.lock().expect("a plain list");
        let (own, others) = children.drain(..).partition(|it| it.new.parent.is_none());
        *children = others;
        own
    }

    /// Ends the waits that can be ended here; gives the first that cannot.
    async fn wait(
        &self,
        state: &mut State,
        waits: Vec<crate::run::Waiting>,
    ) -> Option<(WaitKind, Option<Timestamp>)> {
        let mut waits = waits;
        waits.sort_by_key(|it| it.until);
        for wait in waits {
            if let Some(id) = wait.child {
                let child = {
                    let mut children = self.children.lock().expect("a plain list");
                    let at = children.iter().position(|it| it.new.id == id)?;
                    children.remove(at)
                };
                let report = self.drive(child).await;
                let answer = match (report.status, report.error) {
                    (Status::Success, _) => {
                        Answer::Items(vec![report.last.first().cloned().unwrap_or_default()])
                    }
                    (Status::Waiting, _) => return report.waiting,
                    (_, error) => Answer::Failed(error.unwrap_or_default().message),
                };
                state.answer(wait.id, answer);
                continue;
            }
            let pause = wait.until.map(|it| it.duration_since(self.outside.now()));
            let pause = pause.map(|it| Duration::try_from(it).unwrap_or_default());
            match (wait.kind, pause) {
                (WaitKind::Time | WaitKind::Retry, Some(pause)) if pause <= WAIT_MAX => {
                    tokio::time::sleep(pause).await;
                    state.answer(wait.id, Answer::Timeout);
                    return None;
                }
                (kind, _) => return Some((kind, wait.until)),
            }
        }
        None
    }
}

/// Workflows that documents and files bring along, and credentials from a file.
struct MemoryShelf {
    nodes: Arc<Catalog<NodeType>>,
    types: Arc<Catalog<CredentialType>>,
    credentials: BTreeMap<SmolStr, Map>,
    folder: Option<PathBuf>,
    zone: TimeZone,
}

#[async_trait]
impl Shelf for MemoryShelf {
    async fn callee(&self, callee: &Callee, _: &Facts) -> Result<Callable, NodeError> {
        let document = match callee {
            Callee::Inline(value) => crate::shelf::document(value)?,
            Callee::File(path) => crate::shelf::file(self.folder.as_deref(), path).await?,
            Callee::Stored(name) => {
                return Err(NodeError::never(format!(
                    "workflow `{name}` lies in a workspace, and this run has none; run it on the server"
                )));
            }
        };
        Ok(Callable {
            workflow: WorkflowId(Uuid::nil()),
            version: VersionId(Uuid::nil()),
            plan: Arc::new(Plan::compile(document, &self.nodes, &self.zone)),
        })
    }

    async fn error_workflow(&self, _: &Facts, _: &str) -> Result<Option<Callable>, NodeError> {
        Ok(None)
    }

    async fn credential(
        &self,
        _: (WorkspaceId, VersionId),
        node: &Node,
        kind: &str,
    ) -> Result<Credential, NodeError> {
        let Some(fields) = self.credentials.get(kind) else {
            return Err(NodeError::never(format!(
                "node `{}` needs a credential of type `{kind}`; give one with --credentials",
                node.name
            )));
        };
        Ok(match self.types.get(kind) {
            Some(known) => known.open(kind, fields.clone()),
            None => Credential::new(kind, kind, fields.clone()),
        })
    }
}
