//! A secret header.

use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "httpHeaderAuth",
        "Header",
        "Adds a header to requests, such as `X-Api-Key`. Webhooks check their callers with it too.",
        super::name_and_value("header", "X-Api-Key"),
        vec![super::header("{{name}}", "{{value}}")],
    )
}
