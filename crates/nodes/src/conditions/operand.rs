//! The two sides of a row, brought to its type.

use model::Value;
use sdk::NodeError;
use smol_str::SmolStr;

use super::{Place, Row};
use crate::coerce;

/// The type of a row.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    Date,
    Array,
    Object,
    /// Values are compared as they come.
    Any,
}

impl Kind {
    pub(super) fn new(word: &str) -> Kind {
        match word {
            "string" => Kind::Text,
            "number" => Kind::Number,
            "boolean" => Kind::Bool,
            "dateTime" => Kind::Date,
            "array" => Kind::Array,
            "object" => Kind::Object,
            _ => Kind::Any,
        }
    }

    fn with_article(self) -> &'static str {
        match self {
            Kind::Text => "a string",
            Kind::Number => "a number",
            Kind::Bool => "a boolean",
            Kind::Date => "a dateTime",
            Kind::Array => "an array",
            Kind::Object => "an object",
            Kind::Any => "a value",
        }
    }

    /// The value as this type, dates as milliseconds; `None` when it does not fit. Null and
    /// `undefined` fit every type.
    fn read(self, value: &Value, reader: &Reader<'_>) -> Option<Value> {
        let same = || Some(value.clone());
        match (self, value) {
            (Kind::Any, _) | (_, Value::Null) => same(),
            (Kind::Text, Value::String(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Bool, Value::Bool(_))
            | (Kind::Array, Value::Array(_))
            | (Kind::Object, Value::Object(_)) => same(),
            (Kind::Date, _) => reader.moment(value).map(Value::Number),
            _ if !reader.convert => None,
            (Kind::Text, _) => Some(coerce::to_text(value).into()),
            (Kind::Number, _) => coerce::to_number(value).map(Value::Number),
            // What says neither yes nor no is a yes when there is something.
            (Kind::Bool, _) => Some(coerce::to_bool(value).unwrap_or(value.truthy()).into()),
            (Kind::Array, _) => coerce::to_array(value),
            (Kind::Object, _) => coerce::to_object(value),
        }
    }
}

/// How sides are read.
pub(super) struct Reader<'a> {
    /// Values of another type are brought to the row's.
    pub(super) convert: bool,
    /// Milliseconds since 1970 of a date as text.
    pub(super) date: &'a dyn Fn(&str) -> Option<f64>,
}

impl Reader<'_> {
    /// Both sides as the row's type demands.
    pub(super) fn sides(
        &self,
        row: &Row,
        left: Option<Value>,
        right: Option<Value>,
        place: Place,
    ) -> Result<(Option<Value>, Option<Value>), NodeError> {
        let right_kind = row.operation.right_kind(row.kind);
        let fit = |value: &Option<Value>, kind: Kind| match value {
            None => Some(None),
            Some(value) => kind.read(value, self).map(Some),
        };
        let left_read = fit(&left, row.kind);
        let right_read = right_kind.map_or(Some(None), |kind| fit(&right, kind));
        match (left_read, right_read) {
            (Some(left), Some(right)) => Ok((left, right)),
            (None, None) if type_of(left.as_ref()) == type_of(right.as_ref()) => {
                let message = format!(
                    "Comparison type expects {} but both fields are {}",
                    row.kind.with_article(),
                    with_article(type_of(left.as_ref()))
                );
                Err(NodeError::never(message).described(way_out(self.convert)).at(place.item))
            }
            (None, _) => Err(wrong(row.kind, left.as_ref(), self.convert, place)),
            (Some(_), None) => {
                let kind = right_kind.unwrap_or(row.kind);
                Err(wrong(kind, right.as_ref(), self.convert, place))
            }
        }
    }

    fn moment(&self, value: &Value) -> Option<f64> {
        match value {
            Value::String(text) => (self.date)(text.trim()),
            // A number is a date as text would be (a year, say), and else milliseconds.
            Value::Number(number) => (self.date)(&value.to_text()).or(Some(*number)),
            _ => None,
        }
    }
}

fn wrong(kind: Kind, value: Option<&Value>, convert: bool, place: Place) -> NodeError {
    let text = value.map_or(SmolStr::new_static("undefined"), Value::to_text);
    let (from, to) = (type_of(value), kind.with_article());
    let Place { number, item } = place;
    let message = if convert {
        format!(
            "Conversion error: the {from} '{text}' can't be converted to {to} [condition {number}, item {item}]"
        )
    } else {
        format!(
            "Wrong type: '{text}' is {} but was expecting {to} [condition {number}, item {item}]",
            with_article(from)
        )
    };
    NodeError::never(message).described(way_out(convert)).at(item)
}

fn way_out(convert: bool) -> &'static str {
    if convert {
        "Change the type of the condition, or its values with an expression."
    } else {
        "Change the type of the condition, or switch on *Convert types*."
    }
}

/// JavaScript's word for a value's type, where lists and null are objects.
fn type_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Null | Value::Array(_) | Value::Object(_)) => "object",
    }
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}
