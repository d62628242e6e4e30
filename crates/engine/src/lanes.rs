//! Which of the executions that this process holds runs next: by turns between workspaces.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use model::id::WorkspaceId;
use tokio::sync::Notify;

use crate::worker::Live;

/// How many executions of one workspace wait in memory; more are left to the queue.
const LANE_MAX: usize = 10_000;

/// See the module.
pub(crate) struct Lanes {
    running_max: usize,
    state: Mutex<Turns>,
    changed: Notify,
}

#[derive(Default)]
struct Turns {
    running: usize,
    waiting: usize,
    lanes: HashMap<WorkspaceId, VecDeque<Live>>,
    /// Workspaces with something in their lane, the next in turn first.
    turn: VecDeque<WorkspaceId>,
}

impl Lanes {
    pub(crate) fn new(running_max: usize) -> Lanes {
        Lanes { running_max: running_max.max(1), state: Mutex::default(), changed: Notify::new() }
    }

    /// Gives the execution back when it may run at once; otherwise it waits for its turn.
    pub(crate) fn enter(&self, live: Live) -> Option<Live> {
        let mut turns = self.turns();
        if turns.running < self.running_max && turns.waiting == 0 {
            turns.running += 1;
            return Some(live);
        }
        let workspace = live.workspace();
        let lane = turns.lanes.entry(workspace).or_default();
        lane.push_back(live);
        if lane.len() == 1 {
            turns.turn.push_back(workspace);
        }
        turns.waiting += 1;
        None
    }

    /// One has ended: the next in turn.
    pub(crate) fn next(&self) -> Option<Live> {
        let mut turns = self.turns();
        let next = turns.take();
        if next.is_none() {
            turns.running -= 1;
            self.changed.notify_waiters();
        }
        next
    }

    /// Whether this workspace's lane has room in memory.
    pub(crate) fn has_room(&self, workspace: WorkspaceId) -> bool {
        self.turns().lanes.get(&workspace).is_none_or(|it| it.len() < LANE_MAX)
    }

    /// How many executions may be taken from the queue now, and of which workspaces none: theirs
    /// wait here already, and must not keep those of others waiting there.
    pub(crate) fn room(&self) -> (usize, Vec<WorkspaceId>) {
        let turns = self.turns();
        let free = match turns.waiting {
            0 => self.running_max.saturating_sub(turns.running),
            _ => self.running_max,
        };
        (free, turns.lanes.keys().copied().collect())
    }

    /// Whether something waits here already for its turn.
    pub(crate) fn is_full(&self) -> bool {
        let turns = self.turns();
        turns.waiting > 0 || turns.running >= self.running_max
    }

    /// Running and waiting here.
    pub(crate) fn load(&self) -> (usize, usize) {
        let turns = self.turns();
        (turns.running, turns.waiting)
    }

    /// Takes out what waits here.
    pub(crate) fn clear(&self) -> Vec<Live> {
        let mut turns = self.turns();
        turns.turn.clear();
        turns.waiting = 0;
        turns.lanes.drain().flat_map(|it| it.1).collect()
    }

    /// Returns when nothing runs any more, or the time is over.
    pub(crate) async fn idle(&self, wait_max: Duration) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                if self.turns().running == 0 {
                    return;
                }
                changed.await;
            }
        };
        if tokio::time::timeout(wait_max, wait).await.is_err() {
            tracing::warn!("some executions did not come to a stop; they are taken up again later");
        }
    }

    fn turns(&self) -> std::sync::MutexGuard<'_, Turns> {
        self.state.lock().expect("plain queues")
    }
}

impl Turns {
    fn take(&mut self) -> Option<Live> {
        let workspace = self.turn.pop_front()?;
        let lane = self.lanes.get_mut(&workspace)?;
        let live = lane.pop_front()?;
        if lane.is_empty() {
            self.lanes.remove(&workspace);
        } else {
            self.turn.push_back(workspace);
        }
        self.waiting -= 1;
        Some(live)
    }
}
