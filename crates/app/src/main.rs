//! `tailorbird`: the one binary. Reads the command line, brings the rooms together, ends with a code.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod cli;
mod client;
mod commands;
mod database;
mod demo;
mod failure;
mod huge_pages;
mod logs;
mod output;
mod place;
mod server;
mod steps;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

/// Executions make and drop many small values on many threads: what this allocator is for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Each size of pieces has its own region of memory, whose first use would take a huge page for it.
    huge_pages::allow(false);
    match cli::main(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
