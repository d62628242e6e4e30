//! What becomes of an effect of which nobody knows whether it took place.

use model::{
    Value,
    execution::{Answer, WaitKind},
    workflow::InDoubt,
};
use sdk::{Effect, NodeError};
use smol_str::SmolStr;

use super::state::Waiting;
use crate::plan::PlanNode;

/// What to do with an effect in doubt.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Again, with the same idempotency key.
    Again,
    /// It took place, and gave this.
    TookPlace(Value),
    Fail(String),
    Ask,
}

/// As the node says, or as a person who was asked has decided. `all` are the keys of the step's
/// effects that are in doubt, for the person who reads of it.
pub(super) fn verdict(
    node: &PlanNode,
    key: &SmolStr,
    all: &[SmolStr],
    waits: &[Waiting],
) -> Verdict {
    if let Some(decided) = decision(key, waits) {
        return decided;
    }
    match policy(node) {
        InDoubt::Retry => Verdict::Again,
        InDoubt::Ask => Verdict::Ask,
        InDoubt::Fail => Verdict::Fail(format!(
            "node `{}` was interrupted, and nobody knows whether `{}` took place; look at the service, then retry the execution to do it again",
            node.node.name,
            all.join("`, `")
        )),
    }
}

/// What the node says about effects in doubt, or else its type.
pub(super) fn policy(node: &PlanNode) -> InDoubt {
    node.node.in_doubt.unwrap_or(match node.node_type.effect {
        Effect::Effectful(policy) => policy,
        Effect::Pure => InDoubt::Retry,
    })
}

/// The latest answer to a question about this effect.
fn decision(key: &SmolStr, waits: &[Waiting]) -> Option<Verdict> {
    let answers = waits.iter().rev().filter(|it| it.kind == WaitKind::InDoubt);
    answers.filter_map(|it| it.answer.as_ref()).find_map(|answer| match answer {
        Answer::Came(value) if value.get("key")?.as_str()? == key => {
            Some(match value.get("decision")?.as_str()? {
                "done" => Verdict::TookPlace(value.get("result").cloned().unwrap_or_default()),
                "fail" => Verdict::Fail(format!("a person decided that `{key}` failed")),
                _ => Verdict::Again,
            })
        }
        Answer::Came(_) | Answer::Timeout | Answer::Items(_) | Answer::Failed(_) => None,
    })
}

/// What the person who is asked sees.
pub(super) fn question(node: &PlanNode, key: &SmolStr) -> Value {
    Value::object([
        ("node", Value::from(node.node.name.clone())),
        ("key", key.clone().into()),
        ("decisions", Value::array(["retry", "done", "fail"].map(Value::from))),
    ])
}

/// Turns a verdict that ends the step into its error.
pub(super) fn failed(message: String) -> NodeError {
    NodeError::never(message)
}
