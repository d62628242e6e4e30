//! The crash test by itself, and the process that it kills.

use std::{io::Write as _, process::ExitCode};

use testkit::crash::{self, child};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let Ok(runtime) = runtime else {
        return ExitCode::FAILURE;
    };
    if arguments.first().map(String::as_str) == Some(child::WORD) {
        return runtime.block_on(child::run(&arguments[1..]));
    }
    let plan = match crash::Plan::read(&arguments) {
        Ok(plan) => plan,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "error: {why}\n\n{}", crash::USAGE);
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(crash::run(&plan)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            let mut out = std::io::stderr();
            for it in &faults {
                let _ = writeln!(out, "BROKEN: {it}");
            }
            ExitCode::FAILURE
        }
    }
}
