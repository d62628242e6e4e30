//! The crash test: workflows made by chance run in a process that is killed again and again, and
//! in the end everything must be as if nothing had happened.

pub mod child;
mod disk;
mod driver;
mod faults;
mod journal;
mod oracle;
mod process;
mod results;
mod ticks;
mod visit;
mod wire;
mod workers;

use std::{io::Write as _, path::PathBuf, time::Instant};

use crate::{face::Home, world::World};

pub const USAGE: &str = "\
usage: torture [--seed N] [--kills N] [--round N] [--way WAY]... [--database sqlite|postgres://...]...

Kills the product N times on each database and checks that it kept its promises. A seed makes the
same workflows and the same plan of kills; a round has its own, which is told when it fails. A way
is kills, faults, disk, wire or workers; without any, each round goes all of them.";

/// Where the product keeps its data.
#[derive(Clone, Debug, PartialEq)]
pub enum Database {
    Sqlite,
    /// A schema of its own on this server.
    Postgres(String),
}

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    /// How often the product is killed, on each database.
    pub kills: u32,
    /// How many kills one set of workflows has to bear.
    pub round: u32,
    pub databases: Vec<Database>,
    pub ways: Vec<Way>,
    /// The program that can be a [`child`].
    pub program: PathBuf,
}

impl Plan {
    /// Reads the command line.
    ///
    /// # Errors
    /// A sentence when it makes no sense.
    pub fn read(arguments: &[String]) -> Result<Plan, String> {
        let program = std::env::current_exe().map_err(|it| it.to_string())?;
        let mut res = Plan {
            seed: fastrand::u64(..),
            kills: 500,
            round: 25,
            databases: vec![],
            ways: vec![],
            program,
        };
        let mut left = arguments.iter();
        while let Some(name) = left.next() {
            let value = left.next().ok_or_else(|| format!("`{name}` needs a value"))?;
            let number = || value.parse().map_err(|_| format!("`{value}` is no number"));
            match name.as_str() {
                "--seed" => res.seed = number()?,
                "--kills" => res.kills = number()? as u32,
                "--round" => res.round = (number()? as u32).max(1),
                "--database" if value == "sqlite" => res.databases.push(Database::Sqlite),
                "--database" if value.starts_with("postgres") => {
                    res.databases.push(Database::Postgres(value.clone()));
                }
                "--way" => res.ways.push(Way::read(value)?),
                _ => return Err(format!("there is no option `{name}`")),
            }
        }
        if res.databases.is_empty() {
            res.databases.push(Database::Sqlite);
        }
        if res.ways.is_empty() {
            res.ways.extend(Way::ALL);
        }
        Ok(res)
    }
}

/// What a round was like.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub kills: u32,
    /// Processes that were held up for longer than their lease, or nearly.
    pub holdups: u32,
    /// Calls of the store that failed or tarried on purpose, and cuts of the line to it.
    pub faults: usize,
    pub triggers: usize,
    /// Triggers that were not accepted, such as those that came while the disk was full.
    pub refused: usize,
    pub executions: usize,
    pub steps: usize,
    pub effects: usize,
    pub in_doubt: usize,
    pub taken_up: usize,
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Figures) {
        self.kills += other.kills;
        self.holdups += other.holdups;
        self.faults += other.faults;
        self.triggers += other.triggers;
        self.refused += other.refused;
        self.executions += other.executions;
        self.steps += other.steps;
        self.effects += other.effects;
        self.in_doubt += other.in_doubt;
        self.taken_up += other.taken_up;
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} kills, {} hold-ups, {} faults; {} triggers ({} refused), {} executions, {} steps, {} effects; taken up {} times, {} effects in doubt",
            self.kills,
            self.holdups,
            self.faults,
            self.triggers,
            self.refused,
            self.executions,
            self.steps,
            self.effects,
            self.taken_up,
            self.in_doubt
        )
    }
}

/// Runs the plan and says how it goes on standard output.
///
/// # Errors
/// Every promise that was broken.
pub async fn run(plan: &Plan) -> Result<(), Vec<String>> {
    say(&format!("seed {}", plan.seed));
    for it in &plan.databases {
        database(plan, it).await?;
    }
    Ok(())
}

async fn database(plan: &Plan, database: &Database) -> Result<(), Vec<String>> {
    let name = match database {
        Database::Sqlite => "SQLite",
        Database::Postgres(_) => "PostgreSQL",
    };
    let clock = Instant::now();
    let mut sum = Figures::default();
    let mut round = 0;
    let mut left = plan.kills;
    while left > 0 {
        // Each round is one of its own: its seed is all that is needed to see it again.
        let seed = plan.seed.wrapping_add(round);
        let kills = plan.round.min(left);
        for way in plan.ways.iter().copied().filter(|it| it.is_possible(database)) {
            let figures = one_round(plan, way, seed, kills, database).await.map_err(|faults| {
                let place = format!("{name}, {way:?}, seed {seed}, {kills} kills");
                faults.into_iter().map(|it| format!("[{place}] {it}")).collect::<Vec<_>>()
            })?;
            say(&format!("{name}, {way:?}, seed {seed}: {figures}"));
            sum += figures;
        }
        round += 1;
        left -= kills;
    }
    say(&format!("{name}: {sum}, in {} s", clock.elapsed().as_secs()));
    Ok(())
}

/// What a round does to the product.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    Kills,
    Faults,
    Disk,
    Wire,
    Workers,
}

impl Way {
    pub const ALL: [Way; 5] = [Way::Kills, Way::Faults, Way::Disk, Way::Wire, Way::Workers];

    fn read(name: &str) -> Result<Way, String> {
        let same = |it: &Way| format!("{it:?}").eq_ignore_ascii_case(name);
        Way::ALL.into_iter().find(same).ok_or_else(|| format!("there is no way `{name}`"))
    }

    /// Two processes on one SQLite file are refused, and the disk of a server is not ours to fill.
    fn is_possible(self, database: &Database) -> bool {
        match self {
            Way::Kills | Way::Faults => true,
            Way::Disk => *database == Database::Sqlite,
            Way::Wire | Way::Workers => *database != Database::Sqlite,
        }
    }
}

async fn one_round(
    plan: &Plan,
    way: Way,
    seed: u64,
    kills: u32,
    database: &Database,
) -> Result<Figures, Vec<String>> {
    let folder = tempfile::tempdir().map_err(|it| vec![it.to_string()])?;
    let schema = match database {
        Database::Sqlite => None,
        Database::Postgres(server) => {
            let made = store::scratch::Schema::make(server).await;
            Some(made.map_err(|it| vec![it.to_string()])?)
        }
    };
    let home =
        Home { data: folder.path().to_owned(), url: schema.as_ref().map(|it| it.url.clone()) };
    let world = World::open().await.map_err(|it| vec![it.to_string()])?;
    let res = match way {
        Way::Kills => driver::kills(plan, seed, kills, &home, &world).await,
        Way::Faults => faults::round(plan, seed, &home, &world).await,
        Way::Disk => disk::round(plan, seed, &home, &world).await,
        Way::Wire => wire::round(plan, seed, &home, &world).await,
        Way::Workers => workers::round(plan, seed, kills / 4, &home, &world).await,
    };
    if let Err(faults) = &res {
        // What is left is evidence.
        let kept = folder.keep();
        let mut faults = faults.clone();
        faults.push(format!("what is left lies in {}", kept.display()));
        return Err(faults);
    }
    if let Some(schema) = schema {
        schema.remove().await.map_err(|it| vec![it.to_string()])?;
    }
    res
}

pub(crate) fn say(line: &str) {
    // Nobody listens: fine.
    let _ = writeln!(std::io::stdout(), "{line}");
}
