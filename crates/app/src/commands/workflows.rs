//! `tailorbird workflows list`: what there is, with the ids that other commands take.

use clap::{Args as ClapArgs, Subcommand};
use serde_json::Value;

use crate::{
    cli::Options,
    client::{self, Client, List, Row},
    failure::Outcome,
    output::{self, Tone, moment, paint},
};

/// Lists the workflows of the server, or removes one
#[derive(ClapArgs)]
#[command(
    alias = "workflow",
    after_help = "Examples:
  tailorbird workflows list
  tailorbird workflows list order --json | jq -r '.items[].id'
  tailorbird workflows delete 'Take an order'"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Lists workflows, the last changed first
    List {
        /// Only those whose name contains this
        word: Option<String>,
        /// How many at most
        #[arg(
            long,
            value_name = "N",
            default_value_t = 50,
            value_parser = clap::value_parser!(u32).range(1..=500)
        )]
        limit: u32,
        /// Print the server's JSON instead of a table
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        client: client::Options,
    },
    /// Removes a workflow; its executions and their history stay
    Delete {
        /// Its id, or its name
        workflow: String,
        #[command(flatten)]
        client: client::Options,
    },
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    match &args.verb {
        Verb::List { word, limit, json, client } => {
            let client = Client::new(client, options)?;
            let query =
                [("search", word.clone().unwrap_or_default()), ("pageSize", limit.to_string())];
            let found: Value = client::block(client.get(&["workflows"], &query))?;
            if *json { output::json(&found) } else { show(found) }
        }
        Verb::Delete { workflow, client } => {
            let client = Client::new(client, options)?;
            client::block(async {
                let id = client.workflow(workflow).await?;
                let name = paint(Tone::Strong, client.name(&id).await?);
                client.delete(&["workflows", &id]).await?;
                output::line(format!("{name}  is removed"));
                Ok(())
            })
        }
    }
}

fn show(found: Value) -> Outcome {
    let found: List<Row> = client::read(found, "list")?;
    if found.items.is_empty() {
        output::line("there is no workflow; import one: `tailorbird import flow.json --publish`");
        return Ok(());
    }
    let state = |active| match active {
        true => paint(Tone::Good, "published"),
        false => paint(Tone::Quiet, "draft"),
    };
    let row =
        |it: &Row| vec![it.id.clone(), state(it.active), moment(it.updated_at), it.name.clone()];
    let rows: Vec<_> = found.items.iter().map(row).collect();
    output::table(&["ID", "STATE", "CHANGED (UTC)", "NAME"], &rows);
    let more = found.total.saturating_sub(found.items.len() as u64);
    if more > 0 {
        output::line(paint(Tone::Quiet, format!("and {more} more")));
    }
    Ok(())
}
