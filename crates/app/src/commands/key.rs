//! `tailorbird key create|list|revoke`: API keys of the workspace.

use clap::{Args as ClapArgs, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    cli::Options,
    client::{self, Client, List},
    failure::{Failure, Outcome},
    output::{self, Tone, moment, paint},
};

/// Makes, lists and revokes API keys
#[derive(ClapArgs)]
#[command(
    alias = "keys",
    after_help = "Examples:
  tailorbird key create 'the shop' --days 90
  KEY=$(tailorbird key create ci)            only the key goes to standard output
  tailorbird key list
  tailorbird key revoke key_01m89q4z39efevge6gfnnrtars"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes a key and prints it: it is never shown again
    Create {
        /// What it is for
        name: String,
        /// For how many days it opens; without it for ever
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=36_500))]
        days: Option<i64>,
        #[command(flatten)]
        client: client::Options,
    },
    /// Lists keys by how they begin
    List {
        /// Print the server's JSON instead of a table
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        client: client::Options,
    },
    /// Ends a key: it opens nothing from now on
    Revoke {
        /// Its id, as `key list` shows it
        id: String,
        #[command(flatten)]
        client: client::Options,
    },
}

#[derive(Deserialize)]
struct New {
    id: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    name: String,
    hint: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    used_at: Option<Timestamp>,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    match &args.verb {
        Verb::Create { name, days, client } => {
            let client = Client::new(client, options)?;
            let until = days.map(|it| Timestamp::now() + SignedDuration::from_hours(24 * it));
            let fields = json!({ "name": name, "expiresAt": until });
            let new: New = client::block(client.post(&["keys"], &fields))?;
            output::line(new.key);
            eprintln!("key {} is made; this is the only time that it is shown", new.id);
            Ok(())
        }
        Verb::List { json, client } => {
            let client = Client::new(client, options)?;
            let query = [("pageSize", "500".to_owned())];
            let found: Value = client::block(client.get(&["keys"], &query))?;
            if *json { output::json(&found) } else { show(found) }
        }
        Verb::Revoke { id, client } => {
            let client = Client::new(client, options)?;
            client::block(client.delete(&["keys", id]))?;
            output::line(format!("{}  opens nothing any more", paint(Tone::Strong, id)));
            Ok(())
        }
    }
}

fn show(found: Value) -> Outcome {
    let found: List<Row> = serde_json::from_value(found)
        .map_err(|e| Failure::unreachable(format!("the server's list is odd: {e}")))?;
    let or = |time: Option<Timestamp>, none: &str| time.map_or_else(|| none.to_owned(), moment);
    let row = |it: &Row| {
        vec![
            it.id.clone(),
            format!("{}…", it.hint),
            moment(it.created_at),
            or(it.used_at, "never"),
            or(it.expires_at, "never"),
            it.name.clone(),
        ]
    };
    let rows: Vec<_> = found.items.iter().map(row).collect();
    output::table(&["ID", "BEGINS", "MADE (UTC)", "USED", "ENDS", "FOR"], &rows);
    Ok(())
}
