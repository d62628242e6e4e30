//! NocoDB: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "nocoDbApiToken",
        "NocoDB",
        "Make a token in the account.",
        vec![
            Field::secret("apiToken", "API token")
                .required()
                .help("The token, as the service shows it."),
            Field::text("host", "Host")
                .default("https://app.nocodb.com")
                .help("The address of the server."),
        ],
        vec![super::header("xc-token", "{{apiToken}}")],
    )
}
