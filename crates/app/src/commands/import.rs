//! `tailorbird import FILE`: brings workflows in, and says honestly what became of each node.

use std::path::PathBuf;

use formats::{Imported, Report};

use crate::{
    cli::Options,
    failure::{Failure, Outcome, read_text},
    output::{self, Tone, paint},
};

/// Imports workflows: our own files, or exports of n8n
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird import flow.json --check          what would become of each node
  tailorbird import flow.json --check --json   the same for a script")]
pub(crate) struct Args {
    /// A file of one or more workflows; `-` reads standard input
    file: PathBuf,
    /// Only say what would become of each node; needs no server
    #[arg(long, required = true)]
    check: bool,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, _: &Options) -> Outcome {
    let text = read_text(&args.file, formats::TEXT_BYTES_MAX as u64)?;
    let name = args.file.display();
    let imported = formats::read(&text).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    if args.json {
        return output::json(&sum(&imported));
    }
    for one in &imported {
        show(&one.workflow.name, &one.report);
    }
    Ok(())
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
fn show(name: &str, report: &Report) {
    let total = format!("{} of {} nodes converted", report.converted, report.nodes);
    let tone = if report.converted == report.nodes { Tone::Good } else { Tone::Waiting };
    output::line(format!("{}  {}", paint(Tone::Strong, name), paint(tone, total)));
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
