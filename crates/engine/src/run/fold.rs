//! Records to state: what a journal says about where its execution stands. Pure.

use std::sync::Arc;

use model::{journal::Record, workflow::InDoubt};

use super::{
    in_doubt,
    state::{EffectState, InFlight, Key, State, Waiting},
};
use crate::plan::Plan;

impl State {
    /// The state after these records; the first is [`Record::Started`].
    ///
    /// # Errors
    /// A sentence when the records do not fit the plan.
    pub(crate) fn fold(plan: Arc<Plan>, records: Vec<Record>) -> Result<State, String> {
        let mut records = records.into_iter();
        let Some(Record::Started(started)) = records.next() else {
            return Err("the journal does not begin with its start".to_owned());
        };
        if started.node as usize >= plan.nodes.len() {
            return Err("the journal starts at a node that the version does not have".to_owned());
        }
        let mut state = State::new(plan, started);
        for record in records {
            state.apply(record)?;
        }
        Ok(state)
    }

    fn apply(&mut self, record: Record) -> Result<(), String> {
        match record {
            Record::Started(_) => return Err("an execution starts once".to_owned()),
            Record::Step(step) => {
                self.begun((step.node, step.run))?;
                let stops = step.error.is_some() && step.outputs.is_empty();
                if stops { self.fail(step) } else { self.finish(step) }
            }
            Record::EffectStarted { node, run, key, attempt } => {
                self.begun((node, run))?.effects.insert(key, EffectState::Started { attempt });
            }
            Record::EffectDone { node, run, key, result } => {
                self.begun((node, run))?.effects.insert(key, EffectState::Done(result));
            }
            Record::EffectFailed { node, run, key, .. } => {
                let effects = &mut self.begun((node, run))?.effects;
                let attempt = match effects.get(&key) {
                    Some(EffectState::Started { attempt } | EffectState::Failed { attempt }) => {
                        *attempt
                    }
                    Some(EffectState::Done(_)) | None => 0,
                };
                effects.insert(key, EffectState::Failed { attempt });
            }
            Record::Waiting { node, run, wait, kind, until } => {
                self.begun((node, run))?;
                self.begin_waits(
                    (node, run),
                    vec![Waiting { id: wait, kind, until, answer: None, child: None }],
                );
            }
            Record::Resumed { wait, answer, .. } => self.answer(wait, answer),
            Record::TryFailed { node, run, attempt, .. } => {
                self.begun((node, run))?.try_failed(attempt);
            }
            Record::TakenUp { .. } => {}
            Record::Retried { .. } => self.retry(),
            Record::Ended { status, error, .. } => self.ended = Some((status, error)),
        }
        Ok(())
    }

    /// Opens an ended execution again: the step that failed runs once more. Others that were under
    /// way go on, and wait for what they waited for.
    fn retry(&mut self) {
        self.ended = None;
        let Some((key, mut flight)) = self.failed.take() else { return };
        self.seen.take_back(key);
        self.order.retain(|it| *it != key);
        flight.tries = 0;
        flight.waits.clear();
        if in_doubt::policy(self.plan.node(key.0)) == InDoubt::Fail {
            // The step said what nobody knows, and somebody wants it done again.
            for effect in flight.effects.values_mut() {
                if let EffectState::Started { attempt } = *effect {
                    *effect = EffectState::Failed { attempt };
                }
            }
        }
        self.in_flight.insert(key, flight);
    }

    /// A step that a record is about: it has begun, or begins now.
    fn begun(&mut self, key: Key) -> Result<&mut InFlight, String> {
        while !self.in_flight.contains_key(&key) {
            self.start_next().ok_or_else(|| {
                format!(
                    "the journal names run {} of node {}, which cannot have begun",
                    key.1, key.0
                )
            })?;
        }
        Ok(self.in_flight.get_mut(&key).expect("it was just looked for"))
    }
}
