//! n8n's old order: breadth first, and the parents of a node that waits are made to run.

use model::{Item, Items, journal::Step};

use super::state::{State, Task};

impl State {
    pub(super) fn follow_v0(&mut self, step: &Step) {
        let targets: Vec<(usize, u32, u16)> = {
            let node = self.plan.node(step.node);
            let all = node.outputs.iter().enumerate();
            all.flat_map(|(output, to)| to.iter().map(move |it| (output, it.0, it.1))).collect()
        };
        for (output, to, input) in targets {
            let given = step.outputs.get(output);
            // An optional further input takes an empty list as its data too.
            let passes = given.is_some_and(|it| !it.is_empty()) || (given.is_some() && input > 0);
            if !passes || !self.may_run(to) {
                continue;
            }
            let began_to_wait = self.offer(step, output, to, input);
            if began_to_wait {
                self.force_parents(step, output, to);
            }
        }
    }

    /// A node began to wait for more inputs: whatever feeds them and was not reached runs anyway,
    /// with one empty item.
    fn force_parents(&mut self, step: &Step, output: usize, node: u32) {
        let plan = self.plan.clone();
        let siblings: Vec<u32> =
            plan.node(step.node).outputs.iter().flatten().map(|it| it.0).collect();
        let parents: Vec<u32> = plan.node(node).inputs.iter().flatten().map(|it| it.0).collect();
        for parent in parents {
            if parent == step.node || self.seen.runs_of(parent) > 0 || self.is_ready(parent) {
                continue;
            }
            if siblings.contains(&parent) && !self.fed_by_nothing(parent) {
                continue;
            }
            let Some(add) = self.first_unreached(step.node, parent, &siblings) else { continue };
            let below = plan.ancestors(add).contains(&step.node);
            if below && step.outputs.get(output).is_none_or(Items::is_empty) {
                continue;
            }
            let wired = plan.node(add).inputs_wired();
            if !self.may_run(add) || (wired > 0 && !self.fed_by_nothing(add)) {
                continue;
            }
            let n = wired.max(1);
            let mut inputs = vec![None; n];
            inputs[0] = Some(Items::one(Item::default()));
            self.enqueue(Task { node: add, inputs, sources: vec![None; n] });
        }
    }

    /// The farthest ancestor of a node (or itself) that has neither run nor is about to.
    fn first_unreached(&self, from: u32, node: u32, siblings: &[u32]) -> Option<u32> {
        let mut found = node;
        let mut left = vec![node];
        let mut looked = std::collections::HashSet::from([node]);
        while let Some(at) = left.pop() {
            for (parent, _) in self.plan.node(at).inputs.iter().flatten() {
                let reached = *parent == from
                    || siblings.contains(parent)
                    || self.seen.runs_of(*parent) > 0
                    || self.is_ready(*parent);
                if !reached && looked.insert(*parent) {
                    found = *parent;
                    left.push(*parent);
                }
            }
        }
        Some(found)
    }

    /// Whether everything wired to a node's first input gave nothing in its last run.
    fn fed_by_nothing(&self, node: u32) -> bool {
        let Some(feeders) = self.plan.node(node).inputs.first() else { return true };
        feeders.iter().all(|(parent, output)| {
            let runs = self.seen.runs_of(*parent);
            runs > 0
                && self
                    .seen
                    .output(*parent, runs as u32 - 1, *output as usize)
                    .is_none_or(|it| it.is_empty())
        })
    }
}
