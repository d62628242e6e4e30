//! Sign-ins that were refused, noted in the audit log away from who tries: an account is told of in each of its
//! workspaces, which takes longer than for an address that nobody has, and must not show in the answer.

use std::{future::Future, pin::Pin};

use model::id::UserId;
use store::{Store, audit};
use tokio::{sync::mpsc, task::JoinHandle};

/// How many may wait to be noted; who tries then waits for them.
const WAITING_MAX: usize = 1_000;

type Note = Pin<Box<dyn Future<Output = ()> + Send>>;

/// See the module. Takes them one after the other.
pub(crate) struct Tries {
    notes: mpsc::Sender<Note>,
    task: JoinHandle<()>,
}

impl Tries {
    pub(crate) fn open() -> Tries {
        let (notes, mut open) = mpsc::channel::<Note>(WAITING_MAX);
        let task = tokio::spawn(async move {
            while let Some(note) = open.recv().await {
                note.await;
            }
        });
        Tries { notes, task }
    }

    /// Notes that a sign-in of this account, or of none, was refused to who asks now.
    pub(crate) async fn refused(&self, store: &Store, whose: UserId) {
        let store = store.clone();
        let note = audit::carried(async move {
            if let Err(error) = store.note_account(whose, "sign_in.failed", None).await {
                tracing::error!("a refused sign-in is missing in the audit log: {error}");
            }
        });
        if self.notes.send(Box::pin(note)).await.is_err() {
            tracing::warn!("a refused sign-in is missing in the audit log: the server stops");
        }
    }

    pub(crate) fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Tries {
    fn drop(&mut self) {
        self.close();
    }
}
