//! One round: workflows of a seed, a process that is killed as planned, and the look at what is left.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use engine::{Actor, Engine};
use fastrand::Rng;
use jiff::Timestamp;
use model::id::VariableId;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    task::JoinSet,
    time::timeout,
};
use uuid::Uuid;

use super::{
    Figures, Plan,
    child::{self, POINTS, Spot},
    oracle::{self, Evidence},
    results,
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
const DRAIN_MAX: Duration = Duration::from_secs(60);
/// How long a process may take to be there.
const START_MAX: Duration = Duration::from_secs(30);
/// How often executions are retried in the end.
const RETRIES_MAX: u32 = 20;
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
}

struct Round<'a> {
    plan: &'a Plan,
    home: &'a Home,
    world: &'a World,
    flows: Flows,
    rng: Rng,
    visitor: Visitor,
    sent: Vec<Sent>,
}

/// # Errors
/// Every promise that was broken.
pub(super) async fn round(
    plan: &Plan,
    seed: u64,
    kills: u32,
    home: &Home,
    world: &World,
) -> Result<Figures, Vec<String>> {
    let one = |it: String| vec![it];
    let flows = Flows::of(seed);
    make(home, &flows, &world.base("run")).await.map_err(one)?;
    let mut round = Round {
        plan,
        home,
        world,
        flows,
        rng: Rng::with_seed(seed ^ 0x5eed),
        visitor: Visitor::new(world, "run"),
        sent: vec![],
    };
    for _ in 0..kills {
        round.life().await.map_err(one)?;
    }
    round.rest().await.map_err(one)?;
    let evidence = round.evidence().await.map_err(one)?;
    let mut faults = world.faults();
    match oracle::check(&evidence) {
        Ok(figures) if faults.is_empty() => {
            Ok(Figures { kills, triggers: round.sent.len(), ..figures })
        }
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more);
            Err(faults)
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

/// A process under test.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(plan: &Plan, home: &Home, spot: Option<Spot>) -> Result<Process, String> {
        let mut command = Command::new(&plan.program);
        command.arg(child::WORD).arg(&home.data).arg(home.url.as_deref().unwrap_or("-"));
        command.arg(spot.map_or("-".to_owned(), Spot::text));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|it| format!("the process cannot start: {it}"))?;
        let out = child.stdout.take().ok_or("the process has no output")?;
        Ok(Process { child, lines: BufReader::new(out).lines() })
    }

    /// Where it can be called; `None`: it stands still before that.
    async fn address(&mut self) -> Result<Option<SocketAddr>, String> {
        let line = self.lines.next_line().await.map_err(|it| it.to_string())?;
        let line = line.ok_or("the process ended before it could be called")?;
        if line == child::HERE {
            return Ok(None);
        }
        let port = line.strip_prefix(child::READY).and_then(|it| it.parse().ok());
        let port: u16 = port.ok_or_else(|| format!("the process says `{line}`"))?;
        Ok(Some(SocketAddr::from(([127, 0, 0, 1], port))))
    }

    /// Completes when it stands where it is to die.
    async fn here(&mut self) {
        match self.lines.next_line().await {
            Ok(Some(line)) if line == child::HERE => {}
            Ok(_) | Err(_) => std::future::pending().await,
        }
    }

    async fn kill(mut self) -> Result<(), String> {
        self.child.kill().await.map_err(|it| format!("the process cannot be killed: {it}"))
    }

    /// Lets it close in good order.
    async fn close(mut self) -> Result<(), String> {
        drop(self.child.stdin.take());
        let end = timeout(START_MAX, self.child.wait()).await;
        let end = end.map_err(|_| "the process does not close".to_owned())?;
        match end {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the process closed with {status}")),
            Err(why) => Err(why.to_string()),
        }
    }
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
        let mut process = Process::start(self.plan, self.home, spot)?;
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
        if let Ok(end) = died.await {
            end?;
        }
        process.kill().await
    }

    /// Gives work until it is cut off.
    async fn work(&mut self, at: SocketAddr) {
        for _ in 0..self.rng.u32(1..=TRIGGERS_MAX) {
            let paths = self.flows.paths();
            let path = paths[self.rng.usize(0..paths.len())].to_owned();
            let n = self.sent.len() as u32;
            // Known as sent before it is: it may be cut off.
            self.sent.push(Sent { n, path: path.clone(), came: Triggered::Unknown });
            // A caller who loses patience goes away.
            let patience = Duration::from_millis(self.rng.u64(10..250));
            if let Ok(came) = timeout(patience, self.visitor.trigger(at, &path, n)).await {
                self.sent[n as usize].came = came;
            }
        }
        loop {
            self.visitor.answer_all(at).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Lets everything come to its end, and retries what failed because nobody knew what had
    /// become of an effect.
    async fn rest(&mut self) -> Result<(), String> {
        self.world.doom(None);
        let mut process = Process::start(self.plan, self.home, None)?;
        let at = timeout(START_MAX, process.address()).await;
        let at = at.map_err(|_| "the process does not start".to_owned())??;
        let at = at.ok_or("the process stands still without a reason")?;
        for _ in 0..RETRIES_MAX {
            self.visitor.drain(at, DRAIN_MAX).await?;
            let doubtful = self.visitor.doubtful(at).await?;
            if doubtful.is_empty() {
                return process.close().await;
            }
            for id in doubtful {
                self.visitor.retry(at, &id).await?;
            }
        }
        Err(format!("after {RETRIES_MAX} retries, effects are still in doubt"))
    }

    async fn evidence(&self) -> Result<Evidence, String> {
        let text = |it: store::Error| it.to_string();
        let store = self.home.store().await.map_err(text)?;
        let engine = self.home.engine(store.clone(), face::options()).await.map_err(text)?;
        let outcomes = results::all(&engine, &self.world.base("run")).await;
        engine.close().await;
        store.close().await;
        let accepted = self.sent.iter().filter_map(|it| match &it.came {
            Triggered::Accepted(id) => Some((it.n, id.clone())),
            Triggered::Unknown => None,
        });
        Ok(Evidence {
            accepted: accepted.collect(),
            outcomes: outcomes?,
            reference: self.reference().await?,
            effects: self.world.effects("run"),
            marks: catalog::marks(&self.home.marks()).map_err(|it| it.to_string())?,
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
