//! Who leads where in a plan: ancestors of a node, and the port by which each leads to it.

use std::collections::{HashSet, VecDeque};

use super::Plan;

impl Plan {
    /// Every node that leads to this one, itself only when it lies on a loop.
    pub fn ancestors(&self, node: u32) -> HashSet<u32> {
        let mut found = HashSet::new();
        let mut left = vec![node];
        while let Some(at) = left.pop() {
            for (parent, _) in self.node(at).inputs.iter().flatten() {
                if found.insert(*parent) {
                    left.push(*parent);
                }
            }
        }
        found
    }

    /// Every node that this one leads to, itself only when it lies on a loop.
    pub fn descendants(&self, node: u32) -> HashSet<u32> {
        let mut found = HashSet::new();
        let mut left = vec![node];
        while let Some(at) = left.pop() {
            for (child, _) in self.node(at).outputs.iter().flatten() {
                if found.insert(*child) {
                    left.push(*child);
                }
            }
        }
        found
    }

    /// The output port of `from` that leads to `to` on the shortest way.
    pub(crate) fn wired_output(&self, from: u32, to: u32) -> Option<u16> {
        let ports = self.node(to).wired.get_or_init(|| self.ports_towards(to));
        ports[from as usize]
    }

    fn ports_towards(&self, to: u32) -> Vec<Option<u16>> {
        let mut ports = vec![None; self.nodes.len()];
        let mut left = VecDeque::from([to]);
        while let Some(at) = left.pop_front() {
            for (parent, port) in self.node(at).inputs.iter().flatten() {
                let slot = &mut ports[*parent as usize];
                if slot.is_none() {
                    *slot = Some(*port);
                    left.push_back(*parent);
                }
            }
        }
        ports
    }
}
