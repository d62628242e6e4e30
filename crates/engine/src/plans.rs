//! Compiled versions at hand, and the variables of workspaces.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use jiff::tz::TimeZone;
use model::{
    Map, Value,
    id::{VersionId, WorkflowId, WorkspaceId},
    workflow::Workflow,
};
use sdk::{Catalog, NodeType};
use store::{Error, Store};

use crate::plan::Plan;

/// How many compiled versions stay at hand.
const PLANS_MAX: usize = 2_000;

/// See the module.
pub(crate) struct Plans {
    nodes: Arc<Catalog<NodeType>>,
    zone: TimeZone,
    kept: Mutex<Kept>,
    vars: Mutex<HashMap<WorkspaceId, (u64, Arc<Map>)>>,
    /// Whose version it is.
    owners: Mutex<HashMap<VersionId, WorkflowId>>,
}

#[derive(Default)]
struct Kept {
    plans: HashMap<VersionId, Arc<Plan>>,
    /// In the order in which they came.
    age: VecDeque<VersionId>,
}

impl Plans {
    pub(crate) fn new(nodes: Arc<Catalog<NodeType>>, zone: TimeZone) -> Plans {
        Plans {
            nodes,
            zone,
            kept: Mutex::default(),
            vars: Mutex::default(),
            owners: Mutex::default(),
        }
    }

    pub(crate) fn compile(&self, document: Workflow) -> Arc<Plan> {
        Arc::new(Plan::compile(document, &self.nodes, &self.zone))
    }

    pub(crate) fn get(&self, version: VersionId) -> Option<Arc<Plan>> {
        self.kept.lock().expect("a plain table").plans.get(&version).cloned()
    }

    /// A version never changes, so what is at hand is true for ever.
    pub(crate) fn keep(&self, version: VersionId, plan: Arc<Plan>) {
        let mut kept = self.kept.lock().expect("a plain table");
        if kept.plans.insert(version, plan).is_none() {
            kept.age.push_back(version);
        }
        if kept.age.len() > PLANS_MAX
            && let Some(oldest) = kept.age.pop_front()
        {
            kept.plans.remove(&oldest);
        }
    }

    pub(crate) fn workflow_of(&self, version: VersionId) -> Option<WorkflowId> {
        self.owners.lock().expect("a plain table").get(&version).copied()
    }

    pub(crate) fn keep_workflow(&self, version: VersionId, workflow: WorkflowId) {
        let mut owners = self.owners.lock().expect("a plain table");
        if owners.len() >= PLANS_MAX {
            owners.clear();
        }
        owners.insert(version, workflow);
    }

    /// The plan of a stored version; `None` when there is no such version here.
    pub(crate) async fn of(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        version: VersionId,
    ) -> Result<Option<Arc<Plan>>, Error> {
        if let Some(plan) = self.get(version) {
            return Ok(Some(plan));
        }
        let Some(found) = store.version(workspace, version).await? else { return Ok(None) };
        let plan = self.compile(found.document);
        self.keep(version, plan.clone());
        Ok(Some(plan))
    }

    /// `$vars` of a workspace, as of the latest change that this process knows of.
    pub(crate) async fn vars(
        &self,
        store: &Store,
        workspace: WorkspaceId,
    ) -> Result<Arc<Map>, Error> {
        let generation = store.generation();
        if let Some((of, vars)) = self.vars.lock().expect("a plain table").get(&workspace)
            && *of == generation
        {
            return Ok(vars.clone());
        }
        let all = store.variables(workspace).await?;
        let vars: Map = all.into_iter().map(|it| (it.name, Value::from(it.value))).collect();
        let vars = Arc::new(vars);
        let mut known = self.vars.lock().expect("a plain table");
        known.retain(|_, it| it.0 == generation);
        known.insert(workspace, (generation, vars.clone()));
        Ok(vars)
    }
}
