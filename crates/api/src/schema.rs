//! The shapes of the model's types, for the description of the API only.
//!
//! The model must not know how the API is described, so its types are told again here. Tests hold
//! every answer against them, and every field of them against the model.
#![expect(dead_code, reason = "only what derives from these types is used")]

mod execution;
mod form;
pub(crate) mod gateway;
mod import;
mod workflow;

use std::{borrow::Cow, collections::BTreeMap};

pub(crate) use execution::{Execution, Mode, Report, Status, WaitKind};
pub(crate) use form::{Category, CredentialUse, Effect, FlawKind, Form, Port};
pub(crate) use import::{WorkflowFile, WorkflowFileForm};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type},
    },
};
pub(crate) use workflow::{Item, Workflow};

/// Every error code.
pub(crate) struct Code;

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(model::Code::ALL.iter().map(|it| it.as_str())))
            .description(Some("What a client branches on. A code never changes its meaning."))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "ErrorCode".into()
    }
}

/// What more there is to say of an error.
#[derive(ToSchema)]
#[serde(untagged)]
#[schema(as = ErrorDetails)]
pub(crate) enum Details {
    #[schema(title = "One")]
    One(Box<Detail>),
    #[schema(title = "Several")]
    Several(Vec<Detail>),
    #[schema(title = "None")]
    None,
}

#[derive(ToSchema)]
#[schema(as = ErrorDetail, rename_all = "camelCase")]
pub(crate) struct Detail {
    /// What is at fault, such as `nodes.Send.url`.
    path: Option<String>,
    message: Option<String>,
    /// The revision that a draft has.
    revision: Option<u64>,
    workflow_id: Option<String>,
    /// A workflow's name.
    name: Option<String>,
    execution_id: Option<String>,
    /// When it may be tried again.
    retry_after_seconds: Option<f64>,
    /// The plan whose limit was met, and which one it is.
    plan: Option<String>,
    limit: Option<String>,
    /// So many it allows, and so many are there.
    max: Option<f64>,
    used: Option<f64>,
    /// When the server is to be back, if somebody has said so.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// Any JSON value that flows through workflows: an item's JSON, a node's output.
pub(crate) struct Data;

impl PartialSchema for Data {
    fn schema() -> RefOr<Schema> {
        let text = "Any JSON value that flows through workflows.";
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some(text)).into()
    }
}

impl ToSchema for Data {
    fn name() -> Cow<'static, str> {
        "Data".into()
    }
}

/// Values of a form by field name.
pub(crate) struct Parameters;

impl PartialSchema for Parameters {
    fn schema() -> RefOr<Schema> {
        let text = "Values by field name, as the form of the node type says. A text that starts with `=` is an expression.";
        ObjectBuilder::new()
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .description(Some(text))
            .into()
    }
}

impl ToSchema for Parameters {
    fn name() -> Cow<'static, str> {
        "Parameters".into()
    }
}

/// Fields of a credential by name, as the form of its type says.
pub(crate) type Fields = BTreeMap<String, FieldValue>;

#[derive(ToSchema)]
#[serde(untagged)]
#[schema(as = CredentialValue)]
pub(crate) enum FieldValue {
    #[schema(title = "Text")]
    Text(String),
    #[schema(title = "Number")]
    Number(f64),
    #[schema(title = "Switch")]
    Switch(bool),
}
