//! monday.com: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "mondayComApi",
        "monday.com",
        "The token is in the developer centre.",
        vec![
            Field::secret("apiToken", "API token")
                .required()
                .help("The token, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{apiToken}}")],
    )
}
