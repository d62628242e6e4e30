//! A worker that was slow, not dead, cannot write once another holds its execution.

use model::execution::Status;
use testkit::{
    each_database,
    stage::{code, effect, until, webhook, workflow},
};

each_database! {
    async fn who_lost_an_execution_writes_nothing_more(stage: &Stage) {
        let actors = stage.open().await;
        let trail = code("Trail", "return [{json: {trail: 'x'}}]");
        let nodes = vec![webhook("start"), trail, effect("Slow"), effect("Send")];
        actors.publish(workflow("slow", nodes, "Webhook>Trail Trail>Slow Slow>Send")).await;
        stage.world.hold(1);
        let id = actors.begin("start", "{}").await;
        until("it is at the service", async || stage.world.held() == 1).await;
        // What a lease that ended does: the execution goes to whoever takes it, here the same
        // engine, while its first runner knows nothing and waits for an answer.
        assert_eq!(actors.store.take_over("main").await.unwrap(), 1);
        assert_eq!(actors.ends(id).await.status, Status::Success);
        let before = actors.records(id).await;
        stage.world.release();
        until("the first runner has heard and gone", async || {
            let done = stage.world.effects("run").into_values().map(|it| it.attempts);
            done.sum::<u32>() == 3 && actors.engine.load() == (0, 0)
        })
        .await;
        assert_eq!(format!("{:?}", actors.records(id).await), format!("{before:?}"));
        // The effect in doubt was repeated under its key, and nobody went on from there but one.
        let mut done: Vec<(String, u32)> =
            stage.world.effects("run").into_values().map(|it| (it.label, it.attempts)).collect();
        done.sort();
        assert_eq!(done, [("x/Slow".to_owned(), 2), ("x/Slow/Send".to_owned(), 1)]);
        for node in ["Trail", "Slow", "Send"] {
            assert_eq!(actors.runs(id, node).await, 1);
        }
        actors.close().await;
    }
}
