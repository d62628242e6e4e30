//! Airtable: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "airtableTokenApi",
            "Airtable",
            "Make a personal access token in the developer hub.",
            vec![
                Field::secret("accessToken", "Access token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::header("Authorization", "Bearer {{accessToken}}")],
        ),
        "https://api.airtable.com/v0/meta/whoami",
    )
}
