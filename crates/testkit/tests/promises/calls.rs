//! Workflows that call others: across restarts, when what is called fails, and how they begin.

use std::time::Duration;

use model::{
    execution::Status,
    json,
    workflow::{Node, Order, Retry, Workflow},
};
use store::faults::{Fault, Point};
use testkit::{
    each_database, face,
    stage::{Stage, code, effect, node, until, webhook, workflow},
};

fn call(callee: &str, mode: &str, wait: bool) -> Node {
    node("Call", "workflow.call", json!({"workflow": callee, "mode": mode, "wait": wait}))
}

/// Called with items, it takes its time and does something with each.
fn callee(ms: i32) -> Workflow {
    let nodes = vec![
        node("Called", "trigger.workflow", json!({"input": "any"})),
        node("Nap", "test.nap", json!({"ms": ms})),
        effect("Send"),
    ];
    workflow("callee", nodes, "Called>Nap Nap>Send")
}

fn caller(mode: &str, wait: bool) -> Workflow {
    let make = code("Make", "return ['a', 'b', 'c'].map(trail => ({json: {trail}}))");
    let nodes = vec![
        webhook("start"),
        make,
        call("callee", mode, wait),
        code("End", "return $input.all()"),
    ];
    workflow("caller", nodes, "Webhook>Make Make>Call Call>End")
}

fn done(stage: &Stage) -> Vec<(String, u32)> {
    let mut res: Vec<(String, u32)> =
        stage.world.effects("run").into_values().map(|it| (it.label, it.attempts)).collect();
    res.sort();
    res
}

each_database! {
    async fn what_was_called_and_who_called_go_on_after_a_restart(stage: &Stage) {
        let actors = stage.open().await;
        let called = actors.publish(callee(400)).await;
        actors.publish(caller("each", true)).await;
        let id = actors.begin("start", "{}").await;
        actors.sleeps(id).await;
        actors.close().await;
        let actors = stage.open().await;
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(actors.executions(called).await.len(), 3);
        let all = ["a/Send", "b/Send", "c/Send"].map(|it| (it.to_owned(), 1));
        assert_eq!(done(stage), all);
        let given = actors.output(id, "End").await;
        let at = |what: &str| given.find(what).unwrap();
        assert!(at("a/Send") < at("b/Send") && at("b/Send") < at("c/Send"), "{given}");
        actors.close().await;
    }

    async fn what_nobody_waits_for_runs_all_the_same(stage: &Stage) {
        let actors = stage.open().await;
        let called = actors.publish(callee(200)).await;
        actors.publish(caller("once", false)).await;
        let id = actors.begin("start", "{}").await;
        assert_eq!(actors.ends(id).await.status, Status::Success);
        actors.close().await;
        let actors = stage.open().await;
        let child = actors.executions(called).await;
        assert_eq!(child.len(), 1);
        assert_eq!(actors.ends(child[0].id).await.status, Status::Success);
        assert_eq!(done(stage).len(), 3);
        actors.close().await;
    }

    async fn another_try_calls_anew(stage: &Stage) {
        let actors = stage.open().await;
        let count = "const s = $getWorkflowStaticData('global'); s.n = (s.n || 0) + 1; return [{json: {n: s.n}}]";
        let fail = "if ($json.n < 3) throw new Error('not yet'); return $input.all()";
        let nodes = vec![
            node("Called", "trigger.workflow", json!({"input": "any"})),
            code("Count", count),
            code("Fail", fail),
        ];
        let called = actors.publish(workflow("callee", nodes, "Called>Count Count>Fail")).await;
        let mut document = caller("once", true);
        document.nodes[2].retry = Some(Retry { tries: 3, wait_ms: 1, ..Retry::default() });
        actors.publish(document).await;
        let id = actors.begin("start", "{}").await;
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(actors.output(id, "End").await, r#"[{"n":3}]"#);
        let statuses: Vec<Status> =
            actors.executions(called).await.iter().map(|it| it.status).collect();
        assert_eq!(statuses, [Status::Error, Status::Error, Status::Success]);
        actors.close().await;
    }

    async fn large_answers_stay_when_nothing_is_kept_of_who_gave_them(stage: &Stage) {
        let options = engine::Options { memory_bytes_max: 100_000, ..face::options() };
        let actors = stage.open_with(options).await;
        let big = "return [...Array(2000).keys()].map(n => ({json: {n, fill: 'x'.repeat(10000)}}))";
        let nodes = vec![
            node("Called", "trigger.workflow", json!({"input": "any"})),
            code("Big", big),
        ];
        let mut called = workflow("callee", nodes, "Called>Big");
        called.settings.save.success = false;
        let called = actors.publish(called).await;
        // As long as another branch is at work, whoever called does not take the answer in.
        let slow = json!({"until": "interval", "amount": 2.0, "unit": "seconds"});
        let nodes = vec![
            webhook("start"),
            call("callee", "once", true),
            code("End", "return [{json: {n: $input.all().length}}]"),
            node("Wait", "flow.wait", slow),
        ];
        let mut document = workflow("caller", nodes, "Webhook>Call Call>End Webhook>Wait");
        document.settings.order = Order::Parallel;
        actors.publish(document).await;
        let id = actors.begin("start", "{}").await;
        actors.sleeps(id).await;
        // Whatever nobody names is swept.
        until("the callee has come and gone", async || {
            let answered = actors.store.open_waits(id).await.unwrap().is_empty();
            let swept = actors.store.litter().await.unwrap();
            for (workspace, name) in &swept {
                actors.engine.files().remove(*workspace, name).await.unwrap();
            }
            actors.store.swept(&swept).await.unwrap();
            answered && actors.executions(called).await.is_empty()
        })
        .await;
        let end = actors.ends(id).await;
        assert_eq!((end.status, end.error_message), (Status::Success, None));
        assert_eq!(actors.output(id, "End").await, r#"[{"n":2000}]"#);
        actors.close().await;
    }

    async fn a_failure_is_told_to_the_error_workflow_though_the_database_fails_meanwhile(stage: &Stage) {
        let actors = stage.open().await;
        let tell = vec![
            node("Failed", "trigger.error", json!({})),
            code("Say", "return [{json: {trail: $json.execution.id}}]"),
            effect("Send"),
        ];
        let errors = actors.publish(workflow("errors", tell, "Failed>Say Say>Send")).await;
        let stop = node("Stop", "flow.stop", json!({"message": "no"}));
        let pause = node("Wait", "flow.wait", json!({"until": "interval", "amount": 0.3, "unit": "seconds"}));
        let mut document = workflow("fails", vec![webhook("start"), pause, stop], "Webhook>Wait Wait>Stop");
        document.settings.error_workflow = Some("errors".into());
        actors.publish(document).await;
        let id = actors.begin("start", "{}").await;
        actors.store.inject(Some(std::sync::Arc::new(|_| Some(store::faults::Fault::Fail))));
        tokio::time::sleep(Duration::from_millis(900)).await;
        actors.store.inject(None);
        assert_eq!(actors.ends(id).await.status, Status::Error);
        until("the error workflow has ended", async || {
            actors.executions(errors).await.first().is_some_and(|it| it.status == Status::Success)
        })
        .await;
        assert_eq!(actors.executions(errors).await.len(), 1);
        assert_eq!(done(stage), [(format!("{id}/Send"), 1)]);
        actors.close().await;
    }

    async fn a_call_waits_for_a_database_that_is_away_for_longer_than_a_step_asks(stage: &Stage) {
        let actors = stage.open().await;
        actors.publish(callee(1)).await;
        let make = code("Make", "return [{json: {trail: 'a'}}]");
        let nodes = vec![webhook("start"), make, effect("Before"), call("callee", "once", true)];
        actors.publish(workflow("caller", nodes, "Webhook>Make Make>Before Before>Call")).await;
        // It runs, and stands just before the call.
        stage.world.hold(1);
        let id = actors.begin("start", "{}").await;
        until("the effect is under way", async || stage.world.held() == 1).await;
        let fails = |point| (point == Point::Read).then_some(Fault::Fail);
        actors.store.inject(Some(std::sync::Arc::new(fails)));
        stage.world.release();
        // A step asks for about three seconds whom it is to call.
        tokio::time::sleep(Duration::from_millis(4_500)).await;
        actors.store.inject(None);
        assert_eq!(actors.ends(id).await.status, Status::Success);
        let attempts: Vec<u32> = done(stage).into_iter().map(|it| it.1).collect();
        assert_eq!(attempts, [1, 1]);
        actors.close().await;
    }
}
