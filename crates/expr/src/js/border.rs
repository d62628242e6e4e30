//! Values on their way into JavaScript and out of it.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{
    Item, Items, Map, Value,
    item::{Binary, Blob},
    value::DEPTH_MAX,
};
use rquickjs::{Array, Ctx, Exception, Filter, Function, Object, Type, function::This};
use smol_str::SmolStr;

type Js<'js> = rquickjs::Value<'js>;

/// Makes JavaScript's own copy of a value.
pub(crate) fn enter<'js>(ctx: &Ctx<'js>, value: &Value) -> rquickjs::Result<Js<'js>> {
    Ok(match value {
        Value::Null => Js::new_null(ctx.clone()),
        Value::Bool(it) => Js::new_bool(ctx.clone(), *it),
        Value::Number(it) => Js::new_number(ctx.clone(), *it),
        Value::String(it) => rquickjs::String::from_str(ctx.clone(), it)?.into_value(),
        Value::Array(it) => {
            let array = Array::new(ctx.clone())?;
            for (index, value) in it.iter().enumerate() {
                array.set(index, enter(ctx, value)?)?;
            }
            array.into_value()
        }
        Value::Object(it) => object(ctx, it)?.into_value(),
    })
}

pub(crate) fn object<'js>(ctx: &Ctx<'js>, map: &Map) -> rquickjs::Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    for (key, value) in map.iter() {
        object.set(key.as_str(), enter(ctx, value)?)?;
    }
    Ok(object)
}

/// An item as scripts see it: `{json, binary?, pairedItem}`.
pub(crate) fn item<'js>(
    ctx: &Ctx<'js>,
    item: &Item,
    index: usize,
) -> rquickjs::Result<Object<'js>> {
    let res = Object::new(ctx.clone())?;
    res.set("json", object(ctx, &item.json)?)?;
    if let Some(files) = &item.binary {
        res.set("binary", binaries(ctx, files)?)?;
    }
    let paired = Object::new(ctx.clone())?;
    paired.set("item", index as f64)?;
    res.set("pairedItem", paired)?;
    Ok(res)
}

pub(crate) fn items<'js>(ctx: &Ctx<'js>, items: &Items) -> rquickjs::Result<Array<'js>> {
    let res = Array::new(ctx.clone())?;
    for (index, it) in items.iter().enumerate() {
        let it = it.map_err(|why| Exception::throw_message(ctx, &why))?;
        res.set(index, item(ctx, &it, index)?)?;
    }
    Ok(res)
}

fn binaries<'js>(
    ctx: &Ctx<'js>,
    files: &Arc<BTreeMap<SmolStr, Binary>>,
) -> rquickjs::Result<Object<'js>> {
    let res = Object::new(ctx.clone())?;
    for (name, file) in files.iter() {
        res.set(name.as_str(), enter(ctx, &binary(file))?)?;
    }
    Ok(res)
}

/// A file as scripts see it; the bytes of a stored one stay behind its `id`.
fn binary(file: &Binary) -> Value {
    let mut res = Map::new();
    match &file.data {
        Blob::Inline(bytes) => res.insert("data", STANDARD.encode(bytes)),
        Blob::Stored { id, .. } => {
            res.insert("id", id.clone());
            res.insert("data", "stored")
        }
    };
    res.insert("mimeType", file.mime_type.clone());
    if let Some(kind) = file.file_type() {
        res.insert("fileType", kind);
    }
    for (key, value) in [
        ("fileName", &file.file_name),
        ("fileExtension", &file.file_extension),
        ("directory", &file.directory),
    ] {
        if let Some(value) = value {
            res.insert(key, value.clone());
        }
    }
    res.insert("fileSize", size_text(file.data.len()));
    res.insert("bytes", file.data.len() as f64);
    res.into()
}

fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let digits = model::value::number_text((size * 10.0).round() / 10.0);
    if unit == 0 { format!("{size} B") } else { format!("{digits} {}", UNITS[unit]) }
}

/// Takes a value out, as `JSON.stringify` would see it; `None` is undefined.
///
/// # Errors
/// Whatever a getter or a `toJSON` throws; nesting past [`DEPTH_MAX`], such as a circle.
pub(crate) fn leave<'js>(ctx: &Ctx<'js>, value: &Js<'js>) -> rquickjs::Result<Option<Value>> {
    out(ctx, value, 0)
}

fn out<'js>(ctx: &Ctx<'js>, value: &Js<'js>, depth: usize) -> rquickjs::Result<Option<Value>> {
    if depth > DEPTH_MAX {
        let why = format!("the result nests deeper than {DEPTH_MAX} levels, or in a circle");
        return Err(Exception::throw_type(ctx, &why));
    }
    Ok(Some(match value.type_of() {
        Type::Undefined | Type::Uninitialized => return Ok(None),
        Type::Symbol => return Ok(None),
        Type::Null => Value::Null,
        Type::Bool => Value::Bool(value.as_bool().unwrap_or_default()),
        Type::Int => Value::Number(f64::from(value.as_int().unwrap_or_default())),
        Type::Float => Value::Number(value.as_float().unwrap_or(f64::NAN)),
        Type::String => Value::String(text(value)),
        Type::BigInt => Value::String(big(value)?.into()),
        Type::Function | Type::Constructor => Value::object([("", Value::Null); 0]),
        _ => match value.as_object() {
            Some(object) => return compound(ctx, object, depth),
            None => return Ok(None),
        },
    }))
}

fn compound<'js>(
    ctx: &Ctx<'js>,
    object: &Object<'js>,
    depth: usize,
) -> rquickjs::Result<Option<Value>> {
    if let Some(array) = object.as_array() {
        let mut res = Vec::with_capacity(array.len());
        for it in array.iter::<Js<'js>>() {
            res.push(out(ctx, &it?, depth + 1)?.unwrap_or_default());
        }
        return Ok(Some(res.into()));
    }
    let to_json: Js<'js> = object.get("toJSON")?;
    if let Some(to_json) = to_json.as_function() {
        let plain: Js<'js> = Function::call(to_json, (This(object.clone()), ""))?;
        return out(ctx, &plain, depth + 1);
    }
    let filter = Filter::new().string().enum_only();
    let mut res = Map::new();
    for entry in object.own_props::<rquickjs::String<'js>, Js<'js>>(filter) {
        let (key, value) = entry?;
        if let Some(value) = out(ctx, &value, depth + 1)? {
            res.insert(key.to_string()?, value);
        }
    }
    Ok(Some(res.into()))
}

fn big(value: &Js<'_>) -> rquickjs::Result<String> {
    let ctx = value.ctx();
    let make: Function<'_> = ctx.globals().get("String")?;
    make.call((value.clone(),))
}

/// The text of a string; half a surrogate pair becomes the replacement character. Empty for other
/// values.
pub(crate) fn text(value: &Js<'_>) -> SmolStr {
    let Some(string) = value.as_string() else { return SmolStr::default() };
    match string.to_string() {
        Ok(it) => it.into(),
        Err(_) => lossy(string).into(),
    }
}

/// QuickJS writes lone surrogates as three bytes that are no UTF-8.
fn lossy(string: &rquickjs::String<'_>) -> String {
    let ctx = string.ctx();
    let well = ctx
        .globals()
        .get::<_, Object<'_>>("String")
        .and_then(|it| it.get::<_, Object<'_>>("prototype"))
        .and_then(|it| it.get::<_, Function<'_>>("toWellFormed"))
        .and_then(|it| it.call::<_, rquickjs::String<'_>>((This(string.clone()),)));
    well.and_then(|it| it.to_string()).unwrap_or_default()
}
