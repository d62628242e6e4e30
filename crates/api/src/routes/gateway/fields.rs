//! Routes of a gateway as clients write and read them.

use jiff::Timestamp;
use model::{
    Rate,
    gateway::{Access, FieldRule, HeaderRule, Limits, Pattern, Route, Rules, Upstream},
    id::{CredentialId, RouteId},
};
use serde::{Deserialize, Serialize};
use store::gateway::Row;
use utoipa::ToSchema;

use crate::{gateway::Pulse, list::Listed, schema::gateway as shapes};

/// What happens to calls of a path.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GatewayRouteFields {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Of a webhook as it stands behind `/webhook/`, or behind `/gateway/` where there is an upstream: `/shop/:id/*`.
    /// `:id` is any one part, `*` at the end all that is left.
    #[schema(value_type = String, min_length = 1, max_length = 300)]
    path: Pattern,
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `OPTIONS`; none is all.
    #[serde(default)]
    #[schema(max_items = 6)]
    methods: Vec<String>,
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
    #[serde(default)]
    #[schema(value_type = shapes::RouteLimits)]
    limits: LimitFields,
    /// What happens to requests before anybody sees them.
    #[serde(default)]
    #[schema(value_type = shapes::RouteRules)]
    request: RuleFields,
    /// What happens to answers. Those that stream have only their headers changed.
    #[serde(default)]
    #[schema(value_type = shapes::RouteRules)]
    response: RuleFields,
    /// The service that calls go on to; absent is a webhook's path.
    #[serde(default)]
    #[schema(value_type = Option<shapes::RouteUpstream>)]
    upstream: Option<UpstreamFields>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(default, deny_unknown_fields)]
struct LimitFields {
    caller: Option<Rate>,
    together: Option<Rate>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(default, deny_unknown_fields)]
struct RuleFields {
    headers: Vec<HeaderRule>,
    fields: Vec<FieldRule>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpstreamFields {
    url: String,
    #[serde(default = "with_key")]
    access: Access,
    #[serde(default)]
    credential_id: Option<CredentialId>,
    #[serde(default = "timeout_ms")]
    timeout_ms: u32,
    #[serde(default = "body_bytes_max")]
    body_bytes_max: u32,
    #[serde(default = "answer_bytes_max")]
    answer_bytes_max: u64,
    #[serde(default = "retries")]
    retries: u32,
}

fn yes() -> bool {
    true
}
fn with_key() -> Access {
    Access::Key
}
fn timeout_ms() -> u32 {
    30_000
}
fn body_bytes_max() -> u32 {
    1 << 20
}
fn answer_bytes_max() -> u64 {
    64 << 20
}
fn retries() -> u32 {
    2
}

/// A route of the gateway.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GatewayRoute {
    #[schema(value_type = String)]
    id: RouteId,
    name: String,
    #[schema(value_type = String)]
    path: Pattern,
    methods: Vec<String>,
    enabled: bool,
    #[schema(value_type = shapes::RouteLimits)]
    limits: LimitFields,
    #[schema(value_type = shapes::RouteRules)]
    request: RuleFields,
    #[schema(value_type = shapes::RouteRules)]
    response: RuleFields,
    #[schema(value_type = Option<shapes::RouteUpstream>)]
    upstream: Option<UpstreamFields>,
    /// Where it is called.
    address: String,
    /// Of its service, as the process that answers has seen it.
    health: Option<ServiceHealth>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// How a service is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceHealth {
    /// It failed again and again, so that it is left alone for ten seconds at a time.
    down: bool,
    calls: u64,
    failures: u64,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_at: Option<Timestamp>,
    /// What the last call gave; absent when there was no answer.
    last_status: Option<u16>,
    /// Why the last call that failed did so.
    trouble: Option<String>,
}

/// What a service answers to its bare address.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceCheck {
    /// It answered, and not that it is away.
    pub(super) works: bool,
    pub(super) status: Option<u16>,
    /// How long it took.
    pub(super) ms: u64,
    /// Why there was no answer.
    pub(super) trouble: Option<String>,
}

impl Listed for Row {
    fn name(&self) -> &str {
        &self.route.name
    }
    fn created_at(&self) -> Timestamp {
        self.created_at
    }
    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

impl From<Pulse> for ServiceHealth {
    fn from(it: Pulse) -> ServiceHealth {
        ServiceHealth {
            down: it.is_down(),
            calls: it.calls,
            failures: it.failures,
            last_at: it.last_at,
            last_status: it.last_status,
            trouble: it.trouble,
        }
    }
}

fn rules(it: RuleFields) -> Rules {
    Rules { headers: it.headers, fields: it.fields }
}

impl From<GatewayRouteFields> for Route {
    fn from(it: GatewayRouteFields) -> Route {
        Route {
            name: it.name.trim().into(),
            path: it.path,
            methods: it.methods.into_iter().map(Into::into).collect(),
            enabled: it.enabled,
            limits: Limits { caller: it.limits.caller, together: it.limits.together },
            request: rules(it.request),
            response: rules(it.response),
            upstream: it.upstream.map(|it| Upstream {
                url: it.url.trim().to_owned(),
                access: it.access,
                credential: it.credential_id,
                timeout_ms: it.timeout_ms,
                body_bytes_max: it.body_bytes_max,
                answer_bytes_max: it.answer_bytes_max,
                retries: it.retries,
            }),
        }
    }
}

impl GatewayRoute {
    /// `address` is where it is called.
    pub(super) fn of(row: Row, address: String, health: Option<ServiceHealth>) -> GatewayRoute {
        let rules = |it: Rules| RuleFields { headers: it.headers, fields: it.fields };
        let it = row.route;
        GatewayRoute {
            id: row.id,
            name: it.name.into(),
            path: it.path,
            methods: it.methods.into_iter().map(Into::into).collect(),
            enabled: it.enabled,
            limits: LimitFields { caller: it.limits.caller, together: it.limits.together },
            request: rules(it.request),
            response: rules(it.response),
            upstream: it.upstream.map(|it| UpstreamFields {
                url: it.url,
                access: it.access,
                credential_id: it.credential,
                timeout_ms: it.timeout_ms,
                body_bytes_max: it.body_bytes_max,
                answer_bytes_max: it.answer_bytes_max,
                retries: it.retries,
            }),
            address,
            health,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
