//! A round in which the line to the database is cut, goes dead for a while, or finds nobody at its
//! other end: whatever was on its way is lost, also word of a commit.

use std::{net::SocketAddr, time::Duration};

use fastrand::Rng;
use reqwest::Url;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{Figures, Plan, driver::Round};
use crate::{
    face::{self, Home},
    world::World,
};

/// How many spells of trouble a round has.
const SPELLS: u32 = 8;
const BUFFER_BYTES: usize = 8 << 10;

/// # Errors
/// Every promise that was broken.
pub(super) async fn round(
    plan: &Plan,
    seed: u64,
    home: &Home,
    world: &World,
) -> Result<Figures, Vec<String>> {
    let wire = Wire::open(home.url.as_deref().unwrap_or_default()).await;
    let wire = wire.map_err(|it| vec![it])?;
    let wired = Home { url: Some(wire.url.clone()), ..home.clone() };
    let mut cuts = 0;
    let work = async |round: &mut Round<'_>| {
        let text = |it: store::Error| it.to_string();
        let store = wired.store().await.map_err(text)?;
        let engine = wired.engine(store.clone(), face::options()).await.map_err(text)?;
        let at = face::serve(engine.clone()).await.map_err(|it| it.to_string())?;
        for _ in 0..SPELLS {
            cuts += spell(round, &wire, at).await;
        }
        wire.set(Line::Up);
        round.rest_at(at).await?;
        engine.close().await;
        store.close().await;
        Ok(())
    };
    let figures = Round::go(plan, seed, home, world, work).await?;
    Ok(Figures { faults: cuts, ..figures })
}

/// A while with one kind of trouble; gives how often the line was cut.
async fn spell(round: &mut Round<'_>, wire: &Wire, at: SocketAddr) -> usize {
    let mut rng = round.rng.fork();
    let trouble = trouble(&mut rng, wire);
    let work = async {
        for _ in 0..round.rng.u32(2..6) {
            round.trigger(at).await;
        }
        loop {
            round.visitor.answer_all(at).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        cuts = trouble => cuts,
        () = work => 0,
    }
}

async fn trouble(rng: &mut Rng, wire: &Wire) -> usize {
    let pause = async |ms| tokio::time::sleep(Duration::from_millis(ms)).await;
    pause(rng.u64(0..100)).await;
    match rng.u8(0..12) {
        0..6 => {
            let cuts = rng.u32(1..6);
            for _ in 0..cuts {
                wire.cut();
                pause(rng.u64(5..150)).await;
            }
            return cuts as usize;
        }
        // It lives again, or turns out to be dead.
        6..9 => {
            wire.set(Line::Dead);
            pause(rng.u64(50..1_500)).await;
            if rng.bool() {
                wire.cut();
            }
        }
        9..11 => {
            wire.set(Line::Down);
            pause(rng.u64(50..1_500)).await;
        }
        // Longer than the writer has patience for.
        _ => {
            wire.set(Line::Down);
            pause(7_000).await;
        }
    }
    wire.set(Line::Up);
    1
}

/// How the line is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Line {
    Up,
    /// Nothing comes through, and nobody is told.
    Dead,
    /// Whoever is connected is cut off, and whoever connects.
    Down,
}

/// A way to the database that can fail.
struct Wire {
    /// With which a store takes this way.
    url: String,
    /// How often it was cut, and how it is.
    state: watch::Sender<(u32, Line)>,
}

impl Wire {
    async fn open(url: &str) -> Result<Wire, String> {
        let text = |it: std::io::Error| it.to_string();
        let mut url = Url::parse(url).map_err(|it| it.to_string())?;
        let host = url.host_str().ok_or("the database's address has no host")?.to_owned();
        let server = (host, url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(text)?;
        let port = listener.local_addr().map_err(text)?.port();
        let cannot = "the database's address cannot be changed";
        url.set_host(Some("127.0.0.1")).map_err(|_| cannot)?;
        url.set_port(Some(port)).map_err(|()| cannot)?;
        let (state, seen) = watch::channel((0, Line::Up));
        // Both end with the runtime, or when the sender is gone.
        tokio::spawn(async move {
            while let Ok((ours, _)) = listener.accept().await {
                tokio::spawn(pass(ours, server.clone(), seen.clone()));
            }
        });
        Ok(Wire { url: url.into(), state })
    }

    fn cut(&self) {
        self.state.send_modify(|it| it.0 += 1);
    }

    fn set(&self, line: Line) {
        self.state.send_modify(|it| it.1 = line);
    }
}

/// One connection, until either end closes it or it is cut.
async fn pass(mut ours: TcpStream, server: (String, u16), seen: watch::Receiver<(u32, Line)>) {
    let (cuts, line) = *seen.borrow();
    if line == Line::Down {
        return;
    }
    let Ok(mut theirs) = TcpStream::connect(server).await else { return };
    let ((from_us, to_us), (from_them, to_them)) = (ours.split(), theirs.split());
    let mut cut = seen.clone();
    tokio::select! {
        () = one_way(from_us, to_them, seen.clone()) => {}
        () = one_way(from_them, to_us, seen) => {}
        _ = cut.wait_for(|it| it.0 != cuts || it.1 == Line::Down) => {}
    }
}

async fn one_way(
    mut from: tokio::net::tcp::ReadHalf<'_>,
    mut to: tokio::net::tcp::WriteHalf<'_>,
    mut seen: watch::Receiver<(u32, Line)>,
) {
    let mut buffer = vec![0; BUFFER_BYTES];
    while let Ok(n) = from.read(&mut buffer).await {
        if n == 0 || seen.wait_for(|it| it.1 != Line::Dead).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..n]).await.is_err() {
            return;
        }
    }
}
