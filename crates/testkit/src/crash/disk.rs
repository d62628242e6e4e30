//! A round in which the disk is full for a while, and then has room again: nobody starts the process
//! anew for that.

use std::time::{Duration, Instant};

use super::{
    Figures, Plan,
    driver::Round,
    process::{Disk, MAIN, Process},
    visit::Triggered,
};
use crate::{face::Home, world::World};

/// How long a caller waits for an answer: longer than the product needs to refuse, and not for
/// ever, as some workflows answer when they have ended.
const PATIENCE: Duration = Duration::from_secs(10);
const PATIENCE_AFTER: Duration = Duration::from_secs(1);
/// How long it may take until the disk is found full, or wide again.
const CHANGE_MAX: Duration = Duration::from_secs(120);
/// More than any file here becomes.
const ROOM_KIB: u64 = 1 << 30;

/// # Errors
/// Every promise that was broken.
pub(super) async fn round(
    plan: &Plan,
    seed: u64,
    home: &Home,
    world: &World,
) -> Result<Figures, Vec<String>> {
    let work = async |round: &mut Round<'_>| {
        let disk = Disk::Full { kib: ROOM_KIB };
        let mut process = Process::start(plan, home, None, MAIN, disk)?;
        let at = process.ready().await?;
        for _ in 0..round.rng.u32(2..8) {
            round.trigger(at).await;
        }
        process.limit(Disk::full(home, round.rng.u64(0..50))).await?;
        until(round, at, PATIENCE, |it| *it == Triggered::Refused).await?;
        process.limit(disk).await?;
        until(round, at, PATIENCE_AFTER, |it| matches!(it, Triggered::Accepted(_))).await?;
        round.rest_at(at).await?;
        process.close().await
    };
    Round::go(plan, seed, home, world, work).await
}

/// Starts one workflow after another until that comes of it.
async fn until(
    round: &mut Round<'_>,
    at: std::net::SocketAddr,
    patience: Duration,
    wanted: impl Fn(&Triggered) -> bool,
) -> Result<(), String> {
    let clock = Instant::now();
    while clock.elapsed() < CHANGE_MAX {
        if wanted(&round.trigger_within(at, patience).await) {
            return Ok(());
        }
        round.visitor.answer_all(at).await;
    }
    Err(format!("after {} s the disk seems to be as it was", CHANGE_MAX.as_secs()))
}
