//! Clockify: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "clockifyApi",
            "Clockify",
            "Make a key in the profile settings.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![super::header("X-Api-Key", "{{apiKey}}")],
        ),
        "https://api.clockify.me/api/v1/user",
    )
}
