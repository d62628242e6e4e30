//! `tailorbird keys list|rotate|master`: what seals secrets at rest.

use clap::{Args as ClapArgs, Subcommand};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use store::MasterKey;

use crate::{
    cli::Options,
    client::{self, Client, List},
    failure::{Failure, Outcome},
    output::{self, moment},
    place::Place,
};

/// Lists and rotates the keys that seal secrets
#[derive(ClapArgs)]
#[command(after_help = "Examples:
  tailorbird keys rotate       a new data key; all secrets are sealed anew, while the server runs
  tailorbird keys list
  tailorbird keys master       a new master key; the server takes it up at its next start

The master key seals the data keys, and they seal credentials, second factors and mails.
API keys are another thing: see `tailorbird key --help`.")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes a new data key and seals all secrets with it, without a pause of the server
    Rotate {
        #[command(flatten)]
        client: client::Options,
    },
    /// Lists data keys, and how many secrets each has sealed
    List {
        /// Print the server's JSON instead of a table
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        client: client::Options,
    },
    /// Makes a new master key in the data folder; the one before it opens until the next start
    Master,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rotated {
    number: u32,
    n_secrets: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    number: u32,
    created_at: Timestamp,
    active_at: Option<Timestamp>,
    n_secrets: u64,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    match &args.verb {
        Verb::Rotate { client } => {
            let client = Client::new(client, options)?;
            let done: Rotated =
                client::block(client.post(&["platform", "data-keys", "rotate"], &json!({})))?;
            let (number, n) = (done.number, done.n_secrets);
            output::line(format!(
                "data key {number} seals from now on; {n} secrets were sealed anew"
            ));
            Ok(())
        }
        Verb::List { json, client } => {
            let client = Client::new(client, options)?;
            let query = [("pageSize", "500".to_owned())];
            let found: Value = client::block(client.get(&["platform", "data-keys"], &query))?;
            if *json { output::json(&found) } else { show(found) }
        }
        Verb::Master => master(&Place::at(&options.data)),
    }
}

fn show(found: Value) -> Outcome {
    let found: List<Row> = client::read(found, "list")?;
    let row = |it: &Row| {
        vec![
            it.number.to_string(),
            moment(it.created_at),
            it.active_at.map_or_else(|| "not yet".to_owned(), moment),
            it.n_secrets.to_string(),
        ]
    };
    let rows: Vec<_> = found.items.iter().map(row).collect();
    output::table(&["NUMBER", "MADE (UTC)", "SEALS SINCE", "SECRETS"], &rows);
    Ok(())
}

fn master(place: &Place) -> Outcome {
    let (file, previous) = (place.master_key(), place.previous_master_key());
    let (now, before) = (file.display(), previous.display());
    if !file.exists() {
        return Err(Failure::usage(format!(
            "{now} is missing; a master key from elsewhere is changed there, and the one before it is given with --master-key-previous"
        )));
    }
    if previous.exists() {
        return Err(Failure::usage(format!(
            "{before} is there already: start the server once, so that it takes the new key up, then remove that file"
        )));
    }
    let cannot = |e: std::io::Error| Failure::unreachable(format!("{now} cannot be changed: {e}"));
    // In this order: cut off in between, the next start makes the new key, and the old one opens beside it.
    std::fs::rename(&file, &previous).map_err(cannot)?;
    MasterKey::from_file(&file).map_err(|e| Failure::unreachable(format!("{now}: {e}")))?;
    output::line(format!("{now} is a new master key; keep a copy in a safe place"));
    eprintln!(
        "restart the server, so that it takes the key up; then {before} is needed for older backups only"
    );
    Ok(())
}
