//! Notion: how its API is signed.

use model::form::Field;
use sdk::CredentialType;

pub(super) fn plugin() -> CredentialType {
    super::tested(
        super::signing(
            "notionApi",
            "Notion",
            "Make an internal integration and share the pages with it.",
            vec![
                Field::secret("apiKey", "Integration secret")
                    .required()
                    .help("The key, as the service shows it."),
            ],
            vec![
                super::header("Authorization", "Bearer {{apiKey}}"),
                super::header("Notion-Version", "2022-06-28"),
            ],
        ),
        "https://api.notion.com/v1/users/me",
    )
}
