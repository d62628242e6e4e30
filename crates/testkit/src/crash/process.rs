//! A process under test, as its driver holds it.

use std::{net::SocketAddr, process::Stdio, time::Duration};

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
    ) -> Result<Process, String> {
        let mut command = Command::new(&plan.program);
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
