//! One workspace's flood does not keep another's executions waiting.

use engine::Actor;
use jiff::Timestamp;
use model::{execution::Status, id::WorkspaceId, json};
use testkit::{
    each_database, face,
    stage::{Actors, code, effect, node, until, webhook, workflow},
};
use uuid::Uuid;

const FLOOD: usize = 20;

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
        let trail = code("Trail", "return [{json: {trail: 'x'}}]");
        let nodes = vec![webhook("flood"), trail, effect("Send")];
        let flood = actors.publish(workflow("flood", nodes, "Webhook>Trail Trail>Send")).await;
        let wait = json!({"until": "webhook", "methods": ["POST"], "respond": "atOnce"});
        let nodes = vec![webhook("waits"), node("Wait", "flow.wait", wait)];
        other.publish(workflow("waits", nodes, "Webhook>Wait")).await;
        let id = other.begin("waits", "{}").await;
        other.reaches(id, &[Status::Waiting]).await;
        // All that may run at once hangs at the service, and many more wait for their turn.
        stage.world.hold(u32::MAX);
        for _ in 0..FLOOD {
            actors.begin("flood", "{}").await;
        }
        until("the flood is at the service", async || stage.world.held() == 2).await;
        let token = other.store.open_waits(id).await.unwrap()[0].token.clone();
        other.resume(id, &token, "", "{}").await.unwrap();
        other.reaches(id, &[Status::Running]).await;
        // One of those that run may have been begun already when the sleeper came.
        for _ in 0..3 {
            let before = ended(&actors, flood).await;
            stage.world.release();
            until("one of the flood ends", async || ended(&actors, flood).await > before).await;
        }
        assert_eq!(other.ends(id).await.status, Status::Success);
        assert_eq!(ended(&actors, flood).await, 3);
        for _ in 0..FLOOD {
            stage.world.release();
        }
        until("the flood is over", async || ended(&actors, flood).await == FLOOD).await;
        actors.close().await;
    }
}

async fn ended(actors: &Actors, workflow: model::id::WorkflowId) -> usize {
    actors.executions(workflow).await.iter().filter(|it| it.status.is_ended()).count()
}
