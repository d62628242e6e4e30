//! What is wrong with a document, told without keeping it.

use axum::{Json, extract::State};
use engine::plan::{Advice, advice::Kind};
use model::{Flaw, Value, flaw, workflow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    described::{Routes, routes},
    door::Caller,
    failure::Failure,
    read::Given,
    schema,
};

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(validate))
}

/// One fault of a document.
#[derive(Serialize, ToSchema)]
struct DocumentFault {
    /// Such as `nodes.Send.url`.
    path: String,
    #[schema(value_type = schema::FlawKind)]
    kind: flaw::Kind,
    /// What it is about: the title of a field, or a name. Of an expression: what its reader says.
    subject: String,
    /// What would do: values, or a range; empty when the kind says it.
    allowed: String,
    message: String,
}

impl From<Flaw> for DocumentFault {
    fn from(it: Flaw) -> DocumentFault {
        let Flaw { path, kind, subject, allowed, message } = it;
        DocumentFault { path, kind, subject, allowed, message }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct Validity {
    valid: bool,
    faults: Vec<DocumentFault>,
}

impl Validity {
    pub(super) fn of(faults: impl IntoIterator<Item = Flaw>) -> Validity {
        let faults: Vec<_> = faults.into_iter().map(DocumentFault::from).collect();
        Validity { valid: faults.is_empty(), faults }
    }
}

/// What is wrong with a document, and what a person should know before it goes live.
#[derive(Serialize, ToSchema)]
struct Checked {
    #[serde(flatten)]
    validity: Validity,
    /// Nothing of this forbids to publish it.
    advice: Vec<AdviceView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Advice)]
pub(super) struct AdviceView {
    kind: AdviceKind,
    /// Name of the node; absent when it is about the workflow.
    node: Option<String>,
    /// What is missing: a credential type, the name of a credential, or the type of a node elsewhere.
    /// Of a change of the clocks: the time, such as `2027-03-28T01:00:00[Europe/Lisbon]`. Of a script: the line.
    subject: String,
    message: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum AdviceKind {
    CredentialNotChosen,
    CredentialMissing,
    NodeTypeUnsupported,
    Unreachable,
    EndlessLoop,
    NoTrigger,
    ScriptUnreadable,
    ClockSkips,
    ClockRepeats,
}

impl From<Advice> for AdviceView {
    fn from(it: Advice) -> AdviceView {
        AdviceView {
            kind: match it.kind {
                Kind::CredentialNotChosen => AdviceKind::CredentialNotChosen,
                Kind::CredentialMissing => AdviceKind::CredentialMissing,
                Kind::NodeTypeUnsupported => AdviceKind::NodeTypeUnsupported,
                Kind::Unreachable => AdviceKind::Unreachable,
                Kind::EndlessLoop => AdviceKind::EndlessLoop,
                Kind::NoTrigger => AdviceKind::NoTrigger,
                Kind::ScriptUnreadable => AdviceKind::ScriptUnreadable,
                Kind::ClockSkips => AdviceKind::ClockSkips,
                Kind::ClockRepeats => AdviceKind::ClockRepeats,
            },
            node: it.node.map(Into::into),
            subject: it.subject.into(),
            message: it.message,
        }
    }
}

/// Check a document without keeping it
///
/// `faults` forbid to publish it; `advice` does not.
#[utoipa::path(post, path = "/workflows/validate", tag = "workflows", operation_id = "validateWorkflow",
    request_body = schema::Workflow, responses((status = 200, body = Checked)))]
async fn validate(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(document): Given<Value>,
) -> Result<Json<Checked>, Failure> {
    let text = document.to_json();
    // A document that cannot be read has that fault, and the request none.
    let (validity, advice) = match serde_json::from_str::<workflow::Workflow>(&text) {
        Ok(document) => {
            let validity = Validity::of(app.engine().check(&document));
            (validity, app.engine().advise(&actor, document).await?)
        }
        Err(error) => {
            let flaw = Flaw::new("", flaw::Kind::Unreadable, "", error.to_string());
            (Validity::of([flaw]), vec![])
        }
    };
    let advice = advice.into_iter().map(AdviceView::from).collect();
    Ok(Json(Checked { validity, advice }))
}
