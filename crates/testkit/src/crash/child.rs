//! The process that is killed: the product on its data folder, and a driver at its addresses.

use std::{
    io::{Read as _, Write as _},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use store::faults::{Fault, Point};

use crate::face::{self, Home};

/// The first argument that makes a process one of these.
pub const WORD: &str = "child";
/// What it says when it can be called; its port follows.
pub const READY: &str = "ready ";
/// What it says when it stands where it is to die.
pub const HERE: &str = "here";

/// A place in the store's work: the nth time that it comes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub point: Point,
    pub nth: u32,
}

impl Spot {
    pub fn text(self) -> String {
        format!("{:?}:{}", self.point, self.nth)
    }

    fn read(text: &str) -> Option<Spot> {
        let (point, nth) = text.split_once(':')?;
        let point = POINTS.into_iter().find(|it| format!("{it:?}") == point)?;
        Some(Spot { point, nth: nth.parse().ok()? })
    }
}

pub const POINTS: [Point; 5] =
    [Point::Read, Point::Write, Point::Begin, Point::Commit, Point::Committed];

/// Runs until its input ends, and then closes in good order.
pub async fn run(arguments: &[String]) -> ExitCode {
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "the process under test cannot work: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let [data, url, spot, worker, lease_ms] = arguments else {
        return Err("a folder, an address, a spot, a name and a lease are needed".into());
    };
    let home = Home { data: data.into(), url: (url != "-").then(|| url.clone()) };
    let options = engine::Options {
        worker: worker.into(),
        lease: std::time::Duration::from_millis(lease_ms.parse()?),
        ..face::options()
    };
    let store = home.store().await?;
    if let Some(spot) = Spot::read(spot) {
        store.inject(Some(Arc::new(stands_still_at(spot))));
    }
    let engine = home.engine(store.clone(), options).await?;
    let address = face::serve(engine.clone()).await?;
    say(&format!("{READY}{}", address.port()));
    let ended = || std::io::stdin().read_to_end(&mut vec![]);
    tokio::task::spawn_blocking(ended).await??;
    engine.close().await;
    store.close().await;
    Ok(())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Without a reader there is nobody to wait for it either.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Says so and holds its thread when the spot is reached: whoever listens kills the process there.
fn stands_still_at(spot: Spot) -> impl Fn(Point) -> Option<Fault> + Send + Sync {
    let passed = AtomicU32::new(0);
    move |point| {
        if point == spot.point && passed.fetch_add(1, Ordering::Relaxed) + 1 == spot.nth {
            say(HERE);
            loop {
                std::thread::park();
            }
        }
        None
    }
}
