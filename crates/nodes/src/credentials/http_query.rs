//! A secret in the query.

use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "httpQueryAuth",
        "Query parameter",
        "Adds a parameter to the address of requests, such as `api_key`.",
        super::name_and_value("parameter", "api_key"),
        vec![super::query("{{name}}", "{{value}}")],
    )
}
