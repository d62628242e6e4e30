//! Credential types as data, and an opened credential in a node's hand.

use std::sync::Arc;

use model::{Map, Value, form::Form};
use serde::Serialize;
use smol_str::SmolStr;

use crate::{NodeError, catalog::Named};

/// A kind of credential. A value: built from Rust, or loaded from a file.
#[derive(Clone, Serialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct CredentialType {
    /// Such as `httpHeaderAuth`.
    pub name: SmolStr,
    pub title: SmolStr,
    pub docs: String,
    pub form: Form,
    /// How it signs an HTTP request; the values may name fields as `{{field}}`.
    pub signs: Vec<Sign>,
    /// A request that succeeds only with a good credential.
    pub test: Option<TestCall>,
}

impl CredentialType {
    /// A credential of this type: fields that were left out have their defaults.
    pub fn open(&self, name: &str, fields: Map) -> Credential {
        let fields = match self.form.fill(&fields.into()) {
            Value::Object(filled) => Arc::unwrap_or_clone(filled),
            _ => Map::new(),
        };
        Credential::new(&self.name, name, fields).signing(&self.signs)
    }
}

impl Named for CredentialType {
    fn name(&self) -> &SmolStr {
        &self.name
    }
}

/// One thing that a credential adds to an HTTP request.
#[derive(Clone, Serialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase", tag = "into")]
pub enum Sign {
    Header {
        name: String,
        value: String,
    },
    Query {
        name: String,
        value: String,
    },
    Basic {
        user: String,
        password: String,
    },
    Digest {
        user: String,
        password: String,
    },
    /// Query, headers and body fields as JSON, from a field (n8n's custom auth).
    Custom {
        json: String,
    },
    /// A client certificate, in PEM.
    Certificate {
        ca: String,
        cert: String,
        key: String,
    },
}

#[derive(Clone, Serialize, Debug, PartialEq)]
pub struct TestCall {
    pub method: String,
    /// May name fields as `{{field}}`.
    pub url: String,
}

/// An opened credential. It has no `Debug` and no `Serialize`: it must not leave the node.
#[derive(Clone)]
pub struct Credential {
    pub kind: SmolStr,
    pub name: SmolStr,
    fields: Map,
    signs: Arc<[Sign]>,
}

impl Credential {
    pub fn new(kind: &str, name: &str, fields: Map) -> Credential {
        Credential { kind: kind.into(), name: name.into(), fields, signs: Arc::new([]) }
    }

    /// Carries how its type signs a request, for nodes that take any type.
    pub fn signing(mut self, signs: &[Sign]) -> Credential {
        self.signs = signs.into();
        self
    }

    /// How it signs a request; empty when its type does not.
    pub fn signs(&self) -> Arc<[Sign]> {
        self.signs.clone()
    }

    /// A field as text; empty when it was left out.
    pub fn text(&self, field: &str) -> String {
        self.fields
            .get(field)
            .filter(|it| !it.is_null())
            .map_or(String::new(), |it| it.to_text().to_string())
    }

    pub fn value(&self, field: &str) -> Value {
        self.fields.get(field).cloned().unwrap_or_default()
    }

    /// A field that must be there.
    pub fn needed(&self, field: &str) -> Result<String, NodeError> {
        let text = self.text(field);
        if text.is_empty() {
            let message = format!("credential `{}` has no `{field}`; fill it in", self.name);
            return Err(NodeError::never(message));
        }
        Ok(text)
    }

    /// A text in which `{{field}}` stands for a field.
    pub fn fill(&self, template: &str) -> String {
        self.parts(template).0
    }

    /// The same; `None` when every field that it names is empty.
    pub fn filled(&self, template: &str) -> Option<String> {
        let (text, named, empty) = self.parts(template);
        (named == 0 || empty < named).then_some(text)
    }

    /// The text, and how many fields it names and how many of them are empty.
    fn parts(&self, template: &str) -> (String, usize, usize) {
        let (mut res, mut named, mut empty) = (String::new(), 0, 0);
        let mut rest = template;
        while let Some((before, (field, after))) =
            rest.split_once("{{").and_then(|(a, b)| Some((a, b.split_once("}}")?)))
        {
            let text = self.text(field.trim());
            (named, empty) = (named + 1, empty + usize::from(text.is_empty()));
            res.push_str(before);
            res.push_str(&text);
            rest = after;
        }
        res.push_str(rest);
        (res, named, empty)
    }
}
