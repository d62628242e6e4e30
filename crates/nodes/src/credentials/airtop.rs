//! Airtop: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "airtopApi",
        "Airtop",
        "Make a key in the Airtop portal.",
        vec![
            Field::secret("apiKey", "API key").required().help("The key, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{apiKey}}")],
    )
}
