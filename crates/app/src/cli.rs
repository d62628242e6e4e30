//! The command line: flags win over the environment, that over the file, that over the defaults.

use std::{ffi::OsString, path::PathBuf};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, parser::ValueSource};

use crate::{
    commands,
    failure::{Failure, Outcome},
    logs, output,
};

const ABOUT: &str =
    "Workflow automation that survives: draw it, run it, pull the plug, it carries on";

const AFTER_HELP: &str = "\
Start here:
  tailorbird serve                      the server, with everything in the folder `data`
  tailorbird import flow.json           a workflow of ours, or an export of n8n
  tailorbird publish ID                 its triggers listen from now on
  tailorbird executions list            what ran, and how it ended

Without a server:
  tailorbird run flow.json              run a file in memory and watch its steps
  tailorbird eval '{{ 1 + 1 }}'         try an expression

Exit codes: 0 done; 1 done, and the answer is no (a workflow failed, a check found faults);
2 wrong use; 3 a server, database or file could not be reached.";

/// The configuration file's size; it holds one line per option.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Options that every command knows.
#[derive(Args, Clone, Debug)]
#[group(skip)]
#[command(next_help_heading = "Options for every command")]
pub(crate) struct Options {
    /// Folder of the embedded database, the master key and stored files; made when it is missing
    #[arg(
        long,
        global = true,
        env = "TAILORBIRD_DATA",
        value_name = "DIR",
        default_value = "data"
    )]
    pub(crate) data: PathBuf,
    /// File with one `name = value` per line; the names are those of the flags
    #[arg(long, global = true, env = "TAILORBIRD_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) logs: logs::Options,
    /// When to use colours
    #[arg(
        long,
        global = true,
        env = "TAILORBIRD_COLOR",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(crate) color: output::Color,
}

pub(crate) fn command() -> Command {
    let command = Command::new("tailorbird")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(AFTER_HELP)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100);
    // The options bring their own comment as an about; ours is about the whole.
    commands::add_all(Options::augment_args(command).about(ABOUT))
}

pub(crate) fn main(words: impl IntoIterator<Item = OsString>) -> Outcome {
    let words: Vec<OsString> = words.into_iter().collect();
    let first = parse(command(), &words)?;
    let matches = match config_file(&first)? {
        None => first,
        Some(file) => parse(with_defaults(command(), &file)?, &words)?,
    };
    let options = Options::from_arg_matches(&matches).map_err(|e| wrong(&e))?;
    output::choose(options.color);
    let (name, matches) = matches.subcommand().expect("clap demands a command");
    let _flush = logs::start(&options.logs, name == "serve")?;
    commands::run(name, matches, &options)
}

/// clap prints help and mistakes by itself, with the right exit code.
fn parse(command: Command, words: &[OsString]) -> Outcome<ArgMatches> {
    Ok(command.try_get_matches_from(words).unwrap_or_else(|e| e.exit()))
}

pub(crate) fn wrong(error: &clap::Error) -> Failure {
    Failure::usage(error.to_string().trim_start_matches("error: ").trim_end().to_owned())
}

/// The file named by `--config`, else `tailorbird.conf` in the data folder if there is one.
fn config_file(matches: &ArgMatches) -> Outcome<Option<Vec<(String, String)>>> {
    let options = Options::from_arg_matches(matches).map_err(|e| wrong(&e))?;
    let named = matches.value_source("config").is_some_and(|it| it != ValueSource::DefaultValue);
    let path = options.config.unwrap_or_else(|| options.data.join("tailorbird.conf"));
    if !named && !path.is_file() {
        return Ok(None);
    }
    let text = crate::failure::read_text(&path, FILE_BYTES_MAX)?;
    lines(&text).map(Some).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))
}

fn lines(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut res = vec![];
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            return Err(format!("line {}: write `name = value`", n + 1));
        };
        res.push((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()));
    }
    Ok(res)
}

/// Makes each line of the file the default of the option that it names.
fn with_defaults(mut command: Command, file: &[(String, String)]) -> Outcome<Command> {
    for (name, value) in file {
        if name == "config" {
            return Err(Failure::usage("the configuration file cannot name another one"));
        }
        // It lives as long as the program, as clap wants its texts to.
        let value: &'static str = Box::leak(value.clone().into_boxed_str());
        let set = |arg: Arg| if takes(&arg, name) { arg.default_value(value) } else { arg };
        let known = command.get_arguments().any(|it| takes(it, name))
            || command.get_subcommands().any(|it| it.get_arguments().any(|it| takes(it, name)));
        if !known {
            return Err(Failure::usage(format!(
                "no option is called `{name}` (in the configuration file); docs/options.md lists them"
            )));
        }
        command = command.mut_args(set).mut_subcommands(|it| it.mut_args(set));
    }
    Ok(command)
}

/// Only options that may come from the environment may come from the file.
fn takes(arg: &Arg, name: &str) -> bool {
    arg.get_long() == Some(name) && arg.get_env().is_some()
}

#[cfg(test)]
mod tests;
