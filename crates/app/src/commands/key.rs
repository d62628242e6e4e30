//! `tailorbird key create|rotate|list|revoke`: API keys of the workspace.

use clap::{Args as ClapArgs, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    cli::Options,
    client::{self, Client, List},
    failure::Outcome,
    output::{self, Tone, moment, paint},
};

/// Makes, rotates, lists and revokes API keys
#[derive(ClapArgs)]
#[command(after_help = "Examples:
  tailorbird key create 'the shop' --days 90
  tailorbird key create reports --role viewer --from 10.0.0.0/8
  KEY=$(tailorbird key create ci)            only the key goes to standard output
  tailorbird key rotate key_01m89q4z39efevge6gfnnrtars --hours 48
  tailorbird key list
  tailorbird key revoke key_01m89q4z39efevge6gfnnrtars")]
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
        /// It may do what this role may: `viewer`, `operator`, `editor`, `admin`, `owner` or one of the workspace's own; without it all that the key of this command may
        #[arg(long, value_name = "ROLE", conflicts_with = "permissions")]
        role: Option<String>,
        /// It may do this and nothing else, such as `workflows.read,executions.read`
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        permissions: Vec<String>,
        /// Addresses and networks that it opens from, such as `10.0.0.0/8`; without it everywhere
        #[arg(long, value_name = "NET", value_delimiter = ',')]
        from: Vec<String>,
        #[command(flatten)]
        client: client::Options,
    },
    /// Makes a key that takes another's place and prints it; the old one opens a while longer
    Rotate {
        /// Its id, as `key list` shows it
        id: String,
        /// How long the old key opens beside the new one
        #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=2_160))]
        hours: u32,
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
    role: Option<String>,
    permissions: Vec<String>,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    match &args.verb {
        Verb::Create { name, days, role, permissions, from, client } => {
            let client = Client::new(client, options)?;
            let until = days.map(|it| Timestamp::now() + SignedDuration::from_hours(24 * it));
            let may = (!permissions.is_empty()).then_some(permissions);
            let fields = json!({
                "name": name, "expiresAt": until, "role": role, "permissions": may, "networks": from
            });
            made(client::block(client.post(&["keys"], &fields))?)
        }
        Verb::Rotate { id, hours, client } => {
            let client = Client::new(client, options)?;
            let fields = json!({ "overlapHours": hours });
            made(client::block(client.post(&["keys", id, "rotate"], &fields))?)
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

fn made(new: New) -> Outcome {
    output::line(new.key);
    eprintln!("key {} is made; this is the only time that it is shown", new.id);
    Ok(())
}

fn show(found: Value) -> Outcome {
    let found: List<Row> = client::read(found, "list")?;
    let or = |time: Option<Timestamp>, none: &str| time.map_or_else(|| none.to_owned(), moment);
    let row = |it: &Row| {
        vec![
            it.id.clone(),
            format!("{}…", it.hint),
            moment(it.created_at),
            or(it.used_at, "never"),
            or(it.expires_at, "never"),
            it.role.clone().unwrap_or_else(|| format!("{} permissions", it.permissions.len())),
            it.name.clone(),
        ]
    };
    let rows: Vec<_> = found.items.iter().map(row).collect();
    output::table(&["ID", "BEGINS", "MADE (UTC)", "USED", "ENDS", "MAY", "FOR"], &rows);
    Ok(())
}
