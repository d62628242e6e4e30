//! Tries an expression in the context of recorded data, as the editor does while somebody types.

use std::{collections::HashSet, sync::Arc};

use expr::{Alone, Scope, Template, scope};
use model::{Code, Fault, Item, Items, Value, id::ExecutionId};
use smol_str::{SmolStr, format_smolstr};

use crate::{
    Actor, Engine,
    executions::{Recorded, places, same_steps},
    failure::fault,
    run,
};

/// What to evaluate, and where.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Text with `{{ … }}` in it; a leading `=` is allowed.
    pub expression: String,
    /// `$json`, when there is no recorded data.
    pub item: Value,
    /// The execution whose data it sees, and the node in whose place it stands.
    pub recorded: Option<(ExecutionId, SmolStr)>,
    /// That node is one of the draft as it is now: it may be newer than the execution, and others may have got
    /// other names since.
    pub in_draft: bool,
    /// Index of the item: `$itemIndex`.
    pub item_index: usize,
}

impl Engine {
    /// The value of an expression; `None` is undefined.
    ///
    /// # Errors
    /// [`Code::ExpressionFailed`], [`Code::ExecutionNotFound`], [`Code::NodeNotFound`].
    pub async fn evaluate(&self, actor: &Actor, ask: Ask) -> Result<Option<Value>, Fault> {
        let inner = &self.0;
        let vars = inner.plans.vars(&inner.store, actor.workspace).await.map_err(fault)?;
        let scope = match &ask.recorded {
            None => {
                let item = Item::from_value(ask.item.clone());
                Alone::scope(vec![item; ask.item_index.min(1_000) + 1], inner.options.zone.clone())
            }
            Some((execution, node)) => {
                let mut recorded = self.recorded(actor, *execution).await?;
                if ask.in_draft {
                    let stored = self.workflow(actor, recorded.execution.workflow_id).await?;
                    let plan = inner.plans.compile(stored.draft);
                    let places = places(&recorded.plan, &plan);
                    let steps = same_steps(&recorded, &places, &HashSet::new());
                    recorded.steps = steps.into_iter().map(Arc::new).collect();
                    recorded.plan = plan;
                }
                self.in_place_of(&recorded, node)?
            }
        };
        let scope = Scope {
            workspace: format_smolstr!("{}", actor.workspace),
            vars,
            env: inner.outside.env.clone(),
            ..scope
        };
        let template = Template::parse(ask.expression.strip_prefix('=').unwrap_or(&ask.expression));
        let sandbox = inner.outside.sandbox.clone();
        let index = ask.item_index;
        let evaluate = move || sandbox.evaluate(&template, &Arc::new(scope), index);
        let end = tokio::task::spawn_blocking(evaluate).await;
        end.map_err(|it| Fault::internal(it.to_string()))?
            .map_err(|it| Fault::new(Code::ExpressionFailed, it.message))
    }

    /// What the expressions of a node see with the recorded data.
    fn in_place_of(&self, recorded: &Recorded, node: &str) -> Result<Scope, Fault> {
        let plan = &recorded.plan;
        let at = plan.index(node).ok_or_else(|| {
            Fault::new(Code::NodeNotFound, format!("the workflow has no node `{node}`"))
        })?;
        let seen = Arc::new(run::Seen::new(plan.clone()));
        for step in &recorded.steps {
            seen.add(step.clone());
        }
        let pages = self.0.pages_of(recorded);
        let (sources, input) = run::expected_input(&seen, at, &pages);
        let world = run::world(seen, at, sources.clone(), pages);
        let planned = plan.node(at);
        let previous = sources.first().copied().flatten().map(|it| scope::Previous {
            node: plan.node(it.node).node.name.clone(),
            output: it.output as usize,
            run: it.run as usize,
        });
        let input = if input.is_empty() { vec![Items::one(Item::default())] } else { input };
        Ok(Scope {
            workflow: scope::WorkflowFacts {
                id: format_smolstr!("{}", recorded.execution.workflow_id),
                name: plan.document.name.clone(),
                active: false,
            },
            execution: scope::ExecutionFacts {
                id: format_smolstr!("{}", recorded.execution.id),
                mode: "test".into(),
            },
            node: scope::NodeFacts {
                id: planned.node.id.clone(),
                name: planned.node.name.clone(),
                version: f64::from(planned.node.version),
                webhook_id: planned.node.webhook_id.clone(),
                parameters: planned.named.clone(),
            },
            input,
            previous,
            zone: plan.zone.clone(),
            world,
            ..Alone::scope(vec![], plan.zone.clone())
        })
    }
}
