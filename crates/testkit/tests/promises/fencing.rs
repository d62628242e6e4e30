//! A worker that was slow, not dead, cannot write once another holds its execution.

use model::{execution::Status, json};
use testkit::{
    each_database,
    stage::{code, effect, node, until, webhook, workflow},
};

each_database! {
    async fn who_lost_an_execution_writes_nothing_more(stage: &Stage) {
        let actors = stage.open().await;
        let slow = node("Wait", "flow.wait", json!({"until": "interval", "amount": 1.0, "unit": "seconds"}));
        let trail = code("Trail", "return [{json: {trail: 'x'}}]");
        let nodes = vec![webhook("start"), slow, trail, effect("Send")];
        actors.publish(workflow("slow", nodes, "Webhook>Wait Wait>Trail Trail>Send")).await;
        let id = actors.begin("start", "{}").await;
        // What a lease that ended does: the execution goes to whoever takes it, here the same
        // engine, while its first runner knows nothing and sleeps.
        assert_eq!(actors.store.take_over("main").await.unwrap(), 1);
        until("it is taken up again", async || actors.execution(id).await.resumed == 1).await;
        assert_eq!(actors.ends(id).await.status, Status::Success);
        // Both runners came to the effect; only one could announce it.
        let effects = stage.world.effects("run");
        assert_eq!(effects.len(), 1);
        assert!(effects.values().all(|it| it.attempts == 1), "{effects:?}");
        for node in ["Wait", "Trail", "Send"] {
            assert_eq!(actors.runs(id, node).await, 1);
        }
        actors.close().await;
    }
}
