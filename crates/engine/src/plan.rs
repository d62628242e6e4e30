//! A workflow version made ready to run: parsed expressions, resolved ports, node types at hand.
//!
//! Compiled once per version and shared by its executions; nothing is parsed per item.

pub mod advice;
mod check;
mod reach;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use expr::{Code, Template};
use jiff::tz::TimeZone;
use model::{
    Items, Value,
    workflow::{Node, OnError, Order, Workflow},
};
use sdk::{Catalog, Category, Ctx, NodeError, NodeType, Outcome, Param, Run, node::Ports};
use smol_str::SmolStr;

pub use advice::{Advice, advice};
pub use check::faults;

use crate::spelling::item_of;

/// How many scripts of one version stay parsed.
const SCRIPTS_MAX: usize = 256;

/// A compiled version. It never changes; executions share it.
pub struct Plan {
    pub document: Arc<Workflow>,
    pub nodes: Vec<PlanNode>,
    pub zone: TimeZone,
    pub order: Order,
    /// Whether any expression or script reaches for workflow static data.
    pub uses_static_data: bool,
    by_name: HashMap<SmolStr, u32>,
    pub(crate) templates: Vec<Template>,
    scripts: Mutex<HashMap<(SmolStr, bool), Code>>,
}

/// A node of a plan. Nodes go by their place in the document's list.
pub struct PlanNode {
    pub node: Node,
    pub node_type: Arc<NodeType>,
    /// The parameters with their defaults, compiled.
    pub params: Param,
    /// The same as data.
    pub filled: Value,
    /// As expressions see them.
    pub named: Value,
    pub ports: Ports,
    /// What is wired to each input: node and its output port.
    pub inputs: Vec<Vec<(u32, u16)>>,
    /// Where each output leads: node and its input port.
    pub outputs: Vec<Vec<(u32, u16)>>,
    /// How many inputs must have data before the rest is given up.
    pub inputs_needed: usize,
    pub pinned: Option<Items>,
    /// For each node of the plan, the output port by which it leads here; made when asked for.
    pub(crate) wired: std::sync::OnceLock<Vec<Option<u16>>>,
}

impl PlanNode {
    /// The port that failed items leave by, when the node has one.
    pub fn error_port(&self) -> Option<usize> {
        (self.node.on_error == OnError::ErrorOutput).then(|| self.main_outputs())
    }

    /// What an address without a path of its own is called by: the part that exports keep, else
    /// the node's id.
    pub(crate) fn listen_id(&self) -> &str {
        self.node.webhook_id.as_deref().unwrap_or(&self.node.id)
    }

    pub fn main_outputs(&self) -> usize {
        self.ports.main_outputs()
    }

    /// How many inputs have wires, the unwired ones below the last included.
    pub fn inputs_wired(&self) -> usize {
        self.inputs.len()
    }
}

impl Plan {
    /// Never fails: a node that cannot run says so when it is reached; [`faults`] says it before.
    pub fn compile(
        document: Workflow,
        catalog: &Catalog<NodeType>,
        default_zone: &TimeZone,
    ) -> Plan {
        let mut templates = vec![];
        let mut nodes: Vec<PlanNode> =
            document.nodes.iter().map(|it| compile_node(it, catalog, &mut templates)).collect();
        let by_name: HashMap<SmolStr, u32> =
            nodes.iter().enumerate().map(|(n, it)| (it.node.name.clone(), n as u32)).collect();
        wire(&document, &by_name, &mut nodes);
        for (name, items) in &document.pinned_data {
            if let Some(at) = by_name.get(name) {
                nodes[*at as usize].pinned = Some(items.iter().map(item_of).collect());
            }
        }
        let zone = document.settings.time_zone.as_deref().and_then(|it| TimeZone::get(it).ok());
        let reaches_static = |text: &str| text.contains("getWorkflowStaticData");
        Plan {
            zone: zone.unwrap_or_else(|| default_zone.clone()),
            order: document.settings.order,
            uses_static_data: document
                .nodes
                .iter()
                .any(|it| reaches_static(&it.parameters.to_json())),
            document: Arc::new(document),
            nodes,
            by_name,
            templates,
            scripts: Mutex::default(),
        }
    }

    pub fn node(&self, index: u32) -> &PlanNode {
        &self.nodes[index as usize]
    }

    /// The number of a node by its name.
    pub fn index(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// The number of a node by its id.
    pub fn index_of_id(&self, id: &str) -> Option<u32> {
        self.nodes.iter().position(|it| it.node.id == id).map(|it| it as u32)
    }

    /// The first enabled trigger of a type.
    pub fn trigger(&self, node_type: &str) -> Option<u32> {
        let found = |it: &PlanNode| it.node_type.name == node_type && !it.node.disabled;
        self.nodes.iter().position(found).map(|it| it as u32)
    }

    /// Where a run by hand starts when nobody says: the manual trigger, else the first trigger,
    /// else the first node that nothing leads to.
    pub fn start(&self) -> Option<u32> {
        let enabled = |it: &&PlanNode| !it.node.disabled;
        let place = |wanted: &dyn Fn(&PlanNode) -> bool| {
            self.nodes.iter().position(|it| enabled(&it) && wanted(it)).map(|it| it as u32)
        };
        self.trigger("trigger.manual")
            .or_else(|| place(&|it| it.node_type.trigger))
            .or_else(|| place(&|it| it.inputs.is_empty()))
    }

    /// A parsed script; parsed once per version.
    pub(crate) fn script(&self, source: &str, each_item: bool) -> Code {
        let mut scripts = self.scripts.lock().expect("a plain table");
        let key = (SmolStr::from(source), each_item);
        if let Some(it) = scripts.get(&key) {
            return it.clone();
        }
        let code = Code::new(source, each_item);
        if scripts.len() < SCRIPTS_MAX {
            scripts.insert(key, code.clone());
        }
        code
    }
}

fn compile_node(
    node: &Node,
    catalog: &Catalog<NodeType>,
    templates: &mut Vec<Template>,
) -> PlanNode {
    let node_type = match catalog.get(&node.node_type) {
        Some(it) => it.clone(),
        None => Arc::new(unknown(&node.node_type)),
    };
    let parameters = if node.version < node_type.version {
        node_type.run.migrate(node.version, node.parameters.clone())
    } else {
        node.parameters.clone()
    };
    let filled = node_type.form.fill(&parameters);
    let params = Param::compile(&filled, &mut |text| {
        templates.push(Template::parse(text));
        (templates.len() - 1) as u32
    });
    let ports = node_type.ports(&filled);
    PlanNode {
        inputs_needed: node_type.run.inputs_needed(&filled),
        named: node.named_parameters().clone(),
        node: node.clone(),
        node_type,
        params,
        filled,
        ports,
        inputs: vec![],
        outputs: vec![],
        pinned: None,
        wired: std::sync::OnceLock::new(),
    }
}

fn wire(document: &Workflow, by_name: &HashMap<SmolStr, u32>, nodes: &mut [PlanNode]) {
    for it in document.connections.iter().filter(|it| it.is_main()) {
        let (Some(&from), Some(&to)) = (by_name.get(&it.from), by_name.get(&it.to)) else {
            continue;
        };
        if it.output > usize::from(u16::MAX) || it.input > usize::from(u16::MAX) {
            continue;
        }
        let outputs = &mut nodes[from as usize].outputs;
        if outputs.len() <= it.output {
            outputs.resize(it.output + 1, vec![]);
        }
        outputs[it.output].push((to, it.input as u16));
        let inputs = &mut nodes[to as usize].inputs;
        if inputs.len() <= it.input {
            inputs.resize(it.input + 1, vec![]);
        }
        inputs[it.input].push((from, it.output as u16));
    }
}

/// Stands for a node whose type this program does not have.
fn unknown(name: &str) -> NodeType {
    NodeType::new(name, name, Category::Core, Unknown)
}

struct Unknown;

#[async_trait]
impl Run for Unknown {
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError> {
        Err(NodeError::never(format!(
            "node `{}` has the type `{}`, which this Tailorbird does not have; `tailorbird node list` names all",
            ctx.node.name, ctx.node.node_type
        )))
    }
}
