//! Todoist: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::signing(
        "todoistApi",
        "Todoist",
        "The token is under Settings, Integrations, Developer.",
        vec![
            Field::secret("apiKey", "API token")
                .required()
                .help("The key, as the service shows it."),
        ],
        vec![super::header("Authorization", "Bearer {{apiKey}}")],
    )
}
