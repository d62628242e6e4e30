//! The desk where batches are handed in, and the one writer behind it, who commits many at once.

mod apply;
mod fold;
mod group;
mod history;
pub(crate) mod room;
mod rows;

use std::sync::{Arc, Mutex, RwLock};

use futures::{FutureExt, future::BoxFuture};
use smol_str::SmolStr;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    task::JoinHandle,
};

pub(crate) use rows::encode_answer;

use crate::{
    Store,
    batch::{Batch, Lost},
    sql::Db,
    writer::rows::Encoded,
};

/// How many batches may wait for the writer.
const QUEUE_MAX: usize = 8_192;
/// How many bytes of records may wait for the writer.
const QUEUE_BYTES_MAX: usize = 64 << 20;

pub(crate) struct Ticket {
    pub(crate) batch: Encoded,
    pub(crate) done: oneshot::Sender<Result<(), Lost>>,
    _room: OwnedSemaphorePermit,
}

pub(crate) struct Desk {
    inlet: Mutex<Option<mpsc::Sender<Ticket>>>,
    room: Arc<Semaphore>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Who holds the executions that begin here.
    worker: Arc<RwLock<SmolStr>>,
}

impl Desk {
    pub(crate) fn open(db: Arc<Db>) -> Desk {
        let (inlet, outlet) = mpsc::channel(QUEUE_MAX);
        let worker = Arc::new(RwLock::new(SmolStr::new_static("main")));
        let writer = tokio::spawn(group::write_all(db, outlet, worker.clone()));
        Desk {
            inlet: Mutex::new(Some(inlet)),
            room: Arc::new(Semaphore::new(QUEUE_BYTES_MAX)),
            writer: Mutex::new(Some(writer)),
            worker,
        }
    }

    pub(crate) fn set_worker(&self, name: &str) {
        *self.worker.write().expect("a plain name") = name.into();
    }

    async fn hand_in(&self, batch: Batch) -> Result<oneshot::Receiver<Result<(), Lost>>, Lost> {
        let closed = || Lost::Unavailable("the store is closed".to_owned());
        let inlet = self.inlet.lock().expect("a plain end of a queue").clone();
        let inlet = inlet.ok_or_else(closed)?;
        // Encoded here, so that the writer only writes.
        let batch = Encoded::of(batch).map_err(Lost::Unavailable)?;
        let size = batch.size().min(QUEUE_BYTES_MAX) as u32;
        let room = self.room.clone().acquire_many_owned(size).await.map_err(|_| closed())?;
        let (done, end) = oneshot::channel();
        inlet.send(Ticket { batch, done, _room: room }).await.map_err(|_| closed())?;
        Ok(end)
    }

    pub(crate) async fn close(&self) {
        drop(self.inlet.lock().expect("a plain end of a queue").take());
        let writer = self.writer.lock().expect("a plain handle").take();
        if let Some(writer) = writer {
            // A writer that panicked has said so, and its tickets are lost with it.
            let _ = writer.await;
        }
    }
}

impl Store {
    /// Takes a batch in, when there is room. The future that it gives ends when the batch is
    /// durable or lost. Batches of one execution are written in the order of the calls.
    pub async fn submit(&self, batch: Batch) -> BoxFuture<'static, Result<(), Lost>> {
        match self.0.writer.hand_in(batch).await {
            Err(lost) => futures::future::ready(Err(lost)).boxed(),
            Ok(end) => async move {
                let gone = |_| Err(Lost::Unavailable("the writer has stopped".to_owned()));
                end.await.unwrap_or_else(gone)
            }
            .boxed(),
        }
    }
}
