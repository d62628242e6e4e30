//! A script of a code node.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use model::Value;

use crate::{
    Error, Scope, ids,
    native::Program,
    source::{self, Script},
};

/// After so many surprises more than runs without one, a script is left to
/// JavaScript from its first line.
const SURPRISES_MAX: u8 = 3;

/// A parsed script. Cheap to clone; parse it once per version, not per item.
#[derive(Clone)]
pub struct Code {
    inner: Arc<Inner>,
}

struct Inner {
    id: u64,
    script: Script,
    each_item: bool,
    /// Where every part of it is plain.
    native: Option<Program>,
    surprises: AtomicU8,
}

impl Code {
    /// Reads the body of a script; `each_item` says that it runs once per item. Never fails: what
    /// is wrong with the text shows when it runs.
    pub fn new(source: &str, each_item: bool) -> Code {
        let (script, native) = source::body(source);
        let inner =
            Inner { id: ids::next(), script, each_item, native, surprises: AtomicU8::new(0) };
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

    /// Its value without JavaScript; `None` leaves it to JavaScript, from the start.
    pub(crate) fn natively(&self, scope: &Scope, item: usize) -> Option<Option<Value>> {
        let inner = &*self.inner;
        let program = inner.native.as_ref()?;
        let surprises = inner.surprises.load(Ordering::Relaxed);
        if surprises >= SURPRISES_MAX {
            return None;
        }
        // What would throw is told by JavaScript, with its words.
        let res = program.run(scope, item).ok();
        match &res {
            None => inner.surprises.store(surprises + 1, Ordering::Relaxed),
            Some(_) if surprises > 0 => inner.surprises.store(surprises - 1, Ordering::Relaxed),
            Some(_) => {}
        }
        res
    }

    pub(crate) fn id(&self) -> u64 {
        self.inner.id
    }

    pub(crate) fn script(&self) -> &Script {
        &self.inner.script
    }
}
