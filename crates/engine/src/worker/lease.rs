//! Keeps this worker's lease alive from a thread of its own, which user code cannot starve.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::{engine::Inner, run::Stop};

/// The thread behind the lease.
pub(crate) struct Lease {
    stop: mpsc::SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Lease {
    /// # Errors
    /// When no thread can be had.
    pub(crate) fn start(inner: &Arc<Inner>) -> std::io::Result<Lease> {
        let (stop, stopped) = mpsc::sync_channel(1);
        let weak = Arc::downgrade(inner);
        let every = inner.options.lease / 3;
        // Connections belong to the runtime that made them. Work that takes long gives its thread
        // of that runtime up (`run::host`), so this one is always heard.
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new().name("lease".to_owned()).spawn(move || {
            let alive = AtomicBool::new(true);
            while alive.load(Ordering::Relaxed) {
                match stopped.recv_timeout(every) {
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        alive.store(runtime.block_on(beat(&weak)), Ordering::Relaxed);
                    }
                    Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Lease { stop, thread })
    }

    pub(crate) fn stop(self) {
        // A thread that has ended already hears nothing.
        let _ = self.stop.try_send(());
        drop(self.stop);
        if !self.thread.is_finished() {
            // It may be in the middle of a sign of life; that one ends by itself.
            drop(self.thread);
        }
    }
}

/// One sign of life; `false` when the engine is gone.
async fn beat(inner: &Weak<Inner>) -> bool {
    let Some(inner) = inner.upgrade() else { return false };
    let (store, options) = (&inner.store, &inner.options);
    let beat = store.heartbeat(&options.worker, options.lease);
    match tokio::time::timeout(options.lease / 3, beat).await {
        Err(_) => tracing::warn!("the lease could not be renewed in time"),
        Ok(Err(error)) => tracing::warn!("the lease could not be renewed: {error}"),
        Ok(Ok(lost)) => {
            let running = inner.running.lock().expect("a plain table");
            for id in lost {
                if let Some(stop) = running.get(&id) {
                    tracing::warn!(execution = %id, "the lease had ended; another worker has it");
                    stop.send_replace(Stop::Release);
                }
            }
        }
    }
    true
}

/// How often other processes' wishes to cancel are looked for.
pub(crate) const CANCELS_EVERY: Duration = Duration::from_secs(2);

/// Tells executions that run here, and that another process wants cancelled.
pub(crate) async fn cancels(inner: Arc<Inner>) {
    let mut closing = inner.closing.subscribe();
    loop {
        tokio::select! {
            () = tokio::time::sleep(CANCELS_EVERY) => {}
            _ = closing.changed() => return,
        }
        if inner.running.lock().expect("a plain table").is_empty() {
            continue;
        }
        match inner.store.cancels(&inner.options.worker).await {
            Err(error) => tracing::warn!("wishes to cancel cannot be read: {error}"),
            Ok(wanted) => {
                let running = inner.running.lock().expect("a plain table");
                for stop in wanted.iter().filter_map(|it| running.get(it)) {
                    stop.send_replace(Stop::Cancel);
                }
            }
        }
    }
}
