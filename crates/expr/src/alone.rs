//! A step with no workflow around it: for `tailorbird eval`, previews and tests.

use std::sync::Arc;

use jiff::tz::TimeZone;
use model::{Item, Items, Map, Value, item::Blob};

use crate::{
    Scope, World,
    scope::{ExecutionFacts, NodeFacts, WorkflowFacts},
};

/// A world without other nodes, which keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Alone {
    /// A scope whose input is `items` and whose names are otherwise empty.
    pub fn scope(items: Vec<Item>, zone: TimeZone) -> Scope {
        Scope {
            workspace: "alone".into(),
            workflow: WorkflowFacts::default(),
            execution: ExecutionFacts { mode: "test".into(), ..ExecutionFacts::default() },
            node: NodeFacts::default(),
            run_index: 0,
            input: vec![Items::new(items)],
            previous: None,
            vars: Arc::default(),
            env: None,
            zone,
            now: None,
            extra: vec![],
            world: Arc::new(Alone),
        }
    }
}

impl World for Alone {
    fn node(&self, _: &str) -> Option<usize> {
        None
    }
    fn runs(&self, _: usize) -> usize {
        0
    }
    fn output(&self, _: usize, _: usize, _: usize) -> Option<Items> {
        None
    }
    fn wired_output(&self, _: usize) -> usize {
        0
    }
    fn paired(&self, _: usize, _: usize) -> Result<Item, String> {
        Err("there is no other node".to_owned())
    }
    fn parameters(&self, _: usize) -> Value {
        Value::Null
    }
    fn context(&self, _: usize) -> Value {
        Value::Null
    }
    fn static_data(&self, _: bool) -> Value {
        Map::new().into()
    }
    fn keep_static_data(&self, _: bool, _: Value) {}
    fn custom_data(&self) -> Value {
        Map::new().into()
    }
    fn keep_custom_data(&self, _: &str, _: Value) {}
    fn log(&self, _: String) {}
    fn blob(&self, _: &Blob) -> Result<Arc<[u8]>, String> {
        Err("the bytes of stored files are not at hand here".to_owned())
    }
}
