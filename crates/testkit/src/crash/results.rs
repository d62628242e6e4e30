//! What a database holds in the end, in terms that two runs have in common.

use std::{collections::BTreeMap, sync::Arc};

use engine::{Actor, Engine};
use model::{
    Items,
    execution::{Execution, Mode, Status},
    journal::Record,
    workflow::Order,
};
use store::executions::{Filter, Sort};

use crate::pages::NoPages;

/// One execution, and what is left of it.
pub(super) struct Outcome {
    pub(super) execution: Execution,
    pub(super) workflow: String,
    pub(super) order: Order,
    /// What it was started with: `t5` for the fifth trigger, an item's trail for a call.
    pub(super) origin: String,
    /// By node and run: what it gave.
    pub(super) steps: BTreeMap<(String, u32), String>,
    pub(super) error: Option<String>,
    pub(super) records: Vec<Record>,
    pub(super) plan: Arc<engine::plan::Plan>,
}

/// Nodes whose output depends on who called and when.
const OF_THE_DAY: [&str; 3] = ["Webhook", "Called", "Resume"];
const PAGE: u32 = 500;

/// Everything that an engine's default workspace has recorded.
///
/// # Errors
/// A sentence when something cannot be read.
pub(super) async fn all(engine: &Engine, base: &str) -> Result<Vec<Outcome>, String> {
    let actor = Actor::system(engine.default_workspace());
    let mut res = vec![];
    loop {
        let offset = res.len() as u32;
        let filter = Filter {
            sort: Sort::Oldest,
            offset,
            limit: PAGE,
            ..Filter::of(model::sharing::Sight::All)
        };
        let page = engine.store().executions(actor.workspace, &filter).await;
        let page = page.map_err(|it| it.to_string())?.executions;
        let last = page.len() < PAGE as usize;
        for execution in page {
            res.push(one(engine, &actor, execution, base).await?);
        }
        if last {
            return Ok(res);
        }
    }
}

async fn one(
    engine: &Engine,
    actor: &Actor,
    execution: Execution,
    base: &str,
) -> Result<Outcome, String> {
    let id = execution.id;
    let recorded = engine.recorded(actor, id).await.map_err(|it| format!("{id}: {it}"))?;
    let records = engine.store().records(actor.workspace, id, &NoPages).await;
    let records = records.map_err(|it| format!("{id}: {it}"))?;
    let mut steps = BTreeMap::new();
    for step in &recorded.steps {
        let name = &recorded.plan.node(step.node).node.name;
        if OF_THE_DAY.iter().any(|it| name.starts_with(it)) {
            continue;
        }
        let outputs = step.outputs.iter().map(text).collect::<Result<Vec<_>, _>>()?;
        let error = step.error.as_ref().map(|it| it.message.as_str()).unwrap_or_default();
        let text = format!("{} {error}", outputs.join(" | ")).replace(base, "WORLD");
        steps.insert((name.to_string(), step.run), text);
    }
    let started = recorded.started.as_ref().ok_or_else(|| format!("{id} has no beginning"))?;
    let first = started.items.first().and_then(|it| it.get(0).ok().flatten());
    let first = first.map(|it| it.value()).unwrap_or_default();
    let origin = match execution.mode {
        Mode::Webhook => {
            first.at("body.n").map(|it| format!("t{}", it.to_text())).unwrap_or_default()
        }
        Mode::Error => first.at("execution.id").map(|it| it.to_text().into()).unwrap_or_default(),
        Mode::Manual | Mode::Schedule | Mode::Workflow | Mode::Api | Mode::Replay => {
            first.get("trail").map(|it| it.to_text().into()).unwrap_or_default()
        }
    };
    Ok(Outcome {
        workflow: recorded.plan.document.name.to_string(),
        order: recorded.plan.order,
        origin,
        steps,
        error: execution.error_message.as_ref().map(|it| it.replace(base, "WORLD")),
        records,
        plan: recorded.plan.clone(),
        execution,
    })
}

fn text(items: &Items) -> Result<String, String> {
    let all: Result<Vec<String>, String> = items
        .iter()
        .map(|it| {
            let it = it?;
            Ok(format!("{} {:?} {:?}", it.value().to_json(), it.paired, it.error))
        })
        .collect();
    Ok(all?.join(", "))
}

impl Outcome {
    /// The number of the trigger that it goes back to, when it is known.
    pub(super) fn trigger(&self) -> Option<u32> {
        trigger_of(&self.origin)
    }

    pub(super) fn failed(&self) -> bool {
        self.execution.status != Status::Success
    }

    /// Whether what it did before it failed is a matter of chance.
    pub(super) fn is_by_chance(&self) -> bool {
        self.order == Order::Parallel && self.failed()
    }
}

/// `t12.0/Set1` goes back to trigger 12.
pub(super) fn trigger_of(trail: &str) -> Option<u32> {
    let rest = trail.strip_prefix('t')?;
    let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}
