//! Every test runs on both databases.

mod audit;
mod credits;
mod crossfire;
mod definitions;
mod executions;
mod gateway;
mod identities;
mod limits;
mod offers;
mod open;
mod origins;
mod parity;
mod payments;
mod people;
pub(crate) mod plans;
mod prune;
mod queue;
mod recharges;
mod registrations;
mod ring;
mod sharing;
mod sso;
mod two_factor;
mod waits;
mod workflows;
mod writer;

use std::{
    io::Write as _,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use jiff::Timestamp;
use model::{
    Items,
    codec::Pages,
    execution::{Mode, Status, Wait, WaitKind},
    id::{ExecutionId, VersionId, WaitId, WorkflowId, WorkspaceId},
    item::PageSource,
    journal::{Record, Started},
};
use uuid::Uuid;

use crate::{
    MasterKey, Options, Store,
    batch::{Batch, Hold, Lost, NewExecution, Next},
};

/// Makes one test for each database.
macro_rules! each_database {
    ($(async fn $name:ident($store:ident: &Store) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn check($store: &crate::Store) $body

            #[test]
            fn on_sqlite() {
                crate::tests::on_sqlite(async |store| check(&store).await);
            }

            #[test]
            fn on_postgres() {
                crate::tests::on_postgres(async |store| check(&store).await);
            }
        }
    )*};
}
pub(crate) use each_database;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) fn key() -> MasterKey {
    MasterKey::from_text("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").unwrap()
}

pub(crate) async fn open(data: &Path, url: Option<String>) -> Store {
    Store::open(&Options { url, data: data.to_owned() }, key()).await.unwrap()
}

pub(crate) fn on_sqlite(test: impl AsyncFnOnce(Store)) {
    let data = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let store = open(data.path(), None).await;
        test(store.clone()).await;
        store.close().await;
    });
}

static POSTGRES: LazyLock<Option<String>> = LazyLock::new(|| {
    let url = std::env::var("TEST_POSTGRES_URL").ok();
    if url.is_none() {
        // Past the capture of tests that succeed, so that it is seen.
        let _ = writeln!(
            std::io::stderr(),
            "PostgreSQL is not tested: TEST_POSTGRES_URL names no server"
        );
    }
    url
});

pub(crate) fn on_postgres(test: impl AsyncFnOnce(Store)) {
    let Some(server) = POSTGRES.clone() else { return };
    let data = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let schema = crate::scratch::Schema::make(&server).await.unwrap();
        let store = open(data.path(), Some(schema.url.clone())).await;
        test(store.clone()).await;
        store.close().await;
        schema.remove().await.unwrap();
    });
}

/// No test records pages by reference.
pub(crate) struct NoPages;

impl Pages for NoPages {
    fn open(&self, _: &str, _: usize) -> Arc<dyn PageSource> {
        panic!("nothing was recorded by reference")
    }
}

pub(crate) const LEASE: Duration = Duration::from_secs(60);

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId(Uuid::now_v7())
}

pub(crate) fn new_execution() -> NewExecution {
    NewExecution {
        id: ExecutionId(Uuid::now_v7()),
        workflow: WorkflowId(Uuid::from_u128(7)),
        version: VersionId(Uuid::from_u128(8)),
        mode: Mode::Webhook,
        started_at: at(0),
        run_at: None,
        priority: 0,
        parent: None,
        replay_of: None,
        business_key: None,
        firing: None,
    }
}

/// One whose id says when it began.
pub(crate) fn begun_at(second: i64) -> NewExecution {
    let timestamp = uuid::Timestamp::from_unix(uuid::NoContext, at(second).as_second() as u64, 0);
    NewExecution {
        id: ExecutionId(Uuid::new_v7(timestamp)),
        started_at: at(second),
        ..new_execution()
    }
}

pub(crate) fn started() -> Started {
    Started {
        at: at(0),
        mode: Mode::Webhook,
        node: 0,
        items: vec![Items::default()],
        parent: None,
        depth: 0,
        replay_of: None,
        until: None,
        given: vec![],
        seed: 1,
    }
}

/// The first batch of an execution.
pub(crate) fn first(workspace: WorkspaceId, new: NewExecution, next: Next) -> Batch {
    Batch {
        workspace,
        execution: new.id,
        hold: Hold::New(new),
        seq: 0,
        records: vec![Record::Started(started())],
        waits: vec![],
        waits_ended: vec![],
        accept: vec![],
        next,
        answers: None,
        static_data: vec![],
    }
}

/// A later one.
pub(crate) fn later(
    workspace: WorkspaceId,
    execution: ExecutionId,
    fence: i64,
    seq: u32,
    next: Next,
) -> Batch {
    Batch {
        workspace,
        execution,
        hold: Hold::Fence(fence),
        seq,
        records: vec![Record::Retried { at: at(1) }],
        waits: vec![],
        waits_ended: vec![],
        accept: vec![],
        next,
        answers: None,
        static_data: vec![],
    }
}

pub(crate) fn success() -> Next {
    Next::Ended { status: Status::Success, at: at(2), error: None, keep: true }
}

pub(crate) fn asleep() -> Next {
    Next::Waiting { until: None, kind: WaitKind::Webhook }
}

pub(crate) fn wait(workspace: WorkspaceId, execution: ExecutionId) -> Wait {
    Wait {
        id: WaitId(Uuid::now_v7()),
        workspace_id: workspace,
        execution_id: execution,
        kind: WaitKind::Webhook,
        node: 1,
        run: 0,
        correlation: "".into(),
        deadline: None,
        token: "secret".into(),
        details: model::json!({}),
    }
}

pub(crate) async fn put(store: &Store, batch: Batch) -> Result<(), Lost> {
    store.submit(batch).await.await
}
