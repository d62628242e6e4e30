//! Schedules that were due while nobody ran are caught up as their policy says, each time once.

use jiff::{Timestamp, ToSpan as _};
use model::json;
use testkit::{
    each_database,
    stage::{Actors, node, until, workflow},
};

/// A schedule of every hour, of which these many firings were missed.
async fn missed(actors: &Actors, catch_up: &str, hours: i64) -> model::id::WorkflowId {
    let rules = json!({"rules": [{"every": "hours", "amount": 1}], "catchUp": catch_up});
    let name = format!("hourly {catch_up}");
    let document = workflow(&name, vec![node("Schedule", "trigger.schedule", rules)], "");
    let id = actors.publish(document).await;
    set_back(actors, id, hours).await;
    id
}

async fn set_back(actors: &Actors, id: model::id::WorkflowId, hours: i64) -> Timestamp {
    let schedule = actors.store.schedules(actors.actor.workspace, id).await.unwrap().remove(0);
    let past = schedule.next_at - hours.hours();
    actors.store.set_next_firing(&schedule, Some(past)).await.unwrap();
    past
}

async fn is_caught_up(actors: &Actors, id: model::id::WorkflowId) -> bool {
    let schedule = actors.store.schedules(actors.actor.workspace, id).await.unwrap().remove(0);
    schedule.next_at > Timestamp::now()
}

each_database! {
    async fn what_was_missed_is_caught_up_by_its_policy(stage: &Stage) {
        let actors = stage.open().await;
        for (catch_up, expected) in [("all", 3), ("once", 1), ("skip", 0)] {
            let id = missed(&actors, catch_up, 3).await;
            until("the schedule is caught up", async || is_caught_up(&actors, id).await).await;
            let executions = actors.executions(id).await;
            // Around the full hour, one more may be due by now and is not missed.
            let n = executions.len();
            assert!(n == expected || n == expected + 1, "{catch_up}: {n}");
            for it in executions {
                actors.ends(it.id).await;
            }
        }
        actors.close().await;
    }

    async fn a_time_that_fired_before_a_crash_does_not_fire_again(stage: &Stage) {
        let actors = stage.open().await;
        let id = missed(&actors, "all", 3).await;
        until("the schedule is caught up", async || is_caught_up(&actors, id).await).await;
        let before = actors.executions(id).await.len();
        // As after a crash between the firings and the note of the next one.
        set_back(&actors, id, 3).await;
        actors.close().await;
        let actors = stage.open().await;
        until("the schedule is caught up", async || is_caught_up(&actors, id).await).await;
        let n = actors.executions(id).await.len();
        // Over the full hour, one more may be due by now.
        assert!(n == before || n == before + 1, "{n} instead of {before}");
        actors.close().await;
    }
}
