//! What starts executions: addresses and schedules to listen to, requests and their answers.

use std::{collections::BTreeMap, net::IpAddr};

use bytes::Bytes;
pub use model::schedule::{CatchUp, Period, Rule};
use model::{Items, Map, Value};
use smol_str::SmolStr;

use crate::Credential;

/// Something that a published workflow listens to.
#[derive(Clone, Debug, PartialEq)]
pub enum Listen {
    /// An address: `/webhook/{path}`; `:name` segments are parameters.
    Webhook {
        methods: Vec<SmolStr>,
        path: SmolStr,
    },
    Schedule {
        rule: Rule,
        catch_up: CatchUp,
    },
    /// Failures of workflows that name this one as their error workflow.
    Error,
    /// Calls by other workflows.
    Workflow,
}

/// An HTTP request as a trigger sees it.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: SmolStr,
    /// Path after `/webhook/`, as it came.
    pub path: String,
    /// The whole address.
    pub url: String,
    /// Names in lower case; several of one name are joined with `, `.
    pub headers: BTreeMap<SmolStr, String>,
    pub query: Map,
    /// Values of `:name` segments.
    pub params: Map,
    pub body: Bytes,
    /// Parts of a multipart body, already taken apart.
    pub parts: Vec<Part>,
    pub remote: Option<IpAddr>,
    /// A call of the test address.
    pub test: bool,
}

#[derive(Clone, Debug)]
pub struct Part {
    pub name: SmolStr,
    pub file_name: Option<SmolStr>,
    pub content_type: Option<SmolStr>,
    pub body: Bytes,
}

/// What a trigger may use to check a request.
pub struct ReceiveCtx<'a> {
    pub parameters: &'a Value,
    /// The node's credential, opened, when it names one.
    pub credential: Option<&'a Credential>,
    pub now: jiff::Timestamp,
}

/// A request that was taken in.
#[derive(Clone, Debug)]
pub struct Received {
    /// One list per output port of the trigger.
    pub items: Vec<Items>,
    pub answer: AnswerWhen,
}

/// When and by whom the caller is answered.
#[derive(Clone, Debug)]
pub enum AnswerWhen {
    /// As soon as the execution is durable.
    AtOnce(Response),
    /// When the execution has ended, made by [`crate::Run::answer`].
    LastNode,
    /// When a respond node says so.
    Node,
    /// The answer is written while the execution runs.
    Stream,
}

/// A request that was not taken in.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
    pub headers: Vec<(SmolStr, String)>,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into(), headers: vec![] }
    }

    pub fn not_here() -> Refusal {
        Refusal::new(404, "nothing listens here")
    }
}

/// What the caller of a webhook gets.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(SmolStr, String)>,
    pub body: ResponseBody,
}

impl Default for Response {
    fn default() -> Response {
        Response { status: 200, headers: vec![], body: ResponseBody::Empty }
    }
}

#[derive(Clone, Debug)]
pub enum ResponseBody {
    Empty,
    Json(Value),
    Text(String),
    Bytes {
        bytes: Bytes,
        content_type: SmolStr,
    },
    /// One JSON text per item.
    Items(Items),
    /// A file of an item, sent from where it is stored.
    File(model::Binary),
    /// A piece of a streaming answer; more may follow.
    Chunk(Bytes),
}
