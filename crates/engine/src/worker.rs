//! Runs what this process holds, takes up what others left, and keeps its lease.

mod lease;
mod leftovers;
mod strays;
mod take_up;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use jiff::Timestamp;
use model::id::WorkspaceId;
use store::{batch::Lost, queue::Claimed};
use tokio::sync::watch;

pub(crate) use lease::{Lease, cancels};
pub(crate) use strays::{Held, Roll, strays};

use crate::{
    bus::{Event, What},
    engine::Inner,
    run::{Child, Facts, Pen, Runner, State, Stop, Turn},
};

/// How many sleepers are woken at once.
const WAKE_MAX: usize = 1_000;
/// How long a look for work may be put off when nothing is known to be due: other processes may
/// have left something.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_millis(500);
/// How often old history and unused files are swept.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// One whose process died under it so often is not tried again.
const RESUMES_MAX: u32 = 200;

/// An execution that is held here and ready to run.
pub(crate) struct Live {
    pub(crate) facts: Arc<Facts>,
    pub(crate) state: State,
    pub(crate) pen: Arc<Pen>,
    pub(crate) _held: Held,
}

impl Live {
    pub(crate) fn workspace(&self) -> WorkspaceId {
        self.facts.workspace
    }
}

/// Runs an execution as soon as it is its turn.
pub(crate) fn run(inner: &Arc<Inner>, live: Live) {
    if let Some(live) = inner.lanes.enter(live) {
        // In a box: a task moves what it is made of several times before it runs.
        tokio::spawn(drive_all(inner.clone(), live).boxed());
    }
}

async fn drive_all(inner: Arc<Inner>, live: Live) {
    let mut next = Some(live);
    while let Some(live) = next {
        drive(&inner, live).await;
        next = inner.lanes.next();
    }
    // Room is left now, and the queue may have more.
    if inner.look.wants_room() {
        inner.outside.bus.wake();
    }
}

/// Runs executions that have just begun with another's batch.
pub(crate) fn adopt(inner: &Arc<Inner>, children: Vec<Child>) {
    for it in children {
        let inner = inner.clone();
        tokio::spawn(async move {
            let (workspace, id) = (it.workspace, it.new.id);
            match take_up::child(&inner, it).await {
                Ok(live) => run(&inner, live),
                Err(error) => {
                    tracing::warn!(execution = %id, "a called execution cannot be begun here: {error}");
                    inner.orphan(workspace, id, store::batch::FIRST_FENCE);
                }
            }
        });
    }
}

async fn drive(inner: &Arc<Inner>, live: Live) {
    let Live { facts, state, pen, _held } = live;
    let id = facts.execution;
    if state.order.is_empty() {
        inner.outside.bus.tell(facts.workspace, || Event {
            workspace: facts.workspace,
            workflow: facts.workflow,
            execution: id,
            what: What::Started { mode: facts.mode },
        });
    }
    let (tell, stop) = watch::channel(Stop::Go);
    inner.running.lock().expect("a plain table").insert(id, tell.clone());
    if inner.is_closing() {
        tell.send_replace(Stop::Release);
    }
    let mut runner = Runner::new(inner.outside.clone(), facts.clone(), state, pen.clone(), stop);
    let turn = runner.run().await;
    {
        // After a lost lease, the same execution may have been taken up here anew.
        let mut running = inner.running.lock().expect("a plain table");
        if running.get(&id).is_some_and(|it| it.same_channel(&tell)) {
            running.remove(&id);
        }
    }
    match turn {
        Turn::Waiting(waits) => {
            let due = waits.iter().filter_map(|it| it.until).min();
            if due.is_some_and(|it| inner.look.is_after(it)) {
                inner.outside.bus.wake();
            }
        }
        Turn::Ended(_) | Turn::Released => {}
        Turn::Lost(lost) => inner.note_lost(&facts, pen.fence(), &Err(lost)),
    }
}

/// Looks for executions that are ready, as long as there is room for them.
pub(crate) async fn claim(inner: Arc<Inner>) {
    let mut closing = inner.closing.subscribe();
    while !inner.is_closing() {
        let pause = match look(&inner).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!("the queue cannot be looked at: {error}");
                PAUSE
            }
        };
        tokio::select! {
            () = inner.outside.bus.woken() => {}
            () = tokio::time::sleep(pause) => {}
            _ = closing.changed() => {}
        }
    }
}

/// One look; gives how long to the next.
async fn look(inner: &Arc<Inner>) -> Result<Duration, store::Error> {
    give_orphans_back(inner).await?;
    let first = inner.store.next_wake_at().await?;
    let mut quiet = true;
    if first.is_some_and(|it| it <= Timestamp::now()) {
        inner.store.wake_due(Timestamp::now(), WAKE_MAX).await?;
        inner.store.release_due(Timestamp::now(), WAKE_MAX).await?;
        quiet = false;
    }
    let options = &inner.options;
    inner.look.begins();
    loop {
        let (free, busy) = inner.lanes.room();
        if free == 0 {
            break;
        }
        let claimed = inner.store.claim(&options.worker, free, options.lease, &busy).await?;
        let n = claimed.len();
        quiet &= n == 0;
        take_all_up(inner, claimed).await;
        if n < free {
            // What a plan holds back is taken as soon as one ends.
            if !inner.store.held_back() {
                inner.look.has_room();
            }
            break;
        }
    }
    count_backlog(inner).await?;
    // Who sleeps here meanwhile says so; who sleeps elsewhere is seen by the next look.
    let next = if quiet { first } else { inner.store.next_wake_at().await? };
    let now = Timestamp::now();
    let until = next.map(|it| Duration::try_from(it.duration_since(now)).unwrap_or_default());
    let pause = until.unwrap_or(LOOK_EVERY).clamp(Duration::from_millis(1), LOOK_EVERY);
    inner.look.ends(now + pause);
    Ok(pause)
}

async fn take_all_up(inner: &Arc<Inner>, mut claimed: Vec<Claimed>) {
    while !claimed.is_empty() {
        let group: Vec<Claimed> = claimed.drain(..take_up::readable(&claimed)).collect();
        let pasts = match inner.store.pasts(&group).await {
            Ok(pasts) => pasts,
            Err(error) => {
                tracing::warn!("{} executions cannot be taken up: {error}", group.len());
                group.iter().for_each(|it| inner.orphan(it.workspace, it.execution, it.fence));
                continue;
            }
        };
        for (it, past) in group.into_iter().zip(pasts) {
            let (workspace, id, fence) = (it.workspace, it.execution, it.fence);
            match take_up::claimed(inner, it, &past).await {
                Ok(Some(live)) => run(inner, live),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(execution = %id, "an execution cannot be taken up: {error}");
                    inner.orphan(workspace, id, fence);
                }
            }
        }
    }
}

/// When the queue is looked at next, and whether whoever has room should say so: each look costs
/// as much as an execution.
pub(crate) struct Look {
    wants_room: AtomicBool,
    /// Microseconds since 1970; later than anything while a look goes on.
    next_us: AtomicI64,
}

impl Default for Look {
    fn default() -> Look {
        Look { wants_room: AtomicBool::new(true), next_us: AtomicI64::new(i64::MAX) }
    }
}

impl Look {
    fn begins(&self) {
        self.wants_room.store(true, Ordering::SeqCst);
        self.next_us.store(i64::MAX, Ordering::SeqCst);
    }

    /// All that is ready was taken.
    fn has_room(&self) {
        self.wants_room.store(false, Ordering::SeqCst);
    }

    fn ends(&self, next: Timestamp) {
        self.next_us.store(next.as_microsecond(), Ordering::SeqCst);
    }

    fn wants_room(&self) -> bool {
        self.wants_room.load(Ordering::SeqCst)
    }

    /// What is due at this time would wait for the next look.
    fn is_after(&self, due: Timestamp) -> bool {
        due.as_microsecond() < self.next_us.load(Ordering::SeqCst)
    }
}

/// Counts what waits in the queue, as long as this process has no room for all of it.
async fn count_backlog(inner: &Inner) -> Result<(), store::Error> {
    let n = match inner.lanes.is_full() {
        true => inner.store.backlog(inner.options.backlog_max).await?,
        false => 0,
    };
    inner.backlog.store(n, Ordering::Relaxed);
    Ok(())
}

async fn give_orphans_back(inner: &Inner) -> Result<(), store::Error> {
    let orphans = std::mem::take(&mut *inner.orphans.lock().expect("a plain list"));
    for (n, (workspace, id, fence)) in orphans.iter().enumerate() {
        if let Err(error) = inner.store.give_back(*workspace, *id, *fence).await {
            inner.orphans.lock().expect("a plain list").extend_from_slice(&orphans[n..]);
            return Err(error);
        }
    }
    Ok(())
}

/// Forgets old history, and files that nothing names any more.
pub(crate) async fn sweep(inner: Arc<Inner>) {
    let mut closing = inner.closing.subscribe();
    let mut shelf = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(SWEEP_EVERY) => {}
            _ = closing.changed() => return,
        }
        if let Err(error) = take_up::sweep(&inner).await {
            tracing::warn!("old history cannot be swept: {error}");
        }
        shelf = leftovers::look(&inner, shelf).await;
    }
}

impl Inner {
    /// Remembers an execution that this process let go, to say so when the database can be reached.
    pub(super) fn orphan(&self, workspace: WorkspaceId, id: model::id::ExecutionId, fence: i64) {
        self.orphans.lock().expect("a plain list").push((workspace, id, fence));
    }

    pub(crate) fn note_lost(&self, facts: &Facts, fence: i64, end: &Result<(), Lost>) {
        match end {
            Ok(()) | Err(Lost::Duplicate | Lost::Full) => {}
            Err(Lost::Fenced) => {
                tracing::warn!(execution = %facts.execution, "another worker has taken an execution over");
            }
            Err(Lost::Unavailable(why)) => {
                tracing::error!(execution = %facts.execution, "a journal could not be written: {why}");
                self.orphan(facts.workspace, facts.execution, fence);
            }
        }
    }
}
