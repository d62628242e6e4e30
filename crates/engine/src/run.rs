//! One runner for all: the server, the command line and the crash test drive this one.
//!
//! `State` decides (pure), `Runner` acts, `Step` runs one node, `Pen` writes the journal.

mod awaited;
mod calls;
mod chance;
mod effects;
mod end;
mod fold;
mod folder;
mod host;
mod in_doubt;
mod lineage;
mod outputs;
mod outside;
mod pages;
mod pen;
mod replies;
mod runner;
mod scope;
mod seen;
mod state;
mod step;
mod telling;
#[cfg(test)]
mod tests;
mod tries;
mod v0;
mod world;

pub(crate) use awaited::take_in;
pub(crate) use folder::inside;
pub use outside::End;
pub(crate) use outside::{Callable, Child, Facts, Outside, Shelf, Stop};
pub(crate) use pages::PagesOf;
pub(crate) use pen::{Closing, Journal, Nowhere, Pen, Stored};
pub(crate) use runner::{CLOSING, Runner, Turn};
pub(crate) use scope::waiting_at;
pub use seen::Seen;
pub(crate) use state::{State, Waiting};
pub(crate) use step::{Job, StepEnd};

/// What a node's input would be, by what is recorded: the latest output wired to each port.
pub(crate) fn expected_input(
    seen: &Seen,
    node: u32,
    pages: &PagesOf,
) -> (Vec<Option<model::journal::Source>>, Vec<model::Items>) {
    if let Some(step) = seen.step(node, None) {
        return (step.sources.to_vec(), as_inputs(pages, &seen.inputs(&step.sources)));
    }
    let latest = |feeders: &Vec<(u32, u16)>| {
        feeders.iter().find_map(|(parent, output)| {
            let run = seen.runs_of(*parent).checked_sub(1)? as u32;
            let items = seen.output(*parent, run, *output as usize)?;
            let source = model::journal::Source { node: *parent, run, output: *output };
            (!items.is_empty()).then_some(source)
        })
    };
    let sources: Vec<_> = seen.plan.node(node).inputs.iter().map(latest).collect();
    let input = seen.inputs(&sources);
    (sources, as_inputs(pages, &input))
}

fn as_inputs(pages: &PagesOf, lists: &[model::Items]) -> Vec<model::Items> {
    lists.iter().enumerate().map(|(port, list)| pages::as_input(pages, list, port)).collect()
}

/// The world of a step that is only looked at.
pub(crate) fn world(
    seen: std::sync::Arc<Seen>,
    node: u32,
    sources: Vec<Option<model::journal::Source>>,
    pages: PagesOf,
) -> std::sync::Arc<dyn expr::World> {
    std::sync::Arc::new(world::StepWorld {
        seen,
        node,
        sources: sources.into(),
        input: 0,
        pages,
        pins: false,
        names: None,
        log: Default::default(),
        ends: Default::default(),
    })
}
