//! One row of fields to set: its name, and its value brought to its type.

use std::sync::Arc;

use model::{Binary, Item, Value};
use sdk::{Ctx, NodeError, Param};

use super::Made;
use crate::{coerce, fields::Path};

pub(super) struct Assignment {
    name: Name,
    kind: Kind,
    conversion: Conversion,
    dotted: bool,
    value: Param,
    /// The converted value, when it is the same for all items. The inner `None` is `undefined`.
    ready: Option<Option<Value>>,
}

enum Name {
    Fixed(Path),
    PerItem(Param),
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Number,
    Bool,
    Array,
    Object,
    Any,
    File,
}

/// How strict types are.
#[derive(Clone, Copy)]
pub(super) struct Conversion {
    pub(super) ignore_errors: bool,
    pub(super) missing: Missing,
}

/// What becomes of null and `undefined`.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    Null,
    Omit,
    Fail,
    Text,
}

impl Assignment {
    pub(super) fn new(row: &Param, dotted: bool, conversion: Conversion) -> Assignment {
        let name = match row.get("name") {
            Param::Const(Value::Null) => Name::Fixed(Path::new("", dotted)),
            Param::Const(name) => Name::Fixed(Path::new(&name.to_text(), dotted)),
            other => Name::PerItem(other),
        };
        let kind = match row.get("type").constant().and_then(Value::as_str) {
            Some("string") | None => Kind::Text,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Bool,
            Some("array") => Kind::Array,
            Some("object") => Kind::Object,
            Some("binary") => Kind::File,
            Some(_) => Kind::Any,
        };
        let value = row.get("value");
        let mut res = Assignment { name, kind, conversion, dotted, value, ready: None };
        if let (Name::Fixed(path), Some(value)) = (&res.name, res.value.constant())
            && kind != Kind::File
        {
            res.ready = res.convert(path.name(), Some(value.clone()), 0).ok();
        }
        res
    }

    pub(super) fn ready(path: Path, value: Value) -> Assignment {
        Assignment {
            name: Name::Fixed(path),
            kind: Kind::Any,
            conversion: Conversion { ignore_errors: false, missing: Missing::Null },
            dotted: true,
            value: Param::Const(value.clone()),
            ready: Some(Some(value)),
        }
    }

    /// Where and what it writes, when that is the same for all items.
    pub(super) fn constant(&self) -> Option<(&Path, &Option<Value>)> {
        match (&self.name, &self.ready) {
            (Name::Fixed(path), Some(value)) => Some((path, value)),
            _ => None,
        }
    }

    /// Writes the value for one item.
    pub(super) fn write(
        &self,
        ctx: &Ctx<'_>,
        (item, index): (&Item, usize),
        made: &mut Made,
    ) -> Result<(), NodeError> {
        let own;
        let path = match &self.name {
            Name::Fixed(path) => path,
            Name::PerItem(name) => {
                let name = ctx.eval(name, index)?.map_or("undefined".into(), |it| it.to_text());
                own = Path::new(&name, self.dotted);
                &own
            }
        };
        if let Some(value) = &self.ready {
            return path.set(&mut made.json, value.clone());
        }
        if self.kind == Kind::File {
            let file = self.file(ctx, item, index, path.name())?;
            let all = made.binary.get_or_insert_default();
            Arc::make_mut(all).insert(path.name().clone(), file);
            return Ok(());
        }
        let value = match (&self.value, self.kind) {
            // Objects in the midst of text are meant as JSON here.
            (Param::Expr { number, .. }, Kind::Object) => ctx.host.eval_json(*number, index)?,
            (value, _) => ctx.eval(value, index)?,
        };
        path.set(&mut made.json, self.convert(path.name(), value, index)?)
    }

    fn file(
        &self,
        ctx: &Ctx<'_>,
        item: &Item,
        index: usize,
        name: &str,
    ) -> Result<Binary, NodeError> {
        let source = ctx.eval(&self.value, index)?.unwrap_or_default().to_text();
        let file = item.binary.as_ref().and_then(|it| it.get(&source));
        file.cloned().ok_or_else(|| {
            NodeError::never(format!(
                "item {index} has no file `{source}` to set as `{name}`; check the name"
            ))
        })
    }

    fn convert(
        &self,
        name: &str,
        value: Option<Value>,
        item: usize,
    ) -> Result<Option<Value>, NodeError> {
        let value = match value {
            None | Some(Value::Null) => return self.missing(name, value, item),
            Some(value) => value,
        };
        let converted = match self.kind {
            Kind::Text => Some(coerce::to_text(&value).into()),
            Kind::Number => coerce::to_number(&value).map(Value::Number),
            Kind::Bool => coerce::to_bool(&value).map(Value::Bool),
            Kind::Array => coerce::to_array(&value),
            Kind::Object => coerce::to_object(&value),
            Kind::Any | Kind::File => Some(value.clone()),
        };
        match converted {
            Some(converted) => Ok(Some(converted)),
            None if self.kind == Kind::Object && value.as_str().is_some() => {
                self.object_in(name, value, item).map(Some)
            }
            None if self.conversion.ignore_errors => Ok(Some(value)),
            None => Err(self.unfit(name, Some(&value), item)),
        }
    }

    /// Text of an object that is not quite JSON.
    fn object_in(&self, name: &str, value: Value, item: usize) -> Result<Value, NodeError> {
        match coerce::repaired_object(&value.to_text()) {
            Some(object) => Ok(object),
            None if self.conversion.ignore_errors => Ok(value),
            None => Err(self.unfit(name, Some(&value), item)),
        }
    }

    fn missing(
        &self,
        name: &str,
        value: Option<Value>,
        item: usize,
    ) -> Result<Option<Value>, NodeError> {
        match (self.conversion.missing, self.kind) {
            (Missing::Omit, _) => Ok(value),
            (Missing::Text, Kind::Text) if value.is_none() => Ok(Some("undefined".into())),
            (Missing::Text, Kind::Text) => Ok(Some("null".into())),
            (Missing::Fail, Kind::Text) if !self.conversion.ignore_errors => {
                Err(self.unfit(name, value.as_ref(), item))
            }
            (Missing::Null | Missing::Fail | Missing::Text, _) => Ok(Some(Value::Null)),
        }
    }

    fn unfit(&self, name: &str, value: Option<&Value>, item: usize) -> NodeError {
        let kind = match self.kind {
            Kind::Text => "string",
            Kind::Number => "number",
            Kind::Bool => "boolean",
            Kind::Array => "array",
            Kind::Object => "object",
            Kind::Any | Kind::File => "value",
        };
        let got = coerce::described(value);
        NodeError::never(format!("'{name}' expects a {kind} but we got {got} [item {item}]"))
            .described(format!(
                "To fix the error, change the type of the field \"{name}\" or switch on *Ignore \
                 conversion errors*."
            ))
    }
}
