//! The journal: the ordered, durable record of an execution, and the only truth about it.
//!
//! Folding the records of an execution again gives the state in which it was.
//! Every chunk carries [`FORMAT`]; a later version still reads the earlier ones.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{
    Items, Value,
    execution::{Answer, Mode, Status, WaitKind},
    id::{ExecutionId, WaitId},
};

/// The format of chunks that this version writes.
pub const FORMAT: u8 = 1;

/// A node's number: its place in the version's list of nodes.
pub type NodeIndex = u32;

#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// The first record: what the execution starts with.
    Started(Started),
    /// A node's run is finished. Such a step never runs again.
    Step(Arc<Step>),
    /// An effect is about to start. Durable before it does.
    EffectStarted {
        node: NodeIndex,
        run: u32,
        key: SmolStr,
        attempt: u32,
    },
    /// An effect took place and gave this.
    EffectDone {
        node: NodeIndex,
        run: u32,
        key: SmolStr,
        result: Value,
    },
    /// An effect was tried and is known not to have taken place, or failed for good.
    EffectFailed {
        node: NodeIndex,
        run: u32,
        key: SmolStr,
        message: String,
    },
    /// A step waits; its node runs again with the answer.
    Waiting {
        node: NodeIndex,
        run: u32,
        wait: WaitId,
        kind: WaitKind,
        until: Option<Timestamp>,
    },
    /// The wait ended.
    Resumed {
        node: NodeIndex,
        run: u32,
        wait: WaitId,
        answer: Answer,
        at: Timestamp,
    },
    /// A try failed and will be repeated.
    TryFailed {
        node: NodeIndex,
        run: u32,
        attempt: u32,
        message: String,
        at: Timestamp,
    },
    /// Another process, or the same one after a crash, took the execution up.
    TakenUp {
        at: Timestamp,
        worker: SmolStr,
    },
    /// A person asked for the failed step to be run again.
    Retried {
        at: Timestamp,
    },
    Ended {
        status: Status,
        at: Timestamp,
        error: Option<StepError>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    pub at: Timestamp,
    pub mode: Mode,
    /// The trigger.
    pub node: NodeIndex,
    /// What the trigger gives: one list per output port.
    pub items: Vec<Items>,
    pub parent: Option<ExecutionId>,
    pub replay_of: Option<ExecutionId>,
    /// Run only what leads to this node (a manual run of one node).
    pub until: Option<NodeIndex>,
    /// Steps taken over from another execution (a replay from a step).
    pub given: Vec<Step>,
    /// Seeds what the workflow may draw by chance, so that keys stay the same.
    pub seed: u64,
    /// How many executions called each other to get here.
    pub depth: u32,
}

/// One run of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub node: NodeIndex,
    pub run: u32,
    pub started_at: Timestamp,
    pub duration_us: u64,
    /// Where each input port's items came from.
    pub sources: Arc<[Option<Source>]>,
    /// One list per output port.
    pub outputs: Vec<Items>,
    /// Set when the node threw; with `on_error` other than stop the execution still went on.
    pub error: Option<StepError>,
    /// What the node keeps for its next run in this execution.
    pub state: Value,
    /// How many tries it took.
    pub tries: u32,
    /// Lines of `console.log`, and hints for the person who looks at the step.
    pub log: Vec<String>,
}

/// The output of an earlier step that an input was fed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    pub node: NodeIndex,
    pub run: u32,
    pub output: u16,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StepError {
    /// Name of the node, so that a list needs no version.
    pub node: SmolStr,
    pub message: String,
    pub description: Option<String>,
    /// Index of the item that failed, where one is to blame.
    pub item: Option<u32>,
    /// An HTTP status, where the fault was an answer.
    pub http_status: Option<u16>,
}
