//! Logs: to standard error for a person, as JSON for a machine, into rotating files when asked.

use std::{io::IsTerminal, path::PathBuf};

use clap::{Args, ValueEnum};
use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::EnvFilter;

use crate::failure::{Failure, Outcome};

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// One line for a person.
    Text,
    /// One JSON object per line.
    Json,
}

#[derive(Args, Clone, Debug)]
#[group(skip)]
pub(crate) struct Options {
    /// How much to log: error, warn, info, debug, trace, also per room: `info,engine=debug`
    #[arg(
        long,
        global = true,
        env = "TAILORBIRD_LOG",
        value_name = "LEVEL",
        default_value = "info"
    )]
    pub(crate) log: String,
    /// Shape of a log line
    #[arg(
        long,
        global = true,
        env = "TAILORBIRD_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub(crate) log_format: Format,
    /// Log into this folder instead of standard error; a new file each day
    #[arg(long, global = true, env = "TAILORBIRD_LOG_DIR", value_name = "DIR")]
    pub(crate) log_dir: Option<PathBuf>,
    /// How many daily log files are kept
    #[arg(
        long,
        global = true,
        env = "TAILORBIRD_LOG_FILES_MAX",
        value_name = "N",
        default_value_t = 14
    )]
    pub(crate) log_files_max: usize,
}

/// Lines waiting for the disk; past them, lines are dropped rather than work slowed.
const LINES_WAITING_MAX: usize = 16_384;

/// Logs what happens from here on. What it returns writes the last lines when it is dropped.
///
/// Commands that print a result log warnings only, unless more is asked for.
pub(crate) fn start(options: &Options, is_server: bool) -> Outcome<Option<WorkerGuard>> {
    let level = if !is_server && options.log == "info" { "warn" } else { &options.log };
    let filter =
        EnvFilter::try_new(level).map_err(|e| Failure::usage(format!("--log {level}: {e}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    let Some(dir) = &options.log_dir else {
        let builder =
            builder.with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
        match options.log_format {
            Format::Text => builder.init(),
            Format::Json => builder.json().flatten_event(true).init(),
        }
        return Ok(None);
    };
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("tailorbird")
        .filename_suffix("log")
        .max_log_files(options.log_files_max)
        .build(dir)
        .map_err(|e| Failure::unreachable(format!("cannot log into {}: {e}", dir.display())))?;
    let (writer, guard) = tracing_appender::non_blocking::NonBlockingBuilder::default()
        .buffered_lines_limit(LINES_WAITING_MAX)
        .finish(files);
    let builder = builder.with_writer(writer).with_ansi(false);
    match options.log_format {
        Format::Text => builder.init(),
        Format::Json => builder.json().flatten_event(true).init(),
    }
    Ok(Some(guard))
}
