//! Forms, node types and what belongs to them.

use utoipa::ToSchema;

use super::Data;

/// The fields of a node type or credential type, in the order in which they are shown.
#[derive(ToSchema)]
pub(crate) struct Form {
    fields: Vec<Field>,
}

#[derive(ToSchema)]
#[schema(as = FormField, rename_all = "camelCase")]
struct Field {
    /// Key in the parameters.
    name: String,
    title: String,
    #[schema(required = false)]
    help: String,
    kind: FieldKind,
    /// What holds when the parameter is absent.
    #[schema(required = false)]
    default: Data,
    #[schema(required = false)]
    required: bool,
    /// Whether the value may be an expression; it may when this is absent.
    #[schema(required = false)]
    expression: bool,
    /// The field counts only while all of these hold.
    #[schema(required = false)]
    show: Vec<Show>,
    #[schema(required = false)]
    placeholder: String,
    /// Of `text` and `secret`.
    #[schema(required = false)]
    multiline: bool,
    /// Of `number`.
    min: Option<f64>,
    /// Of `number`.
    max: Option<f64>,
    /// Of `number`.
    #[schema(required = false)]
    integer: bool,
    /// Of `choice` and `choices`.
    #[schema(required = false)]
    options: Vec<Choice>,
    /// Of `code`.
    #[schema(required = false)]
    language: String,
    /// Of `list` and `group`.
    #[schema(no_recursion, required = false)]
    form: Form,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
enum FieldKind {
    Text,
    Secret,
    Number,
    Bool,
    Choice,
    Choices,
    Json,
    Code,
    DateTime,
    TimeZone,
    Conditions,
    Assignments,
    List,
    Group,
    Pairs,
    Workflow,
    CredentialType,
    Notice,
}

#[derive(ToSchema)]
#[schema(as = FormChoice)]
struct Choice {
    value: Data,
    title: String,
    #[schema(required = false)]
    help: String,
}

/// The field named has one of these values.
#[derive(ToSchema)]
#[schema(as = FormShow)]
struct Show {
    field: String,
    is: Vec<Data>,
}

/// Where a node type stands in the palette.
#[derive(ToSchema)]
pub(crate) enum Category {
    AI,
    Action,
    Data,
    Flow,
    Core,
    Human,
}

/// What a step does to the outside world: nothing, or something that may be in doubt after a crash.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) enum Effect {
    Pure,
    Effectful(super::workflow::InDoubt),
}

#[derive(ToSchema)]
pub(crate) struct Port {
    name: String,
    /// `main`, or an `ai_*` kind by which a supplier is plugged in.
    kind: String,
}

#[derive(ToSchema)]
pub(crate) struct CredentialUse {
    /// A credential type.
    name: String,
    required: bool,
    /// It is needed while all of these hold, and has no effect otherwise.
    #[schema(required = false)]
    when: Vec<Show>,
}

/// What is wrong at a place of a document.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) enum FlawKind {
    Needed,
    NotANumber,
    NotABoolean,
    NotAList,
    NotAnObject,
    OutOfRange,
    NotAnOption,
    Name,
    NameTaken,
    TooManyNodes,
    TimeZone,
    Priority,
    Tries,
    NodeAbsent,
    NodeTypeUnknown,
    /// An expression is no JavaScript.
    Expression,
    /// A trigger cannot listen like this.
    Trigger,
    Unreadable,
}
