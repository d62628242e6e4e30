//! The commands: a new one is a file here and its name in the list below.

use clap::{ArgMatches, Args as _, Command, FromArgMatches};

use crate::{cli::Options, failure::Outcome};

macro_rules! commands {
    ($($module:ident)*) => {
        $(mod $module;)*

        pub(crate) fn add_all(command: Command) -> Command {
            command$(.subcommand($module::Args::augment_args(Command::new(stringify!($module)))))*
        }

        /// Each module has `Args`, whose comment is the help, and `run`.
        pub(crate) fn run(name: &str, matches: &ArgMatches, options: &Options) -> Outcome {
            match name {
                $(stringify!($module) => {
                    let args = $module::Args::from_arg_matches(matches)
                        .map_err(|e| crate::cli::wrong(&e))?;
                    $module::run(&args, options)
                })*
                _ => unreachable!("clap knows the commands of the list only"),
            }
        }
    };
}

commands! {
    audit
    completion
    doctor
    eval
    executions
    export
    import
    key
    keys
    maintenance
    migrate
    node
    openapi
    publish
    run
    serve
    unpublish
    user
    workflows
}
