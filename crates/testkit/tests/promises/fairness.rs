//! One workspace's flood does not keep another's executions waiting.

use engine::Actor;
use jiff::Timestamp;
use model::{execution::Status, id::WorkspaceId, json};
use testkit::{
    each_database, face,
    stage::{Actors, node, webhook, workflow},
};
use uuid::Uuid;

each_database! {
    async fn a_sleeper_wakes_in_the_middle_of_anothers_flood(stage: &Stage) {
        let options = engine::Options { running_max: 2, ..face::options() };
        let actors = stage.open_with(options).await;
        let other = WorkspaceId(Uuid::now_v7());
        actors.store.add_workspace(other, "other", Timestamp::now()).await.unwrap();
        let other = Actors {
            engine: actors.engine.clone(),
            store: actors.store.clone(),
            actor: Actor::system(other),
        };
        let slow = node("Wait", "flow.wait", json!({"until": "interval", "amount": 0.2, "unit": "seconds"}));
        let flood = actors.publish(workflow("flood", vec![webhook("flood"), slow], "Webhook>Wait")).await;
        let nap = node("Nap", "test.nap", json!({"ms": 100}));
        other.publish(workflow("naps", vec![webhook("naps"), nap], "Webhook>Nap")).await;
        let id = other.begin("naps", "{}").await;
        other.reaches(id, &[Status::Waiting]).await;
        const FLOOD: usize = 100;
        for _ in 0..FLOOD {
            actors.begin("flood", "{}").await;
        }
        assert_eq!(other.ends(id).await.status, Status::Success);
        let ended = actors.executions(flood).await.iter().filter(|it| it.status.is_ended()).count();
        assert!(ended < FLOOD, "it had to wait until the flood was over");
        actors.close().await;
    }
}
