//! `tailorbird serve`: the server, until somebody stops it.

use std::{io::Write, time::Instant};

use tokio::runtime::Runtime;

use crate::{
    cli::Options,
    failure::{Failure, Outcome},
    output::{Tone, paint},
    place::Place,
    server::{self, Report, Server, memory},
};

/// Starts the server: API, webhooks, schedules and executions
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird serve                                       everything in the folder `data`
  tailorbird serve --demo                                with a few workflows to look at
  tailorbird serve --listen 0.0.0.0:5680 --public-url https://flows.example.com
  tailorbird serve --database-url postgres://user:password@host/name

Ctrl-C and SIGTERM stop it in good order: what runs comes to a safe point and goes on at the next
start. Nothing is lost when it is killed instead.")]
pub(crate) struct Args {
    #[command(flatten)]
    server: server::Options,
}

/// A thread that evaluates expressions needs their stack and some more.
const STACK_BYTES: usize = 4 << 20;

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let began = Instant::now();
    raise_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|e| Failure::unreachable(format!("no threads can be had: {e}")))?;
    runtime.block_on(serve(args, options, began))?;
    end(runtime);
    Ok(())
}

async fn serve(args: &Args, options: &Options, began: Instant) -> Outcome {
    // Heard from the first moment on, so that a stop during the start is in good order as well.
    let mut stop = Stop::listen()?;
    let place = Place::at(&options.data);
    let server = tokio::select! {
        server = Server::start(&args.server, place) => server?,
        () = stop.asked() => return Ok(()),
    };
    welcome(&server.report, began);
    tokio::select! {
        () = memory::give_back() => {}
        () = stop.asked() => {}
    }
    tracing::info!("stopping: what runs comes to a safe point; a second signal stops at once");
    tokio::select! {
        () = server.stop(args.server.grace()) => tracing::info!("stopped"),
        () = stop.asked() => tracing::warn!("stopped at once; what ran goes on at the next start"),
    }
    Ok(())
}

/// Each connection is an open file, and most systems begin with 1,024 of them though they allow
/// far more. Where more cannot be had, connections wait for their turn.
fn raise_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // Whoever set it lower on purpose also set the maximum.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// Threads that still compute must not hold the end up.
fn end(runtime: Runtime) {
    runtime.shutdown_background();
}

/// Who reads along may have gone: that stops no server.
fn say(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

fn welcome(report: &Report, began: Instant) {
    let name = concat!("Tailorbird ", env!("CARGO_PKG_VERSION"));
    let took = paint(Tone::Quiet, format!("ready in {} ms", began.elapsed().as_millis()));
    say(format!("{} on {}  {took}", paint(Tone::Strong, name), paint(Tone::Good, &report.url)));
    let row = |what: &str, text: &str| say(format!("  {}  {text}", paint(Tone::Quiet, what)));
    row("database ", &report.database);
    row("API      ", &format!("{}/api/docs", report.url));
    if let Some(path) = &report.new_master_key {
        row("new key  ", &format!("{path} seals your credentials: keep a copy in a safe place"));
    }
    if let Some(path) = &report.new_api_key {
        row("new key  ", &format!("{path} is the API key of the commands on this machine"));
    }
    if report.nobody {
        row(
            "account  ",
            &format!(
                "none yet: the first, made on this machine at {}/app/, is its operator's",
                report.url
            ),
        );
    }
    if report.n_demos > 0 {
        row("demo     ", &format!("{} workflows to look at and to call", report.n_demos));
    }
}

/// Ctrl-C, or the word of whoever runs us.
struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    #[cfg(unix)]
    fn listen() -> Outcome<Stop> {
        use tokio::signal::unix::{SignalKind, signal};
        let cannot = |e| Failure::unreachable(format!("signals cannot be heard: {e}"));
        Ok(Stop {
            interrupt: signal(SignalKind::interrupt()).map_err(cannot)?,
            terminate: signal(SignalKind::terminate()).map_err(cannot)?,
        })
    }

    #[cfg(unix)]
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> Outcome<Stop> {
        Ok(Stop {})
    }

    #[cfg(not(unix))]
    async fn asked(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a way to hear it, there is only the hard way.
            std::future::pending::<()>().await;
        }
    }
}
