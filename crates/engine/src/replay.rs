//! The same again as a new execution: from its start or from a step, with the input as it was or edited.

use model::{Code, Fault, Items, execution::Mode, id::ExecutionId, journal::Step};
use smol_str::SmolStr;
use tokio::sync::mpsc;

use crate::{
    Actor, Engine, Reply,
    executions::{Recorded, index, places, same_steps},
    start::Begin,
};

/// What of an execution to run again.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// Name of the node to begin at; steps before it are taken over. Absent is all.
    pub from: Option<SmolStr>,
    /// What that node gets, or the trigger gives, instead of what is recorded.
    pub items: Option<Items>,
}

impl Engine {
    /// A new execution of the same version, linked to the old one. Its effects have new keys.
    ///
    /// # Errors
    /// [`Code::ExecutionNotFound`], [`Code::ExecutionState`], [`Code::NodeNotFound`],
    /// [`Code::InvalidRequest`] when a node that was not reached is to get other items.
    pub async fn replay(
        &self,
        actor: &Actor,
        id: ExecutionId,
        wish: Replay,
    ) -> Result<(ExecutionId, mpsc::Receiver<Reply>), Fault> {
        let recorded = self.recorded(actor, id).await?;
        let Some(started) = &recorded.started else {
            return Err(Fault::new(
                Code::ExecutionState,
                format!("nothing was kept of execution {id}; start it anew"),
            ));
        };
        let plan = recorded.plan.clone();
        let (mut items, mut given) = (started.items.clone(), vec![]);
        let from = wish.from.map(|it| index(&plan, &it)).transpose()?;
        if let Some(node) = from {
            let mut not = plan.descendants(node);
            not.insert(node);
            given = same_steps(&recorded, &places(&recorded.plan, &plan), &not);
        }
        if let Some(edited) = wish.items {
            match from.filter(|it| *it != started.node) {
                None => items = vec![edited],
                Some(node) => feed(&recorded, node, edited, &mut given)?,
            }
        }
        let begin = Begin {
            items,
            replay_of: Some(id),
            given,
            ..Begin::new(
                actor.workspace,
                recorded.execution.workflow_id,
                recorded.execution.version_id,
                plan,
                Mode::Replay,
                started.node,
            )
        };
        self.begin_and_watch(begin).await
    }
}

/// The step before gives these items, as far as the new execution knows: so all that looks back
/// sees one story.
fn feed(recorded: &Recorded, node: u32, items: Items, given: &mut [Step]) -> Result<(), Fault> {
    let name = &recorded.plan.node(node).node.name;
    let reached = recorded.steps.iter().find(|it| it.node == node && it.run == 0);
    let source = reached.and_then(|it| it.sources.iter().flatten().next().copied());
    let step = source.and_then(|from| {
        let step = given.iter_mut().find(|it| (it.node, it.run) == (from.node, from.run))?;
        step.outputs.get_mut(usize::from(from.output))
    });
    let output = step.ok_or_else(|| {
        Fault::invalid(format!(
            "node `{name}` got nothing in this execution that could be edited; begin at a node that ran"
        ))
    })?;
    *output = items;
    Ok(())
}
