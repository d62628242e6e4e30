//! Apify: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "apifyApi",
            "Apify",
            "The token is under Settings, API and integrations.",
            vec![
                Field::secret("apiKey", "API token")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "https://api.apify.com/v2/users/me",
    )
}
