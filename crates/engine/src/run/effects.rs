//! What the journal knows of a step's effects, and how they begin and end.

use model::{Value, execution::WaitKind, journal::Record};
use sdk::{
    NodeError,
    ctx::{EffectKey, WaitFor},
};
use smol_str::{SmolStr, format_smolstr};

use super::{
    host::StepHost,
    in_doubt::{self, Verdict},
    state::EffectState,
};

impl StepHost<'_> {
    /// What is known of an effect, and what follows from it; `None`: it is to be announced, with
    /// this attempt.
    pub(super) async fn known(&self, key: &SmolStr) -> Result<Result<Value, u32>, NodeError> {
        let known = self.effects.lock().expect("plain values").get(key).cloned();
        let attempt = match known {
            None => return Ok(Err(0)),
            Some(EffectState::Done(value)) => return Ok(Ok(value)),
            Some(EffectState::Failed { attempt }) => return Ok(Err(attempt + 1)),
            Some(EffectState::Started { attempt }) => attempt,
        };
        let node = self.job.node();
        if let Some(value) = self.look_up(key, attempt).await? {
            self.end_effect(key, &Ok(value.clone()));
            return Ok(Ok(value));
        }
        match in_doubt::verdict(node, key, &self.in_doubt(), &self.job.flight.waits) {
            Verdict::Again => Ok(Err(attempt + 1)),
            Verdict::TookPlace(value) => {
                self.end_effect(key, &Ok(value.clone()));
                Ok(Ok(value))
            }
            Verdict::Fail(message) => Err(in_doubt::failed(message)),
            Verdict::Ask => {
                let details = in_doubt::question(node, key);
                let wait = WaitFor { details, ..WaitFor::kind(WaitKind::InDoubt) };
                let waiting = self.job.note_wait(wait);
                *self.question.lock().expect("a plain wait") = Some(waiting);
                Err(NodeError::interrupted())
            }
        }
    }

    /// The effects of which nobody knows whether they took place.
    fn in_doubt(&self) -> Vec<SmolStr> {
        let effects = self.effects.lock().expect("plain values");
        let started = effects.iter().filter(|it| matches!(it.1, EffectState::Started { .. }));
        let mut res: Vec<SmolStr> = started.map(|it| it.0.clone()).collect();
        res.sort();
        res
    }

    /// Asks the service whether an effect in doubt took place, where the node type can.
    async fn look_up(&self, key: &SmolStr, attempt: u32) -> Result<Option<Value>, NodeError> {
        let node = self.job.node();
        let mut ctx = sdk::Ctx {
            host: self,
            node: &node.node,
            input: &self.scope.input,
            params: &node.params,
            run: self.job.key.1,
            state: Value::Null,
            resumed: vec![],
            tries: self.job.flight.tries,
        };
        node.node_type.run.look_up(&mut ctx, &self.effect_key(key, attempt)).await
    }

    pub(super) fn effect_key(&self, key: &SmolStr, attempt: u32) -> EffectKey {
        let (node, run) = self.job.key;
        EffectKey {
            key: key.clone(),
            idempotency: format_smolstr!("{}:{node}:{run}:{key}", self.job.facts.execution),
            attempt,
        }
    }

    pub(super) fn end_effect(&self, key: &SmolStr, result: &Result<Value, NodeError>) {
        let (node, run) = self.job.key;
        let mut effects = self.effects.lock().expect("plain values");
        let attempt = match effects.get(key) {
            Some(EffectState::Started { attempt }) => *attempt,
            Some(EffectState::Done(_) | EffectState::Failed { .. }) | None => 0,
        };
        let key = key.clone();
        let record = match result {
            Ok(result) => {
                effects.insert(key.clone(), EffectState::Done(result.clone()));
                Record::EffectDone { node, run, key, result: result.clone() }
            }
            Err(error) => {
                effects.insert(key.clone(), EffectState::Failed { attempt });
                Record::EffectFailed { node, run, key, message: error.message.clone() }
            }
        };
        self.job.pen.note(record);
    }
}
