//! A round of two processes on one database: one is held up for longer than its lease and goes on
//! then, or is killed and left to the other.

use std::{net::SocketAddr, time::Duration};

use super::{
    Figures, Plan,
    driver::Round,
    process::{Disk, Process, Worker},
};
use crate::{face::Home, world::World};

const LEASE: Duration = Duration::from_millis(900);
const NAMES: [&str; 2] = ["left", "right"];

/// # Errors
/// Every promise that was broken.
pub(super) async fn round(
    plan: &Plan,
    seed: u64,
    holdups: u32,
    home: &Home,
    world: &World,
) -> Result<Figures, Vec<String>> {
    let mut figures = Figures::default();
    let work = async |round: &mut Round<'_>| {
        round.several = true;
        let mut pair = vec![];
        for name in NAMES {
            pair.push(start(plan, home, name).await?);
        }
        for _ in 0..holdups {
            for _ in 0..round.rng.u32(2..6) {
                let (_, at) = pair[round.rng.usize(0..2)];
                round.trigger(at).await;
            }
            let (which, soon) = (round.rng.usize(0..2), round.rng.u64(0..200));
            tokio::time::sleep(Duration::from_millis(soon)).await;
            let other = pair[1 - which].1;
            if round.rng.u8(0..3) == 0 {
                let (process, _) = pair.remove(which);
                process.kill().await?;
                figures.kills += 1;
                let time = round.rng.u64(0..2_000);
                busy(round, other, time).await;
                pair.insert(which, start(plan, home, NAMES[which]).await?);
            } else {
                pair[which].0.signal("STOP").await?;
                figures.holdups += 1;
                // Often longer than the lease, sometimes just so.
                let time = round.rng.u64(600..2_500);
                busy(round, other, time).await;
                pair[which].0.signal("CONT").await?;
            }
        }
        round.rest_at(pair[0].1).await?;
        for (process, _) in pair {
            process.close().await?;
        }
        Ok(())
    };
    let found = Round::go(plan, seed, home, world, work).await?;
    Ok(Figures { kills: figures.kills, holdups: figures.holdups, ..found })
}

async fn start(
    plan: &Plan,
    home: &Home,
    name: &'static str,
) -> Result<(Process, SocketAddr), String> {
    let mut process = Process::start(plan, home, None, Worker { name, lease: LEASE }, Disk::Wide)?;
    let at = process.ready().await?;
    Ok((process, at))
}

/// The other one is kept busy meanwhile.
async fn busy(round: &mut Round<'_>, at: SocketAddr, ms: u64) {
    let clock = std::time::Instant::now();
    round.trigger(at).await;
    while clock.elapsed() < Duration::from_millis(ms) {
        round.visitor.answer_all(at).await;
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
