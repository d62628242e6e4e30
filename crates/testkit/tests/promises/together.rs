//! Several processes on one database: each hears what the others do.

use std::sync::{Arc, Mutex};

use engine::{
    Engine,
    bus::What,
    relay::Relay,
    webhooks::{Address, Listening, Whose},
};
use model::{
    execution::Status,
    json,
    workflow::{Node, Workflow},
};
use testkit::{
    face,
    stage::{Actors, Stage, code, effect, node, on, request, until, webhook, workflow},
};

/// Brings each message to every engine, at once.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<Engine>>>);

impl Relay for Wire {
    fn send(&self, message: bytes::Bytes) {
        let all = self.0.lock().unwrap().clone();
        for it in &all {
            it.hear(&message);
        }
    }
}

impl Wire {
    async fn open(&self, stage: &Stage, worker: &str, running_max: usize) -> Actors {
        let relay: Arc<dyn Relay> = Arc::new(self.clone());
        let worker = worker.into();
        let options =
            engine::Options { worker, running_max, relay: Some(relay), ..face::options() };
        let actors = stage.open_with(options).await;
        self.0.lock().unwrap().push(actors.engine.clone());
        actors
    }

    async fn close(self, all: [Actors; 2]) {
        self.0.lock().unwrap().clear();
        for it in all {
            it.close().await;
        }
    }
}

fn waits_for_a_call(respond: &str) -> Workflow {
    let wait = json!({"until": "webhook", "methods": ["POST"], "respond": respond});
    let nodes = vec![
        webhook("start"),
        node("Wait", "flow.wait", wait),
        code("End", "return [{json: {got: $json.body.word}}]"),
        node("Say", "webhook.respond", json!({"respondWith": "text", "text": "={{ $json.got }}!"})),
    ];
    workflow(respond, nodes, "Webhook>Wait Wait>End End>Say")
}

async fn token(actors: &Actors, id: model::id::ExecutionId) -> String {
    let waits = actors.store.open_waits(id).await.unwrap();
    waits.iter().find(|it| !it.token.is_empty()).unwrap().token.to_string()
}

/// Processes share PostgreSQL only.
#[test]
fn who_waits_at_one_process_is_answered_by_another() {
    on(true, async |stage| {
        for (respond, wanted) in [("lastNode", r#"{"got":"yes"}"#), ("node", "yes!")] {
            let wire = Wire::default();
            let (here, there) =
                (wire.open(stage, "here", 1).await, wire.open(stage, "there", 10).await);
            let waits = here.publish(waits_for_a_call(respond)).await;
            let busy = vec![webhook("busy"), effect("Slow")];
            let busy = here.publish(workflow("busy", busy, "Webhook>Slow")).await;
            let id = there.begin("start", "{}").await;
            there.reaches(id, &[Status::Waiting]).await;
            let token = token(&here, id).await;
            // The one that is asked has no room for it.
            stage.world.hold(1);
            here.begin("busy", "{}").await;
            until("it is busy", async || stage.world.held() == 1).await;
            let (_, answer) = here.resume(id, &token, "", r#"{"word": "yes"}"#).await.unwrap();
            assert_eq!(answer, wanted, "{respond}");
            stage.world.release();
            for workflow in [waits, busy] {
                here.engine.delete_workflow(&here.actor, workflow).await.unwrap();
            }
            wire.close([here, there]).await;
        }
    });
}

#[test]
fn what_happens_in_one_process_is_heard_in_another() {
    on(true, async |stage| {
        let wire = Wire::default();
        let (here, there) =
            (wire.open(stage, "here", 10).await, wire.open(stage, "there", 10).await);
        let nodes: Vec<Node> =
            vec![webhook("start"), code("Two", "return [{json: {}}, {json: {}}]")];
        here.publish(workflow("told", nodes, "Webhook>Two")).await;
        let mut live = here.engine.bus().listen(here.actor.workspace);
        let id = there.begin("start", "{}").await;
        let mut heard = vec![];
        loop {
            let event = live.next().await.unwrap().unwrap();
            assert_eq!(event.execution, id);
            heard.push(match event.what {
                What::Started { .. } => "started".to_owned(),
                What::StepStarted { node, .. } => format!("{node} starts"),
                What::StepFinished { node, done } => format!("{node} gives {:?}", done.n_items),
                What::Waiting { .. } => "waits".to_owned(),
                What::Ended { status, .. } => format!("{status:?}"),
            });
            if heard.last().is_some_and(|it| it == "Success") {
                break;
            }
        }
        assert_eq!(heard[0], "started");
        assert!(heard.contains(&"Two gives [2]".to_owned()), "{heard:?}");
        wire.close([here, there]).await;
    });
}

#[test]
fn a_draft_listens_at_every_process_and_hears_one_call() {
    on(true, async |stage| {
        let wire = Wire::default();
        let (here, there) =
            (wire.open(stage, "here", 10).await, wire.open(stage, "there", 10).await);
        let draft = workflow("draft", vec![webhook("start")], "");
        let made = here.engine.create_workflow(&here.actor, draft, None).await.unwrap();
        let how = Listening { wait: std::time::Duration::from_secs(60), along: false };
        let address = Address { workspace: Some(here.actor.workspace), whose: Whose::Listening };
        let call =
            async |at: &Actors| at.engine.receive(address, request("start", "{}")).await.is_ok();
        assert!(!call(&there).await);
        here.engine.listen(&here.actor, made.id, how).await.unwrap();
        assert!(call(&there).await);
        assert!(!call(&here).await);
        here.engine.listen(&here.actor, made.id, how).await.unwrap();
        there.engine.stop_listening(&there.actor, made.id);
        assert!(!call(&here).await);
        wire.close([here, there]).await;
    });
}
