//! `tailorbird unpublish ID`: its triggers start nothing any more.

use crate::{
    cli::Options,
    client::{self, Client},
    failure::Outcome,
    output::{self, Tone, paint},
};

/// Ends what a workflow's triggers listen to; what runs goes on
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird unpublish 'Take an order'")]
pub(crate) struct Args {
    /// Its id, or its name
    workflow: String,
    #[command(flatten)]
    client: client::Options,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let client = Client::new(&args.client, options)?;
    client::block(async {
        let id = client.workflow(&args.workflow).await?;
        client.tell(&["workflows", &id, "unpublish"]).await?;
        let name = paint(Tone::Strong, client.name(&id).await?);
        output::line(format!("{name}  listens no more"));
        Ok(())
    })
}
