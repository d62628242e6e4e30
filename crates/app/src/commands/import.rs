//! `tailorbird import FILE`: brings workflows in, and says honestly what became of each node.

use std::path::{Path, PathBuf};

use formats::{Imported, Report};
use futures::FutureExt as _;
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
  tailorbird import exports/*.json             many files, as fast as the server takes them
  tailorbird import flow.json --publish        and its triggers listen from now on
  tailorbird import flow.json --check          only say what would become of each node
  tailorbird import flow.json --check --json   the same for a script

Every workflow of a file is made, whatever could be converted; the report says what to look at. Of several \
files, one that cannot be read does not keep the others out.")]
pub(crate) struct Args {
    /// Files of one or more workflows each; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
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
    if args.check {
        return check(args);
    }
    let client = Client::new(&args.client, options)?;
    client::block(send_all(args, &client))
}

fn check(args: &Args) -> Outcome {
    let mut whole = vec![];
    each(args, async |path| {
        let (text, name) = (read_text(path, formats::TEXT_BYTES_MAX as u64)?, path.display());
        whole.extend(formats::read(&text).map_err(|e| Failure::usage(format!("{name}: {e}")))?);
        Ok(())
    })
    .now_or_never()
    .expect("nothing of it waits")?;
    if args.json {
        return output::json(&sum(&whole));
    }
    for one in &whole {
        show(&one.workflow.name, "", &one.report);
    }
    Ok(())
}

/// Does something with each file; what one of several lacks is told, and the others go on.
async fn each(args: &Args, mut work: impl AsyncFnMut(&Path) -> Outcome) -> Outcome {
    if let [only] = args.files.as_slice() {
        return work(only).await;
    }
    let mut n_failed = 0;
    for path in &args.files {
        if let Err(failure) = work(path).await {
            n_failed += 1;
            failure.tell();
        }
    }
    match (n_failed, args.files.len()) {
        (0, _) => Ok(()),
        (n, all) => Err(Failure::failed(format!("{n} of {all} files have faults, told above"))),
    }
}

async fn send_all(args: &Args, client: &Client) -> Outcome {
    let mut whole = Added { workflows: vec![] };
    let res = each(args, async |path| {
        let text = read_text(path, formats::TEXT_BYTES_MAX as u64)?;
        send(args, client, text, &mut whole).await
    })
    .await;
    if args.json && (res.is_ok() || !whole.workflows.is_empty()) {
        output::json(&whole)?;
    } else if let (false, [one]) = (args.publish, whole.workflows.as_slice()) {
        output::line(format!("publish it with `tailorbird publish {}`", one.id));
    }
    res
}

async fn send(args: &Args, client: &Client, text: String, whole: &mut Added) -> Outcome {
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
            Ok(published) => {
                it.version = Some(published.number);
                if !args.json {
                    published.tell_advice();
                }
            }
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
    let count = added.workflows.len();
    whole.workflows.extend(added.workflows);
    match (refused, count) {
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
