//! `tailorbird completion SHELL`: what the shell needs to complete our commands.

use clap_complete::Shell;

use crate::{cli::Options, failure::Outcome, output};

/// Prints the completion script for a shell
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tailorbird completion bash > ~/.local/share/bash-completion/completions/tailorbird
  tailorbird completion zsh > ~/.zfunc/_tailorbird
  tailorbird completion fish > ~/.config/fish/completions/tailorbird.fish")]
pub(crate) struct Args {
    shell: Shell,
}

pub(crate) fn run(args: &Args, _: &Options) -> Outcome {
    let mut command = crate::cli::command();
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut command, "tailorbird", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end());
    Ok(())
}
