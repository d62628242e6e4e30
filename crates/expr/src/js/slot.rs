//! What the host functions of a context share: the evaluation at hand and its clock.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::{Timestamp, tz::TimeZone};

use crate::{Error, Scope, error::Kind, source::calls::Calls};

/// The evaluation that a context is busy with. Cloning shares it.
#[derive(Clone, Default)]
pub(crate) struct Slot {
    state: Arc<Mutex<Option<Now>>>,
}

/// What an evaluation is about.
#[derive(Clone)]
pub(crate) struct Now {
    pub(crate) scope: Arc<Scope>,
    /// Index of the item; 0 where a script runs once for all.
    pub(crate) item: usize,
    pub(crate) mode: Mode,
    /// Where the calls of the script stand.
    pub(crate) calls: Option<Arc<Calls>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// A segment: many mistakes are undefined, as n8n has it.
    Expression,
    /// A script for one item: promises are awaited, all errors surface.
    OneItem,
    /// A script for all items of the input.
    AllItems,
}

impl Mode {
    pub(crate) fn is_code(self) -> bool {
        self != Mode::Expression
    }
}

impl Slot {
    pub(crate) fn enter(&self, now: Now) {
        *self.lock() = Some(now);
    }

    pub(crate) fn leave(&self) {
        *self.lock() = None;
    }

    /// The evaluation at hand; `None` only while a context is being made.
    pub(crate) fn get(&self) -> Option<Now> {
        self.lock().clone()
    }

    /// The workflow's zone.
    pub(crate) fn zone(&self) -> TimeZone {
        self.lock().as_ref().map_or(TimeZone::UTC, |it| it.scope.zone.clone())
    }

    /// Now, as the scope has it: a fixed clock, or the real one.
    pub(crate) fn now(&self) -> Timestamp {
        self.lock().as_ref().and_then(|it| it.scope.now).unwrap_or_else(Timestamp::now)
    }

    /// Whether nobody waits for the evaluation at hand any more.
    fn is_stopped(&self) -> bool {
        self.lock().as_ref().is_some_and(|it| it.scope.world.is_stopped())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Now>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a script sleeps before it looks whether anybody waits for it still.
const NAP: Duration = Duration::from_millis(50);

/// The time that an evaluation may take, and whether it is wanted still.
pub(crate) struct Watch {
    slot: Slot,
    start: Instant,
    /// Nanoseconds after `start` at which the evaluation is over.
    end: AtomicU64,
    limit: AtomicU64,
}

impl Watch {
    pub(crate) fn new(slot: Slot) -> Watch {
        let (end, limit) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
        Watch { slot, start: Instant::now(), end, limit }
    }

    pub(crate) fn start(&self, limit: Duration) {
        let end = self.start.elapsed() + limit;
        self.end.store(end.as_nanos() as u64, Ordering::Relaxed);
        self.limit.store(limit.as_millis() as u64, Ordering::Relaxed);
    }

    /// Why the evaluation must end, if it must.
    pub(crate) fn over(&self) -> Option<Kind> {
        if self.slot.is_stopped() {
            return Some(Kind::Stopped);
        }
        let late = self.start.elapsed().as_nanos() as u64 > self.end.load(Ordering::Relaxed);
        late.then_some(Kind::TimeLimit)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over().is_some()
    }

    /// Milliseconds on a clock of its own, for timers.
    pub(crate) fn elapsed_ms(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1000.0
    }

    /// Sleeps until `due` on that clock, or until the evaluation is over.
    pub(crate) fn wait_until(&self, due_ms: f64) {
        let end = Duration::from_nanos(self.end.load(Ordering::Relaxed));
        let due = Duration::try_from_secs_f64(due_ms / 1000.0).unwrap_or(end).min(end);
        loop {
            let left = due.saturating_sub(self.start.elapsed());
            if left.is_zero() || self.slot.is_stopped() {
                return;
            }
            std::thread::sleep(left.min(NAP));
        }
    }

    /// What an evaluation that had to end says to its author.
    pub(crate) fn error(&self, why: Kind) -> Error {
        let limit = self.limit.load(Ordering::Relaxed);
        let message = match why {
            Kind::Stopped => "nobody waits for its value any more".to_owned(),
            _ => format!(
                "it ran longer than the time limit of {limit} ms; let it do less, or raise the limit"
            ),
        };
        Error::new(why, message)
    }
}
