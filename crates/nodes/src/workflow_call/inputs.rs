//! The items as the called workflow gets them.

use model::{Item, ItemRef, Map, Value, item::Paired};
use sdk::{Ctx, NodeError, Param};
use smol_str::SmolStr;

use crate::{
    coerce::{described, to_array, to_bool, to_number, to_object, to_text},
    names::names,
};

pub(super) fn passed(ctx: &Ctx<'_>) -> Result<Vec<Item>, NodeError> {
    let left_out = names(&ctx.value("leaveOut", 0)?);
    let inputs = ctx.param("inputs").entries();
    let mut res = ctx.input(0).to_vec()?;
    for (index, item) in res.iter_mut().enumerate() {
        item.paired = Paired::One(ItemRef::new(0, index));
        if inputs.is_empty() && left_out.is_empty() {
            continue;
        }
        let mut json = Map::clone(&item.json);
        for row in &inputs {
            let (name, value) = input(ctx, row, index).map_err(|it| it.at(index))?;
            json.insert(name, value);
        }
        json.retain(|key, _| !left_out.iter().any(|it| it == key));
        item.json = json.into();
    }
    Ok(res)
}

fn input(ctx: &Ctx<'_>, row: &Param, index: usize) -> Result<(SmolStr, Value), NodeError> {
    let of = |name: &str| Ok::<_, NodeError>(ctx.eval(&row.get(name), index)?.unwrap_or_default());
    let (name, kind, value) = (of("name")?.to_text(), of("type")?.to_text(), of("value")?);
    if value.is_null() {
        return Ok((name, value));
    }
    let convert = ctx.bool("convert", index)?;
    let fits = match kind.as_str() {
        // Anything has a text.
        "string" if value.as_str().is_none() => return Ok((name, to_text(&value).into())),
        "number" => value.as_f64().is_some(),
        "boolean" => value.as_bool().is_some(),
        "array" => value.as_array().is_some(),
        "object" => value.as_object().is_some(),
        _ => true,
    };
    if fits {
        return Ok((name, value));
    }
    let converted = match kind.as_str() {
        "number" => to_number(&value).map(Value::from),
        "boolean" => to_bool(&value).map(Value::from),
        "array" => to_array(&value),
        _ => to_object(&value),
    };
    match converted.filter(|_| convert) {
        Some(value) => Ok((name, value)),
        None => Err(NodeError::never(format!(
            "the input `{name}` must be of type {kind}, not {}",
            described(Some(&value))
        ))),
    }
}
