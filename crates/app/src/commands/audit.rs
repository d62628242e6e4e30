//! `tailorbird audit list|verify|export`: who changed what, and whether the log is as it was written.

use std::{io::Write, path::PathBuf};

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    cli::Options,
    client::{self, Client, List},
    failure::{Failure, Outcome},
    output::{self, Tone, moment, paint},
};

/// Shows the audit log, proves it and writes it to a file
#[derive(ClapArgs)]
#[command(after_help = "Examples:
  tailorbird audit list --action workflow.publish
  tailorbird audit list --search ada@example.com --from 2026-01-31
  tailorbird audit verify                    fails when somebody has tampered with the log
  tailorbird audit verify --platform         the same of what is no workspace's
  tailorbird audit export --format jsonl audit.jsonl")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Lists entries, the latest first
    List {
        #[command(flatten)]
        wanted: Wanted,
        #[command(flatten)]
        chain: Chain,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
        /// Print the server's JSON instead of a table
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        client: client::Options,
    },
    /// Reads the whole log and says whether it is as it was written
    Verify {
        #[command(flatten)]
        chain: Chain,
        /// Print the server's JSON instead of a sentence
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        client: client::Options,
    },
    /// Writes at most 100,000 entries to a file, the latest first
    Export {
        /// Where to; without it standard output
        file: Option<PathBuf>,
        /// A table, or one entry a line as JSON
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
        #[command(flatten)]
        wanted: Wanted,
        #[command(flatten)]
        chain: Chain,
        #[command(flatten)]
        client: client::Options,
    },
}

#[derive(ClapArgs)]
struct Chain {
    /// The log of what is no workspace's: plans, data keys, workspaces that were removed
    #[arg(long)]
    platform: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

#[derive(ClapArgs)]
struct Wanted {
    /// Only this, such as `workflow.publish`, or all of `workflow`
    #[arg(long, value_name = "NAME")]
    action: Option<String>,
    /// Only of this account or key, by its id
    #[arg(long, value_name = "ID")]
    who: Option<String>,
    /// Only about the thing of this id
    #[arg(long, value_name = "ID")]
    thing: Option<String>,
    /// Only where this is written anywhere
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Then or later: `2026-01-31` or `2026-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Before
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

impl Chain {
    fn query(&self) -> Vec<(&'static str, String)> {
        self.platform.then(|| ("chain", "platform".to_owned())).into_iter().collect()
    }
}

impl Wanted {
    fn query(&self, chain: &Chain) -> Vec<(&'static str, String)> {
        let all = [
            ("action", &self.action),
            ("who", &self.who),
            ("thing", &self.thing),
            ("search", &self.search),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let mut res = chain.query();
        res.extend(all.into_iter().filter_map(|(name, it)| it.clone().map(|it| (name, it))));
        res
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    at: Timestamp,
    action: String,
    thing_id: Option<String>,
    who: String,
    who_name: Option<String>,
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    intact: bool,
    entries: u64,
    broken_at: Option<u64>,
    why: Option<String>,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    match &args.verb {
        Verb::List { wanted, chain, limit, json, client } => {
            let client = Client::new(client, options)?;
            let mut query = wanted.query(chain);
            query.push(("pageSize", limit.to_string()));
            let found: Value = client::block(client.get(&["audit"], &query))?;
            if *json { output::json(&found) } else { show(found) }
        }
        Verb::Verify { chain, json, client } => {
            let client = Client::new(client, options)?;
            let found: Value = client::block(client.get(&["audit", "verify"], &chain.query()))?;
            verify(found, *json)
        }
        Verb::Export { file, format, wanted, chain, client } => {
            let client = Client::new(client, options)?;
            let mut query = wanted.query(chain);
            let format = match format {
                Format::Csv => "csv",
                Format::Jsonl => "jsonl",
            };
            query.push(("format", format.to_owned()));
            let mut to: Box<dyn Write> = match file {
                None => Box::new(output::Pieces),
                Some(path) => Box::new(std::fs::File::create(path).map_err(|e| {
                    Failure::unreachable(format!("cannot write {}: {e}", path.display()))
                })?),
            };
            client::block(client.stream(&["audit", "export"], &query, &mut *to))
        }
    }
}

fn verify(found: Value, json: bool) -> Outcome {
    if json {
        output::json(&found)?;
    }
    let it: Verdict = client::read(found, "answer")?;
    if !it.intact {
        let (at, why) = (it.broken_at.unwrap_or_default(), it.why.unwrap_or_default());
        return Err(Failure::failed(format!("the audit log was tampered with: entry {at}: {why}")));
    }
    if !json {
        let state = paint(Tone::Strong, "intact");
        output::line(format!("{state}  {} entries are as they were written", it.entries));
    }
    Ok(())
}

fn show(found: Value) -> Outcome {
    let found: List<Row> = client::read(found, "answer")?;
    let row = |it: &Row| {
        let or = |it: &Option<String>| it.clone().unwrap_or_default();
        let who = it.who_name.clone().unwrap_or_else(|| it.who.clone());
        vec![moment(it.at), it.action.clone(), who, or(&it.address), or(&it.thing_id)]
    };
    let rows: Vec<_> = found.items.iter().map(row).collect();
    output::table(&["AT (UTC)", "ACTION", "WHO", "FROM", "THING"], &rows);
    Ok(())
}
