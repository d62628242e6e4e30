//! A round in one process, with a database that fails, tarries, loses its word, and is away for a
//! while.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use store::{
    Store,
    faults::{Fault, Injector, Point},
};

use super::{Figures, Plan, driver::Round};
use crate::{
    face::{self, Home},
    world::World,
};

/// How many spells of trouble a round has.
const SPELLS: u32 = 10;

/// # Errors
/// Every promise that was broken.
pub(super) async fn round(
    plan: &Plan,
    seed: u64,
    home: &Home,
    world: &World,
) -> Result<Figures, Vec<String>> {
    let struck = Arc::new(AtomicU32::new(0));
    let counted = struck.clone();
    let work = async move |round: &mut Round<'_>| {
        let text = |it: store::Error| it.to_string();
        let store = home.store().await.map_err(text)?;
        let engine = home.engine(store.clone(), face::options()).await.map_err(text)?;
        let at = face::serve(engine.clone()).await.map_err(|it| it.to_string())?;
        for _ in 0..SPELLS {
            spell(round, &store, at, &counted).await;
        }
        store.inject(None);
        round.rest_at(at).await?;
        engine.close().await;
        store.close().await;
        Ok(())
    };
    let figures = Round::go(plan, seed, home, world, work).await?;
    Ok(Figures { faults: struck.load(Ordering::Relaxed) as usize, ..figures })
}

/// A while in which the database is as it is.
async fn spell(round: &mut Round<'_>, store: &Store, at: SocketAddr, struck: &Arc<AtomicU32>) {
    let rng = &mut round.rng;
    let (trouble, ms) = match rng.u8(0..10) {
        0..5 => (Trouble { fails: rng.f64() * 0.1, tarries: rng.f64() * 0.2 }, 300),
        5..8 => (Trouble { fails: rng.f64() * 0.6, tarries: 0.0 }, 300),
        8 => (Trouble { fails: 1.0, tarries: 0.0 }, rng.u64(100..1_500)),
        // Longer than the writer has patience for.
        _ => (Trouble { fails: 1.0, tarries: 0.0 }, 7_000),
    };
    store.inject(Some(trouble.injector(rng.fork(), struck.clone())));
    let clock = std::time::Instant::now();
    for _ in 0..round.rng.u32(2..6) {
        round.trigger(at).await;
    }
    while clock.elapsed() < Duration::from_millis(ms) {
        round.visitor.answer_all(at).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How often calls fail, and how often they take long.
struct Trouble {
    fails: f64,
    tarries: f64,
}

impl Trouble {
    fn injector(self, rng: Rng, struck: Arc<AtomicU32>) -> Arc<Injector> {
        let rng = Mutex::new(rng);
        Arc::new(move |_: Point| {
            let mut rng = rng.lock().expect("plain chance");
            let fault = if rng.f64() < self.fails {
                Fault::Fail
            } else if rng.f64() < self.tarries {
                Fault::Delay(Duration::from_millis(rng.u64(1..40)))
            } else {
                return None;
            };
            struck.fetch_add(1, Ordering::Relaxed);
            Some(fault)
        })
    }
}
