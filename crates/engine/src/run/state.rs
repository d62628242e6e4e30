//! Where an execution stands: what is ready, what runs, what waits for more inputs. Pure.
//!
//! Everything here follows from the plan and the records alone, so folding a journal gives the
//! state in which its execution was.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use model::{
    Item, Items, Value,
    execution::{Answer, Status, WaitKind},
    id::{ExecutionId, WaitId},
    journal::{Source, Started, Step, StepError},
    workflow::Order,
};
use smol_str::SmolStr;

use super::Seen;
use crate::plan::Plan;

/// A node and the run of it.
pub(crate) type Key = (u32, u32);

/// A node that is to run, with its input.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) node: u32,
    /// One per input port; `None` never got any data.
    pub(crate) inputs: Vec<Option<Items>>,
    pub(crate) sources: Vec<Option<Source>>,
}

/// What the journal knows of an effect.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum EffectState {
    /// Announced, and no word of its end: in doubt when the one who announced it is gone.
    Started {
        attempt: u32,
    },
    Done(Value),
    Failed {
        attempt: u32,
    },
}

/// One thing that a step waits for.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) id: WaitId,
    pub(crate) kind: WaitKind,
    pub(crate) until: Option<Timestamp>,
    pub(crate) answer: Option<Answer>,
    /// The called execution, as long as this process knows.
    pub(crate) child: Option<ExecutionId>,
}

/// A step that has begun and is not finished.
#[derive(Clone, Debug)]
pub(crate) struct InFlight {
    pub(crate) task: Task,
    pub(crate) effects: HashMap<SmolStr, EffectState>,
    pub(crate) waits: Vec<Waiting>,
    /// Tries that failed.
    pub(crate) tries: u32,
}

impl InFlight {
    /// A try failed. What called executions gave belongs to it: the next one calls them anew.
    pub(super) fn try_failed(&mut self, attempt: u32) {
        self.tries = attempt + 1;
        self.waits.retain(|it| it.kind != WaitKind::Execution);
    }
}

/// A node's inputs while some are missing.
#[derive(Clone, Debug)]
pub(super) struct Parked {
    pub(super) inputs: Vec<Option<Items>>,
    pub(super) sources: Vec<Option<Source>>,
}

/// See the module.
pub(crate) struct State {
    pub(super) plan: Arc<Plan>,
    pub(crate) started: Arc<Started>,
    pub(crate) seen: Arc<Seen>,
    pub(super) ready: VecDeque<Task>,
    /// By node, in the order in which nodes began to wait.
    pub(super) parked: Vec<(u32, VecDeque<Parked>)>,
    pub(crate) in_flight: BTreeMap<Key, InFlight>,
    /// The step that ended the execution by failing; it can be tried again.
    pub(super) failed: Option<(Key, InFlight)>,
    /// Only these run, when only a part is wanted.
    only: Option<HashSet<u32>>,
    pub(crate) ended: Option<(Status, Option<StepError>)>,
    /// Steps in the order in which they were finished.
    pub(crate) order: Vec<Key>,
    /// How many runs of each node have begun.
    next_run: HashMap<u32, u32>,
}

impl State {
    pub(crate) fn new(plan: Arc<Plan>, started: Started) -> State {
        let only = started.until.map(|until| {
            let mut only = plan.ancestors(until);
            only.insert(until);
            only
        });
        let seen = Arc::new(Seen::new(plan.clone()));
        let first = first_task(&plan, &started);
        let mut res = State {
            plan,
            started: Arc::new(started),
            seen,
            ready: VecDeque::new(),
            parked: vec![],
            in_flight: BTreeMap::new(),
            failed: None,
            only,
            ended: None,
            order: vec![],
            next_run: HashMap::new(),
        };
        res.ready.push_back(first);
        res
    }

    /// What is given for a step instead of running it: of a replay, or a run of one node.
    pub(crate) fn given(&self, key: Key) -> Option<Step> {
        self.started.given.iter().find(|it| (it.node, it.run) == key).cloned()
    }

    /// Begins the next step, when one may run now.
    pub(crate) fn start_next(&mut self) -> Option<Key> {
        if self.ended.is_some() {
            return None;
        }
        let parallel = self.plan.order == Order::Parallel;
        if !parallel && !self.in_flight.is_empty() {
            return None;
        }
        loop {
            if self.ready.is_empty() && self.in_flight.is_empty() && !self.release_parked() {
                return None;
            }
            let task = self.ready.pop_front()?;
            if !self.has_data(&task) {
                continue;
            }
            let run = self.next_run_of(task.node);
            let key = (task.node, run);
            let fresh = InFlight { task, effects: HashMap::new(), waits: vec![], tries: 0 };
            self.in_flight.insert(key, fresh);
            return Some(key);
        }
    }

    /// A node with wires into it runs only when one of its inputs has items; a trigger always.
    fn has_data(&self, task: &Task) -> bool {
        let node = self.plan.node(task.node);
        if node.inputs.is_empty() || task.node == self.started.node {
            return true;
        }
        task.inputs.iter().flatten().any(|it| !it.is_empty())
    }

    fn next_run_of(&mut self, node: u32) -> u32 {
        let next = self.next_run.entry(node).or_default();
        *next += 1;
        *next - 1
    }

    /// Takes the end of a step in, and makes ready what follows it.
    pub(crate) fn finish(&mut self, step: Arc<Step>) {
        let key = (step.node, step.run);
        self.in_flight.remove(&key);
        self.order.push(key);
        self.seen.add(step.clone());
        if self.started.until != Some(step.node) {
            self.follow(&step);
        }
    }

    /// Takes in that a step failed and the execution with it.
    pub(crate) fn fail(&mut self, step: Arc<Step>) {
        let key = (step.node, step.run);
        let flight = self.in_flight.remove(&key);
        self.order.push(key);
        self.seen.add(step);
        self.failed = flight.map(|it| (key, it));
    }

    /// The error of a step that failed before the execution's end was recorded.
    pub(crate) fn failure(&self) -> Option<StepError> {
        let (key, _) = self.failed.as_ref()?;
        self.seen.step(key.0, Some(key.1))?.error.clone()
    }

    pub(super) fn may_run(&self, node: u32) -> bool {
        self.only.as_ref().is_none_or(|it| it.contains(&node))
    }

    fn follow(&mut self, step: &Step) {
        match self.plan.order {
            Order::V0 => self.follow_v0(step),
            Order::V1 => self.follow_v1(step),
            Order::Parallel => {
                for (output, to, input) in self.successors(step) {
                    self.offer(step, output, to, input);
                }
            }
        }
    }

    /// Wires out of a finished step that carry items: output, node, input.
    fn successors(&self, step: &Step) -> Vec<(usize, u32, u16)> {
        let node = self.plan.node(step.node);
        let mut res = vec![];
        for (output, targets) in node.outputs.iter().enumerate() {
            if step.outputs.get(output).is_none_or(Items::is_empty) {
                continue;
            }
            res.extend(targets.iter().map(|(to, input)| (output, *to, *input)));
        }
        res.retain(|(_, to, _)| self.may_run(*to));
        res
    }

    /// Depth first: what lies topmost, then leftmost, comes first.
    fn follow_v1(&mut self, step: &Step) {
        let mut next = self.successors(step);
        // The last one put in front runs first.
        next.sort_by(|a, b| {
            let at = |it: &(usize, u32, u16)| self.plan.node(it.1).node.position;
            let ([ax, ay], [bx, by]) = (at(a), at(b));
            by.total_cmp(&ay).then(bx.total_cmp(&ax))
        });
        for (output, to, input) in next {
            self.offer(step, output, to, input);
        }
    }

    /// Brings one output's items to one input.
    pub(super) fn offer(&mut self, step: &Step, output: usize, to: u32, input: u16) -> bool {
        let items = step.outputs.get(output).cloned().unwrap_or_default();
        let source = Source { node: step.node, run: step.run, output: output as u16 };
        let wired = self.plan.node(to).inputs_wired();
        if wired <= 1 {
            let (mut inputs, mut sources) = (vec![None; wired.max(1)], vec![None; wired.max(1)]);
            inputs[input as usize] = Some(items);
            sources[input as usize] = Some(source);
            self.enqueue(Task { node: to, inputs, sources });
            return false;
        }
        let was_parked = self.parked.iter().any(|it| it.0 == to);
        if !was_parked {
            self.parked.push((to, VecDeque::new()));
        }
        let place = self.parked.iter().position(|it| it.0 == to).expect("it was just put there");
        let entries = &mut self.parked[place].1;
        let free = entries.iter().position(|it| it.inputs[input as usize].is_none());
        let at = free.unwrap_or_else(|| {
            entries.push_back(Parked { inputs: vec![None; wired], sources: vec![None; wired] });
            entries.len() - 1
        });
        entries[at].inputs[input as usize] = Some(items);
        entries[at].sources[input as usize] = Some(source);
        if entries[at].inputs.iter().all(Option::is_some) {
            let full = entries.remove(at).expect("it is there");
            if entries.is_empty() {
                self.parked.remove(place);
            }
            self.enqueue(Task { node: to, inputs: full.inputs, sources: full.sources });
            return false;
        }
        !was_parked
    }

    pub(super) fn enqueue(&mut self, task: Task) {
        match self.plan.order {
            Order::V1 => self.ready.push_front(task),
            Order::V0 | Order::Parallel => self.ready.push_back(task),
        }
    }

    /// Lets a node run with what it has once nothing else can bring it more. `false`: none may.
    fn release_parked(&mut self) -> bool {
        let mut at = 0;
        while at < self.parked.len() {
            let (node, entries) = &self.parked[at];
            let planned = self.plan.node(*node);
            let first = &entries[0];
            let arrived = first.inputs.iter().filter(|it| it.is_some()).count();
            let needed = match self.plan.order {
                Order::V0 => 1,
                Order::V1 | Order::Parallel => planned.inputs_needed,
            };
            let ancestors = self.plan.ancestors(*node);
            let waits_for_other =
                self.parked.iter().any(|it| it.0 != *node && ancestors.contains(&it.0));
            if arrived < needed || waits_for_other {
                at += 1;
                continue;
            }
            let node = *node;
            let parked = self.parked[at].1.pop_front().expect("an entry is never empty");
            if self.parked[at].1.is_empty() {
                self.parked.remove(at);
            }
            let has_items = |it: &Option<Items>| it.as_ref().is_some_and(|it| !it.is_empty());
            // In the old order a node without items at its first input does nothing at all.
            let runs = match self.plan.order {
                Order::V0 if self.plan.node(node).pinned.is_none() => {
                    parked.inputs.first().is_some_and(has_items)
                }
                Order::V0 | Order::V1 | Order::Parallel => parked.inputs.iter().any(has_items),
            };
            if runs {
                let inputs = parked.inputs.into_iter().map(|it| Some(it.unwrap_or_default()));
                let task = Task { node, inputs: inputs.collect(), sources: parked.sources };
                self.ready.push_back(task);
                return true;
            }
            at = 0;
        }
        false
    }

    /// Takes a step back in that goes to sleep: what it did before it.
    pub(crate) fn put_back(&mut self, key: Key, flight: InFlight) {
        self.in_flight.insert(key, flight);
    }

    /// Takes in what a step waits for.
    pub(crate) fn begin_waits(&mut self, key: Key, waits: Vec<Waiting>) {
        let Some(flight) = self.in_flight.get_mut(&key) else { return };
        // A step that waits anew has done with what it waited for before, but for what a person
        // decided about its effects.
        let own = |it: &Waiting| !matches!(it.kind, WaitKind::Retry | WaitKind::InDoubt);
        if waits.iter().any(own) && flight.waits.iter().all(|it| it.answer.is_some()) {
            flight.waits.retain(|it| !own(it));
        }
        flight.waits.extend(waits);
    }

    /// Takes the answer of a wait in; one that nobody waits for is ignored.
    pub(crate) fn answer(&mut self, wait: WaitId, answer: Answer) {
        let waits = self.in_flight.values_mut().flat_map(|it| it.waits.iter_mut());
        if let Some(it) = waits.into_iter().find(|it| it.id == wait) {
            it.answer.get_or_insert(answer);
        }
    }

    /// How long steps have run so far; those that ran at once count once.
    pub(crate) fn worked(&self) -> Duration {
        let step = |key: &Key| self.seen.step(key.0, Some(key.1));
        let mut times: Vec<(i64, i64)> = self
            .order
            .iter()
            .filter_map(step)
            .map(|it| (it.started_at.as_microsecond(), it.duration_us as i64))
            .map(|(from, took)| (from, from.saturating_add(took)))
            .collect();
        times.sort_unstable();
        let (mut sum, mut until) = (0, i64::MIN);
        for (from, to) in times {
            sum += (to - from.max(until)).max(0);
            until = until.max(to);
        }
        Duration::from_micros(sum as u64)
    }

    /// Whether a step could begin, or is parked.
    pub(crate) fn has_ready(&self) -> bool {
        !self.ready.is_empty() || !self.parked.is_empty()
    }

    pub(super) fn is_ready(&self, node: u32) -> bool {
        self.ready.iter().any(|it| it.node == node)
    }
}

/// The trigger gives what the execution started with; another node gets it as its input.
fn first_task(plan: &Plan, started: &Started) -> Task {
    let node = plan.node(started.node);
    let mut inputs: Vec<Option<Items>> = started.items.iter().cloned().map(Some).collect();
    if !node.node_type.trigger && inputs.iter().flatten().all(Items::is_empty) {
        inputs = vec![Some(Items::one(Item::default()))];
    }
    inputs.resize(inputs.len().max(node.inputs_wired()), None);
    Task { node: started.node, sources: vec![None; inputs.len()], inputs }
}
