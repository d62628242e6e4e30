//! Where expressions begin: the item at hand, other nodes' items, facts of the step.

use std::sync::Arc;

use model::{Item, Items, Map, Value, item::Page};

use super::{Env, Node, Res, Stop, absent, member};
use crate::Scope;

#[derive(Clone, Copy)]
pub(super) enum End {
    Item,
    First,
    Last,
}

#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// `$('x').item.json`
    Paired,
    First,
    Last,
    /// `$node["x"].json`
    SamePlace,
}

#[derive(Clone, Copy)]
pub(super) enum Fact {
    ItemIndex,
    RunIndex,
    WorkflowId,
    WorkflowName,
    WorkflowActive,
    ExecutionId,
    ExecutionMode,
    ResumeUrl,
    Vars,
}

/// A path from `$json` by names alone, walked by reference; `None` when the node is something else.
pub(super) fn path(body: &Node, scope: &Scope, item: usize) -> Option<Res> {
    let mut steps: [&str; 8] = [""; 8];
    let mut depth = 0;
    let mut node = body;
    while let Node::Member(object, name) = node {
        *steps.get_mut(depth)? = name;
        depth += 1;
        node = object;
    }
    if !matches!(node, Node::Json) || depth == 0 {
        return None;
    }
    let Some(Page::Here(items)) = input(scope).and_then(|it| it.pages().first()) else {
        return None;
    };
    // Past the first page, the general way finds the item.
    let json = &items.get(item)?.json;
    let mut found = match json.get(steps[depth - 1]) {
        Some(it) => it,
        None => {
            let nothing = absent(steps[depth - 1]);
            return Some(nothing.and(if depth == 1 { Ok(None) } else { Err(Stop::Thrown) }));
        }
    };
    for place in (0..depth - 1).rev() {
        match found {
            Value::Object(map) => match map.get(steps[place]) {
                Some(it) => found = it,
                None => {
                    let nothing = absent(steps[place]);
                    return Some(nothing.and(if place == 0 {
                        Ok(None)
                    } else {
                        Err(Stop::Thrown)
                    }));
                }
            },
            other => {
                let mut left = member(Some(other), steps[place]);
                for step in steps[..place].iter().rev() {
                    left = left.and_then(|it| member(it.as_ref(), step));
                }
                return Some(left);
            }
        }
    }
    Some(Ok(Some(found.clone())))
}

/// `$json`.
pub(super) fn json(env: &Env<'_>) -> Res {
    Ok(json_of(input(env.scope), env.item)?.map(Value::Object))
}

fn input(scope: &Scope) -> Option<&Items> {
    scope.input.first()
}

/// The JSONs of all items of the input.
pub(super) fn all(env: &mut Env<'_>) -> Result<Value, Stop> {
    match input(env.scope) {
        Some(it) => list(&it.clone(), env),
        None => Ok(Value::array([])),
    }
}

/// The same of another node's last run.
pub(super) fn all_of(env: &mut Env<'_>, name: &str) -> Result<Value, Stop> {
    let world = &env.scope.world;
    let node = world.node(name).ok_or(Stop::Unsure)?;
    let run = world.runs(node).checked_sub(1).ok_or(Stop::Unsure)?;
    let items = world.output(node, run, world.wired_output(node)).ok_or(Stop::Unsure)?;
    list(&items, env)
}

/// What is not in memory is left: it may be much.
fn list(items: &Items, env: &mut Env<'_>) -> Result<Value, Stop> {
    env.charge(items.len() / 8)?;
    let mut res = Vec::with_capacity(items.len());
    for page in items.pages() {
        let Page::Here(page) = page else { return Err(Stop::Unsure) };
        res.extend(page.iter().map(|it| Value::Object(it.json.clone())));
    }
    Ok(res.into())
}

fn json_of(items: Option<&Items>, index: usize) -> Result<Option<Arc<Map>>, Stop> {
    let Some(items) = items else { return Ok(None) };
    if let Some(Page::Here(page)) = items.pages().first()
        && let Some(item) = page.get(index)
    {
        return Ok(Some(item.json.clone()));
    }
    let item = items.get(index).map_err(|_| Stop::Unsure)?;
    Ok(item.map(|it| it.json))
}

impl End {
    pub(super) fn json(self, env: &Env<'_>) -> Res {
        let items = input(env.scope);
        let count = items.map_or(0, Items::len);
        let index = match self {
            End::Item => env.item,
            End::First => 0,
            End::Last => count.saturating_sub(1),
        };
        // `.json` of an item that is not there throws.
        json_of(items, index)?.map(Value::Object).map(Some).ok_or(Stop::Thrown)
    }
}

impl Reach {
    pub(super) fn json(self, env: &Env<'_>, name: &str) -> Res {
        let world = &env.scope.world;
        // JavaScript says what is wrong with a name or a node that did not run.
        let node = world.node(name).ok_or(Stop::Unsure)?;
        let runs = world.runs(node);
        if runs == 0 {
            return Err(Stop::Unsure);
        }
        let json = |it: Item| Some(Value::Object(it.json));
        if let Reach::Paired = self {
            return world.paired(node, env.item).map(json).map_err(|_| Stop::Unsure);
        }
        let items = world.output(node, runs - 1, world.wired_output(node)).ok_or(Stop::Unsure)?;
        let index = match self {
            Reach::Paired | Reach::First => 0,
            Reach::Last => items.len().saturating_sub(1),
            Reach::SamePlace => env.item,
        };
        let found = items.get(index).map_err(|_| Stop::Unsure)?;
        found.map(json).ok_or(Stop::Unsure)
    }
}

impl Fact {
    pub(super) fn value(self, env: &Env<'_>) -> Value {
        let scope = env.scope;
        match self {
            Fact::ItemIndex => env.item.into(),
            Fact::RunIndex => scope.run_index.into(),
            Fact::WorkflowId => scope.workflow.id.clone().into(),
            Fact::WorkflowName => scope.workflow.name.clone().into(),
            Fact::WorkflowActive => scope.workflow.active.into(),
            Fact::ExecutionId => scope.execution.id.clone().into(),
            Fact::ExecutionMode => scope.execution.mode.clone().into(),
            Fact::ResumeUrl => scope.world.resume().url.into(),
            Fact::Vars => Value::Object(scope.vars.clone()),
        }
    }
}
