//! Workflows made by chance, always the same for a seed.
//!
//! Each item carries a `trail`: the nodes that it came through. So an effect has a name of its own
//! however often its node runs, and two runs of a workflow can be compared item by item.

mod blocks;

use fastrand::Rng;
use model::{
    Map, Value, json,
    workflow::{Connection, FORMAT, InDoubt, Node, OnError, Order, Retry, Settings, Workflow},
};
use smol_str::{SmolStr, format_smolstr};

/// A workflow, and how it is started.
#[derive(Clone)]
pub struct Flow {
    pub document: Workflow,
    /// Under `/webhook/`; absent when it is only called by others.
    pub path: Option<String>,
}

/// What one seed gives: callees first, then those that are started by webhooks.
#[derive(Clone)]
pub struct Flows {
    pub all: Vec<Flow>,
}

/// How many workflows are called by others, and how many are started from outside.
const CALLEES: usize = 3;
const STARTED: usize = 8;
/// Name of the workflow that runs every second.
pub const TICKS: &str = "ticks";
/// Name of the workflow that runs when others fail.
pub const ON_ERROR: &str = "on error";

impl Flows {
    pub fn of(seed: u64) -> Flows {
        let mut rng = Rng::with_seed(seed);
        let mut all = vec![on_error(), ticks()];
        let mut callees: Vec<Callee> = vec![];
        for n in 0..CALLEES {
            let name = format!("callee {n}");
            let mut draft = Draft::new(&mut rng, &name, Kind::Callee(callees.clone()));
            draft.fill();
            let growth = draft.growth;
            all.push(Flow { document: draft.document(), path: None });
            callees.push(Callee { name, growth });
        }
        for n in 0..STARTED {
            let name = format!("flow {n}");
            let mut draft = Draft::new(&mut rng, &name, Kind::Started(callees.clone()));
            draft.fill();
            all.push(Flow { document: draft.document(), path: Some(format!("flow-{n}")) });
        }
        Flows { all }
    }

    pub fn paths(&self) -> Vec<&str> {
        self.all.iter().filter_map(|it| it.path.as_deref()).collect()
    }
}

enum Kind {
    /// Called by others; may call these.
    Callee(Vec<Callee>),
    Started(Vec<Callee>),
}

/// A workflow that others may call, and what one item becomes in it.
#[derive(Clone)]
struct Callee {
    name: String,
    growth: Growth,
}

/// What one item becomes, at most. Branches, splits and calls multiply one another: left alone, one workflow
/// in thirty would call others by the thousand, and the test would only wait for it.
#[derive(Clone, Copy)]
struct Growth {
    /// How many items there are by now.
    items: u64,
    /// How many executions have been called.
    calls: u64,
}

impl Growth {
    const ONE: Growth = Growth { items: 1, calls: 0 };
    const ITEMS_MAX: u64 = 64;
    const CALLS_MAX: u64 = 64;

    fn times(self, n: u64) -> Growth {
        Growth { items: self.items * n, ..self }
    }

    /// After each item went through these.
    fn through(self, callee: Growth) -> Growth {
        let calls = self.calls + self.items * (1 + callee.calls);
        Growth { items: self.items * callee.items, calls }
    }

    fn is_bearable(self) -> bool {
        self.items <= Growth::ITEMS_MAX && self.calls <= Growth::CALLS_MAX
    }
}

/// A workflow in the making.
struct Draft<'r> {
    rng: &'r mut Rng,
    name: String,
    kind: Kind,
    order: Order,
    nodes: Vec<Node>,
    connections: Vec<Connection>,
    settings: Settings,
    /// At the point where it is being built.
    growth: Growth,
}

/// Outputs that lead to whatever comes next.
type Ends = Vec<(SmolStr, usize)>;

/// Where a block stands.
#[derive(Clone, Copy)]
struct Place {
    /// Whether this point is passed once at most in an execution.
    once: bool,
    in_loop: bool,
    depth: u32,
}

impl<'r> Draft<'r> {
    fn new(rng: &'r mut Rng, name: &str, kind: Kind) -> Draft<'r> {
        let order = match (&kind, rng.u8(0..10)) {
            // What a call gives must not depend on which branch is faster.
            (Kind::Callee(_), n) => {
                if n < 7 {
                    Order::V1
                } else {
                    Order::V0
                }
            }
            (Kind::Started(_), 0..5) => Order::V1,
            (Kind::Started(_), 5..7) => Order::V0,
            (Kind::Started(_), _) => Order::Parallel,
        };
        let settings = Settings { order, ..Settings::default() };
        Draft {
            rng,
            name: name.to_owned(),
            kind,
            order,
            nodes: vec![],
            connections: vec![],
            settings,
            growth: Growth::ONE,
        }
    }

    fn is_callee(&self) -> bool {
        matches!(self.kind, Kind::Callee(_))
    }

    fn fill(&mut self) {
        let begin = match &self.kind {
            Kind::Callee(_) => self.begin_called(),
            Kind::Started(_) => self.begin_by_webhook(),
        };
        let place = Place { once: true, in_loop: false, depth: 0 };
        let n = if self.is_callee() { self.rng.usize(1..4) } else { self.rng.usize(3..7) };
        let (ends, _) = self.blocks(begin, place, n);
        self.set("End", ends, &[]);
    }

    fn begin_called(&mut self) -> Ends {
        let trigger = self.node("trigger.workflow", "Called", json!({"input": "any"}));
        let name = self.name.replace(' ', "-");
        let trail = format!("={{{{ $json.trail }}}}/{name}");
        self.set_fields("Begin", vec![(trigger, 0)], vec![field("trail", "string", trail.into())])
    }

    fn begin_by_webhook(&mut self) -> Ends {
        if self.rng.u8(0..3) == 0 {
            self.settings.error_workflow = Some(ON_ERROR.into());
        }
        self.settings.business_key = Some("={{ $json.body.n }}".into());
        let path = self.name.replace(' ', "-");
        let respond = if self.rng.u8(0..10) < 7 { "atOnce" } else { "lastNode" };
        let parameters = json!({"methods": ["POST"], "path": path, "respond": respond});
        let trigger = self.node("trigger.webhook", "Webhook", parameters);
        let name = self.node(
            "data.set",
            "Begin",
            json!({"include": "none", "fields": [
                {"name": "n", "type": "number", "value": "={{ $json.body.n }}"},
                {"name": "value", "type": "number", "value": "={{ $json.body.n }}"},
                {"name": "trail", "type": "string", "value": "=t{{ $json.body.n }}"},
            ]}),
        );
        self.wire(&[(trigger, 0)], &name, 0);
        let ends = vec![(name, 0)];
        if self.rng.u8(0..3) > 0 { self.split(ends) } else { ends }
    }

    /// Adds a node; its name is made its own.
    fn node(&mut self, node_type: &str, name: &str, parameters: Value) -> SmolStr {
        let n = self.nodes.len();
        let name = match name {
            "Webhook" | "Called" | "Begin" | "End" => SmolStr::from(name),
            _ => format_smolstr!("{name}{n}"),
        };
        self.nodes.push(Node {
            id: format_smolstr!("node-{n}"),
            name: name.clone(),
            node_type: node_type.into(),
            version: 1,
            // Lanes by chance: the order of branches follows their height.
            position: [f64::from(n as u32) * 100.0, f64::from(self.rng.u32(0..6)) * 50.0],
            parameters,
            ..Node::default()
        });
        name
    }

    fn last(&mut self) -> &mut Node {
        self.nodes.last_mut().expect("a node was just added")
    }

    fn wire(&mut self, ends: &[(SmolStr, usize)], to: &SmolStr, input: usize) {
        for (from, output) in ends {
            self.connections.push(Connection {
                from: from.clone(),
                output: *output,
                to: to.clone(),
                input,
                ..Connection::default()
            });
        }
    }

    /// A node that puts its name on the trail, and whatever else.
    fn set(&mut self, name: &str, ends: Ends, more: &[(&str, &str, Value)]) -> Ends {
        let n = self.nodes.len();
        let trail = format!("={{{{ $json.trail }}}}/{name}{n}");
        let mut fields = vec![field("trail", "string", trail.into())];
        fields.extend(more.iter().map(|it| field(it.0, it.1, it.2.clone())));
        self.set_fields(name, ends, fields)
    }

    fn set_fields(&mut self, name: &str, ends: Ends, fields: Vec<Value>) -> Ends {
        let parameters = json!({"include": "all", "fields": (Value::from(fields))});
        let name = self.node("data.set", name, parameters);
        self.wire(&ends, &name, 0);
        vec![(name, 0)]
    }

    fn document(&mut self) -> Workflow {
        Workflow {
            format: FORMAT,
            name: self.name.as_str().into(),
            nodes: std::mem::take(&mut self.nodes),
            connections: std::mem::take(&mut self.connections),
            settings: std::mem::take(&mut self.settings),
            ..Workflow::default()
        }
    }
}

fn field(name: &str, kind: &str, value: Value) -> Value {
    Value::from(Map::from_iter([
        ("name", Value::from(name)),
        ("type", kind.into()),
        ("value", value),
    ]))
}

/// The parameters of an HTTP request that is counted.
fn counted(name: &str, fails: u32) -> Value {
    let body = format!("={{{{ ({{item: $json, node: '{name}', fails: {fails}}}) }}}}");
    json!({
        "method": "POST",
        "url": "={{ $vars.world }}/effect",
        "bodyType": "json",
        "bodyBy": "text",
        "bodyJson": body,
    })
}

/// Tells the world of each execution that failed.
fn on_error() -> Flow {
    let mut rng = Rng::with_seed(0);
    let mut draft = Draft::new(&mut rng, ON_ERROR, Kind::Callee(vec![]));
    let trigger = draft.node("trigger.error", "Called", json!({}));
    let set = draft.node(
        "data.set",
        "Begin",
        json!({"include": "none", "fields": [
            {"name": "trail", "type": "string", "value": "=failed {{ $json.execution.id }}"},
        ]}),
    );
    draft.wire(&[(trigger, 0)], &set, 0);
    let tell = draft.node("http.request", "End", counted("End", 0));
    draft.wire(&[(set, 0)], &tell, 0);
    Flow { document: draft.document(), path: None }
}

/// Tells the world of each second, also of those at which nobody ran.
fn ticks() -> Flow {
    let mut rng = Rng::with_seed(0);
    let mut draft = Draft::new(&mut rng, TICKS, Kind::Callee(vec![]));
    let rules = json!({"rules": [{"every": "seconds", "amount": 1}], "catchUp": "all"});
    let trigger = draft.node("trigger.schedule", "Called", rules);
    let set = draft.node(
        "data.set",
        "Begin",
        json!({"include": "none", "fields": [
            {"name": "trail", "type": "string", "value": "=tick"},
        ]}),
    );
    draft.wire(&[(trigger, 0)], &set, 0);
    let tell = draft.node("http.request", "End", counted("End", 0));
    draft.wire(&[(set, 0)], &tell, 0);
    Flow { document: draft.document(), path: None }
}

/// How a request is hardened against what may go wrong.
struct Care {
    fails: u32,
    retry: Option<Retry>,
    on_error: OnError,
    in_doubt: Option<InDoubt>,
}
