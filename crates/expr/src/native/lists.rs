//! Methods of lists that call an arrow function: `map`, `filter`, `find`, `some`, `every`,
//! `reduce`.

use model::Value;

use super::{Env, Node, Res, Stop, truthy};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Each {
    Map,
    Filter,
    Find,
    Some,
    Every,
}

impl Each {
    pub(super) fn named(name: &str) -> Option<Each> {
        Option::Some(match name {
            "map" => Each::Map,
            "filter" => Each::Filter,
            "find" => Each::Find,
            "some" => Each::Some,
            "every" => Each::Every,
            _ => return None,
        })
    }

    pub(super) fn call(
        self,
        list: Option<Value>,
        parameters: usize,
        body: &Node,
        env: &mut Env<'_>,
    ) -> Res {
        let Option::Some(Value::Array(list)) = list else { return Err(Stop::Unsure) };
        env.calls_left = env.calls_left.checked_sub(list.len()).ok_or(Stop::Unsure)?;
        let depth = env.locals.len();
        let mut res = vec![];
        for (place, it) in list.iter().enumerate() {
            let given = [Option::Some(it.clone()), Option::Some(place.into())];
            env.locals.extend(given.into_iter().take(parameters));
            let value = body.eval(env);
            env.locals.truncate(depth);
            let value = value?;
            match self {
                // A hole of undefined has no place in a value.
                Each::Map => res.push(value.ok_or(Stop::Unsure)?),
                Each::Filter if truthy(&value) => res.push(it.clone()),
                Each::Find if truthy(&value) => return Ok(Option::Some(it.clone())),
                Each::Some if truthy(&value) => return Ok(Option::Some(true.into())),
                Each::Every if !truthy(&value) => return Ok(Option::Some(false.into())),
                Each::Filter | Each::Find | Each::Some | Each::Every => {}
            }
        }
        Ok(match self {
            Each::Map | Each::Filter => Option::Some(res.into()),
            Each::Find => None,
            Each::Some => Option::Some(false.into()),
            Each::Every => Option::Some(true.into()),
        })
    }
}

/// Folds a list with an arrow function of the value so far, the entry and its place.
pub(super) fn reduce(
    list: Option<Value>,
    initial: Option<Value>,
    parameters: usize,
    body: &Node,
    env: &mut Env<'_>,
) -> Res {
    let Some(Value::Array(list)) = list else { return Err(Stop::Unsure) };
    env.calls_left = env.calls_left.checked_sub(list.len()).ok_or(Stop::Unsure)?;
    let depth = env.locals.len();
    let mut so_far = initial;
    for (place, it) in list.iter().enumerate() {
        let given = [so_far, Some(it.clone()), Some(place.into())];
        env.locals.extend(given.into_iter().take(parameters));
        let value = body.eval(env);
        env.locals.truncate(depth);
        so_far = value?;
    }
    Ok(so_far)
}
