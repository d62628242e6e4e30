//! Runs small workflows, also cut off and taken up again at every record of their journal.

mod boundaries;
mod lineage;
mod order;
mod pages;
mod pen;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use futures::future::{BoxFuture, FutureExt, ready};
use jiff::{Timestamp, tz::TimeZone};
use model::{
    Items, Value,
    execution::{Answer, Mode, Status, WaitKind},
    id::{ExecutionId, VersionId, WorkflowId, WorkspaceId},
    journal::{Record, Started},
    workflow::{Connection, Node, Order, Workflow},
};
use sdk::{Catalog, Category, Credential, Ctx, NodeError, NodeType, Outcome, Run, ctx::Callee};
use smol_str::{SmolStr, format_smolstr};
use store::{
    batch::{Batch, Lost, NewExecution, Next},
    files::Folder,
};
use tokio::sync::watch;
use uuid::Uuid;

use super::*;
use crate::{bus::Bus, callers::Callers, plan::Plan};

/// A journal that keeps every record in the order in which it became durable.
#[derive(Default)]
struct Recording(Mutex<Vec<Record>>);

#[async_trait]
impl Journal for Arc<Recording> {
    async fn submit(&self, batch: Batch) -> BoxFuture<'static, Result<(), Lost>> {
        self.0.lock().unwrap().extend(batch.records);
        ready(Ok(())).boxed()
    }

    async fn answers(
        &self,
        _: WorkspaceId,
        _: ExecutionId,
        _: &[model::id::WaitId],
    ) -> Result<Vec<(model::id::WaitId, Answer)>, store::Error> {
        Ok(vec![])
    }
}

fn a_new_one() -> NewExecution {
    NewExecution {
        id: ExecutionId(Uuid::nil()),
        workflow: WorkflowId(Uuid::nil()),
        version: VersionId(Uuid::nil()),
        mode: Mode::Manual,
        started_at: Timestamp::UNIX_EPOCH,
        run_at: None,
        priority: 0,
        parent: None,
        replay_of: None,
        business_key: None,
        firing: None,
    }
}

/// Counts what effects do, by their idempotency key.
#[derive(Clone, Default)]
struct World(Arc<Mutex<BTreeMap<SmolStr, u32>>>);

/// Does as many effects as the last one says: each next one is decided while it runs.
struct Countdown(World);

#[async_trait]
impl Run for Countdown {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        let items = ctx.input(0).to_vec()?;
        let mut left = ctx.number("from", 0)?;
        while left > 0.0 {
            let world = self.0.clone();
            let act = move |key: sdk::ctx::EffectKey| async move {
                *world.0.lock().unwrap().entry(key.idempotency).or_default() += 1;
                Ok(Value::from(left - 1.0))
            };
            left = ctx.effect(format_smolstr!("from:{left}"), act).await?.as_f64().unwrap();
        }
        Ok(Outcome::one(Items::new(items)))
    }
}

fn catalog(world: &World) -> Arc<Catalog<NodeType>> {
    let mut catalog = nodes::all();
    let countdown = NodeType {
        effect: sdk::Effect::Effectful(model::workflow::InDoubt::Retry),
        ..NodeType::new("test.countdown", "Countdown", Category::Core, Countdown(world.clone()))
    };
    assert!(catalog.add(countdown).is_ok());
    Arc::new(catalog)
}

/// A node at a place, with parameters as JSON.
fn node(name: &str, node_type: &str, at: [f64; 2], parameters: &str) -> Node {
    Node {
        id: name.into(),
        name: name.into(),
        node_type: node_type.into(),
        version: 1,
        position: at,
        parameters: Value::from_json(parameters).unwrap(),
        ..Node::default()
    }
}

/// Wires such as `A>B`, `A.1>B`, `A>B.1`.
fn wires(text: &str) -> Vec<Connection> {
    let end = |it: &str| {
        let (name, port) = it.split_once('.').unwrap_or((it, "0"));
        (SmolStr::from(name), port.parse::<usize>().unwrap())
    };
    text.split_whitespace()
        .map(|it| {
            let (from, to) = it.split_once('>').unwrap();
            let ((from, output), (to, input)) = (end(from), end(to));
            Connection { from, output, to, input, ..Connection::default() }
        })
        .collect()
}

fn workflow(order: Order, nodes: Vec<Node>, connections: &str) -> Workflow {
    let mut res = Workflow { name: "Test".into(), nodes, ..Workflow::default() };
    res.connections = wires(connections);
    res.settings.order = order;
    res
}

struct Nothing;

#[async_trait]
impl Shelf for Nothing {
    async fn callee(&self, _: &Callee, _: &Facts) -> Result<Callable, NodeError> {
        Err(NodeError::never("nothing is stored here"))
    }
    async fn error_workflow(&self, _: &Facts, _: &str) -> Result<Option<Callable>, NodeError> {
        Ok(None)
    }
    async fn credential(
        &self,
        _: (WorkspaceId, VersionId),
        _: &Node,
        _: &str,
    ) -> Result<Credential, NodeError> {
        Err(NodeError::never("no credential is stored here"))
    }
}

/// What became of a run.
#[derive(Debug, PartialEq)]
struct Outcomes {
    status: Status,
    error: Option<String>,
    /// Names of nodes, in the order in which their steps were finished.
    order: Vec<SmolStr>,
    /// By name and run, what the step gave.
    outputs: BTreeMap<(SmolStr, u32), Vec<Items>>,
}

struct Bench {
    outside: Arc<Outside>,
    journal: Arc<Recording>,
    plan: Arc<Plan>,
    _scratch: tempfile::TempDir,
}

impl Bench {
    fn new(document: Workflow, world: &World) -> Bench {
        let scratch = tempfile::tempdir().unwrap();
        let journal = Arc::new(Recording::default());
        let outside = Outside {
            sandbox: expr::Sandbox::default(),
            http: sdk::http::Client::new(sdk::http::Policy::default()),
            files: Arc::new(Folder::open(scratch.path()).unwrap()),
            journal: Arc::new(journal.clone()),
            shelf: Arc::new(Nothing),
            callers: Callers::default(),
            bus: Bus::default(),
            children: Box::new(|_| {}),
            base_url: "http://localhost".to_owned(),
            folder: None,
            env: None,
            now: Some("2025-06-15T12:00:00Z".parse().unwrap()),
            pins: true,
            memory_bytes_max: crate::MEMORY_BYTES_MAX,
        };
        let plan = Arc::new(Plan::compile(document, &catalog(world), &TimeZone::UTC));
        Bench { outside: Arc::new(outside), journal, plan, _scratch: scratch }
    }

    fn started(&self) -> Started {
        Started {
            at: self.outside.now(),
            mode: Mode::Manual,
            node: self.plan.start().unwrap(),
            items: vec![],
            parent: None,
            replay_of: None,
            until: None,
            given: vec![],
            seed: 7,
            depth: 0,
        }
    }

    async fn run(&self) -> Outcomes {
        let started = self.started();
        let new = NewExecution { started_at: started.at, ..a_new_one() };
        let pen = Pen::new(self.outside.journal.clone(), WorkspaceId(Uuid::nil()), new);
        pen.note(Record::Started(started.clone()));
        self.drive(State::new(self.plan.clone(), started), pen).await
    }

    /// Goes on from these records, as another process would.
    async fn resume(&self, records: Vec<Record>) -> Outcomes {
        let (workspace, id) = (WorkspaceId(Uuid::nil()), ExecutionId(Uuid::nil()));
        let pen = Pen::held(self.outside.journal.clone(), workspace, id, 2, 9);
        let state = State::fold(self.plan.clone(), records).unwrap();
        self.drive(state, pen).await
    }

    async fn drive(&self, state: State, pen: Pen) -> Outcomes {
        let facts = Facts {
            workspace: WorkspaceId(Uuid::nil()),
            execution: ExecutionId(Uuid::nil()),
            workflow: WorkflowId(Uuid::nil()),
            version: VersionId(Uuid::nil()),
            mode: Mode::Manual,
            parent: None,
            business_key: None,
            vars: Arc::default(),
            plan: self.plan.clone(),
        };
        let (_go, stop) = watch::channel(Stop::Go);
        let pen = Arc::new(pen);
        let seen = state.seen.clone();
        let mut runner =
            Runner::new(self.outside.clone(), Arc::new(facts), state, pen.clone(), stop);
        let end = loop {
            match runner.run().await {
                Turn::Ended(end) => break end,
                Turn::Waiting(waits) => {
                    // Time flies here.
                    for it in waits.iter().filter(|it| it.kind == WaitKind::Time) {
                        let key = runner.state.in_flight.iter();
                        let key = *key
                            .clone()
                            .find(|(_, f)| f.waits.iter().any(|w| w.id == it.id))
                            .unwrap()
                            .0;
                        let (wait, answer, at) = (it.id, Answer::Timeout, self.outside.now());
                        pen.note(Record::Resumed { node: key.0, run: key.1, wait, answer, at });
                        runner.state.answer(wait, Answer::Timeout);
                    }
                }
                Turn::Released | Turn::Lost(_) => panic!("nobody stops it"),
            }
        };
        let state = &runner.state;
        let name = |node: u32| self.plan.node(node).node.name.clone();
        let step = |key: &Key| seen.step(key.0, Some(key.1)).unwrap();
        Outcomes {
            status: end.status,
            error: end.error.map(|it| it.message),
            order: state.order.iter().map(|it| name(it.0)).collect(),
            outputs: state
                .order
                .iter()
                .map(|it| ((name(it.0), it.1), step(it).outputs.clone()))
                .collect(),
        }
    }
}

use super::state::Key;
