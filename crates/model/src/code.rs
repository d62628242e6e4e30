//! Error codes: what a client branches on. Each has a page `docs/errors/<code>.md`.

use serde::{Deserialize, Serialize};

use crate::Value;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// A closed list: a code never changes its meaning.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status),* }
            }
        }
    };
}

codes! {
    /// Something broke on our side; logged with the request id.
    Internal = "internal", 500;
    /// The body, query or path could not be read or has faults; `details` lists them all.
    InvalidRequest = "invalid_request", 400;
    /// No key or access token, or one that is unknown or has ended.
    Unauthorized = "unauthorized", 401;
    /// The key is known and switched off.
    KeyDisabled = "key_disabled", 401;
    /// The key is known and its time is over.
    KeyExpired = "key_expired", 401;
    /// The sign-in waits for a code no more: too long ago, too many tries, or it was answered.
    ChallengeEnded = "challenge_ended", 401;
    /// The sign-in by another server was begun elsewhere or too long ago, or has ended already.
    SignInExpired = "sign_in_expired", 400;
    /// The other server, or the person there, did not let the sign-in pass.
    ProviderRefused = "provider_refused", 403;
    /// The other server did not answer as it must.
    ProviderFailed = "provider_failed", 502;
    /// Nobody vouches that the address is the person's.
    EmailUnverified = "email_unverified", 403;
    /// This server takes no new people by itself.
    SignUpClosed = "sign_up_closed", 403;
    /// The account elsewhere is another person's way in.
    IdentityTaken = "identity_taken", 409;
    /// The person could not come in any more.
    LastWayIn = "last_way_in", 409;
    /// Something depends on the account: workspaces that it owns, or the server itself.
    StillNeeded = "still_needed", 409;
    /// Known, but not allowed to do this.
    Forbidden = "forbidden", 403;
    /// The workspace wants a second factor of its members, and this one has none.
    SecondFactorNeeded = "second_factor_needed", 403;
    /// No route, or nothing of that id in this workspace.
    NotFound = "not_found", 404;
    MethodNotAllowed = "method_not_allowed", 405;
    WorkflowNotFound = "workflow_not_found", 404;
    VersionNotFound = "version_not_found", 404;
    ExecutionNotFound = "execution_not_found", 404;
    CredentialNotFound = "credential_not_found", 404;
    VariableNotFound = "variable_not_found", 404;
    NodeNotFound = "node_not_found", 404;
    NodeTypeUnknown = "node_type_unknown", 404;
    /// No published workflow listens at this address.
    WebhookNotFound = "webhook_not_found", 404;
    /// A webhook's path and method are already taken by another workflow.
    WebhookTaken = "webhook_taken", 409;
    /// Nobody listens for a test call at this address.
    WebhookNotListening = "webhook_not_listening", 404;
    /// The name is already used.
    NameTaken = "name_taken", 409;
    /// The draft changed since it was read: `If-Match` names an old revision.
    RevisionConflict = "revision_conflict", 412;
    /// The workflow has faults that forbid to publish or run it.
    WorkflowInvalid = "workflow_invalid", 422;
    WorkflowNotPublished = "workflow_not_published", 409;
    /// The execution is in a state that does not allow this.
    ExecutionState = "execution_state", 409;
    /// The gateway has no route for the path, or none of this id.
    RouteNotFound = "route_not_found", 404;
    /// The service behind a path of the gateway gave no answer that could be handed on.
    UpstreamFailed = "upstream_failed", 502;
    /// The service behind a path of the gateway did not answer in time.
    UpstreamTimeout = "upstream_timeout", 504;
    /// A wait was already answered, or its token is wrong or too old.
    WaitNotFound = "wait_not_found", 404;
    /// The credential is restricted and not shared with who would use it.
    CredentialRestricted = "credential_restricted", 403;
    /// The credential is used by workflows.
    CredentialInUse = "credential_in_use", 409;
    /// The file is no workflow in a format that we read.
    FormatUnknown = "format_unknown", 422;
    ExpressionFailed = "expression_failed", 422;
    BodyTooLarge = "body_too_large", 413;
    /// The body came too slowly, or did not end.
    BodyTooSlow = "body_too_slow", 408;
    TooManyRequests = "too_many_requests", 429;
    /// The backlog is full; nothing was accepted.
    Overloaded = "overloaded", 503;
    /// The workspace has as much of something as its plan allows.
    PlanLimit = "plan_limit", 402;
    /// The workspace has not as many credits left.
    CreditsUsedUp = "credits_used_up", 402;
    /// This server takes no payments.
    PaymentsOff = "payments_off", 409;
    /// The payment provider did not do what was asked.
    PaymentFailed = "payment_failed", 502;
    /// As many executions as the plan allows wait already; nothing was accepted.
    BacklogFull = "backlog_full", 429;
    /// The workspace was deactivated: nothing begins there.
    WorkspaceInactive = "workspace_inactive", 409;
    /// The server is closed for a while, except for who looks after it.
    Maintenance = "maintenance", 503;
    /// The execution took longer than the caller may wait.
    Timeout = "timeout", 504;
    /// The execution failed before it could answer.
    ExecutionFailed = "execution_failed", 500;
    /// The database cannot be reached; nothing was accepted.
    StoreUnavailable = "store_unavailable", 503;
    /// The schema of the database is newer than this binary.
    SchemaNewer = "schema_newer", 503;
}

/// What went wrong, for a client: a code to branch on, a sentence to show, details to point at.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub code: Code,
    pub message: String,
    /// One entry per fault: `{"path", "message"}`; `null` when there is nothing to add.
    pub details: Value,
}

impl Fault {
    pub fn new(code: Code, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into(), details: Value::Null }
    }

    pub fn with(mut self, details: Value) -> Fault {
        self.details = details;
        self
    }

    pub fn invalid(message: impl Into<String>) -> Fault {
        Fault::new(Code::InvalidRequest, message)
    }

    pub fn internal(message: impl Into<String>) -> Fault {
        Fault::new(Code::Internal, message)
    }
}
