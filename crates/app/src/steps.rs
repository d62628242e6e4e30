//! How steps are shown to a person: one line each, the same for a run in memory and a recorded one.

use crate::output::{self, Tone, duration, paint};

/// What is shown of a step.
pub(crate) struct Line<'a> {
    pub(crate) node: &'a str,
    /// From 0.
    pub(crate) run: u32,
    /// How many items each output has.
    pub(crate) n_items: Vec<usize>,
    pub(crate) duration_ms: f64,
    pub(crate) error: Option<Error<'a>>,
    pub(crate) log: &'a [String],
}

/// Why a step failed.
pub(crate) struct Error<'a> {
    pub(crate) message: &'a str,
    /// What more there is to know, such as the way out.
    pub(crate) description: Option<&'a str>,
}

/// Prints one line per step; names stand in a column of this width.
pub(crate) fn print(step: &Line<'_>, width: usize) {
    let (mark, tone) = match &step.error {
        None => ("✓", Tone::Good),
        Some(_) => ("✗", Tone::Bad),
    };
    let name = match step.run {
        0 => step.node.to_owned(),
        run => format!("{} #{}", step.node, run + 1),
    };
    let pad = " ".repeat(width.saturating_sub(name.chars().count()));
    let took = paint(Tone::Quiet, duration(step.duration_ms));
    output::line(format!("{} {name}{pad}  {:<11}  {took}", paint(tone, mark), gave(&step.n_items)));
    if let Some(error) = &step.error {
        output::line(format!("    {}", paint(Tone::Bad, error.message)));
        for line in error.description.unwrap_or_default().lines() {
            output::line(format!("    {}", paint(Tone::Quiet, line)));
        }
    }
    for line in step.log {
        output::line(format!("    {}", paint(Tone::Quiet, line)));
    }
}

fn gave(n_items: &[usize]) -> String {
    match n_items {
        [] => "0 items".to_owned(),
        [1] => "1 item".to_owned(),
        [n] => format!("{n} items"),
        several => {
            let each: Vec<String> = several.iter().map(usize::to_string).collect();
            format!("{} items", each.join(" / "))
        }
    }
}
