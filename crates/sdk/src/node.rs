//! The contract of a node type: its face as data, and how it runs.

use std::sync::Arc;

use async_trait::async_trait;
use model::{
    Items, Value,
    form::{Form, Show},
    workflow::InDoubt,
};
use serde::Serialize;
use smol_str::SmolStr;

use crate::{
    Ctx, NodeError,
    catalog::Named,
    ctx::{EffectKey, WaitFor},
    trigger::{Listen, ReceiveCtx, Received, Refusal, Request, Response},
};

/// A kind of node. A value: built from Rust here, or loaded from a file.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeType {
    /// `family.verb`, such as `http.request`.
    pub name: SmolStr,
    /// The current version of its parameters; older ones are migrated when a workflow is opened.
    pub version: u32,
    pub title: SmolStr,
    /// One sentence for the palette.
    pub summary: String,
    /// Markdown for the docs page and language models: what it does, what it gives, an example.
    pub docs: String,
    pub category: Category,
    /// Name of an icon of the interface.
    pub icon: SmolStr,
    /// It starts executions.
    pub trigger: bool,
    pub effect: Effect,
    /// Ports when they do not depend on parameters.
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
    pub form: Form,
    /// Types of credentials that it can use.
    pub credentials: Vec<CredentialUse>,
    #[serde(skip)]
    pub run: Arc<dyn Run>,
}

impl Named for NodeType {
    fn name(&self) -> &SmolStr {
        &self.name
    }
}

impl NodeType {
    /// A pure node with one input and one output; change what differs.
    pub fn new(name: &str, title: &str, category: Category, run: impl Run) -> NodeType {
        NodeType {
            name: name.into(),
            version: 1,
            title: title.into(),
            summary: String::new(),
            docs: String::new(),
            category,
            icon: name.split('.').next().unwrap_or(name).into(),
            trigger: false,
            effect: Effect::Pure,
            inputs: vec![Port::main("in")],
            outputs: vec![Port::main("out")],
            form: Form::default(),
            credentials: vec![],
            run: Arc::new(run),
        }
    }

    /// The ports of a node with these parameters (defaults filled in).
    pub fn ports(&self, parameters: &Value) -> Ports {
        self.run
            .ports(parameters)
            .unwrap_or_else(|| Ports { inputs: self.inputs.clone(), outputs: self.outputs.clone() })
    }
}

#[derive(Clone, Copy, Serialize, Debug, PartialEq, Eq)]
pub enum Category {
    AI,
    Action,
    Data,
    Flow,
    Core,
    Human,
}

/// What a step of this type does to the outside world.
#[derive(Clone, Copy, Serialize, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Same input, same output, touches nothing.
    Pure,
    /// Acts outside, through [`Ctx::effect`]; after a crash an effect in flight is treated so
    /// unless the node says otherwise.
    Effectful(InDoubt),
}

#[derive(Clone, Serialize, Debug, PartialEq, Eq)]
pub struct Port {
    pub name: SmolStr,
    /// `main`, or an `ai_*` kind by which a supplier is plugged in.
    pub kind: SmolStr,
}

impl Port {
    pub fn main(name: &str) -> Port {
        Port { name: name.into(), kind: "main".into() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
}

impl Ports {
    /// How many outputs items leave by; they come first, and the one for failed items after them.
    pub fn main_outputs(&self) -> usize {
        self.outputs.iter().filter(|it| it.kind == "main").count()
    }
}

#[derive(Clone, Serialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct CredentialUse {
    /// A credential type.
    pub name: SmolStr,
    pub required: bool,
    /// It is needed while all of these hold, and has no effect otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Show>,
}

impl CredentialUse {
    /// One that a node may have.
    pub fn new(name: &str) -> CredentialUse {
        CredentialUse { name: name.into(), required: false, when: vec![] }
    }

    /// Needed while a field has one of these values; several calls must all hold.
    #[must_use]
    pub fn when<const N: usize>(mut self, field: &str, is: [&str; N]) -> CredentialUse {
        self.when.push(Show { field: field.into(), is: is.map(Value::from).into() });
        self
    }

    /// Needed while a switch is on.
    #[must_use]
    pub fn when_on(mut self, field: &str) -> CredentialUse {
        self.when.push(Show { field: field.into(), is: vec![true.into()] });
        self
    }

    /// Whether a node with these parameters (defaults filled in) cannot do without it.
    pub fn is_needed(&self, parameters: &Value) -> bool {
        let holds = |it: &Show| it.is.contains(parameters.get(&it.field).unwrap_or(&Value::Null));
        self.required || (!self.when.is_empty() && self.when.iter().all(holds))
    }
}

/// What a run gives.
pub enum Outcome {
    /// One list per output port; missing ones are empty.
    Done(Vec<Items>),
    /// The step waits; the node runs again with the answers in [`Ctx::resumed`].
    Wait(WaitFor),
}

impl Outcome {
    pub fn one(items: impl Into<Items>) -> Outcome {
        Outcome::Done(vec![items.into()])
    }
}

/// How a node type behaves.
#[async_trait]
pub trait Run: Send + Sync + 'static {
    /// Runs the node once over its input. Whatever it does outside goes through `ctx.effect`.
    async fn run(&self, ctx: &mut Ctx<'_>) -> Result<Outcome, NodeError>;

    /// The ports, when they depend on the parameters.
    fn ports(&self, _parameters: &Value) -> Option<Ports> {
        None
    }

    /// How many inputs must hold data before a node that waits for several may run without the
    /// rest. A merge that chooses a branch needs all of them.
    fn inputs_needed(&self, _parameters: &Value) -> usize {
        1
    }

    /// Brings parameters written by an older version up to the current one.
    fn migrate(&self, _from: u32, parameters: Value) -> Value {
        parameters
    }

    /// For triggers: what to listen to once the workflow is published.
    ///
    /// # Errors
    /// A sentence when the parameters make no sense, such as a cron text that cannot be read.
    fn listens(&self, _node_id: &str, _parameters: &Value) -> Result<Vec<Listen>, String> {
        Ok(vec![])
    }

    /// For webhook-like triggers: checks a request and turns it into items. Does no input or output.
    fn receive(
        &self,
        _request: &Request,
        _ctx: &crate::trigger::ReceiveCtx<'_>,
    ) -> Result<Received, Refusal> {
        Err(Refusal::not_here())
    }

    /// For webhook-like triggers: the answer when the execution has ended and no node answered.
    fn answer(&self, _parameters: &Value, _last: &[Items]) -> Response {
        Response::default()
    }

    /// For webhook-like triggers: whether pages of this origin may call it from a browser.
    fn allows_origin(&self, _parameters: &Value, _origin: &str) -> bool {
        true
    }

    /// For webhook-like triggers: the header by whose value callers prove themselves, in small letters. It is kept
    /// nowhere, whether they are let in or not.
    fn proof_header(&self, _ctx: &ReceiveCtx<'_>) -> Option<SmolStr> {
        None
    }

    /// Looks an effect up at the service by its key, before an effect in doubt is treated.
    /// `Ok(None)`: it did not take place, or this node type cannot tell.
    async fn look_up(
        &self,
        _ctx: &mut Ctx<'_>,
        _key: &EffectKey,
    ) -> Result<Option<Value>, NodeError> {
        Ok(None)
    }
}
