//! User and password in the `Authorization` header.

use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "httpBasicAuth",
        "User and password",
        "Signs requests with user and password (HTTP basic authentication). Webhooks check their \
         callers with it too.",
        super::user_and_password(),
        vec![super::basic("{{user}}", "{{password}}")],
    )
}
