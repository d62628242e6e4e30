//! What a person sees: colours on a terminal only, tables whose columns line up, JSON on request.

use std::{
    fmt::Display,
    io::{IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use clap::ValueEnum;
use jiff::Timestamp;
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

/// Standard output for what comes in pieces; a reader that went away ends the program there as well.
pub(crate) struct Pieces;

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        std::io::stdout().lock().write(bytes).map_err(unless_left)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().lock().flush().map_err(unless_left)
    }
}

fn unless_left(error: std::io::Error) -> std::io::Error {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    error
}

pub(crate) fn json(value: &impl Serialize) -> Outcome {
    let text = serde_json::to_string(value)
        .map_err(|e| Failure::failed(format!("the result is no JSON: {e}")))?;
    line(text);
    Ok(())
}

/// A table without lines: the heading quiet, the columns as wide as their widest cell.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) {
    let table = Table::new(heading, rows);
    table.heading(heading);
    for row in rows {
        table.row(row);
    }
}

/// The widths of a table's columns, for rows that come one by one.
pub(crate) struct Table(Vec<usize>);

impl Table {
    pub(crate) fn new(heading: &[&str], rows: &[Vec<String>]) -> Table {
        let mut widths: Vec<usize> = heading.iter().map(|it| it.len()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(width_of(cell));
            }
        }
        Table(widths)
    }

    pub(crate) fn heading(&self, heading: &[&str]) {
        let heading: Vec<String> = heading.iter().map(|it| (*it).to_owned()).collect();
        line(paint(Tone::Quiet, self.fit(&heading)));
    }

    pub(crate) fn row(&self, cells: &[String]) {
        line(self.fit(cells));
    }

    fn fit(&self, cells: &[String]) -> String {
        let mut res = String::new();
        for (cell, width) in cells.iter().zip(&self.0) {
            res += cell;
            res += &" ".repeat(width.saturating_sub(width_of(cell)) + 2);
        }
        res.trim_end().to_owned()
    }
}

/// How many columns a text takes; colours take none.
fn width_of(text: &str) -> usize {
    let mut parts = text.split('\x1b');
    let plain = parts.next().map_or(0, |it| it.chars().count());
    let behind = |it: &str| it.split_once('m').map_or(0, |(_, rest)| rest.chars().count());
    plain + parts.map(behind).sum::<usize>()
}

/// A time span as people say it.
pub(crate) fn duration(ms: f64) -> String {
    match ms {
        ..1_000.0 => format!("{ms:.1} ms"),
        ..120_000.0 => format!("{:.1} s", ms / 1_000.0),
        ..7_200_000.0 => format!("{:.1} min", ms / 60_000.0),
        _ => format!("{:.1} h", ms / 3_600_000.0),
    }
}

/// A point in time for a table, in UTC.
pub(crate) fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
