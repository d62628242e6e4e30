//! A database that goes away for longer than anybody has patience, and comes back.

use std::{sync::Arc, time::Duration};

use engine::webhooks::Refused;
use model::{Code, execution::Status, json};
use store::faults::Fault;
use testkit::{
    each_database,
    stage::{code, effect, node, webhook, workflow},
};

each_database! {
    async fn nothing_is_lost_while_the_database_is_away(stage: &Stage) {
        let actors = stage.open().await;
        let slow = node("Wait", "flow.wait", json!({"until": "interval", "amount": 0.5, "unit": "seconds"}));
        let trail = code("Trail", "return [{json: {trail: 'x' + $('Webhook').first().json.body.n}}]");
        let nodes = vec![webhook("start"), slow, trail, effect("Send")];
        actors.publish(workflow("slow", nodes, "Webhook>Wait Wait>Trail Trail>Send")).await;
        let before = actors.begin("start", r#"{"n": 1}"#).await;
        actors.store.inject(Some(Arc::new(|_| Some(Fault::Fail))));
        // Longer than the writer tries to commit.
        match actors.call("start", r#"{"n": 2}"#).await {
            Err(Refused::Fault(fault)) => assert_eq!(fault.code, Code::StoreUnavailable),
            other => panic!("it was not refused: {:?}", other.map(|it| it.1)),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        actors.store.inject(None);
        let after = actors.begin("start", r#"{"n": 3}"#).await;
        for id in [before, after] {
            assert_eq!(actors.ends(id).await.status, Status::Success);
        }
        let effects = stage.world.effects("run");
        let mut labels: Vec<&str> = effects.values().map(|it| it.label.as_str()).collect();
        labels.sort_unstable();
        // What was refused left nothing behind.
        assert_eq!(labels, ["x1/Send", "x3/Send"]);
        assert!(effects.values().all(|it| it.attempts == 1));
        actors.close().await;
    }

    async fn a_zero_character_in_an_error_stops_nobody(stage: &Stage) {
        let actors = stage.open().await;
        let fail = code("Fail", "throw new Error('a\\u0000b')");
        actors.publish(workflow("fails", vec![webhook("start"), fail], "Webhook>Fail")).await;
        let id = actors.begin("start", "{}").await;
        assert_eq!(actors.ends(id).await.status, Status::Error);
        actors.close().await;
    }
}
