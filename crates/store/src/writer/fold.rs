//! Folds a group of batches, in their order, into what each execution is after all of them. Pure.

use std::collections::{HashMap, HashSet};

use model::{
    execution::{Status, WaitKind},
    journal::StepError,
};
use uuid::Uuid;

use crate::{
    batch::{Hold, Lost, NewExecution, Next},
    writer::{
        room::{Entry, Room},
        rows::{Encoded, Key, QueueRow},
    },
};

/// What the database knew before the group.
#[derive(Default)]
pub(super) struct Before {
    /// Rows of the executions that batches want to go on with.
    pub(super) rows: HashMap<Key, QueueRow>,
    /// Firings of this group that have taken place already: workspace, schedule, due time.
    pub(super) fired: HashSet<(Uuid, Uuid, i64)>,
    /// Children of this group that exist already.
    pub(super) known: HashSet<Key>,
    /// What is left to workspaces whose plans have limits.
    pub(super) rooms: HashMap<Uuid, Room>,
    /// In which executions that begin are counted.
    pub(super) month: i64,
}

/// What an execution is after the group.
pub(super) struct After<'a> {
    pub(super) row: QueueRow,
    /// It has no row in the database yet.
    pub(super) is_new: bool,
    pub(super) run_at: i64,
    pub(super) state: State<'a>,
    /// Whether its state differs from that in the database.
    pub(super) changed: bool,
    /// It is one of those that begin this month.
    pub(super) counts: bool,
}

impl After<'_> {
    /// Whether it will never go on. One that failed may be retried, and then it still waits for
    /// what it waited for; what comes meanwhile is not lost.
    pub(super) fn is_over(&self) -> bool {
        match &self.state {
            State::Ended(end) => end.status == Status::Success || !end.keep,
            State::Running | State::Ready | State::Waiting { .. } => false,
        }
    }
}

pub(super) enum State<'a> {
    Running,
    Ready,
    Waiting { until: Option<i64>, kind: WaitKind },
    Ended(End<'a>),
}

#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    pub(super) status: Status,
    pub(super) at: i64,
    pub(super) error: Option<&'a StepError>,
    pub(super) keep: bool,
}

#[derive(Default)]
pub(super) struct Folded<'a> {
    /// One for each batch.
    pub(super) verdicts: Vec<Result<(), Lost>>,
    pub(super) executions: Vec<After<'a>>,
    pub(super) month: i64,
    /// Children whose first record this group writes: batch and place in its list.
    pub(super) children: Vec<(usize, usize)>,
    index: HashMap<Key, usize>,
}

impl<'a> Folded<'a> {
    pub(super) fn of(group: &[&'a Encoded], before: &mut Before) -> Folded<'a> {
        let mut res = Folded { month: before.month, ..Folded::default() };
        for (n, batch) in group.iter().enumerate() {
            let verdict = res.take(n, batch, before);
            res.verdicts.push(verdict);
        }
        res
    }

    fn take(&mut self, n: usize, batch: &'a Encoded, before: &mut Before) -> Result<(), Lost> {
        let key = batch.key();
        let mut parked = None;
        match &batch.hold {
            Hold::New(new) => {
                let firing = firing(key.0, new);
                if firing.is_some_and(|it| before.fired.contains(&it)) {
                    return Err(Lost::Duplicate);
                }
                if self.index.contains_key(&key) {
                    return Err(Lost::Fenced);
                }
                let counts = !new.mode.is_test();
                // What runs already cannot wait.
                let waits = matches!(batch.next, Next::Ready);
                let entry = match before.rooms.get_mut(&key.0) {
                    Some(room) => room.take(counts, waits)?,
                    None => Entry::Begins,
                };
                before.fired.extend(firing);
                let place = self.add(QueueRow::new(batch.workspace, new), true, run_at(new));
                self.executions[place].counts = counts && entry == Entry::Begins;
                parked = match entry {
                    Entry::Begins => None,
                    Entry::Waits(until) => Some(until),
                };
            }
            Hold::Fence(fence) => {
                let place = match self.index.get(&key) {
                    Some(place) => *place,
                    None => {
                        let row = before.rows.get(&key).cloned().ok_or(Lost::Fenced)?;
                        self.add(row, false, 0)
                    }
                };
                let after = &self.executions[place];
                if after.row.fence != *fence || matches!(after.state, State::Ended(_)) {
                    return Err(Lost::Fenced);
                }
            }
        }
        for (place, child) in batch.accept.iter().enumerate() {
            let key = (batch.workspace.0, child.execution.id.0);
            if before.known.contains(&key) || self.index.contains_key(&key) {
                continue;
            }
            let row = QueueRow::new(batch.workspace, &child.execution);
            let at = self.add(row, true, run_at(&child.execution));
            self.children.push((n, place));
            self.put(at, if child.held { &Next::Running } else { &Next::Ready });
        }
        match parked {
            None => self.put(self.index[&key], &batch.next),
            Some(until) => self.park(self.index[&key], until),
        }
        Ok(())
    }

    fn add(&mut self, row: QueueRow, is_new: bool, run_at: i64) -> usize {
        let place = self.executions.len();
        self.index.insert(row.key(), place);
        // A row that was given to the queue again stays there until it is claimed.
        let state = if is_new || row.status == "running" { State::Running } else { State::Ready };
        self.executions.push(After { row, is_new, run_at, state, changed: is_new, counts: false });
        place
    }

    /// It waits until there is room in the workspace's plan.
    fn park(&mut self, place: usize, until: i64) {
        let kind = WaitKind::Plan;
        self.executions[place].state = State::Waiting { until: Some(until), kind };
    }

    fn put(&mut self, place: usize, next: &'a Next) {
        let after = &mut self.executions[place];
        match next {
            Next::Running => {}
            Next::Ready => {
                after.state = State::Ready;
                after.changed = true;
            }
            // One that is to be cancelled must be looked at, not wait.
            Next::Waiting { .. } if after.row.cancel != 0 => {
                after.state = State::Ready;
                after.changed = true;
            }
            Next::Waiting { until, kind } => {
                let until = until.map(|it| it.as_microsecond());
                after.state = State::Waiting { until, kind: *kind };
                after.changed = true;
            }
            Next::Ended { status, at, error, keep } => {
                let (status, at, keep) = (*status, at.as_microsecond(), *keep);
                after.state = State::Ended(End { status, at, error: error.as_ref(), keep });
                after.changed = true;
            }
        }
    }

    /// Whether the execution is over, and nothing of it is kept.
    pub(super) fn is_dropped(&self, key: Key) -> bool {
        self.get(key).is_some_and(|it| matches!(it.state, State::Ended(End { keep: false, .. })))
    }

    pub(super) fn is_over(&self, key: Key) -> bool {
        self.get(key).is_some_and(After::is_over)
    }

    pub(super) fn workflow(&self, key: Key) -> Option<Uuid> {
        self.get(key).map(|it| it.row.workflow_id)
    }

    fn get(&self, key: Key) -> Option<&After<'a>> {
        self.index.get(&key).map(|it| &self.executions[*it])
    }
}

pub(super) fn firing(workspace: Uuid, new: &NewExecution) -> Option<(Uuid, Uuid, i64)> {
    new.firing.map(|(schedule, at)| (workspace, schedule.0, at.as_microsecond()))
}

fn run_at(new: &NewExecution) -> i64 {
    new.run_at.unwrap_or(new.started_at).as_microsecond()
}
