//! Routes of a gateway.

use utoipa::ToSchema;

use super::Data;

/// How often a route may be called, each written as `100/min`, or per `s`, `h` or `day`.
#[derive(ToSchema)]
pub(crate) struct RouteLimits {
    /// By one caller: a key, a member, or else an address.
    caller: Option<String>,
    /// By all of them together.
    together: Option<String>,
}

/// Rules happen in their order, those of headers first.
#[derive(ToSchema)]
pub(crate) struct RouteRules {
    #[schema(required = false, max_items = 50)]
    headers: Vec<HeaderRule>,
    /// Of JSON bodies.
    #[schema(required = false, max_items = 50)]
    fields: Vec<FieldRule>,
}

#[derive(ToSchema)]
#[serde(tag = "action", rename_all = "camelCase")]
pub(crate) enum HeaderRule {
    #[schema(title = "RenameHeader")]
    Rename {
        #[schema(max_length = 200)]
        name: String,
        #[schema(max_length = 200)]
        to: String,
    },
    /// In the place of one of that name.
    #[schema(title = "AddHeader")]
    Add {
        #[schema(max_length = 200)]
        name: String,
        #[schema(max_length = 4000)]
        value: String,
    },
    #[schema(title = "RemoveHeader")]
    Remove {
        #[schema(max_length = 200)]
        name: String,
    },
}

/// A field is named by its path, `customer.address.city`; where that meets a list, it goes on in each entry. A dot in
/// a name is written `\.`.
#[derive(ToSchema)]
#[serde(tag = "action", rename_all = "camelCase")]
pub(crate) enum FieldRule {
    /// The field stays where it is.
    #[schema(title = "RenameField")]
    Rename {
        #[schema(max_length = 200)]
        path: String,
        #[schema(max_length = 200)]
        to: String,
    },
    /// In the place of one of that name; objects on the way are made.
    #[schema(title = "AddField")]
    Add {
        #[schema(max_length = 200)]
        path: String,
        value: Data,
    },
    #[schema(title = "RemoveField")]
    Remove {
        #[schema(max_length = 200)]
        path: String,
    },
}

/// A service that calls go on to.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RouteUpstream {
    /// `{id}` stands for the part that `:id` took; what `*` took comes behind it.
    #[schema(max_length = 2000)]
    url: String,
    #[schema(required = false, default = "key")]
    access: RouteAccess,
    /// Signs what goes there; it is of this workspace.
    credential_id: Option<String>,
    /// Until the answer begins, all tries together.
    #[schema(required = false, minimum = 1, maximum = 300000, default = 30000)]
    timeout_ms: u32,
    /// Of a request, or of one message of a WebSocket.
    #[schema(required = false, minimum = 1, maximum = 1073741824, default = 1048576)]
    body_bytes_max: u32,
    /// Of an answer, or of one message of a WebSocket.
    #[schema(required = false, minimum = 1, maximum = 1073741824, default = 67108864)]
    answer_bytes_max: u64,
    /// Of `GET`, `HEAD`, `OPTIONS`, `PUT` and `DELETE`, when the service is not there.
    #[schema(required = false, maximum = 5, default = 2)]
    retries: u32,
}

/// Who may call a route.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RouteAccess {
    /// Who has a key of the workspace, or is in it, and has `gateway.call`.
    Key,
    Everybody,
}
