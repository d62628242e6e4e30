//! What an execution has recorded so far, for expressions and for those who look on.

use std::sync::{Arc, Mutex, RwLock};

use model::{
    Items, Map, Value,
    journal::{Source, Step},
};
use smol_str::SmolStr;

use crate::plan::Plan;

/// Finished steps, and what scripts keep besides. Shared by the steps that run.
pub struct Seen {
    pub plan: Arc<Plan>,
    /// By node, in the order of runs.
    runs: RwLock<Vec<Vec<Arc<Step>>>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Static data: the workflow's (`None`) and that of nodes; with whether it changed.
    statics: Vec<(Option<SmolStr>, Value, bool)>,
    custom: Map,
}

impl Seen {
    pub fn new(plan: Arc<Plan>) -> Seen {
        let runs = vec![vec![]; plan.nodes.len()];
        Seen { plan, runs: RwLock::new(runs), kept: Mutex::default() }
    }

    pub(crate) fn add(&self, step: Arc<Step>) {
        let mut runs = self.runs.write().expect("plain lists");
        let of_node = &mut runs[step.node as usize];
        // With branches at once, a later run may end before an earlier one.
        let at = of_node.partition_point(|it| it.run < step.run);
        of_node.insert(at, step);
    }

    pub(super) fn take_back(&self, (node, run): (u32, u32)) {
        let of_node = &mut self.runs.write().expect("plain lists")[node as usize];
        let at = of_node.partition_point(|it| it.run < run);
        if of_node.get(at).is_some_and(|it| it.run == run) {
            of_node.remove(at);
        }
    }

    /// How many runs of a node are finished.
    pub fn runs_of(&self, node: u32) -> usize {
        self.runs.read().expect("plain lists")[node as usize].len()
    }

    /// A finished step: the run of this index, or the latest.
    pub fn step(&self, node: u32, run: Option<u32>) -> Option<Arc<Step>> {
        let runs = self.runs.read().expect("plain lists");
        let of_node = &runs[node as usize];
        match run {
            None => of_node.last().cloned(),
            Some(run) => {
                let at = of_node.partition_point(|it| it.run < run);
                of_node.get(at).filter(|it| it.run == run).cloned()
            }
        }
    }

    pub fn output(&self, node: u32, run: u32, port: usize) -> Option<Items> {
        self.step(node, Some(run))?.outputs.get(port).cloned()
    }

    /// What a node kept at the end of its last run.
    pub(super) fn node_state(&self, node: u32) -> Value {
        self.step(node, None).map(|it| it.state.clone()).unwrap_or_default()
    }

    /// The lists that these sources name, one per input port.
    pub(super) fn inputs(&self, sources: &[Option<Source>]) -> Vec<Items> {
        let list = |it: &Option<Source>| {
            it.and_then(|it| self.output(it.node, it.run, it.output as usize)).unwrap_or_default()
        };
        sources.iter().map(list).collect()
    }

    pub(crate) fn set_statics(&self, statics: Vec<(Option<SmolStr>, Value)>) {
        let statics = statics.into_iter().map(|(node, value)| (node, value, false)).collect();
        self.kept.lock().expect("plain values").statics = statics;
    }

    pub(super) fn static_data(&self, node: Option<&str>) -> Value {
        let kept = self.kept.lock().expect("plain values");
        let found = kept.statics.iter().find(|it| it.0.as_deref() == node);
        found.map_or_else(|| Map::new().into(), |it| it.1.clone())
    }

    pub(super) fn keep_static_data(&self, node: Option<&str>, value: Value) {
        let mut kept = self.kept.lock().expect("plain values");
        match kept.statics.iter_mut().find(|it| it.0.as_deref() == node) {
            Some(it) if it.1 == value => {}
            Some(it) => (it.1, it.2) = (value, true),
            None => kept.statics.push((node.map(SmolStr::from), value, true)),
        }
    }

    /// Static data that changed since the last look.
    pub(super) fn take_changed_statics(&self) -> Vec<(Option<SmolStr>, Value)> {
        let mut kept = self.kept.lock().expect("plain values");
        let take = |(node, value, changed): &mut (Option<SmolStr>, Value, bool)| {
            std::mem::take(changed).then(|| (node.clone(), value.clone()))
        };
        kept.statics.iter_mut().filter_map(take).collect()
    }

    pub(super) fn custom_data(&self) -> Value {
        self.kept.lock().expect("plain values").custom.clone().into()
    }

    pub(super) fn keep_custom_data(&self, key: &str, value: Value) {
        self.kept.lock().expect("plain values").custom.insert(key, value);
    }
}
