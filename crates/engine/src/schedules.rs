//! Fires schedules when they are due, also those that were due while nobody ran.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{execution::Mode, schedule::CatchUp};
use store::{Error, batch::Lost, schedules::Schedule};

use crate::{engine::Inner, start::Begin};

/// How many schedules one look takes.
const DUE_MAX: usize = 500;
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
            () = tokio::time::sleep(until_next_second(Timestamp::now())) => {}
            _ = closing.changed() => {}
        }
    }
}

/// Schedules are due on full seconds: a look just then is neither late nor idle.
fn until_next_second(now: Timestamp) -> Duration {
    Duration::from_secs(1)
        - Duration::from_nanos(now.as_nanosecond().rem_euclid(1_000_000_000) as u64)
}

async fn look(inner: &Arc<Inner>) -> Result<(), Error> {
    inner.store.refresh_generation().await?;
    let now = Timestamp::now();
    for schedule in inner.store.due_schedules(now, DUE_MAX).await? {
        match fire_due(inner, &schedule, now).await {
            Err(error) if error.may_pass() => return Err(error),
            // One that is broken must not keep the others from firing.
            Err(error) => {
                tracing::error!(workflow = %schedule.workflow, "a schedule cannot fire: {error}");
            }
            Ok(()) => {}
        }
    }
    Ok(())
}

async fn fire_due(inner: &Arc<Inner>, schedule: &Schedule, now: Timestamp) -> Result<(), Error> {
    let zone = TimeZone::get(&schedule.zone).unwrap_or(TimeZone::UTC);
    let due = due(schedule, &zone, now);
    let standing = inner.standings.of(&inner.store, schedule.workspace).await?;
    // What was due in a workspace that is deactivated is not caught up.
    let times: &[Timestamp] = if standing.paused_at.is_some() { &[] } else { &due.fire };
    for at in times {
        fire(inner, schedule, *at).await?;
    }
    inner.store.set_next_firing(schedule, due.next).await
}

/// What is to be done about a schedule now.
#[derive(Debug, PartialEq)]
struct Due {
    fire: Vec<Timestamp>,
    next: Option<Timestamp>,
}

fn due(schedule: &Schedule, zone: &TimeZone, now: Timestamp) -> Due {
    let next = |after| sdk::schedule::next(&schedule.rule, zone, after).ok().flatten();
    let (mut fire, following) = latest_due(schedule.next_at, now, &next);
    let is_late = |at: &Timestamp| now.duration_since(*at) > LATE;
    match schedule.catch_up {
        CatchUp::All => {}
        CatchUp::Once if fire.iter().any(is_late) => fire = fire.split_off(fire.len() - 1),
        CatchUp::Once => {}
        CatchUp::Skip => fire.retain(|it| !is_late(it)),
    }
    Due { fire, next: following }
}

/// The latest times from `first` to `now` that are due, not more than [`CAUGHT_UP_MAX`], and the one
/// after them. A schedule of every second that nobody saw for a year is not counted through.
fn latest_due(
    first: Timestamp,
    now: Timestamp,
    next: &impl Fn(Timestamp) -> Option<Timestamp>,
) -> (Vec<Timestamp>, Option<Timestamp>) {
    let mut fire = vec![first];
    let mut following = next(first);
    while let Some(at) = following.filter(|it| *it <= now) {
        if fire.len() == CAUGHT_UP_MAX {
            return looking_back(now, next);
        }
        fire.push(at);
        following = next(at);
    }
    (fire, following)
}

/// The same, when there are more than that: looks back for longer and longer until there are enough.
fn looking_back(
    now: Timestamp,
    next: &impl Fn(Timestamp) -> Option<Timestamp>,
) -> (Vec<Timestamp>, Option<Timestamp>) {
    let mut back = SignedDuration::from_secs(CAUGHT_UP_MAX as i64);
    loop {
        let mut fire = VecDeque::new();
        let mut following = next(now.saturating_sub(back).unwrap_or(Timestamp::MIN));
        while let Some(at) = following.filter(|it| *it <= now) {
            fire.push_back(at);
            if fire.len() > CAUGHT_UP_MAX {
                fire.pop_front();
            }
            following = next(at);
        }
        // There are more than that many, so this ends.
        if fire.len() >= CAUGHT_UP_MAX {
            return (fire.into(), following);
        }
        back = back.saturating_mul(2);
    }
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
        Err(lost @ Lost::Full) => {
            tracing::warn!(workflow = %schedule.workflow, "a schedule did not fire: {lost}");
            Ok(())
        }
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
        let due = due_of("0 * * * *", catch_up, next_at, now);
        let fired: Vec<String> = due.fire.iter().map(|it| it.to_string()).collect();
        assert_eq!(fired, fire);
        assert!(due.next.unwrap() > now.parse().unwrap());
    }

    fn due_of(cron: &str, catch_up: CatchUp, next_at: &str, now: &str) -> Due {
        let schedule = Schedule {
            id: ScheduleId(Uuid::nil()),
            workspace: WorkspaceId(Uuid::nil()),
            workflow: WorkflowId(Uuid::nil()),
            version: VersionId(Uuid::nil()),
            node: "n".into(),
            rule: Rule::Cron(cron.into()),
            catch_up,
            zone: "UTC".into(),
            next_at: next_at.parse().unwrap(),
        };
        due(&schedule, &TimeZone::UTC, now.parse().unwrap())
    }

    #[test]
    fn a_look_that_comes_a_moment_late_misses_nothing() {
        let (first, now) = ("2025-06-15T10:00:00Z", "2025-06-15T10:00:02Z");
        for catch_up in [CatchUp::All, CatchUp::Once, CatchUp::Skip] {
            assert_eq!(due_of("* * * * * *", catch_up, first, now).fire.len(), 3, "{catch_up:?}");
        }
    }

    #[test]
    fn a_year_of_seconds_is_caught_up_in_a_moment() {
        let (first, now) = ("2024-06-15T10:00:00Z", "2025-06-15T10:00:00Z");
        let all = due_of("* * * * * *", CatchUp::All, first, now);
        assert_eq!(all.fire.len(), CAUGHT_UP_MAX);
        assert_eq!(all.fire.last().unwrap().to_string(), now);
        let once = due_of("* * * * * *", CatchUp::Once, first, now);
        assert_eq!(once.fire, all.fire[CAUGHT_UP_MAX - 1..]);
        assert_eq!(once.next.unwrap().to_string(), "2025-06-15T10:00:01Z");
        // Work days only: it has to look back further than it seems.
        let sparse = due_of("0 9 * * 1-5", CatchUp::All, "2015-01-01T09:00:00Z", now);
        assert_eq!(sparse.fire.len(), CAUGHT_UP_MAX);
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
