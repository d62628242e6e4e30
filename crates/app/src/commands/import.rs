//! `tailorbird import FILE`: brings workflows in, and says honestly what became of each node.

use std::path::PathBuf;

use formats::{Imported, Report};
use serde::{Deserialize, Serialize};

use crate::{
    cli::Options,
    client::{self, Client},
    failure::{Failure, Outcome, read_text},
    output::{self, Tone, paint},
};

/// Imports workflows: our own files, or exports of n8n
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird import flow.json                  into the server, as a draft
  tailorbird import flow.json --publish        and its triggers listen from now on
  tailorbird import flow.json --check          only say what would become of each node
  tailorbird import flow.json --check --json   the same for a script

Every workflow of the file is made, whatever could be converted; the report says what to look at.")]
pub(crate) struct Args {
    /// A file of one or more workflows; `-` reads standard input
    file: PathBuf,
    /// Only say what would become of each node; needs no server
    #[arg(long, conflicts_with = "publish")]
    check: bool,
    /// Publish what was imported
    #[arg(long)]
    publish: bool,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: client::Options,
}

/// What the server made of a file.
#[derive(Serialize, Deserialize)]
struct Added {
    workflows: Vec<AddedOne>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddedOne {
    id: String,
    name: String,
    was_active: bool,
    report: Report,
    /// The number of the version that was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let text = read_text(&args.file, formats::TEXT_BYTES_MAX as u64)?;
    let name = args.file.display();
    if args.check {
        let imported = formats::read(&text).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
        if args.json {
            return output::json(&sum(&imported));
        }
        for one in &imported {
            show(&one.workflow.name, "", &one.report);
        }
        return Ok(());
    }
    let client = Client::new(&args.client, options)?;
    client::block(send(args, &client, text))
}

async fn send(args: &Args, client: &Client, text: String) -> Outcome {
    let mut added: Added = client.send_file(&["workflows", "import"], text).await?;
    let mut refused = 0;
    for it in &mut added.workflows {
        if !args.json {
            show(&it.name, &it.id, &it.report);
        }
        if !args.publish {
            continue;
        }
        match client.publish(&it.id, "").await {
            Ok(number) => it.version = Some(number),
            Err(failure) => {
                refused += 1;
                failure.tell();
                continue;
            }
        }
        if !args.json {
            output::line(format!("  {}", paint(Tone::Good, "published")));
            client.tell_addresses(&it.id).await?;
        }
    }
    if args.json {
        output::json(&added)?;
    } else if let (false, [one]) = (args.publish, added.workflows.as_slice()) {
        output::line(format!("publish it with `tailorbird publish {}`", one.id));
    }
    match (refused, added.workflows.len()) {
        (0, _) => Ok(()),
        (_, 1) => Err(Failure::failed(
            "it is imported as a draft; mend that and publish it with `tailorbird publish`",
        )),
        (_, n) => Err(Failure::failed(format!(
            "all {n} are imported; {refused} of them stay drafts until that is mended"
        ))),
    }
}

/// The reports of a file's workflows as one.
fn sum(imported: &[Imported]) -> Report {
    let mut res = Report::default();
    for one in imported {
        let report = one.report.clone();
        res.nodes += report.nodes;
        res.converted += report.converted;
        res.approximated.extend(report.approximated);
        res.needs_credential.extend(report.needs_credential);
        res.unsupported.extend(report.unsupported);
        res.notes.extend(report.notes);
    }
    res
}

/// For a person: the total first, then only what needs a look.
fn show(name: &str, id: &str, report: &Report) {
    let total = format!("{} of {} nodes converted", report.converted, report.nodes);
    let tone = if report.converted == report.nodes { Tone::Good } else { Tone::Waiting };
    let name = paint(Tone::Strong, name);
    let id = if id.is_empty() { String::new() } else { format!("  {id}") };
    output::line(format!("{name}{id}  {}", paint(tone, total)));
    for it in &report.approximated {
        let what = paint(Tone::Waiting, "approximated");
        output::line(format!("  {what}  {} ({}): {}", it.node, it.node_type, it.why));
    }
    for it in &report.unsupported {
        let what = paint(Tone::Bad, "unsupported ");
        output::line(format!("  {what}  {} ({}): {}", it.node, it.node_type, it.why));
    }
    for it in &report.needs_credential {
        let what = paint(Tone::Quiet, "credential  ");
        output::line(format!("  {what}  {} needs {} `{}`", it.node, it.credential, it.name));
    }
    for note in &report.notes {
        output::line(format!("  {}  {note}", paint(Tone::Quiet, "note        ")));
    }
}
