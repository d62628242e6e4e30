//! `tailorbird export ID [FILE]`: a workflow's draft as a file of ours.

use std::path::PathBuf;

use crate::{
    cli::Options,
    client::{self, Client},
    failure::{Failure, Outcome},
    output,
};

/// Writes a workflow's draft to a file, to keep, to share or to import elsewhere
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird export 'Take an order' order.json
  tailorbird export wf_01m89q4z39efevge6gfnnrtars | jq .nodes

Secrets are never in it: nodes name their credentials.")]
pub(crate) struct Args {
    /// Its id, or its name
    workflow: String,
    /// Where to; without it standard output
    file: Option<PathBuf>,
    #[command(flatten)]
    client: client::Options,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let client = Client::new(&args.client, options)?;
    client::block(async {
        let id = client.workflow(&args.workflow).await?;
        let text = client.text(&["workflows", &id, "export"]).await?;
        let text = text.trim_end();
        match &args.file {
            None => output::line(text),
            Some(path) => std::fs::write(path, format!("{text}\n")).map_err(|e| {
                Failure::unreachable(format!("cannot write {}: {e}", path.display()))
            })?,
        }
        Ok(())
    })
}
