//! Measures what the journal takes: `load <ended|begun|lives|one> <seconds> <submitters> [postgres url]`.
//!
//! `ended`: executions that begin and end in one batch. `begun`: first batches of executions that
//! go on. `lives`: first and last batch of each. `one`: latency of a single submitter. `lists`: as
//! `ended`, then how long lists over all of it take.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use model::{
    Item, Items,
    execution::{Mode, Status},
    id::{ExecutionId, VersionId, WorkflowId, WorkspaceId},
    journal::{Record, Started, Step},
};
use store::{
    MasterKey, Options, Store,
    batch::{Batch, FIRST_FENCE, Hold, NewExecution, Next},
    executions::{Filter, Sort},
};
use uuid::Uuid;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    runtime.block_on(run(
        args.get(1).cloned().unwrap_or_else(|| "ended".to_owned()),
        args.get(2).and_then(|it| it.parse().ok()).unwrap_or(5),
        args.get(3).and_then(|it| it.parse().ok()).unwrap_or(2_000),
        args.get(4).cloned(),
    ));
}

async fn run(what: String, seconds: u64, submitters: usize, url: Option<String>) {
    let data = tempfile::tempdir_in(".").expect("a folder can be made here");
    let key = MasterKey::from_file(&data.path().join("key")).expect("a key can be made");
    let options = Options { url, data: data.path().to_owned() };
    let store = Store::open(&options, key).await.expect("the database opens");
    store.take_over("load").await.expect("the database answers");
    let n = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + Duration::from_secs(seconds);
    let begin = Instant::now();
    let submitters = if what == "one" { 1 } else { submitters };
    let tasks: Vec<_> = (0..submitters)
        .map(|it| tokio::spawn(submit(store.clone(), what.clone(), it, n.clone(), end)))
        .collect();
    for task in tasks {
        task.await.expect("no submitter panics");
    }
    let took = begin.elapsed().as_secs_f64();
    let n = n.load(Ordering::Relaxed);
    println!(
        "{what}: {n} batches in {took:.2} s: {:.0} a second, {:.0} µs each",
        n as f64 / took,
        took / n as f64 * 1e6 * submitters as f64,
    );
    if what == "lists" {
        lists(&store).await;
    }
    store.close().await;
    let size = std::fs::metadata(data.path().join("tailorbird.db")).map_or(0, |it| it.len());
    println!("{} bytes a batch on disk", size / n.max(1));
}

async fn lists(store: &Store) {
    let page = || Filter { limit: 50, ..Filter::of(model::sharing::Sight::All) };
    let filters = [
        ("newest", page()),
        ("oldest", Filter { sort: Sort::Oldest, ..page() }),
        ("page 100", Filter { offset: 5_000, ..page() }),
        ("longest", Filter { sort: Sort::Longest, ..page() }),
        ("of a workflow", Filter { workflow: Some(WorkflowId(Uuid::from_u128(3))), ..page() }),
        ("failed, none", Filter { statuses: vec![Status::Error], ..page() }),
        ("at work, none", Filter { statuses: vec![Status::Waiting], ..page() }),
        ("by mode", Filter { mode: Some(Mode::Webhook), ..page() }),
        ("search, none", Filter { search: Some("nothing".to_owned()), ..page() }),
        ("from a day, none", Filter { until: Some(Timestamp::UNIX_EPOCH), ..page() }),
    ];
    for (name, filter) in filters {
        let begin = Instant::now();
        let list = store.executions(WORKSPACE, &filter).await.expect("it can be listed");
        println!(
            "{name}: {} rows of {:?} in {:?}",
            list.executions.len(),
            list.total,
            begin.elapsed()
        );
    }
}

const WORKSPACE: WorkspaceId = WorkspaceId(Uuid::from_u128(1));

async fn submit(store: Store, what: String, place: usize, n: Arc<AtomicU64>, end: Instant) {
    let workflow = WorkflowId(Uuid::from_u128(place as u128 % 10));
    while Instant::now() < end {
        let id = ExecutionId(Uuid::now_v7());
        let new = new(id, workflow);
        let at = new.started_at;
        let over = || Next::Ended { status: Status::Success, at, error: None, keep: true };
        let next = if what == "begun" || what == "lives" { Next::Running } else { over() };
        let mut records = vec![started(at)];
        if what != "begun" && what != "lives" {
            records.extend(steps(at));
        }
        let first = batch(WORKSPACE, id, Hold::New(new), 0, records, next);
        store.submit(first).await.await.expect("it is written");
        n.fetch_add(1, Ordering::Relaxed);
        if what == "lives" {
            let hold = Hold::Fence(FIRST_FENCE);
            let last = batch(WORKSPACE, id, hold, 1, steps(at), over());
            store.submit(last).await.await.expect("it is written");
            n.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn batch(
    workspace: WorkspaceId,
    execution: ExecutionId,
    hold: Hold,
    seq: u32,
    records: Vec<Record>,
    next: Next,
) -> Batch {
    Batch {
        workspace,
        execution,
        hold,
        seq,
        records,
        waits: vec![],
        waits_ended: vec![],
        accept: vec![],
        next,
        answers: None,
        static_data: vec![],
    }
}

fn new(id: ExecutionId, workflow: WorkflowId) -> NewExecution {
    NewExecution {
        id,
        workflow,
        version: VersionId(Uuid::from_u128(2)),
        mode: Mode::Webhook,
        started_at: Timestamp::now(),
        run_at: None,
        priority: 0,
        parent: None,
        replay_of: None,
        business_key: None,
        firing: None,
    }
}

fn items() -> Items {
    let json = model::json!({"id": 17, "name": "Ada Lovelace", "email": "ada@example.com", "tags": ["a", "b"]});
    Items::one(Item::from_value(json))
}

fn started(at: Timestamp) -> Record {
    Record::Started(Started {
        at,
        mode: Mode::Webhook,
        node: 0,
        items: vec![items()],
        parent: None,
        depth: 0,
        replay_of: None,
        until: None,
        given: vec![],
        seed: 1,
    })
}

fn steps(at: Timestamp) -> Vec<Record> {
    let step = |node| {
        Record::Step(Arc::new(Step {
            node,
            run: 0,
            started_at: at,
            duration_us: 20,
            sources: Arc::new([None]),
            outputs: vec![items()],
            error: None,
            state: model::Value::Null,
            tries: 1,
            log: vec![],
        }))
    };
    vec![step(1), step(2), step(3), Record::Ended { status: Status::Success, at, error: None }]
}
