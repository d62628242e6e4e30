//! What becomes of a node's output: lineage where the node said none, the error output, and the
//! empty item of `alwaysOutputData`. Pure.

use model::{Item, ItemRef, Items, Map, Paired, item::Page};

use crate::plan::PlanNode;

/// The lists as they are recorded, one per output port.
///
/// # Errors
/// A sentence when a page that is away cannot be read.
pub(super) fn recorded(
    node: &PlanNode,
    input: &[Items],
    outputs: Vec<Items>,
) -> Result<Vec<Items>, String> {
    let ports = node.main_outputs().max(outputs.len());
    let mut lists = Vec::with_capacity(ports + 1);
    for list in outputs {
        lists.push(paired(list, input)?);
    }
    lists.resize(ports, Items::default());
    if let Some(port) = node.error_port() {
        split_errors(&mut lists, port, input)?;
    }
    if node.node.always_output_data && lists.first().is_none_or(Items::is_empty) {
        if lists.is_empty() {
            lists.push(Items::default());
        }
        lists[0] = Items::one(Item { paired: all_of(input), ..Item::default() });
    }
    while lists.last().is_some_and(Items::is_empty) && lists.len() > 1 {
        lists.pop();
    }
    Ok(lists)
}

/// Pairs items of which the node said nothing, by n8n's rules: all with the only input item, each
/// with the one at its place when the numbers are equal, a single one with the first.
fn paired(list: Items, input: &[Items]) -> Result<Items, String> {
    let unknown = |page: &Page| match page {
        Page::Here(items) => items.iter().any(|it| it.paired == Paired::Unknown),
        // What left memory was gathered by a node that pairs its items itself.
        Page::Away { .. } => false,
    };
    if !list.pages().iter().any(unknown) {
        return Ok(list);
    }
    let mut filled = input.iter().enumerate().filter(|(_, it)| !it.is_empty());
    let (port, n_input) = match (filled.next(), filled.next()) {
        (Some((port, items)), None) => (port, items.len()),
        (None, _) | (Some(_), Some(_)) => return Ok(list),
    };
    let n_output = list.len();
    let place = |n: usize| match (n_input, n_output) {
        (1, _) => Some(0),
        (a, b) if a == b => Some(n),
        (_, 1) => Some(0),
        _ => None,
    };
    let pair = |(n, mut item): (usize, Item)| {
        if item.paired == Paired::Unknown
            && let Some(index) = place(n)
        {
            item.paired = Paired::One(ItemRef::new(port, index));
        }
        item
    };
    Ok(list.to_vec()?.into_iter().enumerate().map(pair).collect())
}

/// Moves failed items from all outputs to the one for errors, each over what it was made of.
fn split_errors(lists: &mut Vec<Items>, port: usize, input: &[Items]) -> Result<(), String> {
    let mut failed: Vec<Item> = vec![];
    for list in lists.iter_mut() {
        let is_failed = |page: &Page| match page {
            Page::Here(items) => items.iter().any(is_error),
            Page::Away { .. } => false,
        };
        if !list.pages().iter().any(is_failed) {
            continue;
        }
        let (bad, good): (Vec<Item>, Vec<Item>) = list.to_vec()?.into_iter().partition(is_error);
        for item in bad {
            failed.push(over_its_input(item, input)?);
        }
        *list = Items::new(good);
    }
    lists.resize(port.max(lists.len()), Items::default());
    lists.insert(port, Items::new(failed));
    Ok(())
}

/// Failed: it says so, or holds nothing but an error.
fn is_error(item: &Item) -> bool {
    if item.error.is_some() {
        return true;
    }
    let has = |name: &str| item.json.contains_key(name);
    match item.json.len() {
        1 => has("error"),
        2 => has("error") && has("message"),
        _ => false,
    }
}

fn over_its_input(mut item: Item, input: &[Items]) -> Result<Item, String> {
    let Some(origin) = item.paired.refs().first() else { return Ok(item) };
    let Some(list) = input.get(origin.input as usize) else { return Ok(item) };
    let Some(origin) = list.get(origin.item as usize)? else { return Ok(item) };
    let mut json = Map::clone(&origin.json);
    for (key, value) in item.json.iter() {
        json.insert(key.clone(), value.clone());
    }
    item.json = json.into();
    Ok(item)
}

fn all_of(input: &[Items]) -> Paired {
    let refs: Vec<ItemRef> = input
        .iter()
        .enumerate()
        .flat_map(|(port, items)| (0..items.len()).map(move |n| ItemRef::new(port, n)))
        .collect();
    match refs.as_slice() {
        [] => Paired::Nothing,
        [one] => Paired::One(*one),
        _ => Paired::Many(refs.into()),
    }
}
