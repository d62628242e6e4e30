//! Finds executions that the database says are held here, and that nobody here knows of: word of a
//! claim was lost on its way, or a process that was killed had a commit under way. Gives them back.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use model::id::ExecutionId;

use crate::engine::Inner;

/// How often they are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// The executions that something in this process is about to run, or runs.
#[derive(Default)]
pub(crate) struct Roll(Mutex<HashMap<ExecutionId, u32>>);

/// One entry on the roll, as long as it lives.
pub(crate) struct Held {
    roll: Arc<Roll>,
    id: ExecutionId,
}

impl Roll {
    pub(crate) fn enter(self: &Arc<Roll>, id: ExecutionId) -> Held {
        *self.0.lock().expect("plain counts").entry(id).or_default() += 1;
        Held { roll: self.clone(), id }
    }

    fn knows(&self, id: ExecutionId) -> bool {
        self.0.lock().expect("plain counts").contains_key(&id)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut counts = self.roll.0.lock().expect("plain counts");
        if let Some(count) = counts.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.id);
            }
        }
    }
}

/// Runs until the engine closes.
pub(crate) async fn strays(inner: Arc<Inner>) {
    let mut closing = inner.closing.subscribe();
    // One that is committed a moment before it is on the roll is no stray: only two looks tell.
    let mut suspects = HashSet::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = closing.changed() => return,
        }
        match inner.store.held(&inner.options.worker).await {
            Err(error) => tracing::warn!("what is held here cannot be read: {error}"),
            Ok(held) => suspects = look(&inner, held, &suspects),
        }
    }
}

type Hold = (model::id::WorkspaceId, ExecutionId, i64);

fn look(inner: &Inner, held: Vec<Hold>, before: &HashSet<Hold>) -> HashSet<Hold> {
    let unknown = held.into_iter().filter(|it| !inner.roll.knows(it.1));
    let (strays, suspects): (HashSet<Hold>, HashSet<Hold>) =
        unknown.partition(|it| before.contains(it));
    for (workspace, id, fence) in &strays {
        tracing::warn!(execution = %id, "an execution was held here without anybody running it");
        inner.orphan(*workspace, *id, *fence);
    }
    if !strays.is_empty() {
        inner.outside.bus.wake();
    }
    suspects
}
