//! What expressions of one step see beyond it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use expr::{World, scope::Resume};
use model::{Item, Items, Value, item::Blob, journal::Source};
use smol_str::SmolStr;
use tokio::sync::watch;

use super::{PagesOf, Seen, lineage, outside::Stop, scope::Names};

/// How many lines one step may log; later ones are dropped.
const LOG_LINES_MAX: usize = 1_000;

/// The world of one step.
pub(super) struct StepWorld {
    pub(super) seen: Arc<Seen>,
    pub(super) node: u32,
    pub(super) sources: Arc<[Option<Source>]>,
    /// The input port whose items expressions see first.
    pub(super) input: usize,
    pub(super) pages: PagesOf,
    /// Whether pinned items stand in for what nodes give.
    pub(super) pins: bool,
    /// Absent where nothing runs.
    pub(super) names: Option<Arc<Names>>,
    pub(super) log: Mutex<Vec<String>>,
    pub(super) ends: Ends,
}

/// When nobody waits for a step any more.
#[derive(Default)]
pub(super) struct Ends {
    stop: Option<watch::Receiver<Stop>>,
    /// When its own time or that of its execution is over.
    at: Option<Instant>,
    seen: AtomicBool,
}

impl Ends {
    pub(super) fn new(stop: watch::Receiver<Stop>, at: Option<Instant>) -> Ends {
        Ends { stop: Some(stop), at, ..Ends::default() }
    }

    /// Whether an evaluation was cut short by it: then what the node makes of that is no outcome.
    pub(super) fn cut_short(&self) -> bool {
        self.seen.load(Ordering::Relaxed)
    }

    fn have_come(&self) -> bool {
        let stopped = self.stop.as_ref().is_some_and(|it| *it.borrow() != Stop::Go);
        let res = stopped || self.at.is_some_and(|it| it <= Instant::now());
        if res {
            self.seen.store(true, Ordering::Relaxed);
        }
        res
    }
}

impl StepWorld {
    pub(super) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().expect("plain lines"))
    }

    fn own_id(&self, node: bool) -> Option<SmolStr> {
        node.then(|| self.seen.plan.node(self.node).node.name.clone())
    }
}

impl World for StepWorld {
    fn node(&self, name: &str) -> Option<usize> {
        self.seen.plan.index(name).map(|it| it as usize)
    }

    fn runs(&self, node: usize) -> usize {
        self.seen.runs_of(node as u32)
    }

    fn output(&self, node: usize, run: usize, port: usize) -> Option<Items> {
        let stands_in = self.pins && self.seen.runs_of(node as u32) == 0;
        match &self.seen.plan.nodes[node].pinned {
            Some(pinned) if stands_in => Some(pinned.clone()),
            Some(_) | None => self.seen.output(node as u32, run as u32, port),
        }
    }

    fn wired_output(&self, node: usize) -> usize {
        self.seen.plan.wired_output(node as u32, self.node).unwrap_or(0) as usize
    }

    fn paired(&self, node: usize, item: usize) -> Result<Item, String> {
        let from = self.sources.get(self.input).copied().flatten();
        let found = lineage::ancestor(&self.seen, node as u32, from, item);
        // Pinned items have no history: where none leads to them, the one at the same place counts.
        match &self.seen.plan.nodes[node].pinned {
            Some(pinned) if self.pins && found.is_err() => match pinned.get(item)? {
                Some(it) => Ok(it),
                None => found,
            },
            Some(_) | None => found,
        }
    }

    fn parameters(&self, node: usize) -> Value {
        self.seen.plan.nodes[node].named.clone()
    }

    fn context(&self, node: usize) -> Value {
        let state = self.seen.node_state(node as u32);
        state.get("context").cloned().unwrap_or(state)
    }

    fn static_data(&self, node: bool) -> Value {
        self.seen.static_data(self.own_id(node).as_deref())
    }

    fn keep_static_data(&self, node: bool, value: Value) {
        self.seen.keep_static_data(self.own_id(node).as_deref(), value);
    }

    fn resume(&self) -> Resume {
        self.names.as_ref().map(|it| it.resume().clone()).unwrap_or_default()
    }

    fn custom_data(&self) -> Value {
        self.seen.custom_data()
    }

    fn keep_custom_data(&self, key: &str, value: Value) {
        self.seen.keep_custom_data(key, value);
    }

    fn log(&self, line: String) {
        let mut log = self.log.lock().expect("plain lines");
        if log.len() < LOG_LINES_MAX {
            log.push(line);
        }
    }

    fn is_stopped(&self) -> bool {
        self.ends.have_come()
    }

    fn blob(&self, blob: &Blob) -> Result<Arc<[u8]>, String> {
        self.pages.bytes(blob)
    }
}
