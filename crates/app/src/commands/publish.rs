//! `tailorbird publish ID`: the draft becomes what its triggers start.

use crate::{
    cli::Options,
    client::{self, Client},
    failure::Outcome,
    output::{self, Tone, paint},
};

/// Publishes a workflow's draft: its triggers listen from now on
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird publish wf_01m89q4z39efevge6gfnnrtars
  tailorbird publish 'Take an order' --note 'answers in JSON'

Executions that run keep the version that they started with.")]
pub(crate) struct Args {
    /// Its id, or its name
    workflow: String,
    /// What changed, for those who read the history
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    #[command(flatten)]
    client: client::Options,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let client = Client::new(&args.client, options)?;
    client::block(async {
        let id = client.workflow(&args.workflow).await?;
        let published = client.publish(&id, &args.note).await?;
        let number = published.number;
        let name = paint(Tone::Strong, client.name(&id).await?);
        output::line(format!("{name}  version {number} is {}", paint(Tone::Good, "published")));
        published.tell_advice();
        client.tell_addresses(&id).await
    })
}
