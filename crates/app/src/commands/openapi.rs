//! `tailorbird openapi`: the description of the HTTP API, without a server.

use crate::{cli::Options, failure::Outcome, output};

/// Prints the description of the HTTP API (OpenAPI 3.1)
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird openapi > openapi.json

A server serves the same at /api/openapi.json, and a page to try it at /api/docs.")]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, _: &Options) -> Outcome {
    output::line(api::openapi());
    Ok(())
}
