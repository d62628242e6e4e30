//! What a doctor finds of the server, its port, its database and the keys.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use store::exam::{self, Exam, Schema};
use tokio::{net::TcpListener, time::timeout};

use super::{Args, Findings};
use crate::{
    cli::Options,
    client::Client,
    database::{Use, cannot},
    place::Place,
};

/// A clock further off than this orders executions wrongly.
const SKEW_S_MAX: i64 = 5;
const HEALTH_WAIT_MAX: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Health {
    ready: bool,
    version: String,
    executions: Load,
}

#[derive(Deserialize)]
struct Load {
    running: u64,
    queued: u64,
}

/// Looks for the server; tells whether one of ours is there.
pub(super) async fn server(found: &mut Findings, args: &Args, options: &Options) -> bool {
    let client = match Client::new(&args.client, options) {
        Ok(it) => it,
        Err(failure) => {
            found.wrong("server", failure.message());
            return false;
        }
    };
    let url = &client.server;
    let asked = timeout(HEALTH_WAIT_MAX, client.health::<Health>()).await.ok().flatten();
    let Some(health) = asked else {
        port(found, args).await;
        return false;
    };
    let ours = env!("CARGO_PKG_VERSION");
    let load = format!(
        "{} executions run, {} wait for their turn",
        health.executions.running, health.executions.queued
    );
    if !health.ready {
        found.wrong("server", format!("{url} has lost its database; see below, and its log"));
    } else if health.version != ours {
        found.odd(
            "server",
            format!(
                "{url} is version {}, and this program is {ours}; restart it with this one",
                health.version
            ),
        );
    } else {
        found.good("server", format!("{url} is ready; {load}"));
    }
    let query = [("pageSize", "1".to_owned())];
    match client.get::<Value>(&["keys"], &query).await {
        Ok(_) => found.good("API key", "the server takes it"),
        Err(failure) => found.wrong("API key", failure.message()),
    }
    true
}

async fn port(found: &mut Findings, args: &Args) {
    let listen = &args.listen;
    match TcpListener::bind(listen).await {
        Ok(_) => found.good("server", format!("none runs; {listen} is free for one")),
        Err(e) if e.kind() == std::io::ErrorKind::AddrInUse => found.wrong(
            "server",
            format!("another program has {listen}; stop it, or choose another with --listen"),
        ),
        Err(e) => found.wrong("server", format!("{listen} cannot be used: {e}")),
    }
}

/// Looks at the database; one that a server of ours has in use is that server's to judge.
pub(super) async fn database(found: &mut Findings, args: &Args, place: &Place, serves: bool) {
    let lock = match args.database.lock(place) {
        Ok(lock) => lock,
        Err(_) if serves => {
            found.good("database", "in use by the server, which says that it is ready");
            return;
        }
        Err(failure) => {
            found.wrong("database", failure.message());
            return;
        }
    };
    let key = match args.database.known_key(place) {
        Ok(key) => key,
        Err(failure) => {
            found.wrong("master key", failure.message());
            None
        }
    };
    let options = args.database.store(place);
    let end = exam::examine(&options, key.as_ref()).await;
    drop(lock);
    match end {
        Err(error) => found.wrong(
            "database",
            format!("{}; is it up, and the address right?", cannot(error).message()),
        ),
        Ok(exam) => judge(found, &exam, args, place, key.is_some()),
    }
}

fn judge(found: &mut Findings, exam: &Exam, args: &Args, place: &Place, has_key: bool) {
    let kind = exam.database.split(" on ").next().unwrap_or_default();
    match &exam.damage {
        Some(damage) => found.wrong(
            "database",
            format!("the file is damaged ({damage}); stop the server and put a copy in its place"),
        ),
        None => found.good("database", kind),
    }
    match exam.schema {
        Schema::Empty => found.good("schema", "none yet; the first start makes it"),
        Schema::Current => found.good("schema", "up to date"),
        Schema::Behind(n) => {
            found.good("schema", format!("{n} steps behind; `serve` or `migrate` brings it up"));
        }
        Schema::Newer(n) => found.wrong(
            "schema",
            format!("step {n} is of a newer program; start that one, nothing was changed"),
        ),
    }
    let file = place.master_key();
    let from = match args.database.key_use() {
        Use::File => file.display().to_string(),
        Use::Option => "the one that was given".to_owned(),
    };
    match (has_key, exam.key_fits) {
        (true, Some(true)) => found.good("master key", format!("{from} opens the secrets")),
        (true, Some(false)) => found.wrong(
            "master key",
            format!(
                "{from} does not open the secrets in this database; put the right one in its place"
            ),
        ),
        (true, None) => found.good("master key", format!("{from}; nothing is sealed yet")),
        (false, Some(_) | None) if exam.schema == Schema::Empty => {
            found.good("master key", "none yet; the first start makes it");
        }
        (false, Some(_) | None) => found.wrong(
            "master key",
            format!("{from} is missing: put it back, or give the key with --master-key"),
        ),
    }
    let skew = exam.clock.map(|it| (it.as_second() - jiff::Timestamp::now().as_second()).abs());
    if let Some(skew) = skew.filter(|it| *it > SKEW_S_MAX) {
        found.wrong("clock", format!("the database's clock is {skew} s off; set both by NTP"));
    }
}
