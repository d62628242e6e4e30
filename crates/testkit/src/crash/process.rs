//! A process under test, as its driver holds it.

use std::{net::SocketAddr, path::Path, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::{
    Plan,
    child::{self, Spot},
};
use crate::face::Home;

/// How long a process may take to be there, or to close.
const START_MAX: Duration = Duration::from_secs(30);

/// Under which name it holds executions, and for how long without a sign of life.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worker {
    pub(super) name: &'static str,
    pub(super) lease: Duration,
}

/// The one and only.
pub(super) const MAIN: Worker = Worker { name: "main", lease: Duration::from_secs(30) };

/// How much room a process has for its files.
#[derive(Clone, Copy, Debug)]
pub(super) enum Disk {
    Wide,
    /// No file may become larger than this: its writes fail there, as on a full disk.
    Full {
        kib: u64,
    },
}

/// Smaller files, such as pages of items, always find room.
const FILE_KIB_MIN: u64 = 1 << 10;
/// What one life may add to the marks.
const MARKS_KIB: u64 = 256;

impl Disk {
    /// One that is full soon, on which what is there already can be read and written.
    pub(super) fn full(home: &Home, more_kib: u64) -> Disk {
        let size = |name: &str| home.data.join(name).metadata().map_or(0, |it| it.len() >> 10);
        let log = size("tailorbird.db-wal").max(size("tailorbird.db")).max(FILE_KIB_MIN);
        // The marks are ours, and their file is never full.
        Disk::Full { kib: (log + more_kib).max(size("marks") + MARKS_KIB) }
    }

    fn command(self, program: &Path) -> Command {
        match self {
            Disk::Wide => Command::new(program),
            Disk::Full { kib } => {
                let mut shell = Command::new("sh");
                // Blocks are of 512 bytes.
                let script = format!("trap '' XFSZ; ulimit -S -f {}; exec \"$0\" \"$@\"", kib * 2);
                shell.arg("-c").arg(script).arg(program);
                shell
            }
        }
    }
}

/// A process under test.
pub(super) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub(super) fn start(
        plan: &Plan,
        home: &Home,
        spot: Option<Spot>,
        worker: Worker,
        disk: Disk,
    ) -> Result<Process, String> {
        let mut command = disk.command(&plan.program);
        command.arg(child::WORD).arg(&home.data).arg(home.url.as_deref().unwrap_or("-"));
        command.arg(spot.map_or("-".to_owned(), Spot::text));
        command.arg(worker.name).arg(worker.lease.as_millis().to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|it| format!("the process cannot start: {it}"))?;
        let out = child.stdout.take().ok_or("the process has no output")?;
        Ok(Process { child, lines: BufReader::new(out).lines() })
    }

    /// Where it can be called; `None`: it stands still before that.
    pub(super) async fn address(&mut self) -> Result<Option<SocketAddr>, String> {
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
    pub(super) async fn here(&mut self) {
        match self.lines.next_line().await {
            Ok(Some(line)) if line == child::HERE => {}
            Ok(_) | Err(_) => std::future::pending().await,
        }
    }

    pub(super) async fn kill(mut self) -> Result<(), String> {
        self.child.kill().await.map_err(|it| format!("the process cannot be killed: {it}"))
    }

    /// Waits until it can be called.
    pub(super) async fn ready(&mut self) -> Result<SocketAddr, String> {
        let at = timeout(START_MAX, self.address()).await;
        let at = at.map_err(|_| "the process does not start".to_owned())??;
        at.ok_or_else(|| "the process stands still without a reason".to_owned())
    }

    /// Stops it where it stands, or lets it go on: `STOP`, `CONT`.
    pub(super) async fn signal(&self, signal: &str) -> Result<(), String> {
        let id = self.child.id().ok_or("the process has ended by itself")?;
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("kill -{signal} {id}"));
        let end = shell.status().await.map_err(|it| it.to_string())?;
        if end.success() { Ok(()) } else { Err(format!("no signal {signal} can be sent")) }
    }

    /// From now on, or no longer, its disk is full. It must have been started on one that may be.
    pub(super) async fn limit(&self, disk: Disk) -> Result<(), String> {
        let id = self.child.id().ok_or("the process has ended by itself")?;
        let most = match disk {
            Disk::Wide => "unlimited".to_owned(),
            Disk::Full { kib } => (kib << 10).to_string(),
        };
        let mut command = Command::new("prlimit");
        command.arg("--pid").arg(id.to_string()).arg(format!("--fsize={most}:"));
        let end = command.status().await.map_err(|it| it.to_string())?;
        if end.success() { Ok(()) } else { Err("the size of files cannot be limited".to_owned()) }
    }

    /// Lets it close in good order.
    pub(super) async fn close(mut self) -> Result<(), String> {
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
