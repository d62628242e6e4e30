//! Waits last through restarts, and end once, by whom they are meant for.

use model::{
    execution::{Status, WaitKind},
    id::ExecutionId,
    json,
};
use testkit::{
    each_database,
    stage::{Actors, code, effect, node, until, webhook, workflow},
    world::Moment,
};

async fn token(actors: &Actors, id: ExecutionId) -> String {
    let waits = actors.store.open_waits(id).await.unwrap();
    waits.iter().find(|it| !it.token.is_empty()).unwrap().token.to_string()
}

fn waits_for_a_call() -> model::workflow::Workflow {
    let parameters = json!({"until": "webhook", "methods": ["POST"], "respond": "lastNode"});
    let nodes = vec![
        webhook("start"),
        node("Wait", "flow.wait", parameters),
        code("End", "return [{json: {got: $json.body.word}}]"),
    ];
    workflow("waits", nodes, "Webhook>Wait Wait>End")
}

each_database! {
    async fn a_time_that_passes_while_nobody_runs_wakes_the_next_process(stage: &Stage) {
        let actors = stage.open().await;
        let nodes = vec![webhook("start"), node("Nap", "test.nap", json!({"ms": 150})), code("End", "return {json: {}}")];
        actors.publish(workflow("naps", nodes, "Webhook>Nap Nap>End")).await;
        let id = actors.begin("start", "{}").await;
        actors.sleeps(id).await;
        actors.close().await;
        let actors = stage.open().await;
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(actors.runs(id, "End").await, 1);
        actors.close().await;
    }

    async fn a_call_ends_a_wait_after_a_restart_once_and_with_its_token_only(stage: &Stage) {
        let actors = stage.open().await;
        actors.publish(waits_for_a_call()).await;
        let id = actors.begin("start", "{}").await;
        actors.reaches(id, &[Status::Waiting]).await;
        let token = token(&actors, id).await;
        actors.close().await;
        let actors = stage.open().await;
        assert!(actors.resume(id, "guessed", "", "{}").await.is_err());
        assert!(actors.resume(id, &token, "other", "{}").await.is_err());
        let (_, answer) = actors.resume(id, &token, "", r#"{"word": "yes"}"#).await.unwrap();
        assert_eq!(answer, r#"{"got":"yes"}"#);
        assert!(actors.resume(id, &token, "", "{}").await.is_err());
        assert_eq!(actors.ends(id).await.status, Status::Success);
        actors.close().await;
    }

    async fn two_who_end_the_same_wait_are_told_apart(stage: &Stage) {
        let actors = stage.open().await;
        actors.publish(waits_for_a_call()).await;
        let id = actors.begin("start", "{}").await;
        actors.reaches(id, &[Status::Waiting]).await;
        let token = token(&actors, id).await;
        let call = |word: &'static str| {
            let (actors, token) = (&actors, &token);
            async move { actors.resume(id, token, "", &format!(r#"{{"word": "{word}"}}"#)).await }
        };
        let both = tokio::join!(call("one"), call("two"));
        let answers: Vec<String> =
            [both.0, both.1].into_iter().filter_map(|it| it.ok().map(|it| it.1)).collect();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(answers[0], actors.output(id, "End").await.trim_matches(['[', ']']));
        actors.close().await;
    }

    async fn whoever_began_and_whoever_ended_the_wait_hear_of_the_end(stage: &Stage) {
        let actors = stage.open().await;
        let mut document = waits_for_a_call();
        document.nodes[0].parameters =
            json!({"methods": ["POST"], "path": "start", "respond": "lastNode"});
        let workflow = actors.publish(document).await;
        let begun = actors.call("start", "{}");
        let ended = async {
            let id = loop {
                match actors.executions(workflow).await.first() {
                    Some(it) if it.status == Status::Waiting => break it.id,
                    _ => tokio::task::yield_now().await,
                }
            };
            let token = token(&actors, id).await;
            actors.resume(id, &token, "", r#"{"word": "yes"}"#).await
        };
        let (begun, ended) = tokio::join!(begun, ended);
        assert_eq!(begun.unwrap().1, r#"{"got":"yes"}"#);
        assert_eq!(ended.unwrap().1, r#"{"got":"yes"}"#);
        actors.close().await;
    }

    async fn a_branch_goes_on_while_another_is_at_work(stage: &Stage) {
        let actors = stage.open().await;
        let nodes = vec![
            webhook("start"),
            node("Nap", "test.nap", json!({"ms": 50})),
            node("Call", "flow.wait", json!({"until": "webhook", "methods": ["POST"], "respond": "atOnce"})),
            code("End", "return [{json: {}}]"),
            effect("Slow"),
        ];
        let wires = "Webhook>Nap Nap>Call Call>End Webhook>Slow";
        let mut document = workflow("branches", nodes, wires);
        document.settings.order = model::workflow::Order::Parallel;
        actors.publish(document).await;
        // The other branch's request has no answer until the end of this test.
        stage.world.doom(Some((1, Moment::After)));
        let id = actors.begin("start", "{}").await;
        until("the branch waits for a call", async || {
            let waits = actors.store.open_waits(id).await.unwrap();
            waits.iter().any(|it| it.kind == WaitKind::Webhook)
        })
        .await;
        let token = token(&actors, id).await;
        actors.resume(id, &token, "", "{}").await.unwrap();
        until("the branch has ended", async || actors.runs(id, "End").await == 1).await;
        assert_eq!(actors.execution(id).await.status, Status::Running);
        actors.engine.cancel(&actors.actor, id).await.unwrap();
        actors.ends(id).await;
        actors.close().await;
    }

    async fn a_sleeper_ends_as_it_began_though_its_workflow_was_changed(stage: &Stage) {
        let actors = stage.open().await;
        let document = |word: &str| {
            let end = code("End", &format!("return [{{json: {{word: '{word}'}}}}]"));
            let nap = node("Nap", "test.nap", json!({"ms": 300}));
            workflow("naps", vec![webhook("start"), nap, end], "Webhook>Nap Nap>End")
        };
        let workflow = actors.publish(document("old")).await;
        let id = actors.begin("start", "{}").await;
        actors.sleeps(id).await;
        actors.engine.save_draft(&actors.actor, workflow, document("new"), None).await.unwrap();
        actors.engine.publish(&actors.actor, workflow, None, "").await.unwrap();
        actors.close().await;
        let actors = stage.open().await;
        let other = actors.begin("start", "{}").await;
        for (id, word) in [(id, "old"), (other, "new")] {
            assert_eq!(actors.ends(id).await.status, Status::Success);
            assert_eq!(actors.output(id, "End").await, format!(r#"[{{"word":"{word}"}}]"#));
        }
        actors.close().await;
    }

    async fn static_data_outlives_a_wait(stage: &Stage) {
        let actors = stage.open().await;
        let count = "const s = $getWorkflowStaticData('global'); s.n = (s.n || 0) + 1; return [{json: {n: s.n}}]";
        let nodes = vec![webhook("start"), code("Count", count), node("Nap", "test.nap", json!({"ms": 20}))];
        actors.publish(workflow("counts", nodes, "Webhook>Count Count>Nap")).await;
        for n in 1..4 {
            let id = actors.begin("start", "{}").await;
            assert_eq!(actors.ends(id).await.status, Status::Success);
            assert_eq!(actors.output(id, "Count").await, format!(r#"[{{"n":{n}}}]"#));
        }
        actors.close().await;
    }
}
