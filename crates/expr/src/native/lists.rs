//! Methods of lists that call an arrow function: `map`, `filter`, `find`, `some`, `every`,
//! `forEach`, `reduce`; and `Array.from`.

use model::Value;

use super::{Env, Lambda, Res, Stop, truthy};

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
            let value = lambda.call(env, [Option::Some(it.clone()), Option::Some(place.into())])?;
            match self {
                // A hole of undefined has no place in a value.
                Each::Map => res.push(value.ok_or(Stop::Unsure)?),
                Each::Filter if truthy(&value) => res.push(it.clone()),
                Each::Find if truthy(&value) => return Ok(Option::Some(it.clone())),
                Each::Some if truthy(&value) => return Ok(Option::Some(true.into())),
                Each::Every if !truthy(&value) => return Ok(Option::Some(false.into())),
                Each::Filter | Each::Find | Each::Some | Each::Every | Each::Only => {}
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
        so_far = lambda.call(env, [so_far, Some(it.clone()), Some(place.into())])?;
        if let Some(it) = &so_far {
            env.keeps(it)?;
        }
    }
    Ok(so_far)
}

/// `Array.from({ length: count }, arrow)`.
pub(super) fn range(count: Option<Value>, lambda: &Lambda, env: &mut Env<'_>) -> Res {
    let Some(Value::Number(count)) = count else { return Err(Stop::Unsure) };
    if !(count.fract() == 0.0 && (0.0..super::STEPS_MAX as f64).contains(&count)) {
        return Err(Stop::Unsure);
    }
    let count = count as usize;
    env.charge(count)?;
    let mut res = Vec::with_capacity(count);
    for place in 0..count {
        res.push(lambda.call(env, [None, Some(place.into())])?.ok_or(Stop::Unsure)?);
    }
    Ok(Some(res.into()))
}
