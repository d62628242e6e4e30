//! An engine on a database for one test: workflows in a few words, calls, and looks that wait.

use std::time::{Duration, Instant};

use bytes::Bytes;
use engine::{
    Actor, Engine, Options,
    executions::Recorded,
    webhooks::{Address, Answer, Incoming, Refused, Whose},
};
use jiff::Timestamp;
use model::{
    Map, Value,
    execution::{Execution, Status},
    id::{ExecutionId, VariableId, WorkflowId},
    journal::Record,
    workflow::{Connection, Node, Workflow},
};
use sdk::trigger::{Request, ResponseBody};
use smol_str::SmolStr;
use store::{Store, executions::Filter, scratch::Schema};
use uuid::Uuid;

use crate::{
    face::{self, Home},
    pages::NoPages,
    world::World,
};

/// How long a test waits for what must come.
const WAIT_MAX: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Data of a product, for several engines after one another, or at once.
pub struct Stage {
    pub home: Home,
    pub world: World,
    schema: Option<Schema>,
    _folder: tempfile::TempDir,
}

/// An engine at work.
pub struct Actors {
    pub engine: Engine,
    pub store: Store,
    pub actor: Actor,
}

impl Stage {
    /// On SQLite, or in a schema of its own on a PostgreSQL server.
    pub async fn new(server: Option<&str>) -> Stage {
        let folder = tempfile::tempdir().expect("a test may stop at any trouble");
        let schema = match server {
            Some(server) => Some(Schema::make(server).await.expect("a schema can be made")),
            None => None,
        };
        let url = schema.as_ref().map(|it| it.url.clone());
        let home = Home { data: folder.path().to_owned(), url };
        let world = World::open().await.expect("a port is free");
        Stage { home, world, schema, _folder: folder }
    }

    pub fn is_postgres(&self) -> bool {
        self.schema.is_some()
    }

    pub async fn open(&self) -> Actors {
        self.open_with(face::options()).await
    }

    pub async fn open_with(&self, options: Options) -> Actors {
        let store = self.home.store().await.expect("the store opens");
        let engine = self.home.engine(store.clone(), options).await.expect("the engine opens");
        let actor = Actor::system(engine.default_workspace());
        let world = self.world.base("run");
        let id = VariableId(Uuid::now_v7());
        // It is there from the second engine on.
        let _ = store.add_variable(actor.workspace, id, "world", &world, Timestamp::now()).await;
        Actors { engine, store, actor }
    }

    pub async fn end(self) {
        if let Some(schema) = self.schema {
            schema.remove().await.expect("the schema can be dropped");
        }
    }
}

/// A node: its name, its type and its parameters.
pub fn node(name: &str, node_type: &str, parameters: Value) -> Node {
    Node {
        id: name.into(),
        name: name.into(),
        node_type: node_type.into(),
        version: 1,
        parameters,
        ..Node::default()
    }
}

/// A webhook at the path of this name that answers at once.
pub fn webhook(path: &str) -> Node {
    let parameters = model::json!({"methods": ["POST"], "path": path, "respond": "atOnce"});
    node("Webhook", "trigger.webhook", parameters)
}

/// A request that the world counts, for each item.
pub fn effect(name: &str) -> Node {
    let body = format!("={{{{ ({{item: $json, node: '{name}'}}) }}}}");
    let parameters = model::json!({
        "method": "POST",
        "url": "={{ $vars.world }}/effect",
        "bodyType": "json",
        "bodyBy": "text",
        "bodyJson": body
    });
    node(name, "http.request", parameters)
}

/// A script over all items.
pub fn code(name: &str, code: &str) -> Node {
    node(name, "code.javascript", model::json!({"code": code}))
}

/// A workflow with wires such as `A>B`, `A.1>B`, `A>B.1`; the nodes lie in a row.
pub fn workflow(name: &str, nodes: Vec<Node>, wires: &str) -> Workflow {
    let end = |it: &str| {
        let (name, port) = it.split_once('.').unwrap_or((it, "0"));
        (SmolStr::from(name), port.parse::<usize>().expect("a number of a port"))
    };
    let connections = wires.split_whitespace().map(|it| {
        let (from, to) = it.split_once('>').expect("a wire has two ends");
        let ((from, output), (to, input)) = (end(from), end(to));
        Connection { from, output, to, input, ..Connection::default() }
    });
    let place = |(n, it): (usize, Node)| Node { position: [n as f64 * 100.0, 0.0], ..it };
    Workflow {
        format: model::workflow::FORMAT,
        name: name.into(),
        nodes: nodes.into_iter().enumerate().map(place).collect(),
        connections: connections.collect(),
        ..Workflow::default()
    }
}

impl Actors {
    /// Stops in good order.
    pub async fn close(self) {
        self.engine.close().await;
        self.store.close().await;
    }

    pub async fn publish(&self, document: Workflow) -> WorkflowId {
        let made = self.engine.create_workflow(&self.actor, document, None).await;
        let id = made.expect("the workflow can be made").id;
        let published = self.engine.publish(&self.actor, id, None, "").await;
        published.expect("the workflow can be published");
        id
    }

    /// Calls a webhook; gives the execution and, when it answers later, its answer's status.
    ///
    /// # Errors
    /// What the caller is told.
    pub async fn call(&self, path: &str, body: &str) -> Result<(ExecutionId, String), Refused> {
        let address = Address { workspace: Some(self.actor.workspace), whose: Whose::Published };
        answered(self.engine.receive(address, request(path, body)).await?).await
    }

    /// Calls it and gives the execution.
    pub async fn begin(&self, path: &str, body: &str) -> ExecutionId {
        self.call(path, body).await.expect("the call is accepted").0
    }

    /// Calls the address that ends a wait.
    ///
    /// # Errors
    /// What the caller is told.
    pub async fn resume(
        &self,
        execution: ExecutionId,
        token: &str,
        suffix: &str,
        body: &str,
    ) -> Result<(ExecutionId, String), Refused> {
        let resumed = self.engine.resume(execution, token, suffix, request("", body)).await?;
        answered(resumed.1).await
    }

    pub async fn execution(&self, id: ExecutionId) -> Execution {
        self.engine.execution(&self.actor, id).await.expect("the execution is there")
    }

    pub async fn recorded(&self, id: ExecutionId) -> Recorded {
        self.engine.recorded(&self.actor, id).await.expect("the execution is there")
    }

    /// Waits until the execution is in one of these states.
    pub async fn reaches(&self, id: ExecutionId, statuses: &[Status]) -> Execution {
        let clock = Instant::now();
        loop {
            // Right after a call it may not be there yet for others.
            if let Ok(found) = self.engine.execution(&self.actor, id).await {
                if statuses.contains(&found.status) {
                    return found;
                }
                assert!(clock.elapsed() < WAIT_MAX, "{id} stays {:?}", found.status);
            }
            assert!(clock.elapsed() < WAIT_MAX, "{id} does not appear");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until the execution has gone to sleep once; it may be awake again by now.
    pub async fn sleeps(&self, id: ExecutionId) {
        let sleeps = |it: &Record| matches!(it, Record::Waiting { .. });
        until("it goes to sleep", async || self.records(id).await.iter().any(sleeps)).await;
    }

    /// The journal as it is now.
    pub async fn records(&self, id: ExecutionId) -> Vec<Record> {
        let records = self.store.records(self.actor.workspace, id, &NoPages).await;
        records.expect("the journal can be read")
    }

    pub async fn ends(&self, id: ExecutionId) -> Execution {
        self.reaches(id, &[Status::Success, Status::Error, Status::Cancelled]).await
    }

    /// The executions of a workflow, the oldest first.
    pub async fn executions(&self, workflow: WorkflowId) -> Vec<Execution> {
        let filter = Filter {
            workflow: Some(workflow),
            sort: store::executions::Sort::Oldest,
            limit: 500,
            ..Filter::of(model::sharing::Sight::All)
        };
        let found = self.store.executions(self.actor.workspace, &filter).await;
        found.expect("the list can be read").executions
    }

    /// What the latest run of a node gave by its first output, as JSON.
    pub async fn output(&self, id: ExecutionId, node: &str) -> String {
        let recorded = self.recorded(id).await;
        let at = recorded.plan.index(node).expect("the workflow has this node");
        let step = recorded.steps.iter().rev().find(|it| it.node == at);
        let step = step.unwrap_or_else(|| panic!("`{node}` did not run"));
        let items = step.outputs[0].to_vec().expect("the items can be read");
        Value::array(items.iter().map(model::Item::value)).to_json()
    }

    /// How often a node's steps are recorded.
    pub async fn runs(&self, id: ExecutionId, node: &str) -> usize {
        let recorded = self.recorded(id).await;
        let at = recorded.plan.index(node).expect("the workflow has this node");
        recorded.steps.iter().filter(|it| it.node == at).count()
    }
}

/// Waits until something holds.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let clock = Instant::now();
    while !holds().await {
        assert!(clock.elapsed() < WAIT_MAX, "it does not come to it: {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A call of the webhook at a path.
pub fn request(path: &str, body: &str) -> Request {
    Request {
        method: "POST".into(),
        path: path.to_owned(),
        url: format!("http://localhost/webhook/{path}"),
        headers: [("content-type".into(), "application/json".to_owned())].into(),
        query: Map::new(),
        params: Map::new(),
        body: Bytes::from(body.to_owned()),
        parts: vec![],
        remote: None,
        test: false,
    }
}

async fn answered(incoming: Incoming) -> Result<(ExecutionId, String), Refused> {
    let (execution, response) = match incoming {
        Incoming::Answered(execution, response) => (execution, response),
        Incoming::Later(pending) => {
            let execution = pending.execution;
            match pending.answer().await.map_err(Refused::Fault)? {
                Answer::Whole(response) | Answer::Stream(response, _) => (execution, response),
            }
        }
    };
    let text = match response.body {
        ResponseBody::Json(value) => value.to_json(),
        ResponseBody::Text(text) => text,
        ResponseBody::Items(items) => format!("{items:?}"),
        ResponseBody::Empty => String::new(),
        ResponseBody::Bytes { .. } | ResponseBody::File(_) | ResponseBody::Chunk(_) => {
            "bytes".to_owned()
        }
    };
    Ok((execution, text))
}

/// A runtime as the product has it.
pub fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_stack_size(4 << 20).build().expect("threads can be had")
}

/// Runs a test on a database; without PostgreSQL it says so.
pub fn on(postgres: bool, test: impl AsyncFnOnce(&Stage)) {
    let server = match (postgres, std::env::var("TEST_POSTGRES_URL").ok()) {
        (false, _) => None,
        (true, Some(server)) => Some(server),
        (true, None) => return,
    };
    runtime().block_on(async {
        let stage = Stage::new(server.as_deref()).await;
        test(&stage).await;
        stage.end().await;
    });
}

/// Makes one test for each database.
#[macro_export]
macro_rules! each_database {
    ($(async fn $name:ident($stage:ident: &Stage) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn check($stage: &testkit::stage::Stage) $body

            #[test]
            fn on_sqlite() {
                testkit::stage::on(false, async |stage| check(stage).await);
            }

            #[test]
            fn on_postgres() {
                testkit::stage::on(true, async |stage| check(stage).await);
            }
        }
    )*};
}
