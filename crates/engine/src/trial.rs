//! One node tried out by itself: in memory, with the workspace's credentials, nothing recorded.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use model::{
    Code, Fault, Items,
    execution::Status,
    item::ItemJson,
    journal::StepError,
    workflow::{Connection, Node, Workflow},
};
use smol_str::SmolStr;
use uuid::Uuid;

use crate::{
    Actor, Engine,
    alone::{self, Alone},
    failure::fault,
    spelling,
};

/// What came of it.
#[derive(Debug)]
pub struct Tried {
    pub status: Status,
    pub error: Option<StepError>,
    /// For each output port how many items it gave, and the first of them.
    pub outputs: Vec<(usize, Vec<ItemJson>)>,
    pub duration_us: u64,
    pub log: Vec<String>,
}

/// Longest trial.
const TRIAL_MAX: Duration = Duration::from_secs(50);
/// How many items of each output are told.
const ITEMS_MAX: usize = 1_000;
/// The node that hands the items over.
const BEFORE: &str = "Items";

impl Engine {
    /// Runs a node once with these items. What it does outside does happen.
    ///
    /// # Errors
    /// [`Code::Timeout`]; a node that fails is no error of the trial.
    pub async fn try_node(&self, actor: &Actor, node: Node, items: Items) -> Result<Tried, Fault> {
        let alone = Workflow { nodes: vec![node.clone()], ..Workflow::default() };
        self.may_use_all(actor, &alone).await?;
        let inner = &self.0;
        let options = &inner.options;
        let scratch = std::env::temp_dir().join(format!("tailorbird-trial-{}", Uuid::now_v7()));
        let alone = Alone::new(alone::Options {
            nodes: inner.nodes.clone(),
            credential_types: inner.credential_types.clone(),
            credentials: self.credentials_of(actor, &node).await?,
            folder: options.folder.clone(),
            scratch: scratch.clone(),
            zone: options.zone.clone(),
            now: None,
            pins: false,
            limits: options.limits.clone(),
            http: options.http.clone(),
            watch: None,
        });
        let vars = inner.plans.vars(&inner.store, actor.workspace).await.map_err(fault)?;
        let alone = alone.map_err(|it| Fault::internal(it.to_string()))?.with_vars(vars);
        let name = node.name.clone();
        let is_trigger = inner.nodes.get(&node.node_type).is_some_and(|it| it.trigger);
        let (document, start) = if is_trigger {
            (Workflow { nodes: vec![node], ..Workflow::default() }, name.clone())
        } else {
            (behind_items(node), BEFORE.into())
        };
        let run = alone.run(document, Some(&start), vec![items]);
        let end = tokio::time::timeout(TRIAL_MAX, run).await;
        let tried = end.map_err(|_| {
            let message = format!("the node did not end within {} seconds", TRIAL_MAX.as_secs());
            Fault::new(Code::Timeout, message)
        });
        let tried = tried.and_then(|it| it).and_then(|it| told(it, &name));
        // Files that left memory are of no use any more.
        let _ = tokio::fs::remove_dir_all(&scratch).await;
        tried
    }

    async fn credentials_of(
        &self,
        actor: &Actor,
        node: &Node,
    ) -> Result<BTreeMap<SmolStr, model::Map>, Fault> {
        let mut res = BTreeMap::new();
        for (kind, wanted) in &node.credentials {
            let (store, id) = (self.store(), wanted.id.as_deref());
            let opened = store.open_credential(actor.workspace, kind, id, &wanted.name).await;
            let opened = opened.map_err(fault)?.ok_or_else(|| {
                let message = format!("there is no credential `{}` of type `{kind}`", wanted.name);
                Fault::new(Code::CredentialNotFound, message)
            })?;
            res.insert(kind.clone(), opened.fields);
        }
        Ok(res)
    }
}

fn behind_items(node: Node) -> Workflow {
    let before = Node {
        id: BEFORE.into(),
        name: BEFORE.into(),
        node_type: "trigger.manual".into(),
        version: 1,
        ..Node::default()
    };
    let wire = Connection { from: BEFORE.into(), to: node.name.clone(), ..Connection::default() };
    Workflow { nodes: vec![before, node], connections: vec![wire], ..Workflow::default() }
}

fn told(report: alone::Report, name: &str) -> Result<Tried, Fault> {
    let at = report.plan.index(name);
    let step = report.steps.iter().find(|it| Some(it.node) == at).cloned();
    let step: Option<Arc<model::journal::Step>> = step;
    let first = |it: &Items| {
        let part = it.slice(0, ITEMS_MAX).and_then(|it| spelling::spell_all(&it));
        part.map(|part| (it.len(), part)).map_err(Fault::internal)
    };
    let outputs = step.iter().flat_map(|it| &it.outputs).map(first).collect::<Result<_, _>>()?;
    Ok(Tried {
        status: report.status,
        outputs,
        duration_us: step.as_ref().map_or(0, |it| it.duration_us),
        error: report.error.or_else(|| step.as_ref().and_then(|it| it.error.clone())),
        log: step.map(|it| it.log.clone()).unwrap_or_default(),
    })
}
