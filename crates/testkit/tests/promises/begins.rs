//! Executions whose caller is answered as soon as they are durable.

use model::{execution::Status, json};
use testkit::{
    each_database,
    stage::{code, node, webhook, workflow},
};

/// Computes for longer than anybody waits to be told that it began.
const SLOW: &str = "const end = Date.now() + 3000; while (Date.now() < end) {} return [{json: {}}]";

each_database! {
    async fn one_that_is_over_in_a_moment_is_written_whole(stage: &Stage) {
        let actors = stage.open().await;
        let set = node("Set", "data.set", json!({"include": "all", "fields": []}));
        actors.publish(workflow("short", vec![webhook("start"), set], "Webhook>Set")).await;
        // Warm, so that a slow start of the machine does not count.
        for _ in 0..3 {
            let id = actors.begin("start", "{}").await;
            actors.ends(id).await;
        }
        let mut batches = vec![];
        for _ in 0..5 {
            let id = actors.begin("start", r#"{"n": 1}"#).await;
            assert_eq!(actors.ends(id).await.status, Status::Success);
            batches.push(actors.store.next_seq(actors.actor.workspace, id).await.unwrap());
        }
        assert!(batches.contains(&1), "each took several: {batches:?}");
        actors.close().await;
    }

    async fn a_slow_one_is_durable_long_before_its_end(stage: &Stage) {
        let actors = stage.open().await;
        actors.publish(workflow("slow", vec![webhook("start"), code("Slow", SLOW)], "Webhook>Slow")).await;
        let id = actors.begin("start", "{}").await;
        assert_eq!(actors.execution(id).await.status, Status::Running);
        assert_eq!(actors.ends(id).await.status, Status::Success);
        actors.close().await;
    }
}
