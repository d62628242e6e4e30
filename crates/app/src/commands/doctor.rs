//! `tailorbird doctor`: looks everything over that a server needs, and says the way out of what is wrong.

use serde::Serialize;

use crate::{
    cli::Options,
    client, database,
    failure::{Failure, Outcome},
    output::{self, Tone, paint},
    place::Place,
};

mod machine;
mod service;

/// Looks over what a server needs: folder, disk, clock, database, schema, keys, port
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird doctor
  tailorbird doctor --database-url postgres://user:password@host/name
  tailorbird doctor --json | jq '.[] | select(.state != \"good\")'

It changes nothing. Exit codes: 0 when all is well or only odd, 1 when something is wrong.")]
pub(crate) struct Args {
    /// Where the server listens, or is to listen
    #[arg(
        long,
        env = "TAILORBIRD_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:5680"
    )]
    listen: String,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: database::Options,
    #[command(flatten)]
    client: client::Options,
}

/// What was looked at, and how it stands.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    /// How it stands; of what is not good, with the way out.
    says: String,
}

#[derive(Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum State {
    Good,
    /// It works, and somebody should look.
    Odd,
    Wrong,
}

/// Collects findings; what looks is elsewhere.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn good(&mut self, what: &'static str, says: impl Into<String>) {
        self.0.push(Finding { what, state: State::Good, says: says.into() });
    }

    fn odd(&mut self, what: &'static str, says: impl Into<String>) {
        self.0.push(Finding { what, state: State::Odd, says: says.into() });
    }

    fn wrong(&mut self, what: &'static str, says: impl Into<String>) {
        self.0.push(Finding { what, state: State::Wrong, says: says.into() });
    }
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let place = Place::at(&options.data);
    let mut found = Findings::default();
    machine::folder(&mut found, &place);
    machine::disk(&mut found, &place);
    machine::clock(&mut found, &place);
    client::block(async {
        let serves = service::server(&mut found, args, options).await;
        service::database(&mut found, args, &place, serves).await;
        Ok(())
    })?;
    if args.json {
        output::json(&found.0)?;
    } else {
        for it in &found.0 {
            show(it);
        }
    }
    match found.0.iter().filter(|it| it.state == State::Wrong).count() {
        0 => Ok(()),
        1 => Err(Failure::failed("one thing is wrong")),
        n => Err(Failure::failed(format!("{n} things are wrong"))),
    }
}

fn show(it: &Finding) {
    let (mark, tone) = match it.state {
        State::Good => ("✓", Tone::Good),
        State::Odd => ("!", Tone::Waiting),
        State::Wrong => ("✗", Tone::Bad),
    };
    output::line(format!("{} {:<11}  {}", paint(tone, mark), it.what, it.says));
}
