//! Fires schedules when they are due, also those that were due while nobody ran.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{execution::Mode, schedule::CatchUp};
use store::{Error, batch::Lost, schedules::Schedule};

use crate::{engine::Inner, start::Begin};

/// How many schedules one look takes.
const DUE_MAX: usize = 500;
/// How often due schedules are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A firing that is later than this was missed: the policy of its schedule decides.
const LATE: SignedDuration = SignedDuration::from_secs(60);
/// How many missed firings run at most.
const CAUGHT_UP_MAX: usize = 1_000;

/// Runs until the engine closes.
pub(crate) async fn fire_all(inner: Arc<Inner>) {
    let mut closing = inner.closing.subscribe();
    while !inner.is_closing() {
        if let Err(error) = look(&inner).await {
            tracing::warn!("schedules cannot be looked at: {error}");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = closing.changed() => {}
        }
    }
}

async fn look(inner: &Arc<Inner>) -> Result<(), Error> {
    inner.store.refresh_generation().await?;
    let now = Timestamp::now();
    for schedule in inner.store.due_schedules(now, DUE_MAX).await? {
        let zone = TimeZone::get(&schedule.zone).unwrap_or(TimeZone::UTC);
        let due = due(&schedule, &zone, now);
        for at in &due.fire {
            fire(inner, &schedule, *at).await?;
        }
        inner.store.set_next_firing(&schedule, due.next).await?;
    }
    Ok(())
}

/// What is to be done about a schedule now.
#[derive(Debug, PartialEq)]
struct Due {
    fire: Vec<Timestamp>,
    next: Option<Timestamp>,
}

fn due(schedule: &Schedule, zone: &TimeZone, now: Timestamp) -> Due {
    let next = |after| sdk::schedule::next(&schedule.rule, zone, after).ok().flatten();
    let mut fire = vec![schedule.next_at];
    let mut following = next(schedule.next_at);
    while let Some(at) = following.filter(|it| *it <= now) {
        fire.push(at);
        if fire.len() > CAUGHT_UP_MAX {
            fire.remove(0);
        }
        following = next(at);
    }
    let is_late = |at: &Timestamp| now.duration_since(*at) > LATE;
    match schedule.catch_up {
        CatchUp::All => {}
        CatchUp::Once => fire = fire.split_off(fire.len() - 1),
        CatchUp::Skip => fire.retain(|it| !is_late(it)),
    }
    Due { fire, next: following }
}

async fn fire(inner: &Arc<Inner>, schedule: &Schedule, at: Timestamp) -> Result<(), Error> {
    let plan = inner.plans.of(&inner.store, schedule.workspace, schedule.version).await?;
    let Some(plan) = plan else { return Ok(()) };
    let Some(node) = plan.index_of_id(&schedule.node) else { return Ok(()) };
    let begin = Begin {
        firing: Some((schedule.id, at)),
        ..Begin::new(
            schedule.workspace,
            schedule.workflow,
            schedule.version,
            plan,
            Mode::Schedule,
            node,
        )
    };
    let live = inner.begin(begin).await?;
    match inner.accept(live).await {
        // Another process was first.
        Ok(_) | Err(Lost::Duplicate) => Ok(()),
        Err(lost) => Err(Error::Damaged(format!("a schedule could not fire: {lost}"))),
    }
}

#[cfg(test)]
mod tests {
    use model::{
        id::{ScheduleId, VersionId, WorkflowId, WorkspaceId},
        schedule::Rule,
    };
    use uuid::Uuid;

    use super::*;

    #[track_caller]
    fn check(catch_up: CatchUp, next_at: &str, now: &str, fire: &[&str]) {
        let schedule = Schedule {
            id: ScheduleId(Uuid::nil()),
            workspace: WorkspaceId(Uuid::nil()),
            workflow: WorkflowId(Uuid::nil()),
            version: VersionId(Uuid::nil()),
            node: "n".into(),
            rule: Rule::Cron("0 * * * *".into()),
            catch_up,
            zone: "UTC".into(),
            next_at: next_at.parse().unwrap(),
        };
        let due = due(&schedule, &TimeZone::UTC, now.parse().unwrap());
        let fired: Vec<String> = due.fire.iter().map(|it| it.to_string()).collect();
        assert_eq!(fired, fire);
        assert!(due.next.unwrap() > now.parse().unwrap());
    }

    #[test]
    fn what_was_missed_follows_the_policy() {
        let (first, now) = ("2025-06-15T10:00:00Z", "2025-06-15T12:30:00Z");
        let all = ["2025-06-15T10:00:00Z", "2025-06-15T11:00:00Z", "2025-06-15T12:00:00Z"];
        check(CatchUp::All, first, now, &all);
        check(CatchUp::Once, first, now, &all[2..]);
        check(CatchUp::Skip, first, now, &[]);
        check(CatchUp::Skip, first, "2025-06-15T10:00:01Z", &all[..1]);
    }
}
