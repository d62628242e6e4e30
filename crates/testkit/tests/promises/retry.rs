//! Effects of which nobody knows whether they took place, retries and replays: what is done, is done
//! once, under one key.

use engine::replay::Replay;
use model::{
    execution::{Status, WaitKind},
    id::ExecutionId,
    json,
    workflow::{InDoubt, Node, Retry, Workflow},
};
use testkit::{
    each_database,
    stage::{Actors, Stage, code, effect, node, webhook, workflow},
    world::Moment,
};

fn trail() -> Node {
    code("Trail", "return [{json: {trail: 'x'}}]")
}

fn failing(name: &str, times: u32) -> Node {
    let body = format!("={{{{ ({{item: $json, node: '{name}', fails: {times}}}) }}}}");
    let mut res = effect(name);
    res.parameters = json!({
        "method": "POST",
        "url": "={{ $vars.world }}/effect",
        "bodyType": "json",
        "bodyBy": "text",
        "bodyJson": body
    });
    res
}

/// Labels of effects, how often each was asked for.
fn done(stage: &Stage) -> Vec<(String, u32)> {
    let mut res: Vec<(String, u32)> =
        stage.world.effects("run").into_values().map(|it| (it.label, it.attempts)).collect();
    res.sort();
    res
}

fn two_effects(policy: InDoubt) -> Workflow {
    let second = Node { in_doubt: Some(policy), ..effect("Second") };
    let nodes = vec![webhook("start"), trail(), effect("First"), second];
    workflow("two", nodes, "Webhook>Trail Trail>First First>Second")
}

/// Stops the engine while the second effect is under way, and opens it again.
async fn interrupted(stage: &Stage, policy: InDoubt, moment: Moment) -> (Actors, ExecutionId) {
    let actors = stage.open().await;
    actors.publish(two_effects(policy)).await;
    stage.world.doom(Some((2, moment)));
    let id = actors.begin("start", "{}").await;
    stage.world.doomed.notified().await;
    actors.close().await;
    (stage.open().await, id)
}

async fn question(actors: &Actors, id: ExecutionId) -> model::id::WaitId {
    actors.reaches(id, &[Status::Waiting]).await;
    let waits = actors.recorded(id).await.waits;
    assert_eq!(waits[0].kind, WaitKind::InDoubt);
    assert_eq!(waits[0].details.get("key").unwrap().to_text(), "item:0");
    waits[0].id
}

each_database! {
    async fn an_effect_in_doubt_is_repeated_under_its_key(stage: &Stage) {
        let (actors, id) = interrupted(stage, InDoubt::Retry, Moment::After).await;
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(done(stage), [("x/First".to_owned(), 1), ("x/First/Second".to_owned(), 2)]);
        actors.close().await;
    }

    async fn an_effect_in_doubt_fails_and_is_repeated_when_somebody_retries(stage: &Stage) {
        let (actors, id) = interrupted(stage, InDoubt::Fail, Moment::After).await;
        let end = actors.ends(id).await;
        assert!(end.error_message.unwrap().contains("nobody knows whether `item:0` took place"));
        assert_eq!(done(stage), [("x/First".to_owned(), 1), ("x/First/Second".to_owned(), 1)]);
        actors.engine.retry(&actors.actor, id).await.unwrap();
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(done(stage), [("x/First".to_owned(), 1), ("x/First/Second".to_owned(), 2)]);
        actors.close().await;
    }

    async fn a_person_decides_that_an_effect_in_doubt_is_to_be_repeated(stage: &Stage) {
        let (actors, id) = interrupted(stage, InDoubt::Ask, Moment::Before).await;
        let wait = question(&actors, id).await;
        actors.engine.answer(&actors.actor, id, wait, json!({"decision": "retry"})).await.unwrap();
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(done(stage), [("x/First".to_owned(), 1), ("x/First/Second".to_owned(), 1)]);
        actors.close().await;
    }

    async fn a_person_decides_that_an_effect_in_doubt_took_place(stage: &Stage) {
        let (actors, id) = interrupted(stage, InDoubt::Ask, Moment::After).await;
        let wait = question(&actors, id).await;
        // The question lasts through a restart too.
        actors.close().await;
        let actors = stage.open().await;
        assert_eq!(question(&actors, id).await, wait);
        let decision = json!({"decision": "done", "result": {"status": 200, "body": {"by": "hand"}}});
        actors.engine.answer(&actors.actor, id, wait, decision).await.unwrap();
        actors.ends(id).await;
        assert_eq!(done(stage), [("x/First".to_owned(), 1), ("x/First/Second".to_owned(), 1)]);
        actors.close().await;
    }

    async fn an_effect_in_doubt_is_looked_up_at_the_service_first(stage: &Stage) {
        for (moment, attempts) in [(Moment::After, 1), (Moment::Before, 1)] {
            let actors = stage.open().await;
            let trail = code("Trail", &format!("return [{{json: {{trail: '{moment:?}'}}}}]"));
            let url = json!({"url": "={{ $vars.world }}/effect"});
            let nodes = vec![webhook("start"), trail, node("Known", "test.known", url)];
            actors.publish(workflow("known", nodes, "Webhook>Trail Trail>Known")).await;
            stage.world.doom(Some((1, moment)));
            let id = actors.begin("start", "{}").await;
            stage.world.doomed.notified().await;
            actors.close().await;
            let actors = stage.open().await;
            if moment == Moment::Before {
                // The service knows nothing of it, so the node's own rule counts: a person is asked.
                actors.reaches(id, &[Status::Waiting]).await;
                let wait = actors.recorded(id).await.waits[0].id;
                let again = json!({"decision": "retry"});
                actors.engine.answer(&actors.actor, id, wait, again).await.unwrap();
            }
            assert_eq!(actors.ends(id).await.status, Status::Success);
            assert!(actors.output(id, "Known").await.contains(&format!("{moment:?}/Known")));
            assert!(done(stage).contains(&(format!("{moment:?}/Known"), attempts)));
            let workflow = actors.execution(id).await.workflow_id;
            actors.engine.delete_workflow(&actors.actor, workflow).await.unwrap();
            actors.close().await;
        }
    }

    async fn an_effect_that_a_time_out_cut_short_is_in_doubt(stage: &Stage) {
        let actors = stage.open().await;
        let cases = [(InDoubt::Retry, Status::Success, 2), (InDoubt::Fail, Status::Error, 1)];
        for (policy, status, attempts) in cases {
            let path = format!("{policy:?}");
            let trail = code("Trail", &format!("return [{{json: {{trail: '{path}'}}}}]"));
            let send = Node {
                in_doubt: Some(policy),
                timeout_ms: Some(5_000),
                retry: Some(Retry { tries: 2, wait_ms: 1, ..Retry::default() }),
                ..effect("Send")
            };
            let nodes = vec![webhook(&path), trail, send];
            actors.publish(workflow(&path, nodes, "Webhook>Trail Trail>Send")).await;
            stage.world.doom(Some((1, Moment::After)));
            let id = actors.begin(&path, "{}").await;
            let end = actors.ends(id).await;
            assert_eq!(end.status, status, "{:?}", end.error_message);
            assert!(done(stage).contains(&(format!("{path}/Send"), attempts)), "{:?}", done(stage));
        }
        actors.close().await;
    }

    async fn a_retry_goes_on_at_the_failed_step_and_under_its_key(stage: &Stage) {
        let actors = stage.open().await;
        let nodes = vec![webhook("start"), trail(), effect("First"), failing("Second", 1)];
        actors.publish(workflow("two", nodes, "Webhook>Trail Trail>First First>Second")).await;
        let id = actors.begin("start", "{}").await;
        assert_eq!(actors.ends(id).await.status, Status::Error);
        actors.close().await;
        let actors = stage.open().await;
        actors.engine.retry(&actors.actor, id).await.unwrap();
        assert_eq!(actors.ends(id).await.status, Status::Success);
        assert_eq!(done(stage), [("x/First".to_owned(), 1), ("x/First/Second".to_owned(), 2)]);
        assert_eq!(actors.runs(id, "First").await, 1);
        actors.close().await;
    }

    async fn a_replay_from_a_step_takes_over_what_lies_before(stage: &Stage) {
        let actors = stage.open().await;
        let nap = node("Nap", "test.nap", json!({"ms": 200}));
        let nodes = vec![webhook("start"), trail(), effect("First"), nap, effect("Second")];
        let id = actors.publish(workflow("two", nodes, "Webhook>Trail Trail>First First>Nap Nap>Second")).await;
        let first = actors.begin("start", "{}").await;
        assert_eq!(actors.ends(first).await.status, Status::Success);
        let wish = Replay { from: Some("Nap".into()), items: None };
        let (second, _) = actors.engine.replay(&actors.actor, first, wish).await.unwrap();
        actors.sleeps(second).await;
        actors.close().await;
        let actors = stage.open().await;
        assert_eq!(actors.ends(second).await.status, Status::Success);
        assert_eq!(actors.execution(second).await.replay_of, Some(first));
        let twice = ("x/First/Second".to_owned(), 1);
        assert_eq!(done(stage), [("x/First".to_owned(), 1), twice.clone(), twice]);
        assert_eq!(actors.executions(id).await.len(), 2);
        actors.close().await;
    }
}
