//! Which item an item descends from: followed step by step through what each recorded.

use std::collections::HashSet;

use model::{
    Item, ItemRef, Paired,
    journal::{Source, Step},
};

use super::Seen;

/// How many steps one look goes back; more is a loop that never meets the node.
const STEPS_MAX: usize = 100_000;

/// An item of a step's output.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    source: Source,
    item: u32,
}

/// The item of `target` that item `item` of a list at `from` descends from.
///
/// # Errors
/// A sentence for the author of the expression.
pub(super) fn ancestor(
    seen: &Seen,
    target: u32,
    from: Option<Source>,
    item: usize,
) -> Result<Item, String> {
    let name = &seen.plan.node(target).node.name;
    let Some(source) = from else {
        return Err(format!("Paired item data for item from node '{name}' is unavailable"));
    };
    let mut left = vec![Place { source, item: item as u32 }];
    let mut looked: HashSet<Place> = left.iter().copied().collect();
    let mut found: Vec<Place> = vec![];
    let mut lost = false;
    let mut steps = 0;
    while let Some(place) = left.pop() {
        steps += 1;
        if steps > STEPS_MAX {
            return Err(format!("The way from this item back to node '{name}' is too long"));
        }
        if place.source.node == target {
            found.push(place);
            continue;
        }
        let parents = parents(seen, place)?;
        lost |= parents.is_empty();
        left.extend(parents.into_iter().filter(|it| looked.insert(*it)));
    }
    match found.as_slice() {
        [] if lost && is_upstream(seen, target, source.node) => Err(format!(
            "Paired item data for item from node '{name}' is unavailable. Ensure '{name}' is providing the required output."
        )),
        [] => Err(format!("Invalid expression: there is no connection back to node '{name}'")),
        [one] => at(seen, *one)?.ok_or_else(|| {
            format!("Can't get data for expression: node '{name}' did not return that item")
        }),
        several => several_items(seen, several, name),
    }
}

fn is_upstream(seen: &Seen, target: u32, node: u32) -> bool {
    seen.plan.ancestors(node).contains(&target)
}

/// Several ways may lead to one and the same item.
fn several_items(seen: &Seen, places: &[Place], name: &str) -> Result<Item, String> {
    let first = at(seen, places[0])?;
    for place in &places[1..] {
        if place.item != places[0].item || place.source.run != places[0].source.run {
            return Err(format!(
                "Multiple matches found: this item descends from several items of node '{name}'; use .first(), .last() or .all() instead of .item"
            ));
        }
    }
    first.ok_or_else(|| format!("Node '{name}' did not return that item"))
}

fn at(seen: &Seen, place: Place) -> Result<Option<Item>, String> {
    let Source { node, run, output } = place.source;
    match seen.output(node, run, output as usize) {
        Some(items) => items.get(place.item as usize),
        None => Ok(None),
    }
}

/// The items of the step's input that one of its outputs was made of.
fn parents(seen: &Seen, place: Place) -> Result<Vec<Place>, String> {
    let Some(step) = seen.step(place.source.node, Some(place.source.run)) else {
        return Ok(vec![]);
    };
    let Some(item) = at(seen, place)? else { return Ok(vec![]) };
    let parent = |step: &Step, it: &ItemRef| {
        let source = step.sources.get(it.input as usize).copied().flatten()?;
        Some(Place { source, item: it.item })
    };
    if let Paired::Earlier { run, of } = &item.paired {
        let earlier = seen.step(place.source.node, Some(*run));
        return Ok(earlier.and_then(|it| parent(&it, of)).into_iter().collect());
    }
    Ok(item.paired.refs().iter().filter_map(|it| parent(&step, it)).collect())
}
