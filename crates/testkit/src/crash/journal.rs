//! What must be true of every single journal, whatever its workflow.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use model::{execution::WaitKind, journal::Record, workflow::InDoubt};
use sdk::Effect;
use smol_str::SmolStr;

use super::results::Outcome;
use crate::catalog::Mark;

/// A node and the run of it.
type Key = (u32, u32);

/// What one journal says of effects.
#[derive(Default)]
pub(super) struct Told {
    pub(super) faults: Vec<String>,
    /// By idempotency key: how often the effect was announced.
    pub(super) announced: HashMap<String, u32>,
    pub(super) in_doubt: usize,
    pub(super) taken_up: usize,
    /// How often the execution ended by an error.
    pub(super) errors: usize,
}

struct Reader<'a> {
    outcome: &'a Outcome,
    told: Told,
    /// Finished steps, and when it was known that they are.
    finished: HashMap<Key, Option<Timestamp>>,
    /// By step and key: whether its end is known, and the latest attempt.
    effects: HashMap<(Key, SmolStr), (bool, u32)>,
    done: HashSet<(Key, SmolStr)>,
    /// Steps about which a person decided.
    decided: HashSet<Key>,
    asked: HashMap<model::id::WaitId, Key>,
    retried: bool,
    ended: bool,
}

/// Reads the journal of an execution, with the runs of its nodes that were seen.
pub(super) fn read(outcome: &Outcome, marks: &[&Mark]) -> Told {
    let mut reader = Reader {
        outcome,
        told: Told::default(),
        finished: HashMap::new(),
        effects: HashMap::new(),
        done: HashSet::new(),
        decided: HashSet::new(),
        asked: HashMap::new(),
        retried: false,
        ended: false,
    };
    for (n, record) in outcome.records.iter().enumerate() {
        if (n == 0) != matches!(record, Record::Started(_)) {
            reader.fault("its start is not its first record, or comes twice");
        }
        reader.take(record);
    }
    if !reader.ended {
        reader.fault("it has no end");
    }
    reader.runs_again(marks);
    reader.told
}

impl Reader<'_> {
    fn fault(&mut self, what: &str) {
        let Outcome { execution, workflow, origin, .. } = self.outcome;
        self.told.faults.push(format!("{} of `{workflow}` ({origin}): {what}", execution.id));
    }

    fn name(&self, key: Key) -> String {
        format!("step `{}` {}", self.outcome.plan.node(key.0).node.name, key.1)
    }

    fn take(&mut self, record: &Record) {
        if self.ended && !matches!(record, Record::Retried { .. }) {
            self.fault("it goes on after its end");
        }
        match record {
            Record::Started(_) | Record::EffectFailed { .. } => self.effect_failed(record),
            Record::Step(step) => {
                let key = (step.node, step.run);
                let failed = step.error.is_some() && step.outputs.is_empty();
                if self.finished.contains_key(&key) {
                    self.fault(&format!("{} was finished twice", self.name(key)));
                }
                if !failed {
                    self.finished.insert(key, None);
                }
            }
            Record::EffectStarted { node, run, key, attempt } => {
                self.announced((*node, *run), key, *attempt);
            }
            Record::EffectDone { node, run, key, .. } => {
                self.effects.insert(((*node, *run), key.clone()), (true, 0));
                self.done.insert(((*node, *run), key.clone()));
            }
            Record::Waiting { node, run, wait, kind, .. } => {
                if *kind == WaitKind::InDoubt {
                    self.asked.insert(*wait, (*node, *run));
                }
                self.not_finished((*node, *run), "waits");
            }
            Record::Resumed { wait, at, .. } => {
                self.decided.extend(self.asked.get(wait));
                self.known_at(*at);
            }
            Record::TryFailed { node, run, .. } => self.not_finished((*node, *run), "was tried"),
            Record::TakenUp { at, .. } => {
                self.told.taken_up += 1;
                self.known_at(*at);
            }
            Record::Retried { .. } => {
                self.retried = true;
                self.ended = false;
            }
            Record::Ended { at, error, .. } => {
                self.ended = true;
                self.told.errors += usize::from(error.is_some());
                self.known_at(*at);
            }
        }
    }

    fn effect_failed(&mut self, record: &Record) {
        if let Record::EffectFailed { node, run, key, .. } = record {
            let known = self.effects.entry(((*node, *run), key.clone())).or_default();
            known.0 = true;
        }
    }

    fn not_finished(&mut self, key: Key, what: &str) {
        if self.finished.contains_key(&key) {
            self.fault(&format!("{} {what} after it was finished", self.name(key)));
        }
    }

    fn announced(&mut self, step: Key, key: &SmolStr, attempt: u32) {
        self.not_finished(step, "acted");
        let place = (step, key.clone());
        if self.done.contains(&place) {
            self.fault(&format!("{} did `{key}` again", self.name(step)));
        }
        let name = format!("{}:{}:{}:{key}", self.outcome.execution.id, step.0, step.1);
        *self.told.announced.entry(name).or_default() += 1;
        if let Some((ended, before)) = self.effects.insert(place, (false, attempt)) {
            if attempt <= before {
                let step = self.name(step);
                self.fault(&format!("{step} counts `{key}` wrong: {attempt} after {before}"));
            }
            if !ended {
                self.in_doubt(step, key);
            }
        }
    }

    /// An effect is announced again whose end nobody knows: its node must allow that.
    fn in_doubt(&mut self, step: Key, key: &SmolStr) {
        self.told.in_doubt += 1;
        let node = self.outcome.plan.node(step.0);
        let policy = node.node.in_doubt.unwrap_or(match node.node_type.effect {
            Effect::Effectful(policy) => policy,
            Effect::Pure => InDoubt::Retry,
        });
        let allowed = match policy {
            InDoubt::Retry => true,
            InDoubt::Ask => self.decided.contains(&step),
            InDoubt::Fail => self.retried,
        };
        if !allowed {
            let step = self.name(step);
            self.fault(&format!("{step} did `{key}` again, against its policy {policy:?}"));
        }
    }

    /// All that was finished before is known to be durable at this time.
    fn known_at(&mut self, at: Timestamp) {
        for known in self.finished.values_mut() {
            known.get_or_insert(at);
        }
    }

    /// No node was seen to run for a step that was recorded as finished before.
    fn runs_again(&mut self, marks: &[&Mark]) {
        for mark in marks {
            let Some(node) = self.outcome.plan.index(&mark.node) else { continue };
            let known = self.finished.get(&(node, mark.run)).copied().flatten();
            if let Some(known) = known.filter(|it| *it < mark.at) {
                let step = self.name((node, mark.run));
                self.fault(&format!("{step} was recorded by {known} and ran again at {}", mark.at));
            }
        }
    }
}
