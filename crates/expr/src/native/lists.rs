//! Methods of lists that call an arrow function: `map`, `filter`, `find`, `some`, `every`,
//! `forEach`, `reduce`; and `Array.from`.

use model::Value;

use super::{Env, Lambda, Res, Stop, pushed, routine::Given, truthy};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Each {
    Map,
    Filter,
    Find,
    Some,
    Every,
    /// `forEach`
    Only,
}

impl Each {
    pub(super) fn named(name: &str) -> Option<Each> {
        Option::Some(match name {
            "map" => Each::Map,
            "filter" => Each::Filter,
            "find" => Each::Find,
            "some" => Each::Some,
            "every" => Each::Every,
            "forEach" => Each::Only,
            _ => return None,
        })
    }

    pub(super) fn call(self, list: Option<Value>, lambda: &Lambda, env: &mut Env<'_>) -> Res {
        let Option::Some(Value::Array(list)) = list else { return Err(Stop::Unsure) };
        env.charge(list.len())?;
        let mut res = vec![];
        for (place, it) in list.iter().enumerate() {
            let given = Given { so_far: None, entry: Option::Some(it), place };
            if self == Each::Map {
                lambda.put_entry(env, given, pushed(&mut res))?;
                continue;
            }
            let value = lambda.call(env, given)?;
            match self {
                Each::Filter if truthy(&value) => res.push(it.clone()),
                Each::Find if truthy(&value) => return Ok(Option::Some(it.clone())),
                Each::Some if truthy(&value) => return Ok(Option::Some(true.into())),
                Each::Every if !truthy(&value) => return Ok(Option::Some(false.into())),
                _ => {}
            }
        }
        Ok(match self {
            Each::Map | Each::Filter => Option::Some(res.into()),
            Each::Find | Each::Only => None,
            Each::Some => Option::Some(false.into()),
            Each::Every => Option::Some(true.into()),
        })
    }
}

/// Folds a list with an arrow function of the value so far, the entry and its place.
pub(super) fn reduce(
    list: Option<Value>,
    initial: Option<Value>,
    lambda: &Lambda,
    env: &mut Env<'_>,
) -> Res {
    let Some(Value::Array(list)) = list else { return Err(Stop::Unsure) };
    env.charge(list.len())?;
    let mut so_far = initial;
    for (place, it) in list.iter().enumerate() {
        let given = Given { so_far: Some(so_far), entry: Some(it), place };
        so_far = lambda.call(env, given)?;
        if let Some(it) = &so_far {
            env.keeps(it)?;
        }
    }
    Ok(so_far)
}

/// `Array.from({ length: count }, arrow)`.
pub(super) fn range(
    count: Option<Value>,
    lambda: &Lambda,
    env: &mut Env<'_>,
) -> Result<Value, Stop> {
    let Some(Value::Number(count)) = count else { return Err(Stop::Unsure) };
    if !(count.fract() == 0.0 && (0.0..super::STEPS_MAX as f64).contains(&count)) {
        return Err(Stop::Unsure);
    }
    let count = count as usize;
    env.charge(count)?;
    let mut res = Vec::with_capacity(count);
    for place in 0..count {
        let given = Given { so_far: None, entry: None, place };
        lambda.put_entry(env, given, pushed(&mut res))?;
    }
    Ok(res.into())
}
