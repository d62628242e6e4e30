//! What a person sees: colours on a terminal only, tables whose columns line up, JSON on request.

use std::{
    fmt::Display,
    io::{IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use clap::ValueEnum;
use serde::Serialize;

use crate::failure::{Failure, Outcome};

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    Always,
    Never,
}

/// Set once by `main`; a terminal does not change while a command runs.
static COLORED: AtomicBool = AtomicBool::new(false);

pub(crate) fn choose(color: Color) {
    let colored = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    COLORED.store(colored, Ordering::Relaxed);
}

/// What a piece of text means; how that looks is decided here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Good,
    Bad,
    Waiting,
    Quiet,
    Strong,
}

pub(crate) fn paint(tone: Tone, text: impl Display) -> String {
    if !COLORED.load(Ordering::Relaxed) {
        return text.to_string();
    }
    let code = match tone {
        Tone::Good => "32",
        Tone::Bad => "31",
        Tone::Waiting => "33",
        Tone::Quiet => "2",
        Tone::Strong => "1",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Prints one line. A reader that went away (`| head`) ends the program without a fuss.
pub(crate) fn line(text: impl Display) {
    if writeln!(std::io::stdout().lock(), "{text}").is_err() {
        std::process::exit(0);
    }
}

pub(crate) fn json(value: &impl Serialize) -> Outcome {
    let text = serde_json::to_string(value)
        .map_err(|e| Failure::failed(format!("the result is no JSON: {e}")))?;
    line(text);
    Ok(())
}

/// A table without lines: the heading quiet, the columns as wide as their widest cell.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = heading.iter().map(|it| it.len()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let fit = |cells: &[String]| -> String {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(it, width)| format!("{it:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let heading: Vec<String> = heading.iter().map(|it| (*it).to_owned()).collect();
    line(paint(Tone::Quiet, fit(&heading)));
    for row in rows {
        line(fit(row));
    }
}
