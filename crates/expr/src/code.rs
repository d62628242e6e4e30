//! A script of a code node.

use std::sync::Arc;

use crate::{
    Error, ids,
    source::{self, Script},
};

/// A parsed script. Cheap to clone; parse it once per version, not per item.
#[derive(Clone)]
pub struct Code {
    inner: Arc<Inner>,
}

struct Inner {
    id: u64,
    script: Script,
    each_item: bool,
}

impl Code {
    /// Reads the body of a script; `each_item` says that it runs once per item. Never fails: what
    /// is wrong with the text shows when it runs.
    pub fn new(source: &str, each_item: bool) -> Code {
        let inner = Inner { id: ids::next(), script: source::body(source), each_item };
        Code { inner: Arc::new(inner) }
    }

    /// Whether it runs once per item.
    pub fn is_each_item(&self) -> bool {
        self.inner.each_item
    }

    /// What is wrong with its text, for a linter; running it gives the same error.
    pub fn fault(&self) -> Option<&Error> {
        self.inner.script.fault.as_ref()
    }

    pub(crate) fn id(&self) -> u64 {
        self.inner.id
    }

    pub(crate) fn script(&self) -> &Script {
        &self.inner.script
    }
}
