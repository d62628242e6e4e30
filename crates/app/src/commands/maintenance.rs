//! `tailorbird maintenance on|off|status`: closes the API of a running server for a while.

use clap::{Args as ClapArgs, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    cli::Options,
    client::{self, Client},
    failure::Outcome,
    output::{self, moment},
};

/// Closes the API for a while, for everybody but who looks after the server
#[derive(ClapArgs)]
#[command(after_help = "Examples:
  tailorbird maintenance on 'We move to a larger machine' --minutes 30
  tailorbird maintenance status
  tailorbird maintenance off

Webhooks and forms are accepted meanwhile, and workflows run on. It takes the key that the server
wrote into its own folder.")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Closes it, or changes what is said
    On {
        /// What callers and people read
        message: Option<String>,
        /// It is over by itself after so long; without it when you say so
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=100_000))]
        minutes: Option<i64>,
        #[command(flatten)]
        client: client::Options,
    },
    /// Opens it again
    Off {
        #[command(flatten)]
        client: client::Options,
    },
    /// Says whether it is closed
    Status {
        /// Print the server's JSON instead of a sentence
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        client: client::Options,
    },
}

const PLACE: [&str; 2] = ["platform", "maintenance"];

#[derive(Deserialize)]
struct State {
    on: bool,
    message: Option<String>,
    until: Option<Timestamp>,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    match &args.verb {
        Verb::On { message, minutes, client } => {
            let client = Client::new(client, options)?;
            let until = minutes.map(|it| Timestamp::now() + SignedDuration::from_mins(it));
            let fields = json!({ "message": message, "until": until });
            show(client::block(client.post(&PLACE, &fields))?)
        }
        Verb::Off { client } => {
            let client = Client::new(client, options)?;
            client::block(client.delete(&PLACE))?;
            output::line("the API is open");
            Ok(())
        }
        Verb::Status { json, client } => {
            let client = Client::new(client, options)?;
            let found: Value = client::block(client.get(&PLACE, &[]))?;
            if *json { output::json(&found) } else { show(found) }
        }
    }
}

fn show(found: Value) -> Outcome {
    let found: State = client::read(found, "answer")?;
    if !found.on {
        output::line("the API is open");
        return Ok(());
    }
    let until = found.until.map_or_else(String::new, |it| format!(" until {} (UTC)", moment(it)));
    output::line(format!("the API is closed{until}: {}", found.message.unwrap_or_default()));
    Ok(())
}
