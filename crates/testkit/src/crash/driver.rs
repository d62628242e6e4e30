//! One round: workflows of a seed, a process that is killed as planned, and the look at what is left.

use std::{net::SocketAddr, time::Duration};

use engine::{Actor, Engine};
use fastrand::Rng;
use jiff::Timestamp;
use model::id::VariableId;
use tokio::{task::JoinSet, time::timeout};
use uuid::Uuid;

use super::{
    Figures, Plan,
    child::{POINTS, Spot},
    oracle::{self, Evidence},
    process::{Disk, MAIN, Process},
    results,
    ticks::{self, Ticks},
    visit::{Triggered, Visitor},
};
use crate::{
    catalog,
    face::{self, Home},
    flows::Flows,
    world::{Moment, World},
};

/// How long a process may take to die of itself where it should; then it is killed.
const LIFE_MAX: Duration = Duration::from_millis(1_500);
/// How long the rest may take once nobody is killed any more.
const DRAIN_MAX: Duration = Duration::from_secs(180);
/// How often executions are retried in the end.
const RETRIES_MAX: u32 = 20;
/// How long the driver waits where a retry was refused.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// Triggers of one life.
const TRIGGERS_MAX: u32 = 5;

/// How a life ends.
#[derive(Clone, Copy, Debug)]
enum Doom {
    /// So long after it was born.
    Time(Duration),
    Spot(Spot),
    Effect(u32, Moment),
}

impl Doom {
    fn by(rng: &mut Rng) -> Doom {
        match rng.u8(0..10) {
            0..4 => Doom::Time(Duration::from_millis(rng.u64(5..500))),
            4..8 => {
                let point = POINTS[rng.usize(0..POINTS.len())];
                Doom::Spot(Spot { point, nth: rng.u32(1..40) })
            }
            n => {
                let moment = if n == 8 { Moment::Before } else { Moment::After };
                Doom::Effect(rng.u32(1..12), moment)
            }
        }
    }
}

/// A trigger that was sent.
struct Sent {
    n: u32,
    path: String,
    came: Triggered,
    /// Somebody wanted it cancelled.
    cancelled: bool,
}

pub(super) struct Round<'a> {
    pub(super) plan: &'a Plan,
    pub(super) home: &'a Home,
    pub(super) world: &'a World,
    flows: Flows,
    pub(super) rng: Rng,
    pub(super) visitor: Visitor,
    sent: Vec<Sent>,
    /// Several processes work at once: one that was held up may begin pure steps that another has
    /// recorded meanwhile, before it hears of that. It cannot write them.
    pub(super) several: bool,
}

/// # Errors
/// Every promise that was broken.
pub(super) async fn kills(
    plan: &Plan,
    seed: u64,
    kills: u32,
    home: &Home,
    world: &World,
) -> Result<Figures, Vec<String>> {
    let work = async |round: &mut Round<'_>| {
        for _ in 0..kills {
            round.life().await?;
        }
        round.rest().await
    };
    let figures = Round::go(plan, seed, home, world, work).await?;
    Ok(Figures { kills, ..figures })
}

impl<'a> Round<'a> {
    /// Makes the workflows of a seed, lets somebody work with them, and looks what came of it.
    pub(super) async fn go(
        plan: &'a Plan,
        seed: u64,
        home: &'a Home,
        world: &'a World,
        work: impl AsyncFnOnce(&mut Round<'a>) -> Result<(), String>,
    ) -> Result<Figures, Vec<String>> {
        let one = |it: String| vec![it];
        let flows = Flows::of(seed);
        make(home, &flows, &world.base("run")).await.map_err(one)?;
        let rng = Rng::with_seed(seed ^ 0x5eed);
        let visitor = Visitor::new(world, "run");
        let mut round =
            Round { plan, home, world, flows, rng, visitor, sent: vec![], several: false };
        let before = Ticks::look(home).await.map_err(one)?;
        work(&mut round).await.map_err(one)?;
        Ticks::look(home).await.and_then(|it| it.since(before)).map_err(one)?;
        let evidence = round.evidence().await.map_err(one)?;
        let mut faults = world.faults();
        match oracle::check(&evidence) {
            Ok(figures) if faults.is_empty() => {
                let refused = round.sent.iter().filter(|it| it.came == Triggered::Refused);
                Ok(Figures { triggers: round.sent.len(), refused: refused.count(), ..figures })
            }
            Ok(_) => Err(faults),
            Err(more) => {
                faults.extend(more);
                Err(faults)
            }
        }
    }
}

/// Makes and publishes the workflows.
async fn make(home: &Home, flows: &Flows, world: &str) -> Result<(), String> {
    let store = home.store().await.map_err(|it| it.to_string())?;
    let engine = home.engine(store.clone(), face::options()).await.map_err(|it| it.to_string())?;
    publish(&engine, flows, world).await?;
    engine.close().await;
    store.close().await;
    Ok(())
}

async fn publish(engine: &Engine, flows: &Flows, world: &str) -> Result<(), String> {
    let actor = Actor::system(engine.default_workspace());
    let id = VariableId(Uuid::now_v7());
    let now = Timestamp::now();
    let added = engine.store().add_variable(actor.workspace, id, "world", world, now).await;
    added.map_err(|it| it.to_string())?;
    for flow in &flows.all {
        let name = &flow.document.name;
        let made = engine.create_workflow(&actor, flow.document.clone(), None).await;
        let made = made.map_err(|it| format!("`{name}` cannot be made: {it}"))?;
        let published = engine.publish(&actor, made.id, None, "").await;
        published.map_err(|it| format!("`{name}` cannot be published: {it} {:?}", it.details))?;
    }
    Ok(())
}

impl Round<'_> {
    /// A process that is born, gets work, and is killed.
    async fn life(&mut self) -> Result<(), String> {
        let doom = Doom::by(&mut self.rng);
        let (mut spot, mut time) = (None, LIFE_MAX);
        self.world.doom(None);
        match doom {
            Doom::Time(it) => time = it,
            Doom::Spot(it) => spot = Some(it),
            Doom::Effect(nth, moment) => self.world.doom(Some((nth, moment))),
        }
        let disk = match self.rng.u8(0..6) {
            0 => Disk::full(self.home, self.rng.u64(0..200)),
            _ => Disk::Wide,
        };
        let mut process = Process::start(self.plan, self.home, spot, MAIN, disk)?;
        let world = self.world.clone();
        // A life of work, cut off by whatever comes first.
        let died = timeout(time, async {
            let Some(at) = process.address().await? else { return Ok(()) };
            tokio::select! {
                () = self.work(at) => {}
                () = process.here() => {}
                () = world.doomed.notified() => {}
            }
            Ok::<(), String>(())
        });
        match (died.await, disk) {
            // On a full disk it need not even come up.
            (Ok(Err(_)), Disk::Full { .. }) | (Err(_) | Ok(Ok(())), _) => process.kill().await,
            (Ok(Err(why)), Disk::Wide) => Err(why),
        }
    }

    /// Gives work until it is cut off.
    async fn work(&mut self, at: SocketAddr) {
        for _ in 0..self.rng.u32(1..=TRIGGERS_MAX) {
            self.trigger(at).await;
        }
        loop {
            self.visitor.answer_all(at).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Starts any of the workflows.
    pub(super) async fn trigger(&mut self, at: SocketAddr) {
        // A caller who loses patience goes away.
        let patience = Duration::from_millis(self.rng.u64(10..250));
        self.trigger_within(at, patience).await;
        if self.rng.u8(0..12) == 0 {
            self.cancel(at).await;
        }
    }

    /// Starts any of the workflows, and says what came of it.
    pub(super) async fn trigger_within(&mut self, at: SocketAddr, patience: Duration) -> Triggered {
        let paths = self.flows.paths();
        let path = paths[self.rng.usize(0..paths.len())].to_owned();
        let n = self.sent.len() as u32;
        // Known as sent before it is: it may be cut off.
        let came = Triggered::Unknown;
        self.sent.push(Sent { n, path: path.clone(), came, cancelled: false });
        if let Ok(came) = timeout(patience, self.visitor.trigger(at, &path, n)).await {
            self.sent[n as usize].came = came;
        }
        self.sent[n as usize].came.clone()
    }

    /// Cancels any execution that was accepted.
    async fn cancel(&mut self, at: SocketAddr) {
        let n = self.rng.usize(0..self.sent.len());
        let sent = &mut self.sent[n];
        if let Triggered::Accepted(id) = &sent.came {
            sent.cancelled = true;
            self.visitor.cancel(at, id).await;
        }
    }

    /// Lets everything come to its end, and retries what failed because nobody knew what had
    /// become of an effect.
    async fn rest(&mut self) -> Result<(), String> {
        self.world.doom(None);
        let mut process = Process::start(self.plan, self.home, None, MAIN, Disk::Wide)?;
        let at = process.ready().await?;
        self.rest_at(at).await?;
        process.close().await
    }

    /// The same in a process that is there already.
    pub(super) async fn rest_at(&self, at: SocketAddr) -> Result<(), String> {
        let mut last = "effects are still in doubt".to_owned();
        for _ in 0..RETRIES_MAX {
            self.visitor.drain(at, DRAIN_MAX).await?;
            match self.retry_doubtful(at).await {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                // The database may be only just back: what is in doubt is asked anew.
                Err(why) => {
                    last = why;
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
            }
        }
        Err(format!("after {RETRIES_MAX} retries: {last}"))
    }

    /// Gives how many there were.
    async fn retry_doubtful(&self, at: SocketAddr) -> Result<usize, String> {
        let doubtful = self.visitor.doubtful(at).await?;
        for id in &doubtful {
            self.visitor.retry(at, id).await?;
        }
        Ok(doubtful.len())
    }

    async fn evidence(&self) -> Result<Evidence, String> {
        let text = |it: store::Error| it.to_string();
        let store = self.home.store().await.map_err(text)?;
        ticks::stop(&store).await.map_err(text)?;
        let engine = self.home.engine(store.clone(), face::options()).await.map_err(text)?;
        // A second may have passed just before the last process closed, and a commit that lay on a dead
        // line may have come through after it was given up.
        let at = face::serve(engine.clone()).await.map_err(|it| it.to_string())?;
        self.rest_at(at).await?;
        let outcomes = results::all(&engine, &self.world.base("run")).await;
        engine.close().await;
        store.close().await;
        let marks = catalog::marks(&self.home.marks()).map_err(|it| it.to_string())?;
        let marks = if self.several { vec![] } else { marks };
        let accepted = self.sent.iter().filter_map(|it| match &it.came {
            Triggered::Accepted(id) => Some((it.n, id.clone())),
            Triggered::Refused | Triggered::Unknown => None,
        });
        let cancelled = self.sent.iter().filter(|it| it.cancelled).map(|it| it.n);
        Ok(Evidence {
            accepted: accepted.collect(),
            cancelled: cancelled.collect(),
            outcomes: outcomes?,
            reference: self.reference().await?,
            effects: self.world.effects("run"),
            marks,
        })
    }

    /// The same triggers without an interruption.
    async fn reference(&self) -> Result<Vec<results::Outcome>, String> {
        let folder = tempfile::tempdir().map_err(|it| it.to_string())?;
        let home = Home { data: folder.path().to_owned(), url: None };
        let text = |it: store::Error| it.to_string();
        let store = home.store().await.map_err(text)?;
        let engine = home.engine(store.clone(), face::options()).await.map_err(text)?;
        publish(&engine, &self.flows, &self.world.base("reference")).await?;
        let at = face::serve(engine.clone()).await.map_err(|it| it.to_string())?;
        let visitor = Visitor::new(self.world, "reference");
        let mut callers = JoinSet::new();
        for Sent { n, path, .. } in &self.sent {
            let (visitor, n, path) = (visitor.clone(), *n, path.clone());
            callers.spawn(async move { visitor.trigger(at, &path, n).await });
        }
        // Some get their answer only once we have given ours.
        let missing = |it: String| format!("without a crash: {it}");
        while !callers.is_empty() {
            visitor.answer_all(at).await;
            let _ = timeout(Duration::from_millis(20), callers.join_next()).await;
        }
        visitor.drain(at, DRAIN_MAX).await.map_err(missing)?;
        let outcomes = results::all(&engine, &self.world.base("reference")).await;
        engine.close().await;
        store.close().await;
        outcomes
    }
}
