//! The workflows of a first start with `--demo`: something that works, to look at and to change.

use engine::{Actor, Engine};

use crate::failure::{Failure, Outcome};

/// Native documents; those with a trigger that listens are published.
const WORKFLOWS: &[&str] = &[
    include_str!("../../../demo/order.json"),
    include_str!("../../../demo/reminder.json"),
    include_str!("../../../demo/heartbeat.json"),
    include_str!("../../../demo/alarm.json"),
];

/// Makes them, unless there are workflows already.
pub(crate) async fn make(engine: &Engine, actor: &Actor) -> Outcome {
    let filter = store::workflows::Filter { limit: 1, ..Default::default() };
    let there = engine.store().workflows(actor.workspace, &filter).await;
    if there.map_err(|e| Failure::unreachable(e.to_string()))?.1 > 0 {
        return Ok(());
    }
    let cannot =
        |e: model::Fault| Failure::failed(format!("the demo cannot be made: {}", e.message));
    for text in WORKFLOWS {
        for added in engine.import(actor, text).await.map_err(cannot)? {
            engine.publish(actor, added.id, None, "The first version").await.map_err(cannot)?;
        }
    }
    Ok(())
}
