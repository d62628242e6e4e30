//! What the names of an expression stand for while one step runs.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use model::{Item, Items, Map, Value};
use smol_str::SmolStr;

/// Everything that an expression of one step may name. Built once per step, shared by its items.
#[derive(Clone)]
pub struct Scope {
    /// Keeps the JavaScript contexts of workspaces apart.
    pub workspace: SmolStr,
    pub workflow: WorkflowFacts,
    pub execution: ExecutionFacts,
    pub node: NodeFacts,
    /// Index of this run of the node within the execution: `$runIndex`.
    pub run_index: usize,
    /// The step's input, one list per input port. `$json` is `input[0][item].json`.
    pub input: Vec<Items>,
    /// Where the first input came from: `$prevNode`.
    pub previous: Option<Previous>,
    /// `$vars`.
    pub vars: Arc<Map>,
    /// `$env`; `None` blocks it (the default), and naming it is an error.
    pub env: Option<Arc<Map>>,
    /// The workflow's time zone: `$now`, `$today`, `DateTime`, `Date` formatting.
    pub zone: TimeZone,
    /// A fixed clock for tests and `--now`; `None` is the real one.
    pub now: Option<Timestamp>,
    /// More names, such as `$response`, `$request`, `$pageCount`, `$secrets`.
    pub extra: Vec<(SmolStr, Value)>,
    pub world: Arc<dyn World>,
}

/// `$workflow`.
#[derive(Clone, Default)]
pub struct WorkflowFacts {
    pub id: SmolStr,
    pub name: SmolStr,
    pub active: bool,
}

/// `$execution`.
#[derive(Clone, Default)]
pub struct ExecutionFacts {
    pub id: SmolStr,
    /// `test` or `production`.
    pub mode: SmolStr,
}

/// `$execution.resumeUrl` and `$execution.resumeFormUrl`.
#[derive(Clone, Default)]
pub struct Resume {
    pub url: SmolStr,
    pub form_url: SmolStr,
}

/// `$nodeId`, `$nodeVersion`, `$webhookId`, `$parameter`, `$rawParameter`.
#[derive(Clone, Default)]
pub struct NodeFacts {
    pub id: SmolStr,
    pub name: SmolStr,
    pub version: f64,
    pub webhook_id: Option<SmolStr>,
    /// The parameters as written, expressions unevaluated.
    pub parameters: Value,
}

#[derive(Clone, Default)]
pub struct Previous {
    pub node: SmolStr,
    pub output: usize,
    pub run: usize,
}

/// What lies outside the step: other nodes' recorded data, lineage, static data, the log.
///
/// The engine implements it over the running execution; tests with a table.
pub trait World: Send + Sync {
    /// The number of a node of the workflow by its name; `None` when there is none of that name.
    fn node(&self, name: &str) -> Option<usize>;
    /// How many runs of the node are recorded: 0 is "not executed".
    fn runs(&self, node: usize) -> usize;
    /// The items of one output port of one run. Of a node that did not run: what stands in for
    /// it, such as pinned items.
    fn output(&self, node: usize, run: usize, port: usize) -> Option<Items>;
    /// The output port of `node` that leads to the step's node (directly or not); 0 when none does.
    fn wired_output(&self, node: usize) -> usize;
    /// The item of `node` that item `item` of the step's first input descends from.
    /// `Err` is a sentence for the user: not executed, no lineage, several matches.
    fn paired(&self, node: usize, item: usize) -> Result<Item, String>;
    /// The parameters of a node as written: `$('x').params`.
    fn parameters(&self, node: usize) -> Value;
    /// What a node keeps between its runs: `$('Loop').context` (`noItemsLeft`, `currentRunIndex`).
    fn context(&self, node: usize) -> Value;
    /// Workflow static data (`node` false: the workflow's, true: the node's own).
    fn static_data(&self, node: bool) -> Value;
    /// Keeps changed static data; written with the execution's end.
    fn keep_static_data(&self, node: bool, value: Value);
    /// Where the execution is called when it waits; made when somebody names it.
    fn resume(&self) -> Resume {
        Resume::default()
    }
    /// `$execution.customData`.
    fn custom_data(&self) -> Value;
    fn keep_custom_data(&self, key: &str, value: Value);
    /// A line of `console.log`.
    fn log(&self, line: String);
    /// Whether nobody waits for the step any more (cancelled, taken over, out of time): then what
    /// computes ends soon. Asked often.
    fn is_stopped(&self) -> bool {
        false
    }
    /// The bytes of a stored file beside an item.
    fn blob(&self, blob: &model::item::Blob) -> Result<Arc<[u8]>, String>;
}
