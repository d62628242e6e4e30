//! Values on their way into JavaScript and out of it.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{
    Item, Items, Map, Value,
    item::{Binary, Blob},
    value::DEPTH_MAX,
};
use rquickjs::{
    Array, Atom, Ctx, Exception, Filter, Function, Object, Type, atom::PredefinedAtom,
    function::This, object::Property,
};
use smol_str::SmolStr;

type Js<'js> = rquickjs::Value<'js>;

/// Makes JavaScript's own copy of a value.
pub(crate) fn enter<'js>(ctx: &Ctx<'js>, value: &Value) -> rquickjs::Result<Js<'js>> {
    Inwards::new(ctx).value(value)
}

pub(crate) fn object<'js>(ctx: &Ctx<'js>, map: &Map) -> rquickjs::Result<Object<'js>> {
    Inwards::new(ctx).object(map)
}

/// An item as scripts see it: `{json, binary?, pairedItem}`.
pub(crate) fn item<'js>(
    ctx: &Ctx<'js>,
    item: &Item,
    index: usize,
) -> rquickjs::Result<Object<'js>> {
    Inwards::new(ctx).item(item, index)
}

pub(crate) fn items<'js>(ctx: &Ctx<'js>, items: &Items) -> rquickjs::Result<Array<'js>> {
    let res = Array::new(ctx.clone())?;
    let mut way = Inwards { is_long: items.len() > 8, ..Inwards::new(ctx) };
    for (index, it) in items.iter().enumerate() {
        let it = it.map_err(|why| Exception::throw_message(ctx, &why))?;
        res.set(index, way.item(&it, index)?)?;
    }
    Ok(res)
}

/// Values on their way in. The keys of objects come again and again, mostly in the same order.
struct Inwards<'a, 'js> {
    ctx: &'a Ctx<'js>,
    /// Keys with the place of the key that followed last time.
    keys: Vec<(SmolStr, Atom<'js>, usize)>,
    places: HashMap<SmolStr, usize, Quick>,
    last: usize,
    /// Few keys come but once: remembering them costs more than it saves.
    is_long: bool,
}

/// How many keys one way remembers.
const KEYS_MAX: usize = 4_096;

impl<'a, 'js> Inwards<'a, 'js> {
    fn new(ctx: &'a Ctx<'js>) -> Self {
        Inwards { ctx, keys: vec![], places: HashMap::default(), last: 0, is_long: false }
    }

    fn value(&mut self, value: &Value) -> rquickjs::Result<Js<'js>> {
        let ctx = self.ctx;
        Ok(match value {
            Value::Null => Js::new_null(ctx.clone()),
            Value::Bool(it) => Js::new_bool(ctx.clone(), *it),
            Value::Number(it) => Js::new_number(ctx.clone(), *it),
            Value::String(it) => rquickjs::String::from_str(ctx.clone(), it)?.into_value(),
            Value::Array(it) => {
                let array = Array::new(ctx.clone())?;
                for (index, value) in it.iter().enumerate() {
                    array.set(index, self.value(value)?)?;
                }
                array.into_value()
            }
            Value::Object(it) => self.object(it)?.into_value(),
        })
    }

    fn object(&mut self, map: &Map) -> rquickjs::Result<Object<'js>> {
        let object = Object::new(self.ctx.clone())?;
        for (key, value) in map {
            let value = self.value(value)?;
            if key == "__proto__" {
                // A field like any other, not the prototype.
                let field = Property::from(value).writable().enumerable().configurable();
                object.prop(key.as_str(), field)?;
            } else {
                object.set(self.key(key)?, value)?;
            }
        }
        Ok(object)
    }

    fn item(&mut self, item: &Item, index: usize) -> rquickjs::Result<Object<'js>> {
        let res = Object::new(self.ctx.clone())?;
        let json = self.object(&item.json)?;
        res.set(self.key(&const { SmolStr::new_static("json") })?, json)?;
        if let Some(files) = &item.binary {
            let all = Object::new(self.ctx.clone())?;
            for (name, file) in files.iter() {
                all.set(name.as_str(), self.value(&binary(file))?)?;
            }
            res.set("binary", all)?;
        }
        let paired = Object::new(self.ctx.clone())?;
        paired.set(self.key(&const { SmolStr::new_static("item") })?, index as f64)?;
        res.set(self.key(&const { SmolStr::new_static("pairedItem") })?, paired)?;
        Ok(res)
    }

    fn key(&mut self, key: &SmolStr) -> rquickjs::Result<Atom<'js>> {
        let guess = self.keys.get(self.last).map_or(0, |it| it.2);
        if let Some((known, atom, _)) = self.keys.get(guess)
            && known == key
        {
            self.last = guess;
            return Ok(atom.clone());
        }
        let place = match self.places.get(key) {
            Some(place) => *place,
            None if !self.is_long || self.keys.len() >= KEYS_MAX => {
                return Atom::from_str(self.ctx.clone(), key);
            }
            None => {
                let atom = Atom::from_str(self.ctx.clone(), key)?;
                self.keys.push((key.clone(), atom, 0));
                self.places.insert(key.clone(), self.keys.len() - 1);
                self.keys.len() - 1
            }
        };
        if let Some(before) = self.keys.get_mut(self.last) {
            before.2 = place;
        }
        self.last = place;
        Ok(self.keys[place].1.clone())
    }
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
    let to_json = Atom::from_predefined(ctx.clone(), PredefinedAtom::ToJSON);
    let (values_left, bytes_left) = (VALUES_MAX, TEXT_BYTES_MAX);
    Outwards { ctx, keys: HashMap::default(), to_json, values_left, bytes_left }.value(value, 0)
}

/// Values on their way out.
struct Outwards<'a, 'js> {
    ctx: &'a Ctx<'js>,
    keys: HashMap<Atom<'js>, SmolStr, Quick>,
    to_json: Atom<'js>,
    values_left: usize,
    bytes_left: usize,
}

/// How many values a result may have.
const VALUES_MAX: usize = 5_000_000;
/// How much text a result may have: JavaScript shares equal texts, values may not.
const TEXT_BYTES_MAX: usize = 256 << 20;

impl<'js> Outwards<'_, 'js> {
    fn value(&mut self, value: &Js<'js>, depth: usize) -> rquickjs::Result<Option<Value>> {
        self.values_left = match self.values_left.checked_sub(1) {
            Some(left) => left,
            None => return Err(self.too_many()),
        };
        // The commonest kinds first: telling objects apart takes several questions.
        if value.is_string() {
            let text = text(value);
            self.bytes_left = self.bytes_left.checked_sub(text.len()).ok_or_else(|| {
                let limit = TEXT_BYTES_MAX >> 20;
                let why = format!("the result has more than the limit of {limit} MiB of text");
                Exception::throw_range(self.ctx, &why)
            })?;
            return Ok(Some(Value::String(text)));
        }
        if let Some(it) = value.as_number() {
            return Ok(Some(Value::Number(it)));
        }
        if let Some(it) = value.as_bool() {
            return Ok(Some(Value::Bool(it)));
        }
        if let Some(object) = value.as_object() {
            if depth > DEPTH_MAX {
                let why =
                    format!("the result nests deeper than {DEPTH_MAX} levels, or in a circle");
                return Err(Exception::throw_type(self.ctx, &why));
            }
            return self.object(object, depth);
        }
        Ok(match value.type_of() {
            Type::Null => Some(Value::Null),
            Type::BigInt => Some(Value::String(big(value)?.into())),
            _ => None,
        })
    }

    fn object(&mut self, object: &Object<'js>, depth: usize) -> rquickjs::Result<Option<Value>> {
        if let Some(array) = object.as_array() {
            let length: f64 = object.get(PredefinedAtom::Length)?;
            if length > self.values_left as f64 {
                return Err(self.too_many());
            }
            let mut res = Vec::with_capacity((length as usize).min(65_536));
            for it in array.iter::<Js<'js>>() {
                res.push(self.value(&it?, depth + 1)?.unwrap_or_default());
            }
            return Ok(Some(res.into()));
        }
        let to_json: Js<'js> = object.get(self.to_json.clone())?;
        if let Some(to_json) = to_json.as_function() {
            let plain: Js<'js> = to_json.call((This(object.clone()), ""))?;
            return self.value(&plain, depth + 1);
        }
        if object.is_function() {
            return Ok(None);
        }
        let entries = object.own_props::<Atom<'js>, Js<'js>>(Filter::new().string().enum_only());
        let mut res = Map::with_capacity(entries.len());
        for entry in entries {
            let (key, value) = entry?;
            if let Some(value) = self.value(&value, depth + 1)? {
                res.append(self.key(key)?, value);
            }
        }
        Ok(Some(res.into()))
    }

    fn too_many(&self) -> rquickjs::Error {
        let why = format!("the result has more than the limit of {VALUES_MAX} values");
        Exception::throw_range(self.ctx, &why)
    }

    fn key(&mut self, key: Atom<'js>) -> rquickjs::Result<SmolStr> {
        if let Some(known) = self.keys.get(&key) {
            return Ok(known.clone());
        }
        let name = text(&key.to_value()?);
        if self.keys.len() < KEYS_MAX {
            self.keys.insert(key, name.clone());
        }
        Ok(name)
    }
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
    match string.clone().to_cstring() {
        Ok(it) if it.is_empty() => SmolStr::default(),
        // Its bytes are what QuickJS wrote, whatever its type promises.
        Ok(it) => match std::str::from_utf8(it.as_ref()) {
            Ok(text) => text.into(),
            Err(_) => lossy(string).into(),
        },
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

/// Spreads keys within one way; scripts gain nothing by choosing them, for their number is bounded.
#[derive(Default)]
struct Spread(u64);

type Quick = BuildHasherDefault<Spread>;

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }
    fn write_u32(&mut self, it: u32) {
        self.write_u64(u64::from(it));
    }
    fn write_u64(&mut self, it: u64) {
        self.0 = (self.0 ^ it).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}
