//! Forms as data: what a node type or credential type asks for.
//!
//! The editor draws them, the validator checks by them, the docs and language models read them.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{
    Value,
    flaw::{Flaw, Kind},
};

/// The fields of a node type, a credential type or a group, in the order in which they are shown.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct Form {
    pub fields: Vec<Field>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Key in the parameters.
    pub name: SmolStr,
    pub title: SmolStr,
    /// One or two sentences: what it is for, its unit, its limits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    #[serde(flatten)]
    pub kind: FieldKind,
    /// What holds when the parameter is absent.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub default: Value,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whether the value may be an expression.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub expression: bool,
    /// The field counts only while all of these hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub show: Vec<Show>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub placeholder: String,
}

fn yes() -> bool {
    true
}

fn is_yes(it: &bool) -> bool {
    *it
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FieldKind {
    Text {
        #[serde(default)]
        multiline: bool,
    },
    /// Never shown again, sealed at rest; only in credential types.
    Secret {
        #[serde(default)]
        multiline: bool,
    },
    Number {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
        #[serde(default)]
        integer: bool,
    },
    Bool,
    Choice {
        options: Vec<Choice>,
    },
    /// Several of the options, as an array.
    Choices {
        options: Vec<Choice>,
    },
    Json,
    Code {
        language: SmolStr,
    },
    DateTime,
    TimeZone,
    /// Rows of conditions joined by and/or; what `flow.if` and its kin use.
    Conditions,
    /// Rows of name, type and value; what `data.set` uses.
    Assignments,
    /// A list of objects of this form.
    List {
        form: Form,
    },
    /// One nested object of this form.
    Group {
        form: Form,
    },
    /// Free keys and values, as a list of `{name, value}`.
    Pairs,
    /// A workflow of the workspace, by id.
    Workflow,
    /// A type of credentials that signs requests, by its name.
    CredentialType,
    /// A sentence to read; has no value.
    Notice,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Choice {
    pub value: Value,
    pub title: SmolStr,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

/// The field named has one of these values.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Show {
    pub field: SmolStr,
    pub is: Vec<Value>,
}

impl Form {
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Form {
        Form { fields: fields.into_iter().collect() }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|it| it.name == name)
    }

    /// Whether a field counts, given the parameters and the defaults of this form.
    pub fn shows(&self, field: &Field, parameters: &Value) -> bool {
        field.show.iter().all(|rule| {
            let value = parameters
                .get(&rule.field)
                .or_else(|| self.field(&rule.field).map(|it| &it.default))
                .unwrap_or(&Value::Null);
            let written_as_expression = value.as_str().is_some_and(|it| it.starts_with('='));
            written_as_expression || rule.is.contains(value)
        })
    }

    /// Every fault of these parameters at once.
    pub fn faults(&self, parameters: &Value) -> Vec<Flaw> {
        let mut res = vec![];
        self.check(parameters, "", &mut res);
        res
    }

    /// The parameters with every absent field that counts at its default.
    pub fn fill(&self, parameters: &Value) -> Value {
        let mut map = parameters.as_object().cloned().unwrap_or_default();
        for field in &self.fields {
            let written = map.get(&field.name).filter(|it| !it.is_null()).cloned();
            let value = match (&field.kind, written) {
                (FieldKind::Group { form }, written) => {
                    form.fill(written.as_ref().unwrap_or(&field.default))
                }
                (FieldKind::List { form }, Some(Value::Array(rows))) => {
                    Value::array(rows.iter().map(|row| form.fill(row)))
                }
                (_, Some(written)) => written,
                (_, None) if field.default.is_null() => continue,
                (_, None) => field.default.clone(),
            };
            map.insert(field.name.clone(), value);
        }
        map.into()
    }

    fn check(&self, parameters: &Value, prefix: &str, faults: &mut Vec<Flaw>) {
        for field in self.fields.iter().filter(|it| self.shows(it, parameters)) {
            let path = format!("{prefix}{}", field.name);
            let value = parameters.get(&field.name).filter(|it| !it.is_null());
            match value {
                None if field.required && field.default.is_null() => {
                    let message = format!("`{}` is needed", field.title);
                    faults.push(Flaw::new(path, Kind::Needed, field.title.as_str(), message));
                }
                None => {}
                Some(value) => field.check(value, &path, faults),
            }
        }
    }
}

impl Field {
    fn check(&self, value: &Value, path: &str, faults: &mut Vec<Flaw>) {
        if value.as_str().is_some_and(|it| it.starts_with('=')) && self.expression {
            return;
        }
        let mut wrong = |kind: Kind, expected: &str| {
            let message = format!("`{}` must be {expected}, not {}", self.title, value.kind());
            faults.push(Flaw::new(path, kind, self.title.as_str(), message));
        };
        match &self.kind {
            FieldKind::Number { min, max, .. } => match value.as_f64() {
                None => wrong(Kind::NotANumber, "a number"),
                Some(it) if min.is_some_and(|min| it < min) || max.is_some_and(|max| it > max) => {
                    let bound = |it: &Option<f64>| it.map_or("…".to_owned(), |it| it.to_string());
                    let message =
                        format!("`{}` must lie in {} to {}", self.title, bound(min), bound(max));
                    let flaw = Flaw::new(path, Kind::OutOfRange, self.title.as_str(), message);
                    faults.push(flaw.allowing(format!("{} … {}", bound(min), bound(max))));
                }
                Some(_) => {}
            },
            FieldKind::Bool if value.as_bool().is_none() => {
                wrong(Kind::NotABoolean, "true or false")
            }
            FieldKind::Choice { options } if !options.iter().any(|it| it.value == *value) => {
                let known: Vec<String> =
                    options.iter().map(|it| it.value.to_text().to_string()).collect();
                let known = known.join(", ");
                let message = format!("`{}` must be one of {known}", self.title);
                let flaw = Flaw::new(path, Kind::NotAnOption, self.title.as_str(), message);
                faults.push(flaw.allowing(known));
            }
            FieldKind::Choices { .. } | FieldKind::Pairs | FieldKind::Assignments
                if value.as_array().is_none() =>
            {
                wrong(Kind::NotAList, "a list");
            }
            FieldKind::List { form } => match value.as_array() {
                None => wrong(Kind::NotAList, "a list"),
                Some(rows) => {
                    for (n, row) in rows.iter().enumerate() {
                        form.check(row, &format!("{path}[{n}]."), faults);
                    }
                }
            },
            FieldKind::Group { form } => match value.as_object() {
                None => wrong(Kind::NotAnObject, "an object"),
                Some(_) => form.check(value, &format!("{path}."), faults),
            },
            FieldKind::Text { .. }
            | FieldKind::Secret { .. }
            | FieldKind::Bool
            | FieldKind::Choice { .. }
            | FieldKind::Choices { .. }
            | FieldKind::Json
            | FieldKind::Code { .. }
            | FieldKind::DateTime
            | FieldKind::TimeZone
            | FieldKind::Conditions
            | FieldKind::Assignments
            | FieldKind::Pairs
            | FieldKind::Workflow
            | FieldKind::CredentialType
            | FieldKind::Notice => {}
        }
    }
}

/// Short ways to write fields in Rust: `text("url", "URL").required()`.
impl Field {
    pub fn new(name: &str, title: &str, kind: FieldKind) -> Field {
        Field {
            name: name.into(),
            title: title.into(),
            help: String::new(),
            kind,
            default: Value::Null,
            required: false,
            expression: true,
            show: vec![],
            placeholder: String::new(),
        }
    }

    pub fn text(name: &str, title: &str) -> Field {
        Field::new(name, title, FieldKind::Text { multiline: false })
    }

    pub fn long_text(name: &str, title: &str) -> Field {
        Field::new(name, title, FieldKind::Text { multiline: true })
    }

    pub fn secret(name: &str, title: &str) -> Field {
        Field::new(name, title, FieldKind::Secret { multiline: false })
    }

    pub fn number(name: &str, title: &str) -> Field {
        Field::new(name, title, FieldKind::Number { min: None, max: None, integer: false })
    }

    /// A whole number in a range.
    pub fn integer(name: &str, title: &str, min: f64, max: f64) -> Field {
        Field::new(name, title, FieldKind::Number { min: Some(min), max: Some(max), integer: true })
    }

    pub fn bool(name: &str, title: &str) -> Field {
        Field::new(name, title, FieldKind::Bool).default(false)
    }

    /// One of `(value, title)`; the first is the default.
    pub fn choice(name: &str, title: &str, options: &[(&str, &str)]) -> Field {
        let default = options.first().map(|(value, _)| Value::from(*value));
        let options = options
            .iter()
            .map(|(value, title)| Choice {
                value: (*value).into(),
                title: (*title).into(),
                help: String::new(),
            })
            .collect();
        Field { default: default.into(), ..Field::new(name, title, FieldKind::Choice { options }) }
    }

    pub fn json(name: &str, title: &str) -> Field {
        Field::new(name, title, FieldKind::Json)
    }

    pub fn list(name: &str, title: &str, form: Form) -> Field {
        Field::new(name, title, FieldKind::List { form })
    }

    pub fn group(name: &str, title: &str, form: Form) -> Field {
        Field::new(name, title, FieldKind::Group { form })
    }

    pub fn default(mut self, value: impl Into<Value>) -> Field {
        self.default = value.into();
        self
    }

    pub fn help(mut self, help: &str) -> Field {
        self.help = help.into();
        self
    }

    pub fn placeholder(mut self, text: &str) -> Field {
        self.placeholder = text.into();
        self
    }

    pub fn required(mut self) -> Field {
        self.required = true;
        self
    }

    /// The value is taken as it is written: no expression.
    pub fn fixed(mut self) -> Field {
        self.expression = false;
        self
    }

    /// Shown only while `field` has one of these values; several calls must all hold.
    pub fn when(mut self, field: &str, is: &[&str]) -> Field {
        self.show
            .push(Show { field: field.into(), is: is.iter().map(|it| (*it).into()).collect() });
        self
    }

    /// Shown only while a switch is on or off.
    pub fn when_is(mut self, field: &str, on: bool) -> Field {
        self.show.push(Show { field: field.into(), is: vec![on.into()] });
        self
    }
}
