//! Executions end when somebody wants it, and when their time is up.

use model::{execution::Status, json, workflow::Order};
use testkit::{
    each_database,
    stage::{code, effect, node, webhook, workflow},
};

/// Two nodes that hand their items to one another for ever, without a pause.
fn endless() -> model::workflow::Workflow {
    let set = |name: &str| node(name, "data.set", json!({"include": "all", "fields": []}));
    workflow("endless", vec![webhook("start"), set("A"), set("B")], "Webhook>A A>B B>A")
}

fn wait_for_a_call() -> model::workflow::Node {
    node("Wait", "flow.wait", json!({"until": "webhook", "methods": ["POST"], "respond": "atOnce"}))
}

each_database! {
    async fn a_cancelled_sleeper_ends_and_so_do_those_it_called(stage: &Stage) {
        let actors = stage.open().await;
        let nodes = vec![node("Called", "trigger.workflow", json!({"input": "any"})), wait_for_a_call()];
        let called = actors.publish(workflow("callee", nodes, "Called>Wait")).await;
        let call = node("Call", "workflow.call", json!({"workflow": "callee", "mode": "once", "wait": true}));
        actors.publish(workflow("caller", vec![webhook("start"), call], "Webhook>Call")).await;
        let id = actors.begin("start", "{}").await;
        actors.reaches(id, &[Status::Waiting]).await;
        let child = actors.executions(called).await[0].id;
        actors.reaches(child, &[Status::Waiting]).await;
        actors.engine.cancel(&actors.actor, id).await.unwrap();
        assert_eq!(actors.ends(id).await.status, Status::Cancelled);
        assert_eq!(actors.ends(child).await.status, Status::Cancelled);
        actors.close().await;
    }

    async fn what_was_cancelled_while_it_waited_waits_again_when_it_is_retried(stage: &Stage) {
        let actors = stage.open().await;
        let nodes = vec![webhook("start"), wait_for_a_call(), code("End", "return [{json: {}}]")];
        actors.publish(workflow("waits", nodes, "Webhook>Wait Wait>End")).await;
        let id = actors.begin("start", "{}").await;
        actors.reaches(id, &[Status::Waiting]).await;
        let token = actors.store.open_waits(id).await.unwrap()[0].token.clone();
        actors.engine.cancel(&actors.actor, id).await.unwrap();
        actors.ends(id).await;
        // Nobody can end the wait of what has ended.
        assert!(actors.resume(id, &token, "", "{}").await.is_err());
        actors.engine.retry(&actors.actor, id).await.unwrap();
        actors.reaches(id, &[Status::Waiting]).await;
        actors.resume(id, &token, "", "{}").await.unwrap();
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(actors.runs(id, "End").await, 1);
        actors.close().await;
    }

    async fn a_loop_without_end_is_cancelled(stage: &Stage) {
        let actors = stage.open().await;
        actors.publish(endless()).await;
        let id = actors.begin("start", "{}").await;
        actors.reaches(id, &[Status::Running]).await;
        actors.engine.cancel(&actors.actor, id).await.unwrap();
        assert_eq!(actors.ends(id).await.status, Status::Cancelled);
        actors.close().await;
    }

    async fn a_loop_without_end_runs_out_of_time(stage: &Stage) {
        let actors = stage.open().await;
        let mut document = endless();
        document.settings.timeout_ms = Some(200);
        actors.publish(document).await;
        let id = actors.begin("start", "{}").await;
        let end = actors.ends(id).await;
        assert_eq!(end.status, Status::Error);
        assert_eq!(end.error_message.as_deref(), Some("the execution took longer than its 200 ms"));
        actors.close().await;
    }

    async fn time_counts_across_waits(stage: &Stage) {
        let actors = stage.open().await;
        let work = |name: &str| node(name, "flow.wait", json!({"until": "interval", "amount": 0.2, "unit": "seconds"}));
        let nap = |name: &str| node(name, "test.nap", json!({"ms": 20}));
        let nodes = vec![webhook("start"), work("A"), nap("1"), work("B"), nap("2"), work("C"), nap("3"), work("D")];
        let mut document = workflow("long", nodes, "Webhook>A A>1 1>B B>2 2>C C>3 3>D");
        document.settings.timeout_ms = Some(500);
        actors.publish(document).await;
        let id = actors.begin("start", "{}").await;
        let end = actors.ends(id).await;
        assert_eq!(end.error_message.as_deref(), Some("the execution took longer than its 500 ms"));
        actors.close().await;
    }

    async fn a_branch_that_waits_goes_on_when_the_failure_of_another_is_retried(stage: &Stage) {
        let actors = stage.open().await;
        let nodes = vec![
            webhook("start"),
            wait_for_a_call(),
            node("Nap", "test.nap", json!({"ms": 50})),
            code("Trail", "return [{json: {trail: 'x'}}]"),
            effect("Send"),
            code("End", "return [{json: {}}]"),
        ];
        let mut document = workflow("branches", nodes, "Webhook>Wait Webhook>Nap Nap>Trail Trail>Send Wait>End");
        document.settings.order = Order::Parallel;
        document.nodes[4].parameters = json!({
            "method": "POST",
            "url": "={{ $vars.world }}/effect",
            "bodyType": "json",
            "bodyBy": "text",
            "bodyJson": "={{ ({item: $json, node: 'Send', fails: 1}) }}"
        });
        actors.publish(document).await;
        let id = actors.begin("start", "{}").await;
        assert_eq!(actors.ends(id).await.status, Status::Error);
        actors.engine.retry(&actors.actor, id).await.unwrap();
        actors.reaches(id, &[Status::Waiting]).await;
        let token = actors.store.open_waits(id).await.unwrap()[0].token.clone();
        actors.resume(id, &token, "", "{}").await.unwrap();
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(actors.runs(id, "End").await, 1);
        actors.close().await;
    }
}
