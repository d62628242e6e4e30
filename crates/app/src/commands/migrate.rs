//! `tailorbird migrate`: brings the database's schema up, without serving.

use crate::{
    cli::Options,
    client,
    database::{self, cannot},
    failure::Outcome,
    output::{self, Tone, paint},
    place::Place,
};

/// Brings the schema of the database up to this version, without serving
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird migrate
  tailorbird migrate --database-url postgres://user:password@host/name

`serve` does the same at its start. A database that is newer than this program is left alone.")]
pub(crate) struct Args {
    #[command(flatten)]
    database: database::Options,
}

pub(crate) fn run(args: &Args, options: &Options) -> Outcome {
    let place = Place::at(&options.data);
    client::block(async {
        let opened = args.database.open(&place).await?;
        let kind = opened.store.describe().await.map_err(cannot)?;
        opened.store.close().await;
        output::line(format!("{}  {kind}", paint(Tone::Good, "the schema is up to date")));
        Ok(())
    })
}
