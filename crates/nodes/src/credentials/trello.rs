//! Trello: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "trelloApi",
            "Trello",
            "Key and token are made with a Power-Up in the admin page.",
            vec![
                Field::secret("apiKey", "API key")
                    .required()
                    .help("The key, as the service shows it."),
                Field::secret("apiToken", "API token")
                    .required()
                    .help("The token, as the service shows it."),
            ],
            vec![super::query("key", "{{apiKey}}"), super::query("token", "{{apiToken}}")],
        ),
        "https://api.trello.com/1/members/me",
    )
}
