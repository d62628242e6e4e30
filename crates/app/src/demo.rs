//! What `--demo` makes at a first start: workflows that work, to look at, to call and to change.

use engine::{Actor, Engine};

use crate::{
    database::cannot,
    failure::{Failure, Outcome},
};

/// Documents of ours. The error workflow comes first, because others name it.
const DOCUMENTS: &[&str] = &[
    include_str!("../../../demo/alarm.json"),
    include_str!("../../../demo/order.json"),
    include_str!("../../../demo/reminder.json"),
    include_str!("../../../demo/heartbeat.json"),
];

/// Makes and publishes them, unless there are workflows already. Gives how many.
pub(crate) async fn make(engine: &Engine, actor: &Actor) -> Outcome<usize> {
    let filter = store::workflows::Filter {
        limit: 1,
        ..store::workflows::Filter::of(model::sharing::Sight::All)
    };
    let (_, there) = engine.store().workflows(actor.workspace, &filter).await.map_err(cannot)?;
    if there > 0 {
        return Ok(0);
    }
    let failed = |it: model::Fault| Failure::failed(format!("a demo: {}", it.message));
    let mut n = 0;
    for text in DOCUMENTS {
        for added in engine.import(actor, text).await.map_err(failed)? {
            engine.publish(actor, added.id, None, "The first version").await.map_err(failed)?;
            n += 1;
        }
    }
    Ok(n)
}
