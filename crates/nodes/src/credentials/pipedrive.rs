//! Pipedrive: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "pipedriveApi",
            "Pipedrive",
            "The token is in the personal preferences, under API.",
            vec![
                Field::secret("apiToken", "API token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::query("api_token", "{{apiToken}}")],
        ),
        "https://api.pipedrive.com/v1/users/me",
    )
}
