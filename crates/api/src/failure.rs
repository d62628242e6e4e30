//! Faults as answers: a status, a code to branch on, a sentence to show.

use std::sync::Arc;

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Code, Fault, Value};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{dialect::Plainly, schema};

/// A fault on its way out. The envelope writes its body, because it knows the request's id.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    fault: Fault,
    /// A status of a workflow's own, where the code's does not fit.
    status: Option<u16>,
    headers: HeaderMap,
}

/// What a failed request gets.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    pub error: Error,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub(crate) struct Error {
    /// What to branch on; each code has a page.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// A sentence for people.
    pub message: String,
    /// What more there is to say, most often a list of `{path, message}`.
    #[schema(value_type = schema::Details)]
    pub details: Value,
    /// Names the request in the log.
    pub request_id: String,
    /// The page that explains the code.
    pub docs: String,
}

/// The same for clients of another system, which show `error` as it is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sentence {
    status_code: u16,
    error: String,
    code: Code,
    details: Value,
    request_id: String,
    docs: String,
}

impl Sentence {
    fn of(status: StatusCode, it: Error) -> Sentence {
        let Error { code, message, details, request_id, docs } = it;
        Sentence { status_code: status.as_u16(), error: message, code, details, request_id, docs }
    }
}

impl Failure {
    pub(crate) fn new(fault: Fault) -> Failure {
        Failure(Arc::new(Inner { fault, status: None, headers: HeaderMap::new() }))
    }

    pub(crate) fn of(code: Code, message: impl Into<String>) -> Failure {
        Failure::new(Fault::new(code, message))
    }

    /// With the status and headers that a workflow wants.
    pub(crate) fn answered(fault: Fault, status: u16, headers: HeaderMap) -> Failure {
        Failure(Arc::new(Inner { fault, status: Some(status), headers }))
    }

    pub(crate) fn code(&self) -> Code {
        self.0.fault.code
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.fault.message
    }

    /// After how many seconds it may be tried again, when the fault says so.
    fn seconds(&self) -> Option<u32> {
        let said = self.0.fault.details.as_object()?.get("retryAfterSeconds")?.as_f64()?;
        Some(said.ceil() as u32)
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status.unwrap_or(self.code().status()))
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The answer, for the request of this id.
    pub(crate) fn write(
        &self,
        request_id: &str,
        base_url: &str,
        plainly: Option<Plainly>,
    ) -> Response {
        let code = self.code();
        let error = Error {
            code,
            // What broke on our side is for the log, not for the caller.
            message: match code {
                Code::Internal => {
                    format!(
                        "something broke on our side; the log of request {request_id} says what"
                    )
                }
                _ => self.message().to_owned(),
            },
            details: self.0.fault.details.clone(),
            request_id: request_id.to_owned(),
            docs: format!("{base_url}/api/docs/errors/{}", code.as_str()),
        };
        let status = self.status();
        let mut response = match plainly {
            None => (status, Json(ErrorBody { error })).into_response(),
            Some(Plainly) => (status, Json(Sentence::of(status, error))).into_response(),
        };
        let headers = response.headers_mut();
        headers.extend(self.0.headers.clone());
        match code {
            Code::Unauthorized | Code::KeyDisabled | Code::KeyExpired
                if self.0.status.is_none() =>
            {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Code::TooManyRequests | Code::Maintenance | Code::UpstreamFailed
                if self.seconds().is_some() =>
            {
                let seconds = self.seconds().unwrap_or_default();
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Code::Overloaded
            | Code::TooManyRequests
            | Code::BacklogFull
            | Code::StoreUnavailable => {
                let name = HeaderName::from_static("retry-after");
                headers.entry(name).or_insert(HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::new(fault)
    }
}

/// What only an operator can mend is logged here, and not told.
impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        match error {
            store::Error::Taken(message) => Failure::of(Code::NameTaken, message),
            store::Error::Refused(message) => Failure::of(Code::InvalidRequest, message),
            store::Error::AtLimit(it) => {
                Fault::new(Code::PlanLimit, it.to_string()).with(it.details()).into()
            }
            store::Error::NoCredits { .. } => Failure::of(Code::CreditsUsedUp, error.to_string()),
            store::Error::Database(_) | store::Error::Injected => {
                tracing::error!("{error}");
                Failure::of(Code::StoreUnavailable, "the database cannot be reached; try again")
            }
            store::Error::Damaged(_)
            | store::Error::Schema(_)
            | store::Error::Folder(_)
            | store::Error::WrongKey => Failure::of(Code::Internal, error.to_string()),
        }
    }
}
