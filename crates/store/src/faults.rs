//! Faults on purpose: lets a test make the database fail or tarry at any of its calls.

use std::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{Error, Store};

/// Where a fault may strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Point {
    Read,
    Write,
    /// Before a transaction begins.
    Begin,
    /// Before its commit: nothing of it is written when it fails.
    Commit,
    /// After its commit: it is written, but word of it is lost.
    Committed,
}

/// What strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Fail,
    Delay(Duration),
}

/// Decides for each call whether something strikes.
pub type Injector = dyn Fn(Point) -> Option<Fault> + Send + Sync;

/// Inert until an injector is set; one look at a flag for each call then.
#[derive(Default)]
pub(crate) struct Faults {
    armed: AtomicBool,
    injector: RwLock<Option<Arc<Injector>>>,
}

impl Faults {
    pub(crate) async fn at(&self, point: Point) -> Result<(), Error> {
        if !self.armed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let injector = self.injector.read().expect("a plain function").clone();
        match injector.and_then(|it| it(point)) {
            None => Ok(()),
            Some(Fault::Fail) => Err(Error::Injected),
            Some(Fault::Delay(time)) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
        }
    }
}

impl Store {
    /// Lets an injector decide over every call from now on; `None` ends that.
    pub fn inject(&self, injector: Option<Arc<Injector>>) {
        let faults = &self.0.db.faults;
        faults.armed.store(injector.is_some(), Ordering::Relaxed);
        *faults.injector.write().expect("a plain function") = injector;
    }
}
