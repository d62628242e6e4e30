//! Calendly: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "calendlyApi",
            "Calendly",
            "Make a personal access token under Integrations, API and webhooks.",
            vec![
                Field::secret("apiKey", "Token")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{apiKey}}")],
        ),
        "https://api.calendly.com/users/me",
    )
}
