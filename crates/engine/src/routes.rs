//! Who listens at which address: published workflows, and drafts for a bounded time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use model::{
    Map,
    id::{VersionId, WorkflowId, WorkspaceId},
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::{Error, Store};

/// How many drafts may listen at once.
const LISTENERS_MAX: usize = 1_000;

/// A listener of an address.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    pub(crate) workspace: WorkspaceId,
    pub(crate) workflow: WorkflowId,
    pub(crate) version: VersionId,
    /// The id of the trigger node.
    pub(crate) node: SmolStr,
    /// Segments; one that begins with `:` takes anything.
    path: Arc<[SmolStr]>,
    /// Of a draft: until when it listens, and whether it listens along on the live address.
    until: Option<(Instant, bool)>,
}

/// By workspace and method, the listeners with fewer parameters first.
type Table = HashMap<(WorkspaceId, SmolStr), Vec<Listener>>;

/// The addresses of published workflows, read anew when definitions have changed.
#[derive(Default)]
pub(crate) struct Routes {
    table: Mutex<(u64, Arc<Table>)>,
}

impl Routes {
    pub(crate) async fn find(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        method: &str,
        path: &str,
    ) -> Result<Found, Error> {
        let generation = store.generation();
        let (of, mut table) = self.table.lock().expect("a plain table").clone();
        if of != generation {
            table = Arc::new(read(store).await?);
            *self.table.lock().expect("a plain table") = (generation, table.clone());
        }
        Ok(find(&table, workspace, method, path))
    }
}

/// What a look for an address gives.
pub(crate) enum Found {
    One(Listener, Map),
    /// Somebody listens there, with these other methods.
    OtherMethods(Vec<SmolStr>),
    Nobody,
}

async fn read(store: &Store) -> Result<Table, Error> {
    let mut table = Table::new();
    for it in store.webhook_routes().await? {
        for method in &it.methods {
            let listener = Listener {
                workspace: it.workspace,
                workflow: it.workflow,
                version: it.version,
                node: it.node.clone(),
                path: segments(&it.path),
                until: None,
            };
            table.entry((it.workspace, method.clone())).or_default().push(listener);
        }
    }
    for listeners in table.values_mut() {
        listeners.sort_by_key(|it| n_parameters(&it.path));
    }
    Ok(table)
}

fn n_parameters(path: &[SmolStr]) -> usize {
    path.iter().filter(|it| it.starts_with(':')).count()
}

fn segments(path: &str) -> Arc<[SmolStr]> {
    path.split('/').filter(|it| !it.is_empty()).map(SmolStr::from).collect()
}

fn find(table: &Table, workspace: WorkspaceId, method: &str, path: &str) -> Found {
    let wanted = segments(path);
    let at = |method: &str| -> Option<(Listener, Map)> {
        let listeners = table.get(&(workspace, SmolStr::from(method)))?;
        listeners.iter().find_map(|it| Some((it.clone(), fits(&it.path, &wanted)?)))
    };
    if let Some((listener, params)) = at(method) {
        return Found::One(listener, params);
    }
    let mut others: Vec<SmolStr> = table
        .keys()
        .filter(|it| it.0 == workspace && at(&it.1).is_some())
        .map(|it| it.1.clone())
        .collect();
    others.sort();
    if others.is_empty() { Found::Nobody } else { Found::OtherMethods(others) }
}

/// The values of the parameters, when the path fits.
fn fits(pattern: &[SmolStr], path: &[SmolStr]) -> Option<Map> {
    if pattern.len() != path.len() {
        return None;
    }
    let mut params = Map::new();
    for (pattern, segment) in pattern.iter().zip(path) {
        match pattern.strip_prefix(':') {
            Some(name) => drop(params.insert(name, segment.clone())),
            None if pattern == segment => {}
            None => return None,
        }
    }
    Some(params)
}

/// Drafts that wait for a call.
#[derive(Default)]
pub(crate) struct Listeners {
    drafts: Mutex<Vec<(SmolStr, Listener)>>,
}

/// A draft that is to listen.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct Draft {
    pub(crate) workspace: WorkspaceId,
    pub(crate) workflow: WorkflowId,
    pub(crate) version: VersionId,
    pub(crate) node: SmolStr,
    pub(crate) methods: Vec<SmolStr>,
    pub(crate) path: SmolStr,
    pub(crate) wait: Duration,
    /// Also hears what comes to the live address, beside the published version.
    pub(crate) along: bool,
}

impl Listeners {
    /// `false`: too many drafts listen already.
    pub(crate) fn add(&self, it: &Draft) -> bool {
        let mut drafts = self.drafts.lock().expect("a plain list");
        let now = Instant::now();
        drafts.retain(|(_, old)| {
            old.until.is_some_and(|until| until.0 > now)
                && !(old.workflow == it.workflow && old.node == it.node)
        });
        if drafts.len() + it.methods.len() > LISTENERS_MAX {
            return false;
        }
        for method in &it.methods {
            let listener = Listener {
                workspace: it.workspace,
                workflow: it.workflow,
                version: it.version,
                node: it.node.clone(),
                path: segments(&it.path),
                until: Some((now + it.wait, it.along)),
            };
            drafts.push((method.clone(), listener));
        }
        true
    }

    pub(crate) fn stop(&self, workspace: WorkspaceId, workflow: WorkflowId) {
        let mut drafts = self.drafts.lock().expect("a plain list");
        drafts.retain(|(_, it)| it.workspace != workspace || it.workflow != workflow);
    }

    /// The draft that waits for this call. One call is all that the test address gets.
    pub(crate) fn take(
        &self,
        workspace: WorkspaceId,
        method: &str,
        path: &str,
        live: bool,
    ) -> Option<(Listener, Map)> {
        let wanted = segments(path);
        let mut drafts = self.drafts.lock().expect("a plain list");
        if drafts.is_empty() {
            return None;
        }
        let now = Instant::now();
        drafts.retain(|(_, it)| it.until.is_some_and(|until| until.0 > now));
        let (listener, params) = drafts.iter().find_map(|(of, it)| {
            let (_, along) = it.until?;
            let heard = of == method && it.workspace == workspace && (!live || along);
            heard.then(|| fits(&it.path, &wanted).map(|params| (it.clone(), params)))?
        })?;
        if !live {
            drafts.retain(|(_, it)| it.workflow != listener.workflow);
        }
        Some((listener, params))
    }
}
